"""chatreports report and chatreports info: the reports of a folder are those of a server, whether one runs or not."""

import csv
import io

from program import *

DAYS = ["--from", "2026-10-01", "--to", "2026-10-31", "--timezone", "Europe/Warsaw"]
RANGE = {"from": "2026-09-30T22:00:00Z", "to": "2026-10-31T22:59:59.999999Z"}


class Reports(ProgramTest):
    def setUp(self):
        super().setUp()
        self.take_in(run("generate", "--chats", 2_000, "--days", 60, "--end", "2026-11-01T00:00:00Z").stdout)

    def report(self, *arguments, code=0):
        done = run("report", "--data", self.data, "--license", 1, *arguments)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return done.stdout.decode()

    def test_they_are_those_of_a_server(self):
        bearer = {"Authorization": "Bearer " + self.token()}
        with Server(self.data) as server:
            for report in REPORTS:
                for format in ["csv", "rows", "json", "table"]:
                    question = {"format": format, "timezone": "Europe/Warsaw", "filters": RANGE}
                    status, _, text = server.ask("POST", "/v1/reports/" + report, json.dumps(question), bearer)
                    self.assertEqual(status, 200, text)
                    printed = self.report(report, *DAYS, "--format", format)
                    if report == "chats/queued_visitors_left" and format == "csv":
                        self.assertTrue(printed.startswith(text))  # and all other pages
                    else:
                        self.assertEqual(printed.rstrip("\n"), text.rstrip("\n"), (report, format))
        # Without the server it is the same, from the files that the server has left and without them.
        with_files = self.report("chats/ratings", *DAYS)
        shutil.rmtree(self.data / "engine")
        self.assertEqual(self.report("chats/ratings", *DAYS), with_files)
        self.assertFalse((self.data / "engine").exists(), "a reader writes nothing")

    def test_filters_and_groups(self):
        rows = list(csv.DictReader(io.StringIO(self.report(
            "chats/ratings", *DAYS, "--by", "agent", "--tag", "billing", "--distribution", "month", "--format", "csv"))))
        self.assertGreater(len(rows), 5)
        self.assertEqual({row["bucket"] for row in rows}, {"2026-10"})
        by_filters = self.report("chats/ratings", *DAYS, "--by", "agent", "--filters",
                                 '{"tags": {"values": ["billing"]}}', "--distribution", "month", "--format", "csv")
        self.assertEqual(list(csv.DictReader(io.StringIO(by_filters))), rows)
        one, two = ["agent001@example.com", "agent002@example.com"]
        total = [int(json.loads(self.report("chats/total_chats", *DAYS, "--format", "json", *flags))["total"])
                 for flags in [["--agent", one], ["--agent", two], ["--agent", one, "--agent", two]]]
        self.assertLessEqual(max(total[:2]), total[2])
        self.assertLessEqual(total[2], total[0] + total[1])

    def test_a_table_is_for_people(self):
        lines = self.report("chats/ratings", *DAYS).splitlines()
        self.assertRegex(lines[0], r"^total: \d+ chats$")
        self.assertEqual(lines[2].split(), "bucket bad (chats) chats good (chats)".split())
        self.assertEqual(len([line for line in lines if line.startswith("2026-10-")]), 31)
        self.assertRegex(lines[-1], r"^good \(chats\) +[▁▂▃▄▅▆▇█]{31}  up to \d+ +\d+ in all$")

    def test_a_report_of_nothing_says_why(self):
        def said(*arguments):
            done = run("report", "chats/ratings", "--data", self.data, "--license", 1, *arguments)
            self.assertEqual(done.returncode, 0, done.stderr.decode())
            self.assertTrue(done.stdout.startswith(b"total: 0 chats\n") or not done.stderr, done.stdout[:99])
            return done.stderr.decode()
        self.assertEqual(said(*DAYS), "")
        self.assertRegex(said("--from", "2020-01-01", "--to", "2020-01-31"),
                         r"^chatreports: no chat matches; the chats of licence 1 began from 2026-\S+Z to 2026-\S+Z\n$")
        self.assertEqual(said(*DAYS, "--tag", "biling", "--group", "77", "--agent", "agent001@example.com"),
                         'chatreports: no chat has the tag "biling"\nchatreports: no chat has the group "77"\n')

    def test_a_page_says_that_it_is_one_of_several(self):
        self.take_in([record for at in range(120) for record in [
            chat("Q%d" % at, "2026-10-15T10:00:00Z"),
            {"record": "queue", "thread_id": "Q%d" % at, "entered_at": "2026-10-15T10:00:00Z",
             "ended_at": "2026-10-15T10:01:00Z", "outcome": "left"}]])
        def said(*flags):
            done = run("report", "chats/queued_visitors_left", "--data", self.data, "--license", 1, *DAYS, *flags)
            return done.stderr.decode()
        self.assertRegex(said(), r"^chatreports: page 1 of \d; --page chooses another")
        self.assertRegex(said("--format", "rows", "--page", 2), r"^chatreports: page 2 of \d;")
        self.assertEqual(said("--format", "csv"), "")

    def test_names_stand_beside_ids(self):
        rows = list(csv.DictReader(io.StringIO(self.report("chats/ranking", *DAYS, "--names", "--format", "csv"))))
        self.assertTrue(any(row["agent_name"] for row in rows))
        self.assertNotIn("agent_name", self.report("chats/ranking", *DAYS))
        self.assertIn("agent_name", self.report("chats/ranking", *DAYS, "--names"))

    def test_a_byte_order_mark_for_excel(self):
        plain = self.report("chats/ratings", *DAYS, "--format", "csv")
        self.assertEqual(self.report("chats/ratings", *DAYS, "--format", "csv", "--bom"), "\ufeff" + plain)
        self.assertEqual(self.report("chats/ratings", *DAYS, "--bom"), self.report("chats/ratings", *DAYS))
        folder = self.folder / "out"
        self.report("--output", folder, *DAYS, "--bom", "--names")
        for file in folder.iterdir():
            self.assertEqual(file.read_bytes()[:4].count(b"\xef\xbb\xbf"), 1, file)
            self.assertEqual(file.read_bytes().count(b"\xef\xbb\xbf"), 1, file)

    def test_a_link_in_the_folder_is_not_followed(self):
        folder = self.folder / "out"
        folder.mkdir()
        other = self.folder / "other"
        other.write_text("mine")
        (folder / "chats-ratings.csv.new").symlink_to(other)
        (folder / "chats-ratings.csv").symlink_to(other)
        self.report("chats/ratings", "--output", folder, *DAYS)
        self.assertEqual(other.read_text(), "mine")
        self.assertFalse((folder / "chats-ratings.csv").is_symlink())
        self.assertEqual(len(list(folder.iterdir())), 1)

    def test_all_reports_into_a_folder(self):
        self.take_in([record for at in range(120) for record in [
            chat("Q%d" % at, "2026-10-15T10:00:00Z"),
            {"record": "queue", "thread_id": "Q%d" % at, "entered_at": "2026-10-15T10:00:00Z",
             "ended_at": "2026-10-15T10:01:00Z", "outcome": "left"}]])
        folder = self.folder / "new/out"
        self.assertEqual(self.report("--output", folder, *DAYS, "--distribution", "month", "--by", "agent"), "")
        self.assertEqual(sorted(file.name for file in folder.iterdir()),
                         sorted(report.replace("/", "-") + ".csv" for report in REPORTS))
        left = list(csv.DictReader(io.StringIO((folder / "chats-queued_visitors_left.csv").read_text())))
        total = json.loads(self.report("chats/queued_visitors_left", *DAYS, "--format", "json"))["total"]
        self.assertEqual(len(left), total)
        second = json.loads(self.report("chats/queued_visitors_left", *DAYS, "--format", "rows", "--page", "2"))
        self.assertEqual([row["chat"] for row in second], [row["chat"] for row in left[100:]])
        self.assertGreater(total, 100, "more than a page")
        self.report("chats/ratings", "--output", folder, *DAYS, "--format", "table")
        self.assertIn("total: ", (folder / "chats-ratings.txt").read_text())

    def test_values_of_fixed_lists_are_checked_first(self):
        for words, arguments in [
                (["--distribution: must be hour", 'not "weekly"'],
                 ["--output", self.folder / "all", "--distribution", "weekly"]),
                (["--by: must be agent", 'not "colour"'], ["chats/ratings", *DAYS, "--by", "colour"]),
                (["--by: must be agent", 'not "x??y"'], ["chats/ratings", *DAYS, "--by", "x\n\x1by"]),
                (["--format: must be json, rows, csv or table"], ["chats/ratings", *DAYS, "--format", "xls"])]:
            done = run("report", "--data", self.folder / "nowhere", "--license", 1, *arguments)
            self.assertEqual(done.returncode, 2)
            for word in words:
                self.assertIn(word, done.stderr.decode().splitlines()[0])

    def test_what_is_wrong_is_said(self):
        shutil.copytree(self.data, self.folder / "other_data")
        for words, arguments in [
                (['there is no report "chats/nothing"', "chats/ratings"], ["chats/nothing"]),
                (["--from: must be a day such as 2026-10-01", "yesterday"],
                 ["chats/ratings", "--from", "yesterday", "--to", "2026-10-31"]),
                (['--from: must be a day such as 2026-10-01 or a time: not an RFC 3339 time: "2026-10-01T09:00:00" '
                  "has no offset from UTC, such as Z or +02:00"],
                 ["chats/ratings", "--from", "2026-10-01T09:00:00", "--to", "2026-10-31"]),
                (["--from and --to are given together"], ["chats/ratings", "--from", "2026-10-31"]),
                (["Mars/Olympus"], ["chats/ratings", *DAYS[:4], "--timezone", "Mars/Olympus"]),
                (["group_by: this report can't be divided", "chats/ratings"], ["chats/tags", *DAYS, "--by", "agent"]),
                (["page: unknown"], ["chats/ratings", *DAYS, "--page", "3"]),
                (["names: needs the format rows"], ["chats/ratings", *DAYS, "--format", "json", "--names"]),
                (["--output", "is a data folder"], ["--output", self.folder / "other_data"]),
                (['groups: must be integers, not "x"'], ["chats/ratings", *DAYS, "--group", "x"]),
                *((["--filters must be a JSON object"], ["chats/ratings", *DAYS, "--filters", filters])
                  for filters in ["[]", "{}x", "x{}", '[{"tags":{"values":["a"]}}]', '{}},"distribution":"year"', "{"]),
                (["filters.tag: unknown", "did you mean filters.tags?"],
                 ["chats/ratings", *DAYS, "--filters", '{"tag":{}}']),
                (["no day 2011-12-30"], ["chats/ratings", "--from", "2011-12-30", "--to", "2012-01-02",
                                        "--timezone", "Pacific/Apia"])]:
            with self.subTest(arguments):
                self.assert_one_sentence(run("report", "--data", self.data, "--license", 1, *arguments), *words)
        self.assert_one_sentence(run("report", "chats/tags", "--data", self.data, "--license", 2), "no records of licence 2")
        self.assert_one_sentence(run("report", "chats/tags", "--data", self.folder / "nowhere", "--license", 1), "nowhere")
        (self.folder / "file").write_text("")
        self.assert_one_sentence(run("report", "--data", self.data, "--license", 1, "--output", self.folder / "file"), "file")
        wrong = run("report", "--data", self.data, "--license", 1)
        self.assertEqual(wrong.returncode, 2)
        self.assertIn(b"name a report, such as chats/ratings", wrong.stderr)

    def test_damaged_records_make_no_figures(self):
        shutil.rmtree(self.data / "engine")  # which have the records whole
        import sqlite3
        with sqlite3.connect(self.data / "chatreports.sqlite") as database:
            database.execute("UPDATE threads SET record = x'03' WHERE thread_number = (SELECT max(thread_number) FROM threads)")
        database.close()
        done = run("report", "chats/tags", "--data", self.data, "--license", 1)
        self.assert_one_sentence(done, "damaged")
        self.assertEqual(done.returncode, 1, "the command line is right")

    def test_nothing_acknowledged_is_left_out_in_silence(self):
        """After a kill, SQLite's log holds the last records; without it the store is an older one."""
        writer = {"Authorization": "Bearer " + self.token("--scope", "reports_write")}
        with Server(self.data) as server:
            self.assertEqual(server.ask("POST", "/ingest/records", json.dumps(chat("late")), writer)[0], 200)
            server.process.kill()
            server.process.wait()
        copy = self.folder / "copy"
        shutil.copytree(self.data, copy)
        self.assertEqual(run("report", "chats/tags", "--data", copy, "--license", 1).returncode, 0)
        shutil.copytree(self.data, copy, dirs_exist_ok=True)
        (copy / "chatreports.sqlite-wal").unlink()
        for command in [["report", "chats/tags", "--license", 1], ["info"], ["export", "--license", 1]]:
            self.assert_one_sentence(run(*command, "--data", copy), "was acknowledged", "restore a backup")

    def test_nothing_is_made_in_the_folder(self):
        names = sorted(file.name for file in self.data.iterdir())
        for lost in ["access.sqlite", "chatreports.sqlite"]:
            kept = (self.data / lost).read_bytes()
            (self.data / lost).unlink()
            for command in [["report", "chats/tags", "--license", 1], ["info"], ["export", "--license", 1]]:
                self.assert_one_sentence(run(*command, "--data", self.data), lost)
                self.assertFalse((self.data / lost).exists())
            (self.data / lost).write_bytes(kept)
        for folder in [self.data, self.data / "engine", self.data / "new"]:
            self.assert_one_sentence(run("report", "--data", self.data, "--license", 1, "--output", folder),
                                     "--output must not be in the data folder")
        self.assertEqual(sorted(file.name for file in self.data.iterdir()
                                if not file.name.endswith(("-wal", "-shm"))), names)

    def test_info(self):
        self.take_in([chat("T1", "2020-01-01T10:00:00Z")], license=7)

        def info():
            done = run("info", "--data", self.data)
            self.assertEqual(done.returncode, 0, done.stderr.decode())
            return done.stdout.decode()
        said = info()
        self.assertRegex(said, r"MB \(\S+ MB of them the engine's files\)\nno server or import has it\n")
        self.assertIn("licence 1\n  chats: 2000\n  first chat: 2026-09-02T", said)
        self.assertIn("\nlicence 7\n  chats: 1\n  first chat: 2020-01-01T10:00:00Z\n  last chat: 2020-01-01T10:00:00Z\n", said)
        with Server(self.data) as server:
            self.assertIn(f"\nchatreports serve (process {server.process.pid}) has it\n", info())
        self.assert_one_sentence(run("info", "--data", self.folder / "nowhere"), "nowhere")


if __name__ == "__main__":
    main()
