"""A clock that is set while webhooks come that tell no time."""

import calendar
import signal

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

    def serve(self, *flags):
        server = Server(self.data, *flags, environment={"LD_PRELOAD": CLOCK,
                                                "JUMPING_CLOCK_FILE": str(self.clock)})
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
            # The agent has been accepting for less than a minute more.
            hours = [sum(day["hours"] for day in json.loads(body)["records"].values())
                     for body in (early[0][2], ask("availability")[2])]
            self.assertAlmostEqual(hours[0], hours[1], delta=0.1)
            for report, then in zip(reports, over):
                self.assertNotEqual(ask(report)[2], then[2])
                self.assertEqual(ask(report, **{"If-None-Match": then[1]})[0], 200)

    def test_times_before_1970_and_after_2262_are_right(self):
        for year, of_year in [(1969, r"1969-12-31T23:59:\d\d\.\d\d\dZ"),
                              (2300, r"2300-01-01T00:0\d:\d\d\.\d\d\dZ")]:
            begin = calendar.timegm((1969, 12, 31, 23, 59, 1) if year == 1969
                                    else (2300, 1, 1, 0, 0, 0))
            self.set_clock(begin - int(time.time()))
            with self.serve() as server:
                self.tell(server, "thread_tagged")
                date = server.ask("GET", "/livez")[1]["Date"]
                self.assertIn(str(year), date)
            for line in server.log.decode().splitlines():
                self.assertRegex(line, f"^{of_year} [a-z]+ ")

    def test_a_certificate_that_is_not_valid_is_told(self):
        certificate, key = self.folder / "cert.pem", self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "10", "-subj",
                        "/CN=localhost", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        tls = ["--tls-cert", certificate, "--tls-key", key]
        day = 24 * HOUR
        for days, warning in [(0, None), (-2, b"it is not valid before 2"),
                              (12, b"it has expired at 2")]:
            self.set_clock(days * day)
            server = Server(self.data, *tls, environment={"LD_PRELOAD": CLOCK,
                                                          "JUMPING_CLOCK_FILE": str(self.clock)})
            with server:
                server.process.send_signal(signal.SIGHUP)
                while b"SIGHUP" not in server.log:
                    server.log += server.process.stderr.readline()
            told = server.log.count(b"clients will refuse the TLS certificate")
            self.assertEqual(told, 0 if warning is None else 2, server.log)
            self.assertIn(warning or b"read again", server.log)


if __name__ == "__main__":
    main()
