"""/metrics: the figures of a running server, for Prometheus."""

from program import *

SAMPLE = re.compile(r'([a-z_]+)(?:\{([^}]*)\})? (\S+)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\\\]|\\\\.)*)"')


def parsed(text):
    """{(name, labels): value} of figures in the text format, and {name: type} of their families."""
    figures, types = {}, {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types, name
            types[name] = kind
        elif not line.startswith("#"):
            name, labels, value = SAMPLE.fullmatch(line).groups()
            key = name, tuple(LABEL.findall(labels or ""))
            assert key not in figures, key
            figures[key] = float(value)
    return figures, types


class Metrics(ProgramTest):
    def setUp(self):
        super().setUp()
        self.take_in([chat(f"T{n}") for n in range(3)])
        self.prometheus = {"Authorization": "Bearer " + self.token("--scope", "metrics_read")}
        self.reader = self.token()

    def figures(self, server):
        status, headers, text = server.ask("GET", "/metrics", headers=self.prometheus)
        self.assertEqual((status, headers["Content-Type"]), (200, "text/plain; version=0.0.4; charset=utf-8"))
        return parsed(text)

    def test_they_tell_what_the_server_does_and_holds(self):
        with Server(self.data) as server:
            for _ in range(2):
                self.assertEqual(server.report(self.reader, "tags")[0], 200)
            figures, types = self.figures(server)
            for name in [name for name, _ in figures]:
                family = re.sub(r"_(bucket|sum|count)$", "", name)
                self.assertIn(types.get(name) or types.get(family), ("counter", "gauge", "histogram"), name)
                self.assertEqual(types.get(name) == "counter", name.endswith("_total"), name)
            self.assertEqual(figures["chatreports_chats", ()], 3)
            self.assertEqual(figures["chatreports_licences", ()], 1)
            self.assertEqual(figures["chatreports_ready", ()], 1)
            self.assertEqual(figures["chatreports_changes_not_applied", ()], 0)
            self.assertGreater(figures["chatreports_engine_bytes", (("part", "chats"),)], 0)
            self.assertEqual(figures["chatreports_http_requests_total", (
                ("method", "POST"), ("route", "tags-report"), ("status", "200"), ("version", "3.4"))], 2)
            self.assertGreater(figures["chatreports_sent_bytes_total", ()], 100)
            self.assertGreaterEqual(figures["chatreports_connections", ()], 1)
            self.assertGreater(figures["process_resident_memory_bytes", ()], 1_000_000)
            self.assertLess(abs(figures["process_start_time_seconds", ()] - time.time()), 3_600)
            # Counters only grow.
            later, _ = self.figures(server)
            for (name, labels), value in figures.items():
                if types.get(name) == "counter" or name.endswith(("_bucket", "_count")):
                    self.assertGreaterEqual(later[name, labels], value, name)

    def test_records_and_webhooks(self):
        secret = run("webhook", "create", "--data", self.data, "--license", 1).stdout.decode().strip()
        writer = {"Authorization": "Bearer " + self.token("--scope", "reports_write")}
        with Server(self.data) as server:
            before, _ = self.figures(server)
            body = json.dumps(chat("new")) + "\n{}\n"
            self.assertEqual(server.ask("POST", "/ingest/records", body, writer)[0], 200)
            for action in ["agent_created", "tag_created", "invented\n"]:
                server.ask("POST", "/ingest/webhooks/livechat", json.dumps(
                    {"secret_key": secret, "action": action, "payload": {"id": "ann"}}))
            figures, _ = self.figures(server)
            self.assertEqual(figures["chatreports_records_total", (("result", "accepted"),)], 1)
            self.assertEqual(figures["chatreports_records_total", (("result", "refused"),)], 1)
            self.assertEqual(figures["chatreports_webhooks_total",
                                     (("action", "agent_created"), ("result", "accepted"))], 1)
            self.assertEqual(figures["chatreports_webhooks_total", (("action", "other"), ("result", "ignored"))], 2)
            self.assertLess(abs(figures["chatreports_last_webhook_timestamp_seconds", ()] - time.time()), 600)
            self.assertGreater(figures["chatreports_write_batches_total", ()],
                               before.get(("chatreports_write_batches_total", ()), 0))
            self.assertEqual(figures["chatreports_chats", ()], 4)

    def test_a_port_of_their_own(self):
        with Server(self.data, "--metrics-listen", "127.0.0.1:0") as server:
            port = int(re.search(rb"listening on 127.0.0.1:(\d+) for Prometheus", server.log).group(1))
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            for method, path, status in [("GET", "/metrics", 200), ("HEAD", "/metrics", 200), ("GET", "/", 404),
                                         ("GET", "/v3.7/reports/chats/tags", 404), ("POST", "/metrics", 404)]:
                connection.request(method, path)
                response = connection.getresponse()
                text = response.read().decode()
                self.assertEqual(response.status, status, (method, path))
            connection.close()
            self.assertEqual(server.ask("GET", "/metrics")[0], 401)
        taken = run("serve", "--data", self.data, "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:1x")
        self.assertEqual(taken.returncode, 2)

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not here")
    def test_promtool_finds_nothing(self):
        with Server(self.data) as server:
            text = server.ask("GET", "/metrics", headers=self.prometheus)[2]
        done = subprocess.run(["promtool", "check", "metrics"], input=text.encode(), capture_output=True)
        self.assertEqual((done.returncode, done.stderr + done.stdout), (0, b""))


class Contributed(ProgramTest):
    """The alert rules and the dashboard ask for figures that are there."""

    def names_in(self, text):
        return {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"\b(?:chatreports|process)_[a-z_]+", text)}

    def test_they_ask_for_what_is_there(self):
        self.take_in([chat("T")])
        token = self.token("--scope", "metrics_read", "--scope", "reports_read", "--scope", "reports_write")
        bearer = {"Authorization": "Bearer " + token}
        secret = run("webhook", "create", "--data", self.data, "--license", 1).stdout.decode().strip()
        (self.data / "connections").mkdir()  # a licence that is connected, although not well
        (self.data / "connections/1.json").write_text("{}")  # for others to read, too
        with Server(self.data) as server:
            server.report(token, "tags")
            while "chatreports_fetch_failing" not in server.ask("GET", "/metrics", headers=bearer)[2]:
                time.sleep(0.1)
            server.ask("POST", "/ingest/records", "{}", bearer)
            server.ask("POST", "/ingest/webhooks/livechat",
                       json.dumps({"secret_key": secret, "action": "tag_created", "payload": {}}))
            _, types = parsed(server.ask("GET", "/metrics", headers=bearer)[2])
        rules = (ROOT / "contrib/prometheus/alerts.yml").read_text()
        dashboard = json.loads((ROOT / "contrib/grafana/server.json").read_text())
        asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
        self.assertGreater(len(asked), 20)
        for text in [rules, *asked]:
            self.assertEqual(self.names_in(text) - set(types), set())
        documented = (ROOT / "docs/operations.md").read_text()
        self.assertEqual({name for name in types if not name.startswith("process_")} - self.names_in(documented), set())

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not here")
    def test_promtool_finds_nothing_in_the_rules(self):
        for arguments in [["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]]:
            done = subprocess.run(["promtool", *arguments], cwd=ROOT / "contrib/prometheus", capture_output=True)
            self.assertEqual(done.returncode, 0, (done.stdout + done.stderr).decode())


if __name__ == "__main__":
    main()
