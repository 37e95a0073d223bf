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


if __name__ == "__main__":
    main()
