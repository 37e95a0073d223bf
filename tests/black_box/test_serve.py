"""chatreports serve: credentials, verbs, limits, stopping, over HTTP."""

import base64
import socket
import threading

from program import *

RANGE = {"from": "2021-04-08T00:00:00Z", "to": "2021-04-09T23:59:59Z"}


class Serve(ProgramTest):
    def setUp(self):
        super().setUp()
        self.take_in([chat("T1", tags=["spam"]), chat("T2")])

    def test_a_report(self):
        token = self.token()
        with Server(self.data) as server:
            status, headers, text = server.ask(
                "POST", "/v3.4/reports/chats/total_chats", json.dumps({"filters": RANGE}),
                {"Authorization": "Bearer " + token})
            self.assertEqual(status, 200)
            self.assertEqual(headers["Content-Type"], "application/json")
            self.assertEqual(text, '{"name":"total-chats-report","total":2,"records":'
                                   '{"2021-04-08":{"total":2},"2021-04-09":{}}}')

    def test_all_chats_reports(self):
        token = self.token()
        with Server(self.data) as server:
            for action in [name for resource, name in (r.split("/") for r in REPORTS) if resource == "chats"]:
                status, report = server.report(token, action, {"filters": RANGE})
                self.assertEqual(status, 200, report)
                name = "form-report" if action == "forms" else action.replace("_", "-") + "-report"
                self.assertEqual(report["name"], name)

    def test_get_head_and_basic_credentials(self):
        token = self.token()
        basic = {"Authorization": "Basic " + base64.b64encode(b"account:" + token.encode()).decode()}
        target = ("/reports/chats/tags?distribution=year&filters.from=2021-04-08T00:00:00%2B00:00"
                  "&filters.to=2021-04-09T00:00:00+00:00&filters.tags.values=spam")
        with Server(self.data) as server:
            status, headers, text = server.ask("GET", target, headers=basic)
            self.assertEqual((status, json.loads(text)["records"]), (200, {"2021": {"spam": 1}}))
            status, head_headers, nothing = server.ask("HEAD", target, headers=basic)
            self.assertEqual((status, nothing), (200, ""))
            self.assertEqual(head_headers["Content-Length"], headers["Content-Length"])

    def test_errors(self):
        token = self.token()
        writer = self.token("--scope", "reports_write")
        expired = self.token("--expires-in", "1s")
        time.sleep(1.1)
        ok = {"Authorization": "Bearer " + token}
        with Server(self.data, "--max-body-bytes", 2_000) as server:
            def error(status, kind, *request):
                got, headers, text = server.ask(*request)
                self.assertEqual((got, json.loads(text)["error"]["type"]), (status, kind), text)
                self.assertEqual(headers["Content-Type"], "application/json")
                return headers, json.loads(text)["error"]["message"]

            path = "/v3.4/reports/chats/tags"
            _, message = error(401, "authentication", "GET", path)
            self.assertEqual(message, "Invalid access token")
            error(401, "authentication", "GET", path, None, {"Authorization": "Bearer " + "0" * 64})
            error(401, "authentication", "GET", path, None, {"Authorization": "Bearer " + expired})
            _, message = error(403, "authorization", "GET", path, None,
                               {"Authorization": "Bearer " + writer})
            self.assertIn("reports_read", message)
            error(400, "validation", "POST", path, "{", ok)
            error(400, "unsupported_version", "GET", "/v3.3/reports/chats/tags", None, ok)
            error(404, "not_found", "GET", "/v3.4/reports/chats/nothing", None, ok)
            headers, _ = error(405, "not_allowed", "DELETE", path, None, ok)
            self.assertIn("POST", headers["Allow"])
            error(413, "entity_too_large", "POST", path, "x" * 2_001, ok)
            error(431, "entity_too_large", "GET", path, None, {"X": "y" * 20_000})

    def test_a_server_survives_nonsense(self):
        token = self.token()
        with Server(self.data) as server:
            for nonsense in [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\r\n" * 100, b"\x00" * 5_000,
                             b"GET / HTTP/9.9\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
                             b"GET " + b"/" * 100_000]:
                with socket.create_connection(("127.0.0.1", server.port), timeout=10) as peer:
                    peer.sendall(nonsense)
                    peer.shutdown(socket.SHUT_WR)
                    while peer.recv(65_536):
                        pass
            self.assertEqual(server.report(token, "tags")[0], 200)

    def test_half_a_request_blocks_nobody_and_is_ended(self):
        token = self.token()
        with Server(self.data, "--request-timeout", "1s", "--idle-timeout", "1s") as server:
            halves = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(50)]
            for half in halves:
                half.sendall(b"POST /v3.4/reports/chats/tags HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
            self.assertEqual(server.report(token, "tags")[0], 200)
            for half in halves:
                half.settimeout(10)
                answer = b""
                while True:
                    piece = half.recv(65_536)
                    if not piece:
                        break
                    answer += piece
                self.assertTrue(answer.startswith(b"HTTP/1.1 408 "), answer)
                half.close()

    def test_keep_alive_and_pipelining(self):
        token = self.token()
        request = ("GET /v3.4/reports/chats/total_chats?distribution=year&filters.from=2021-01-01T00:00:00Z"
                   "&filters.to=2021-12-31T00:00:00Z HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                   + token + "\r\n\r\n").encode()
        with Server(self.data) as server:
            connection = server.connect()
            for _ in range(5):
                connection.request("GET", "/v3.4/reports/chats/tags",
                                   headers={"Authorization": "Bearer " + token})
                self.assertEqual(connection.getresponse().read()[:2], b'{"')
            connection.close()
            with socket.create_connection(("127.0.0.1", server.port), timeout=10) as peer:
                peer.sendall(request * 20)
                peer.shutdown(socket.SHUT_WR)
                answers = b""
                while piece := peer.recv(65_536):
                    answers += piece
            self.assertEqual(answers.count(b'{"2021":{"total":2}}'), 20)

    def test_tokens_come_and_go_while_it_serves(self):
        with Server(self.data) as server:
            token = self.token()
            end = time.monotonic() + 1
            while server.report(token, "tags")[0] != 200:
                self.assertLess(time.monotonic(), end)
                time.sleep(0.02)
            listed = run("token", "list", "--data", self.data).stdout.decode()
            self.assertNotIn(token, listed)
            identifier = listed.strip().splitlines()[-1].split()[0]
            self.assertEqual(run("token", "revoke", "--data", self.data, identifier).returncode, 0)
            end = time.monotonic() + 1
            while server.report(token, "tags")[0] != 401:
                self.assertLess(time.monotonic(), end)
                time.sleep(0.02)
            self.assertEqual(run("token", "revoke", "--data", self.data, identifier).returncode, 1)

    def test_the_zone_of_the_tokens_agent(self):
        self.take_in([{"record": "agent", "id": "ann@example.com", "timezone": "Asia/Kathmandu"},
                      chat("T3", "2021-04-08T20:00:00Z")])
        token = self.token("--agent-id", "ann@example.com")
        with Server(self.data) as server:
            _, report = server.report(token, "total_chats", {"filters": RANGE})
            self.assertEqual(report["records"]["2021-04-09"], {"total": 1})

    def test_it_stops_cleanly(self):
        token = self.token()
        server = Server(self.data)
        idle = server.connect()
        idle.connect()
        answered = []

        def ask_until_it_stops():
            try:
                while True:
                    answered.append(server.report(token, "tags")[0])
            except (ConnectionError, http.client.HTTPException, OSError):
                pass

        asking = [threading.Thread(target=ask_until_it_stops) for _ in range(4)]
        for thread in asking:
            thread.start()
        time.sleep(0.3)
        begun = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - begun, 5)
        for thread in asking:
            thread.join()
        idle.close()
        self.assertGreater(len(answered), 0)
        self.assertEqual(set(answered), {200})

    def test_nothing_secret_is_logged(self):
        token = self.token()
        server = Server(self.data)
        server.report(token, "tags")
        server.stop()
        self.assertNotIn(token, server.log.decode())

    def test_an_address_in_use(self):
        with Server(self.data) as server:
            other = self.folder / "other"
            done = run("serve", "--data", other, "--listen", f"127.0.0.1:{server.port}")
            self.assertEqual(done.returncode, 1)
            self.assertIn("in use", done.stderr.decode())


class CommandLine(ProgramTest):
    def test_help_groups_the_flags(self):
        help = run("serve", "--help").stdout.decode()
        groups, heading = {}, ""
        for line in help.splitlines():
            if line.endswith(":") and not line.startswith(" "):
                heading = line[:-1]
            elif flag := re.match(r" +(?:-h, *)?(--[\w-]+)", line):
                groups.setdefault(heading, []).append(flag[1])
        general = groups.pop("Options", None) or groups.pop("OPTIONS")  # as CLI11 2.4 has it
        self.assertEqual(general, ["--help", "--data"])
        self.assertEqual(list(groups), [
            "Settings", "Addresses and TLS", "Limits on connections and requests", "Limits on reports",
            "Limits on records and webhooks", "Timeouts", "Log"])
        self.assertEqual(groups["Addresses and TLS"],
                         ["--listen", "--metrics-listen", "--tls-cert", "--tls-key", "--cors-origin"])
        for flags in groups.values():
            self.assertLess(len(flags), 12)

    def test_help_fits_the_terminal(self):
        words = set()
        for columns in [None, 60, 80, 132]:
            environment = {"COLUMNS": str(columns)} if columns else {}
            text = run("serve", "--help", environment=environment).stdout.decode()
            for line in text.splitlines():
                self.assertLessEqual(len(line), columns or 80, line)
            words.add(tuple(text.split()))
        self.assertEqual(len(words), 1, "the same text in each width")
        # A word is never broken.
        narrow = run("serve", "--help", environment={"COLUMNS": "20"}).stdout.decode()
        self.assertEqual({tuple(narrow.split())}, words)
        for line in narrow.splitlines():
            self.assertTrue(len(line) <= 40 or len(line.split()) == 1 or line.startswith("Usage: "), line)

    def test_help_and_version(self):
        for arguments in [["--help"], ["serve", "--help"], ["import", "--help"], ["token", "--help"],
                          ["token", "create", "--help"], ["generate", "--help"], ["--version"]]:
            done = run(*arguments)
            self.assertEqual(done.returncode, 0)
            self.assertGreater(len(done.stdout), 5)

    def test_wrong_usage(self):
        for arguments in [[], ["nothing"], ["serve", "--nothing"], ["serve", "--listen", "nowhere"],
                          ["import"], ["token"], ["token", "create"], ["generate"],
                          ["token", "create", "--license", "1", "--scope", "everything"],
                          ["token", "create", "--license", "1", "--expires-in", "1w"]]:
            self.assertEqual(run(*arguments).returncode, 2, arguments)

    def test_environment(self):
        self.make_folder()
        done = run("token", "create",
                   environment={"CHATREPORTS_DATA": str(self.data), "CHATREPORTS_LICENSE": "1"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout.decode(), r"^[0-9a-f]{64}\n$")

    def test_a_token_is_kept_as_a_hash(self):
        token = self.token()
        kept = b"".join(path.read_bytes() for path in self.data.iterdir())
        self.assertNotIn(token.encode(), kept)
        self.assertNotIn(bytes.fromhex(token), kept)


class Generated(ProgramTest):
    def test_sample_data_goes_all_the_way(self):
        made = run("generate", "--chats", 2_000, "--days", 30, "--agents", 7, "--seed", 3, "--end",
                   "2021-05-01T00:00:00Z")
        self.assertEqual(made.returncode, 0)
        again = run("generate", "--chats", 2_000, "--days", 30, "--agents", 7, "--seed", 3, "--end",
                    "2021-05-01T00:00:00Z")
        self.assertEqual(made.stdout, again.stdout)
        self.take_in(made.stdout)
        with Server(self.data) as server:
            token = self.token()
            body = {"filters": {"from": "2021-03-01T00:00:00Z", "to": "2021-05-02T00:00:00Z"}}
            self.assertEqual(server.report(token, "total_chats", body)[1]["total"], 2_000)
            for action in ["tags", "ranking", "surveys", "greetings_conversion"]:
                self.assertGreater(len(json.dumps(server.report(token, action, body)[1])), 500)


class RealDialogues(ProgramTest):
    """Figures counted here by plain loops over real conversations."""

    def test_counted_by_hand(self):
        path = SAMPLES / "support-dialogues.ndjson.gz"
        done = run("import", "--data", self.data, "--license", 7, path)
        self.assertEqual(done.returncode, 0, done.stderr)
        chats = [json.loads(line)["thread"] for line in gzip.open(path)]
        self.assertEqual(len(chats), 525)
        april = [c for c in chats if c["created_at"].startswith("2020-04-01")]
        with_google = [c for c in april if "google" in c["tags"]]
        body = {"filters": {"from": "2020-04-01T00:00:00Z", "to": "2020-04-01T23:59:59.999999Z"}}
        token = self.token(license=7)
        with Server(self.data) as server:
            _, report = server.report(token, "total_chats", body)
            self.assertEqual(report["total"], len(april))
            self.assertGreater(len(april), 5)
            _, report = server.report(token, "tags", body)
            self.assertEqual(report["records"]["2020-04-01"].get("google", 0), len(with_google))
            _, report = server.report(token, "total_chats", {
                "distribution": "year",
                "filters": {"from": "2000-01-01T00:00:00Z", "to": "2030-01-01T00:00:00Z"}})
            self.assertEqual(report["total"], 525)


if __name__ == "__main__":
    main()
