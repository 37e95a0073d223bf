"""The log of a running server: its lines in text and JSON, requests, and what callers can't do to it."""

from program import *

LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (info|warning|error) (.*)")
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Logs(ProgramTest):
    def setUp(self):
        super().setUp()
        self.take_in([chat(f"T{n}") for n in range(3)])
        self.reader = self.token()

    def ask(self, server, headers={}, target="/v3.4/reports/chats/tags"):
        return server.ask("GET", target, headers={"Authorization": "Bearer " + self.reader, **headers})

    def lines(self, server):
        """The lines in JSON, after the server has ended."""
        self.assertEqual(server.stop(), 0)
        lines = [json.loads(line) for line in server.log.decode().splitlines()]
        for line in lines:
            self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertIn(line["level"], ("info", "warning", "error"))
        return lines

    def requests(self, server):
        return [line for line in self.lines(server) if line["message"] == "request"]

    def test_the_first_lines_say_what_is_served(self):
        with Server(self.data) as server:
            while b" serving " not in server.log:
                server.log += server.process.stderr.readline()
            server.stop()
        version = run("--version").stdout.decode().strip()
        lines = [LINE.fullmatch(line) for line in server.log.decode().splitlines()]
        self.assertEqual(lines[0].group(3), f"{version} uses the data folder {self.data}")
        served = next(line.group(3) for line in lines if line.group(3).startswith("serving "))
        self.assertRegex(served, r"^serving 3 chats of 1 licences \(the newest began at 2021-04-08T10:00:00Z\) on "
                                 r"http://127\.0\.0\.1:\d+$")

    def test_an_empty_folder_has_no_newest_chat(self):
        with Server(self.folder / "new", "--log-format", "json") as server:
            while b'"serving ' not in server.log:
                server.log += server.process.stderr.readline()
            self.assertTrue(any(line["message"].startswith("serving 0 chats of 0 licences on ")
                                for line in self.lines(server)))

    def test_requests_are_logged_if_asked_for(self):
        with Server(self.data) as server:
            self.assertEqual(self.ask(server)[0], 200)
            server.stop()
            self.assertNotIn(b"request_id", server.log)
        with Server(self.data, "--log-format", "json", "--access-log") as server:
            _, headers, body = self.ask(server, {"X-Request-Id": "order-66", "traceparent": TRACE})
            self.assertEqual(headers["X-Request-Id"], "order-66")
            self.ask(server, target="/v3.9/reports/chats/tags")
            self.ask(server, {"Authorization": "Bearer nobody"})
            first, wrong_version, unknown = self.requests(server)
        self.assertEqual((first["request_id"], first["traceparent"]), ("order-66", TRACE))
        self.assertEqual((first["method"], first["route"], first["version"], first["status"], first["license"]),
                         ("GET", "tags-report", "3.4", 200, 1))
        self.assertEqual(first["bytes"], len(body))
        self.assertGreater(first["token"], 0)
        self.assertGreater(first["took_us"], 0)
        self.assertLessEqual(first["waited_us"] + first["engine_us"], first["took_us"])
        self.assertEqual((wrong_version["route"], wrong_version["status"]), ("none", 400))
        self.assertEqual(unknown["status"], 401)
        self.assertNotIn("token", unknown)
        self.assertNotIn("traceparent", unknown)
        self.assertRegex(unknown["request_id"], "^[0-9a-f]{16}$")
        self.assertNotIn(self.reader.encode(), server.log)

    def test_every_answer_has_an_id_and_the_name_of_the_server(self):
        name = run("--version").stdout.decode().strip().replace(" ", "/")
        with Server(self.data, "--max-body-bytes", "100") as server:
            ids = set()
            for method, target, body in [("GET", "/livez", None), ("GET", "/nothing", None), ("GET", "/", None),
                                         ("POST", "/ingest/records", "{}"), ("POST", "/ingest/webhooks/livechat", "{}"),
                                         ("POST", "/v3.4/reports/chats/tags", " " * 200), ("OPTIONS", "*", None)]:
                _, headers, _ = server.ask(method, target, body)
                self.assertEqual(headers["Server"], name, target)
                self.assertRegex(headers["X-Request-Id"], "^[0-9a-f]{16}$", target)
                ids.add(headers["X-Request-Id"])
            self.assertEqual(len(ids), 7)

    def test_odd_ids_are_replaced(self):
        with Server(self.data, "--log-format", "json", "--access-log") as server:
            for given in ["", "two words", "x" * 129, "a\tb", "caf\xe9"]:
                _, headers, _ = self.ask(server, {"X-Request-Id": given, "traceparent": given})
                self.assertRegex(headers["X-Request-Id"], "^[0-9a-f]{16}$", given)
            for given in ["x" * 128, '"}{\\', "Root=1-67891233-abcdef012345678912345678"]:
                self.assertEqual(self.ask(server, {"X-Request-Id": given})[1]["X-Request-Id"], given)
            requests = self.requests(server)
        self.assertEqual(len(requests), 8)
        self.assertFalse(any("traceparent" in request for request in requests))
        self.assertEqual(requests[-2]["request_id"], '"}{\\')

    def test_no_caller_can_write_a_line(self):
        with Server(self.data, "--access-log", "--slow-request", "1ms") as server:
            hostile = "a\nb\x1b[31mc\u2028d\u202ee"
            for n in range(50):
                body = {"filters": {"tags": {"values": [hostile, "\x9b", f"{n}"]}}, "distribution": "hour"}
                server.report(self.reader, "tags", body)
            server.stop()
        text = server.log.decode()
        self.assertNotRegex(text.replace("\n", ""), "[\x00-\x1f\x7f-\x9f\u2028\u202e]")
        for line in text.splitlines():
            self.assertRegex(line, LINE)

    def test_slow_reports_are_logged_with_their_plan(self):
        # Four hundred thousand hours take more than a millisecond.
        with Server(self.data, "--log-format", "json", "--slow-request", "1ms", "--max-buckets", "1000000") as server:
            filters = {"from": "1976-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z",
                       "tags": {"values": ["cafe", "x"]}}
            for _ in range(3):
                status, _, _ = server.ask(
                    "POST", "/v3.4/reports/chats/tags", json.dumps({"distribution": "hour", "filters": filters}),
                    {"Authorization": "Bearer " + self.reader, "X-Request-Id": "slow-one"})
                self.assertEqual(status, 200)
            lines = self.lines(server)
        slow = next(line for line in lines if line["message"] == "slow report" and "plan" in line)
        self.assertEqual((slow["level"], slow["request_id"], slow["route"]), ("warning", "slow-one", "tags-report"))
        self.assertIn('tag is any of ["cafe", "x"]', slow["plan"])

    def test_levels_leave_out_what_is_less_important(self):
        with Server(self.data, "--log-format", "json", "--access-log", "--slow-request", "0") as server:
            self.ask(server)
            self.assertGreater(len(self.lines(server)), 3)
        # The port is in no warning, so the server is asked nothing.
        process = subprocess.Popen(
            [PROGRAM, "serve", "--data", self.data, "--listen", "127.0.0.1:0", "--log-level", "warning"],
            stderr=subprocess.PIPE, env=clean_environment())
        time.sleep(1)
        process.terminate()
        _, log = process.communicate(timeout=60)
        self.assertEqual((process.returncode, log), (0, b""))

    def test_the_journal_gets_priorities(self):
        read, write = os.pipe()
        status = os.fstat(write)
        process = subprocess.Popen(
            [PROGRAM, "serve", "--data", self.data, "--listen", "127.0.0.1:0"], stderr=write,
            env={**clean_environment(), "JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"})
        os.close(write)
        log = os.fdopen(read, "rb")
        lines = [log.readline()]
        while b"serving" not in lines[-1]:
            lines.append(log.readline())
        process.terminate()
        lines += log.readlines()
        log.close()
        self.assertEqual(process.wait(timeout=60), 0)
        for line in lines:
            self.assertTrue(line.startswith((b"<3>", b"<4>", b"<6>")), line)
        self.assertTrue(lines[0].startswith(b"<6>"))

    def test_wrong_choices_are_refused(self):
        for flag, value, allowed in [("--log-format", "xml", "text, json"), ("--log-level", "loud", "info, warning"),
                                     ("--slow-request", "-1", "")]:
            done = run("serve", "--data", self.data, flag, value)
            self.assertEqual(done.returncode, 2, flag)
            self.assertIn(allowed, done.stderr.decode())


if __name__ == "__main__":
    main()
