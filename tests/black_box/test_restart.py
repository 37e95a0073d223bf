"""The engine's files: a start takes them up, and says so when it cannot; the answers are the same."""

from program import *

RANGE = {"from": "2021-03-01T00:00:00Z", "to": "2021-05-02T00:00:00Z"}


class Restart(ProgramTest):
    def setUp(self):
        super().setUp()
        self.take_in(run("generate", "--chats", 3_000, "--days", 50, "--agents", 9, "--seed", 5,
                         "--end", "2021-05-01T00:00:00Z").stdout)
        self.read_token = self.token()
        self.engine = self.data / "engine"
        self.first, log = self.answers()
        self.assertNotIn("warn", log)
        self.assertTrue((self.engine / "manifest").exists())

    def answers(self, flags=(), more=None, end=None):
        """What the reports say from a fresh start, and its log."""
        found = {}
        with Server(self.data, *flags) as server:
            bearer = {"Authorization": "Bearer " + self.read_token}
            self.wait_until_ready(server)
            if more:
                more(server)
            for report in REPORTS:
                body = json.dumps({"timezone": "Europe/Warsaw", "filters": RANGE})
                status, _, found[report] = server.ask("POST", path_of(report), body, bearer)
                self.assertEqual(status, 200, found[report])
            if end:
                end(server)
            server.stop()
            return found, server.log.decode()

    def wait_until_ready(self, server):
        deadline = time.monotonic() + 60
        while server.ask("GET", "/readyz")[0] != 200:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def files(self):
        return sorted(path for path in self.engine.iterdir())

    def test_a_start_takes_up_the_files(self):
        before = {path: path.stat().st_ino for path in self.files()}
        again, log = self.answers()
        self.assertEqual(again, self.first)
        self.assertNotIn("warn", log)
        self.assertEqual({path: path.stat().st_ino for path in self.files()}, before,
                         "nothing was made anew")

    def test_what_came_since_is_read_from_the_store(self):
        self.take_in([chat("late", "2021-04-20T10:00:00Z")])
        changed, log = self.answers()
        self.assertNotEqual(changed, self.first)
        self.assertNotIn("warn", log)
        shutil.rmtree(self.engine)
        self.assertEqual(self.answers()[0], changed)

    def test_a_last_change_that_no_report_counts(self):
        """Files that are made after it are of this store nevertheless."""
        for record in [{"record": "group", "id": 77, "name": "Support"},
                       {"record": "goal", "thread_id": "nobody", "id": 1},
                       {"record": "queue", "thread_id": "nobody", "entered_at": "2021-04-08T10:00:00Z",
                        "ended_at": "2021-04-08T10:01:00Z", "outcome": "left"}]:
            self.take_in([record])
            shutil.rmtree(self.engine)
            self.assertEqual(self.answers()[0], self.first)
            done = run("check", "--data", self.data)
            self.assertEqual((done.returncode, done.stderr), (0, b""), done.stdout)
            again, log = self.answers()
            self.assertEqual(again, self.first)
            self.assertNotIn("warn", log)

    def test_damaged_files_are_said_and_made_anew(self):
        for number in [0, -2, -1]:  # a segment, the agents, the manifest
            path = self.files()[number]
            damaged = bytearray(path.read_bytes())
            damaged[-2] ^= 1
            path.write_bytes(damaged)
            again, log = self.answers()
            self.assertEqual(again, self.first)
            self.assertRegex(log, f"warning the engine's files can't be used .*{path} is damaged")
            again, log = self.answers()
            self.assertEqual(again, self.first)
            self.assertNotIn("warn", log)

    def test_files_that_are_gone_are_made_anew(self):
        self.files()[0].unlink()
        again, log = self.answers()
        self.assertEqual(again, self.first)
        self.assertIn("warning the engine's files can't be used", log)
        shutil.rmtree(self.engine)
        again, log = self.answers()
        self.assertEqual(again, self.first)
        self.assertNotIn("warn", log)

    def test_a_store_from_a_backup_is_not_mixed_with_later_files(self):
        store = self.data / "chatreports.sqlite"
        backup = store.read_bytes()
        self.take_in([chat("lost", "2021-04-20T10:00:00Z")])
        self.assertNotEqual(self.answers()[0], self.first)
        store.write_bytes(backup)
        again, log = self.answers()
        self.assertEqual(again, self.first)
        self.assertIn("belong to another store", log)

    def test_a_kill_loses_nothing(self):
        writer = self.token("--scope", "reports_write")

        def send(server):
            for n in range(50):
                record = json.dumps(chat(f"new {n}", f"2021-04-{n % 20 + 1:02}T10:00:00Z"))
                status, _, text = server.ask("POST", "/ingest/records", record + "\n",
                                             {"Authorization": "Bearer " + writer})
                self.assertEqual(status, 200, text)

        def kill(server):
            server.process.kill()

        changed, _ = self.answers(more=send, end=kill)
        again, log = self.answers()
        self.assertEqual(again, changed)
        self.assertNotIn("warn", log)

    def test_a_folder_that_cannot_be_written_stops_no_report(self):
        shutil.rmtree(self.engine)
        self.engine.write_text("a file")
        again, log = self.answers()
        self.assertEqual(again, self.first)
        self.assertIn("warning the engine's files can't be written", log)


main()
