"""A clock that is set while webhooks come that tell no time."""

from program import *

CLOCK = os.environ.get("CHATREPORTS_JUMPING_CLOCK", "")
HOUR = 3600


@unittest.skipUnless(CLOCK, "a build with sanitizers, which come before all others")
class JumpingClock(ProgramTest):
    def setUp(self):
        super().setUp()
        self.clock = self.folder / "clock"
        self.set_clock(0)
        self.take_in([chat("T1")])
        self.reader = self.token()
        self.secret = run("webhook", "create", "--data", self.data,
                          "--license", 1).stdout.decode().strip()

    def set_clock(self, seconds):
        self.clock.write_text(str(seconds))

    def serve(self):
        server = Server(self.data, environment={"LD_PRELOAD": CLOCK,
                                                "CHATREPORTS_TEST_CLOCK": str(self.clock)})
        for _ in range(600):
            if server.ask("GET", "/readyz")[0] == 200:
                return server
            time.sleep(0.02)
        raise AssertionError("never ready")

    def tell(self, server, action):
        body = {"secret_key": self.secret, "action": action,
                "payload": {"thread_id": "T1", "tag": "vip"}}
        self.assertEqual(server.ask("POST", "/ingest/webhooks/livechat", json.dumps(body))[0], 200)

    def is_tagged(self, server):
        status, answer = server.report(self.reader, "total_chats", {"filters": {
            "from": "2021-01-01T00:00:00Z", "to": "2021-12-31T23:59:59Z",
            "tags": {"values": ["vip"]}}})
        self.assertEqual(status, 200)
        return answer["total"] == 1

    def test_what_is_told_later_counts_later(self):
        with self.serve() as server:
            for back in range(8):
                self.set_clock(-back * HOUR)
                self.tell(server, "thread_tagged")
                self.assertTrue(self.is_tagged(server))
                self.set_clock(-(back + 1) * HOUR)
                self.tell(server, "thread_untagged")
                self.assertFalse(self.is_tagged(server))

    def test_also_over_a_restart(self):
        with self.serve() as server:
            self.tell(server, "thread_tagged")
        self.set_clock(-HOUR)
        with self.serve() as server:
            self.tell(server, "thread_untagged")
            self.assertFalse(self.is_tagged(server))

    def test_an_answer_of_a_range_that_was_over_is_wrong_while_it_is_not(self):
        begin = int(time.time())
        day = 24 * HOUR
        self.take_in([{"record": "agent_status", "agent_id": "ann", "status": "accepting_chats",
                       "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begin - HOUR))}])
        range_ = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
                  for at in (begin - day, begin + day)]
        query = f"?filters.from={range_[0]}&filters.to={range_[1]}"
        with self.serve() as server:
            def ask(report, **headers):
                status, sent, body = server.ask(
                    "GET", "/v3.4/reports/agents/" + report + query,
                    headers={"Authorization": "Bearer " + self.reader, **headers})
                return status, sent["ETag"], body

            reports = ("availability", "performance")
            early = [ask(report) for report in reports]
            self.set_clock(2 * day)
            over = [ask(report) for report in reports]
            for report, then, now in zip(reports, over, early):
                self.assertNotEqual(then[2], now[2])
                self.assertEqual(ask(report, **{"If-None-Match": then[1]})[0], 304)
            self.set_clock(0)
            # What an agent has been accepting since then has grown by less than a minute.
            hours = [sum(day["hours"] for day in json.loads(body)["records"].values())
                     for body in (early[0][2], ask("availability")[2])]
            self.assertAlmostEqual(hours[0], hours[1], delta=0.1)
            for report, then in zip(reports, over):
                self.assertNotEqual(ask(report)[2], then[2])
                self.assertEqual(ask(report, **{"If-None-Match": then[1]})[0], 200)


if __name__ == "__main__":
    main()
