"""docs/live.md: the examples run as they stand, and the server tells what it understood."""

from program import *

PAGE = (ROOT / "docs/live.md").read_text()


def example(language):
    return re.search(rf"```{language}\n(.*?)```", PAGE, re.S).group(1)


class LiveSending(ProgramTest):
    def setUp(self):
        super().setUp()
        self.writer = self.token("--scope", "reports_write")
        self.reader = self.token()
        self.server = Server(self.data)
        self.addCleanup(self.server.stop)

    def run_example(self, name, text, *command):
        script = self.folder / name
        script.write_text(text)
        done = subprocess.run([*command, script], capture_output=True, timeout=120,
                              env={**clean_environment(), "TOKEN": self.writer, "NO_PROXY": "*",
                                   "SERVER": f"http://127.0.0.1:{self.server.port}"})
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))

    def thread(self, thread_id, token=None):
        status, _, text = self.server.ask("GET", "/v1/threads/" + thread_id,
                                          headers={"Authorization": "Bearer " + (token or self.writer)})
        return status, json.loads(text)

    def assert_understood(self, number):
        status, facts = self.thread(f"conversation-{number}-1")
        self.assertEqual(status, 200)
        shown = json.loads(re.search(r'^{"thread_id".*?^ .*?}$', PAGE, re.M | re.S).group(0)
                           if number == 17 else json.dumps(facts))
        self.assertEqual(set(facts), set(shown))  # the answer has the members that the page shows
        self.assertEqual((facts["chat_id"], facts["in_reports"], facts["active"], facts["rating"], facts["tags"],
                          facts["groups"], facts["agents"], facts["warnings"]),
                         (f"conversation-{number}", True, False, "good", ["billing"], [1], ["ann@example.com"], []))
        self.assertGreater(facts["first_response"]["time"], 0)
        self.assertGreaterEqual(facts["duration"], facts["first_response"]["time"])

    def test_python(self):
        self.run_example("send.py", example("python"), sys.executable)
        self.assert_understood(17)
        self.assertEqual(self.server.report(self.reader, "total_chats")[1]["total"], 1)

    @unittest.skipUnless(shutil.which("node"), "no Node.js")
    def test_javascript(self):
        self.run_example("send.mjs", example("js"), "node")
        self.assert_understood(18)

    def test_what_counts_nowhere_is_told(self):
        odd = chat("T1", properties={"rating": {"score": 5}}, events=[
            {"id": "1", "type": "annotation", "created_at": "2021-04-08T10:00:01Z", "author_id": "who"}])
        body = json.dumps(odd)
        headers = {"Authorization": "Bearer " + self.writer}
        self.assertEqual(self.server.ask("POST", "/ingest/records", body, headers)[0], 200)
        status, facts = self.thread("T1")
        self.assertEqual((status, len(facts["warnings"]), "rating" in facts), (200, 3, False), facts)
        self.assertEqual(self.thread("T2")[0], 404)
        self.assertEqual(self.thread("T1", self.reader)[0], 403)
        # A webhook about a thread whose beginning has not come.
        body = json.dumps({"action": "thread_tagged", "received_at": "2021-04-08T10:00:00Z",
                           "payload": {"thread_id": "T3", "tag": "vip"}})
        self.assertEqual(self.server.ask("POST", "/ingest/records", body, headers)[0], 200)
        status, facts = self.thread("T3")
        self.assertEqual((status, facts["in_reports"]), (200, False))

    def test_other_licences_see_nothing(self):
        self.server.ask("POST", "/ingest/records", json.dumps(chat("T1")), {"Authorization": "Bearer " + self.writer})
        self.assertEqual(self.thread("T1")[0], 200)
        other = self.token("--scope", "reports_write", license=2)
        self.assertEqual(self.thread("T1", other)[0], 404)


if __name__ == "__main__":
    main()
