"""chatreports import: every form of input, and everything that can be wrong with it."""

import contextlib
import os
import resource
import signal
import sqlite3
import subprocess
import time

from program import *


class Forms(ProgramTest):
    def total(self, license=1):
        with Server(self.data) as server:
            status, report = server.report(
                self.token(license=license), "total_chats",
                {"distribution": "year",
                 "filters": {"from": "2000-01-01T00:00:00Z", "to": "2030-01-01T00:00:00Z"}})
            self.assertEqual(status, 200)
            return report["total"]

    def test_each_form_says_the_same(self):
        chats = [chat("T%d" % i) for i in range(5)]
        lines = "".join(json.dumps(c) + "\n" for c in chats).encode()
        forms = {
            "ndjson": lines,
            "array": json.dumps(chats).encode(),
            "pretty array": json.dumps(chats, indent=2).encode(),
            "page": json.dumps({"chats": chats, "found_chats": 5}).encode(),
            "pretty page": json.dumps({"found_chats": 5, "chats": chats}, indent=2).encode(),
            "pages, one a line": (json.dumps({"chats": chats[:2]}) + "\n" +
                                  json.dumps({"chats": chats[2:]})).encode(),
            "pages on one line": (json.dumps({"chats": chats[:2]}) + json.dumps({"chats": chats[2:]})).encode(),
            "values on one line": "".join(json.dumps(c) for c in chats).encode(),
            "responses of the RTM API": (json.dumps({"type": "response", "action": "list_archives",
                                                     "payload": {"chats": chats[:2]}}) +
                                         json.dumps({"type": "response", "payload": {"chats": chats[2:]}})).encode(),
            "a byte order mark": b"\xef\xbb\xbf" + lines,
            "gzip": gzip.compress(lines),
            "two members of gzip": gzip.compress(lines[:100]) + gzip.compress(lines[100:]),
            "without a last newline": lines.strip(),
            "windows line ends": lines.replace(b"\n", b"\r\n"),
        }
        for name, form in forms.items():
            with self.subTest(name):
                shutil.rmtree(self.data, ignore_errors=True)
                done = self.take_in(form)
                self.assertIn(b"5 ", done.stdout)
                self.assertEqual(self.total(), 5)

    def test_a_wrong_file_is_told_once_with_its_first_lines(self):
        wrong = {"table.csv": "".join(f"{n},2021-04-08,ann\n" for n in range(5_000)).encode(),
                 "binary": os.urandom(1 << 20),
                 "other.ndjson": b'{"event":"click"}\n' * 3_000}
        for name, content in wrong.items():
            (self.folder / name).write_bytes(content)
            done = run("import", "--data", self.data, "--license", 1, self.folder / name)
            self.assertEqual(done.returncode, 3)
            lines = done.stderr.decode().splitlines()
            self.assertEqual(len(lines), 6, lines[:20])
            for line in lines[:5]:
                self.assertIn(name + ":", line)
            self.assertRegex(lines[5], name + r": none of its \d+ values is a record; the first 5 "
                             "are listed above. An import takes JSON")
            self.assertIn(b"0 records went in", done.stdout)
        # Beside a good file, which is listed as ever.
        (self.folder / "good").write_text("oops\n" * 20 + json.dumps(chat("A")) + "\n" + "oops\n" * 5)
        done = run("import", "--data", self.data, "--license", 1, self.folder / "table.csv",
                   self.folder / "good")
        lines = done.stderr.decode().splitlines()
        self.assertEqual(len([line for line in lines if "table.csv" in line]), 6)
        self.assertEqual(len([line for line in lines if "good:" in line]), 25)
        self.assertIn(b"1 records went in, 0 were known already, 5025 were refused", done.stdout)

    def test_an_error_answer_is_told_as_one(self):
        error = b'{"error":{"type":"authentication","message":"Invalid access token"}}'
        done = self.take_in(error, code=3)
        self.assertIn(b"-:1: an error answer of the API, not chats: Invalid access token "
                      b"(authentication)", done.stderr)

    def test_what_counts_nowhere_is_told(self):
        odd = chat("A")
        odd["users"] = [{"id": "a", "type": "visitor"}]
        file = self.folder / "odd.ndjson"
        file.write_text(json.dumps(chat("B")) + "\n" + json.dumps(odd) + "\n" + json.dumps(odd) + "\n")
        done = run("import", "--data", self.data, "--license", 1, file)
        self.assertEqual(done.returncode, 0)
        summary, warning = done.stdout.decode().splitlines()
        self.assertIn("2 records went in", summary)
        self.assertTrue(warning.startswith(f"warning: {file}:2: user who is neither"), warning)
        self.assertTrue(warning.endswith('"visitor" (2 in all)'), warning)

    def test_one_object(self):
        self.take_in(json.dumps(chat(), indent=1).encode())
        self.assertEqual(self.total(), 1)

    def test_several_files_and_one_that_is_missing(self):
        for i in range(2):
            (self.folder / f"{i}.json").write_text(json.dumps(chat(f"T{i}")))
        done = run("import", "--data", self.data, "--license", 1, self.folder / "0.json",
                   self.folder / "nothing.json", self.folder / "1.json")
        self.assertEqual(done.returncode, 1)
        self.assertIn("nothing.json", done.stderr.decode())
        self.assertEqual(self.total(), 2)

    def test_twice_the_same_changes_nothing(self):
        records = [chat("T1"), chat("T2"),
                   {"record": "goal", "thread_id": "T1", "id": 5},
                   {"record": "greeting", "greeting_id": 1, "unique_id": "u", "event": "displayed",
                    "at": "2021-04-08T10:00:00Z"},
                   {"record": "agent", "id": "ann@example.com", "timezone": "Europe/Warsaw"},
                   {"record": "group", "id": 0, "name": "General"},
                   {"record": "agent_status", "agent_id": "ann@example.com",
                    "status": "accepting chats", "at": "2021-04-08T10:00:00Z"}]
        self.assertIn(b"7 ", self.take_in(records).stdout)
        self.assertIn(b"7 ", self.take_in(records).stdout)
        database = sqlite3.connect(self.data / "chatreports.sqlite")
        numbers = database.execute("SELECT max(coalesce(changed, thread_number)) FROM threads").fetchone()
        self.take_in(records)
        self.assertEqual(database.execute("SELECT max(coalesce(changed, thread_number)) FROM threads").fetchone(), numbers)
        database.close()
        self.assertEqual(self.total(), 2)

    def test_licences_do_not_mix(self):
        self.take_in([chat("T1"), chat("T2")], license=1)
        self.take_in([chat("T1")], license=2)
        self.assertEqual(self.total(license=1), 2)
        self.assertEqual(self.total(license=2), 1)
        self.assertEqual(self.total(license=3), 0)


class BadInput(ProgramTest):
    def refused(self, line, *reasons):
        """The line between two good ones: these go in, it is refused with its number and reason."""
        first, last = (json.dumps(chat(thread_id)).encode() for thread_id in ["T1", "T2"])
        done = self.take_in(first + b"\n" + line + b"\n" + last + b"\n", code=3)
        message = done.stderr.decode()
        self.assertIn("-:2: ", message)
        for reason in reasons:
            self.assertIn(reason, message)
        self.assertLess(len(message), 1_000)
        return done

    def test_lines_that_are_refused(self):
        cases = [
            (b'{"thread":', "JSON"),
            (b'{"thread":{"id":"x","created_at":"2021-04-08T10:00:00Z"}', "JSON"),
            (b"nonsense", "JSON"),
            (b"\x00\x01\x02", "JSON"),
            (b'"text"', ""),
            (b'{"thread":{"id":"\xff","created_at":"2021-04-08T10:00:00Z"}}', "UTF-8"),
            (b'{"thread":{"created_at":"2021-04-08T10:00:00Z"}}', "thread.id"),
            (b'{"thread":{"id":"","created_at":"2021-04-08T10:00:00Z"}}', "thread.id"),
            (b'{"thread":{"id":7,"created_at":"2021-04-08T10:00:00Z"}}', "thread.id"),
            (b'{"thread":{"id":"x"}}', "thread.created_at"),
            (b'{"thread":{"id":"x","created_at":"2021-02-30T10:00:00Z"}}', "thread.created_at"),
            (b'{"thread":{"id":"x","created_at":"99999-01-01T00:00:00Z"}}', "thread.created_at"),
            (b'{"thread":{"id":"x","created_at":1617840000}}', "thread.created_at"),
            (b'{"thread":{"id":"x","created_at":"2021-04-08T10:00:00Z","tags":"spam"}}', "thread.tags"),
            (b'{"thread":{"id":"x","created_at":"2021-04-08T10:00:00Z","events":[{"type":"message"}]}}',
             "thread.events[0].created_at"),
            (b'{"record":"greeting","greeting_id":"x"}', "greeting_id"),
            (b'{"record":"goal","thread_id":"T1","id":5.5}', "id"),
            (b'{"record":"nothing"}', "record"),
            (b'{"hello":"world"}', ""),
            (b'{"action":"incoming_chat","payload":{}}', "payload.chat"),
            (b'{"thread":{"id":"x","created_at":"2021-04-08T10:00:00Z","tags":["' + b"t" * 10_000_000 +
             b'"]}}', "thread.tags[0]"),
            (b'{"thread":' + b"[" * 100_000 + b"]" * 100_000 + b"}", ""),
        ]
        for line, reason in cases:
            with self.subTest(line[:60]):
                shutil.rmtree(self.data, ignore_errors=True)
                done = self.refused(line, reason)
                self.assertRegex(done.stdout.decode(), r"\b2\b")

    def test_a_large_number_in_a_key_that_nobody_reads(self):
        self.take_in(b'{"x":123456789012345678901234567890,"y":1e999,"thread":{"id":"x",'
                     b'"created_at":"2021-04-08T10:00:00Z"}}')

    def test_truncated_gzip_keeps_what_came_before(self):
        lines = "".join(json.dumps(chat("T%d" % i)) + "\n" for i in range(20_000)).encode()
        done = self.take_in(gzip.compress(lines)[:-2_000], code=1)
        self.assertIn("gzip", done.stderr.decode())
        with Server(self.data) as server:
            _, report = server.report(
                self.token(), "total_chats",
                {"distribution": "year",
                 "filters": {"from": "2021-01-01T00:00:00Z", "to": "2021-12-31T00:00:00Z"}})
        self.assertGreater(report["total"], 10_000)
        self.assertLess(report["total"], 20_000)

    def test_a_license_that_is_no_positive_number(self):
        for license in ["0", "-1", "x", "99999999999999999999", ""]:
            self.assertEqual(run("import", "--data", self.data, "--license", license, "-").returncode, 2)

    def test_many_refusals_do_not_flood(self):
        done = self.take_in(b"nonsense\n" * 50_000, code=3)
        self.assertLess(len(done.stderr), 200_000)
        self.assertIn(b"50,000", done.stdout.replace(b"50000", b"50,000"))


class BadFolders(ProgramTest):
    def import_one(self, data, **kwargs):
        return run("import", "--data", data, "--license", 1, "-",
                   stdin=json.dumps(chat()).encode(), **kwargs)

    def test_a_file(self):
        (self.folder / "file").write_text("")
        self.assert_one_sentence(self.import_one(self.folder / "file"), "file")
        self.assert_one_sentence(run("serve", "--data", self.folder / "file"), "file")
        self.assert_one_sentence(
            run("token", "create", "--data", self.folder / "file", "--license", 1), "file")

    def test_a_folder_that_cannot_be_made(self):
        self.assert_one_sentence(self.import_one("/proc/nothing/data"), "/proc/nothing")

    def test_a_file_that_is_no_store(self):
        self.data.mkdir()
        (self.data / "chatreports.sqlite").write_text("nonsense " * 1_000)
        self.assert_one_sentence(self.import_one(self.data), "chatreports.sqlite")
        self.assertEqual((self.data / "chatreports.sqlite").read_text(), "nonsense " * 1_000)

    def test_another_version_of_the_store(self):
        self.take_in([chat()])
        for version in [9, 1_000_000]:
            database = sqlite3.connect(self.data / "chatreports.sqlite")
            database.execute("PRAGMA user_version = %d" % version)
            database.close()
            said = ["tables of version %d, and this program uses version 2" % version, "export"]
            self.assert_one_sentence(self.import_one(self.data), *said)
            self.assert_one_sentence(run("serve", "--data", self.data), *said)

    def test_a_folder_in_use(self):
        self.take_in([chat()])
        with Server(self.data) as server:
            self.assert_one_sentence(self.import_one(self.data), "in use", "serve",
                                     str(server.process.pid))
            self.assert_one_sentence(run("serve", "--data", self.data), "in use")

    def test_a_full_disk(self):
        self.take_in([chat("before")])
        limit = 4 * (self.data / "chatreports.sqlite").stat().st_size

        def little_room():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        lines = "".join(json.dumps(chat("T%d" % i, tags=["a", "b"])) + "\n"
                        for i in range(20_000)).encode()
        done = run("import", "--data", self.data, "--license", 1, "-", stdin=lines,
                   preexec=little_room)
        self.assertEqual(done.returncode, 1)
        self.assertIn("chatreports: ", done.stderr.decode())
        # Nothing half done, and it works again where there is room.
        self.take_in(lines)
        with Server(self.data) as server:
            _, report = server.report(
                self.token(), "total_chats",
                {"distribution": "year",
                 "filters": {"from": "2021-01-01T00:00:00Z", "to": "2021-12-31T00:00:00Z"}})
        self.assertEqual(report["total"], 20_001)

    @unittest.skipIf(os.geteuid() != 0, "needs root to become somebody else")
    def test_a_folder_that_is_read_only(self):
        self.take_in([chat()])
        self.folder.chmod(0o755)
        self.data.chmod(0o555)
        for file in self.data.iterdir():
            file.chmod(0o444)
        # Where the build lies, in the home of root say, somebody else may not even look.
        program = shutil.copy(PROGRAM, self.folder / "chatreports")
        self.assert_one_sentence(
            self.import_one(self.data, preexec=lambda: os.setuid(65534), program=program),
            str(self.data))


class Stopping(ProgramTest):
    def begin_import(self):
        return subprocess.Popen(
            [PROGRAM, "import", "--data", str(self.data), "--license", "1", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=clean_environment())

    def total(self):
        with Server(self.data) as server:
            _, report = server.report(
                self.token(), "total_chats",
                {"distribution": "year",
                 "filters": {"from": "2021-01-01T00:00:00Z", "to": "2021-12-31T00:00:00Z"}})
        return report["total"]

    def chats_in_store(self):
        try:
            connection = sqlite3.connect("file:%s/chatreports.sqlite?mode=rw" % self.data, uri=True)
            with contextlib.closing(connection):
                return connection.execute("SELECT count(*) FROM threads").fetchone()[0]
        except sqlite3.OperationalError:  # it is still being made
            return 0

    def test_a_killed_import_is_made_whole_by_another(self):
        process = self.begin_import()
        lines = []
        end = time.monotonic() + 60
        while time.monotonic() < end and not self.chats_in_store():
            block = [json.dumps(chat("T%d" % i)).encode() + b"\n"
                     for i in range(len(lines), len(lines) + 5_000)]
            process.stdin.write(b"".join(block))
            lines += block
        process.kill()
        process.communicate()
        committed = self.chats_in_store()
        self.assertGreater(committed, 0)
        for known in committed, len(lines):
            said = self.import_lines(lines).stdout.decode().replace(",", "")
            self.assertIn("%d were known already" % known, said)
        self.assertEqual(self.total(), len(lines))

    def import_lines(self, lines):
        return subprocess.run(
            [PROGRAM, "import", "--data", str(self.data), "--license", "1", "-"],
            input=b"".join(lines), capture_output=True, env=clean_environment(), check=True)

    def test_a_signal_leaves_what_was_committed(self):
        process = self.begin_import()
        end = time.monotonic() + 4
        count = 0
        while time.monotonic() < end:
            block = b"".join(json.dumps(chat("T%d" % i)).encode() + b"\n"
                             for i in range(count, count + 5_000))
            count += 5_000
            process.stdin.write(block)
        process.send_signal(signal.SIGINT)
        process.stdin.close()
        output = process.stdout.read()
        self.assertEqual(process.wait(timeout=60), 130, output)
        process.stdout.close()
        process.stderr.close()
        total = self.total()
        self.assertGreater(total, 0)
        self.assertLessEqual(total, count)
        self.assertIn(str(total), output.decode().replace(",", ""))


class Privacy(ProgramTest):
    def test_nothing_that_a_customer_wrote_or_is_called_is_kept(self):
        secrets = {"text": "my-secret-message", "name": "Jane-Secret", "mail": "jane@secret.example",
                   "ip": "203.0.113.77", "answer": "secret-answer", "comment": "secret-comment",
                   "customer": "secret-customer-id"}
        record = {
            "id": "C", "users": [
                {"id": secrets["customer"], "type": "customer", "name": secrets["name"],
                 "email": secrets["mail"], "last_visit": {"ip": secrets["ip"]}},
                {"id": "ann@example.com", "type": "agent", "name": "Ann"}],
            "thread": {
                "id": "T", "created_at": "2021-04-08T10:00:00Z",
                "properties": {"rating": {"score": 1, "comment": secrets["comment"]}},
                "events": [
                    {"id": "1", "type": "message", "author_id": secrets["customer"],
                     "text": secrets["text"], "created_at": "2021-04-08T10:00:00Z"},
                    {"id": "2", "type": "filled_form", "author_id": secrets["customer"],
                     "form_id": "5", "form_type": "prechat", "created_at": "2021-04-08T10:00:01Z",
                     "fields": [{"id": "6", "type": "name", "answer": secrets["answer"]}]}]}}
        self.take_in([record])
        kept = b"".join(path.read_bytes() for path in self.data.iterdir())
        self.assertIn(b"ann@example.com", kept)
        for secret in secrets.values():
            self.assertNotIn(secret.encode(), kept)


if __name__ == "__main__":
    main()
