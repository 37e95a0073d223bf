"""chatreports import: every form of input, and everything that can be wrong with it."""

import bz2
import contextlib
import io
import lzma
import os
import resource
import signal
import sqlite3
import subprocess
import tarfile
import time
import zipfile

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
        wrong = {"text": "".join(f"chat {n} of ann\n" for n in range(5_000)).encode(),
                 "binary": b"\x01" + os.urandom(1 << 20),
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
        done = run("import", "--data", self.data, "--license", 1, self.folder / "text",
                   self.folder / "good")
        lines = done.stderr.decode().splitlines()
        self.assertEqual(len([line for line in lines if f"{self.folder}/text:" in line]), 6)
        self.assertEqual(len([line for line in lines if "good:" in line]), 25)
        self.assertIn(b"1 records went in, 0 were known already, 5025 were refused", done.stdout)

    def test_a_file_that_is_no_json_is_named_once(self):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            archive.addfile(tarfile.TarInfo("page.json"))
        line = json.dumps(chat("A")).encode() + b"\n"
        forms = {
            "a tar archive; unpack it with tar -x": packed.getvalue(),
            "a tar archive": gzip.compress(packed.getvalue()),
            "xz data; unpack it with xz -d": lzma.compress(line),
            "bzip2 data; unpack it with bzip2 -d": bz2.compress(line),
            "a table (CSV), not JSON": b"id,agent\n" + b"1,ann\n" * 5_000,
            "an HTML page, not JSON": b"<!DOCTYPE html>\n<html><body>\n502\n</body></html>\n" * 100,
            "UTF-16, not UTF-8; convert it with iconv": (line * 3).decode().encode("utf-16"),
            "gzip data that is packed twice": gzip.compress(gzip.compress(line)),
        }
        good = self.folder / "good.json"
        good.write_bytes(line)
        for what, content in forms.items():
            with self.subTest(what):
                file = self.folder / "file.json"
                file.write_bytes(content)
                done = run("import", "--data", self.data, "--license", 1, file, good)
                self.assertEqual(done.returncode, 1)
                self.assert_one_sentence(done, f"{file}: it is {what}")
                self.assertIn(b"1 records went in, 0 were known already, 0 were refused", done.stdout)
                shutil.rmtree(self.data)
                done = run("import", "--data", self.data, "--license", 1, "-", stdin=content)
                self.assert_one_sentence(done, f"standard input: it is {what}")
                shutil.rmtree(self.data)

    def test_a_table_with_a_record_in_it_is_read_line_by_line(self):
        done = self.take_in(b"id,agent\n1,ann\n" + json.dumps(chat("A")).encode() + b"\n", code=3)
        self.assertIn(b"1 records went in, 0 were known already, 2 were refused", done.stdout)

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

    def test_a_page_that_did_not_come_is_told(self):
        for number, next_page in [(1, "b"), (2, "c"), (3, None)]:
            (self.folder / f"page-{number}.json").write_text(json.dumps(
                {"chats": [chat(f"T{number}")], "found_chats": 3, **({"next_page_id": next_page} if next_page else {})}))
        pages = [self.folder / f"page-{number}.json" for number in [1, 2, 3]]
        done = run("import", "--data", self.data, "--license", 1, *pages[:2])
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        warning = done.stdout.decode().splitlines()[1]
        self.assertTrue(warning.startswith(f"warning: {pages[1]}:1: the next_page_id of this page leads to a page "
                                           "that did not come;"), warning)
        done = run("import", "--data", self.data, "--license", 1, *pages[::-1])
        self.assertEqual(len(done.stdout.splitlines()), 1, done.stdout)

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


class Archives(ProgramTest):
    """Folders, zip and zstd."""

    # printf '{"record":"group","id":1}\n{"record":"group","id":2}\n' | zstd
    TWO_GROUPS = bytes.fromhex("28b52ffd04581d0100e87b227265636f7264223a2267726f7570222c226964223a317d0a"
                               "327d0a0100763dc72a3df21b")

    def import_files(self, *files, code=0):
        done = run("import", "--data", self.data, "--license", 1, *files)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return done

    def zip_of(self, members, name="archive.zip", method=zipfile.ZIP_DEFLATED):
        path = self.folder / name
        with zipfile.ZipFile(path, "w", method) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return path

    def test_zstd(self):
        file = self.folder / "groups"
        file.write_bytes(self.TWO_GROUPS)
        self.assertIn(b"2 records went in", self.import_files(file).stdout)
        self.assertIn(b"2 were known", self.take_in(self.TWO_GROUPS).stdout)
        file.write_bytes(self.TWO_GROUPS[:-3])
        done = self.import_files(file, code=1)
        self.assert_one_sentence(done, f"{file}: the zstd data ends too early, it was cut short")
        self.assertIn(b"2 were known already", done.stdout)

    def test_a_folder_is_its_files_sorted(self):
        pages = self.folder / "pages"
        (pages / "within").mkdir(parents=True)
        # The last record of a thread counts.
        (pages / "2.ndjson").write_text(json.dumps(chat("A", tags=["last"])))
        (pages / "1.json.gz").write_bytes(gzip.compress(json.dumps(chat("A", tags=["first"])).encode()))
        (pages / "within/3.json").write_text(json.dumps(chat("A", tags=["never"])))
        (pages / "read me").write_text("Hello")
        self.zip_of({"a.json": json.dumps(chat("B"))}, "pages/0.zip")
        done = self.import_files(pages)
        self.assertIn(b" 0 were refused", done.stdout)
        self.assertRegex(done.stdout.decode(), rf"warning: {pages}: (read me|within) and 1 more in it were not read")
        exported = run("export", "--data", self.data, "--license", 1).stdout
        self.assertIn(b'"last"', exported)
        self.assertNotIn(b'"first"', exported)

    def test_a_folder_without_records(self):
        pages = self.folder / "pages"
        pages.mkdir()
        self.assert_one_sentence(self.import_files(pages, code=1), f"the folder {pages} holds no file *.json")
        self.assertFalse(self.data.exists())
        (self.folder / "good.json").write_text(json.dumps(chat("A")))
        done = self.import_files(pages, self.folder / "good.json", code=1)
        self.assertIn(b"1 records went in", done.stdout)

    def test_a_zip_archive_is_its_members(self):
        archive = self.zip_of({"export/": "", "export/1.json": json.dumps({"chats": [chat("A"), chat("B")]}),
                               "export/2.ndjson": json.dumps(chat("C")) + "\noops\n" + json.dumps(chat("D")),
                               "export/3.json.gz": gzip.compress(json.dumps(chat("E")).encode()),
                               "__MACOSX/export/._1.json": b"\0", "about.txt": "nothing"})
        done = self.import_files(archive, code=3)
        self.assertIn(b"5 records went in, 0 were known already, 1 were refused", done.stdout)
        self.assertIn(f"{archive}/export/2.ndjson:2: not JSON", done.stderr.decode())
        self.assertIn(f"warning: {archive}: __MACOSX/export/._1.json and 1 more in it were not read",
                      done.stdout.decode())

    def test_a_zip_archive_from_a_pipe_says_what_to_do(self):
        archive = self.zip_of({"1.json": json.dumps(chat("A"))})
        done = run("import", "--data", self.data, "--license", 1, "-", stdin=archive.read_bytes())
        self.assertEqual(done.returncode, 1)
        self.assert_one_sentence(done, "standard input: it is a zip archive, which is read only from a file")

    def test_a_broken_archive_is_one_error_that_names_the_member(self):
        members = {f"{n}.json": json.dumps(chat(f"T{n}")) for n in range(5)}
        whole = self.zip_of(members, method=zipfile.ZIP_STORED).read_bytes()
        archive = self.folder / "broken.zip"
        archive.write_bytes(whole.replace(b'"CT2"', b'"CT9"'))
        done = self.import_files(archive, code=1)
        self.assert_one_sentence(done, f"{archive}: the file 2.json in the zip archive is damaged; "
                                       "those after it are not read")
        archive.write_bytes(whole[:-40])
        self.assert_one_sentence(self.import_files(archive, code=1), f"{archive}: the zip archive is damaged")
        archive.write_bytes(self.zip_of({"letter.txt": "Dear"}).read_bytes())
        self.assert_one_sentence(self.import_files(archive, code=1), f"{archive}: the zip archive holds no file *.json")
        archive.write_bytes(self.zip_of(members, method=zipfile.ZIP_LZMA).read_bytes())
        self.assert_one_sentence(self.import_files(archive, code=1), "0.json", "(number 14) that is not supported here")

    def test_a_bomb_takes_no_memory(self):
        """1.5 GiB of blanks and a record, in two megabytes."""
        if not has_limits_of_memory():
            self.skipTest("a build with sanitizers, which reserve terabytes of addresses")
        archive = self.folder / "bomb.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("bomb.json", "w") as member:
            for _ in range(1_500):
                member.write(b" " * (1 << 20))
            member.write(json.dumps(chat("A")).encode())
        self.assertLess(archive.stat().st_size, 2 << 20)
        limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        done = run("import", "--data", self.data, "--license", 1, archive, preexec=limit)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"1 records went in", done.stdout)


class Check(ProgramTest):
    def check(self, *files, code=0, stdin=b""):
        done = run("import", "--check", "--data", self.data, "--license", 1, *files, stdin=stdin)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return done

    def test_it_counts_and_writes_nothing(self):
        rated = chat("A", created_at="2021-04-08T10:00:00Z", properties={"rating": {"score": 0}},
                     events=[{"type": "message", "created_at": "2021-04-08T10:00:00Z", "author_id": "ann"},
                             {"type": "odd", "created_at": "2021-04-08T10:00:01Z", "author_id": "ann"}])
        rated["users"] = [{"id": "ann", "type": "agent"}]
        records = [rated, chat("B", created_at="2021-04-10T10:00:00Z"), {"record": "group", "id": 1},
                   {"record": "agent", "id": "bob"}]
        stdin = "".join(json.dumps(record) + "\n" for record in records).encode() + b"oops\n"
        done = self.check("-", stdin=stdin, code=3)
        lines = done.stdout.decode().splitlines()
        self.assertRegex(lines[0], r"^4 records can go in, 1 would be refused, in \d+\.\d s$")
        self.assertEqual([line.strip() for line in lines[1:-1]], [
            "2  chats, which began from 2021-04-08T10:00:00Z to 2021-04-10T10:00:00Z",
            "2  events of chats", "1  rated chats: 0 good, 1 bad", "2  agents of chats, records and statuses",
            "1  records of agents and bots", "1  records of groups", "1  values that count nowhere",
            f"nothing was written; an import would begin the data folder {self.data}"])
        self.assertRegex(lines[-1], r'^warning: -:1: .*"odd" \(1 in all\)$')
        self.assertIn(b"-:5: not JSON", done.stderr)
        self.assertFalse(self.data.exists())

    def test_it_says_what_an_import_would_say_of_bad_files(self):
        (self.folder / "table.csv").write_text("id,agent\n1,ann\n")
        (self.folder / "page.json").write_text(json.dumps({"chats": [chat("A")], "next_page_id": "b"}))
        done = self.check(self.folder / "table.csv", self.folder / "page.json", code=1)
        self.assert_one_sentence(done, "table.csv: it is a table (CSV), not JSON")
        self.assertIn(b"page.json:1: the next_page_id of this page leads to a page that did not come", done.stdout)
        self.assert_one_sentence(self.check(self.folder / "missing.json", code=1), "cannot open", "missing.json")
        self.assertEqual(sorted(os.listdir(self.folder)), ["page.json", "table.csv"])

    def test_it_leaves_a_data_folder_as_it_is_even_in_use(self):
        self.take_in([chat("A")])
        state = lambda: sorted((path.name, path.stat().st_mtime_ns) for path in self.data.rglob("*"))
        before = state()
        done = self.check("-", stdin=json.dumps(chat("B")).encode())
        self.assertIn(f"nothing was written into {self.data}\n", done.stdout.decode())
        self.assertEqual(state(), before)
        with Server(self.data):
            self.check("-", stdin=json.dumps(chat("B")).encode())

    def test_a_folder_of_others_is_refused_as_an_import_does(self):
        self.data.mkdir()
        (self.data / "letters.txt").write_text("Dear")
        self.assert_one_sentence(self.check("-", stdin=b"{}", code=1), "is not a data folder", str(self.data))

    def test_a_signal_ends_it(self):
        process = subprocess.Popen(
            [PROGRAM, "import", "--check", "--data", str(self.data), "--license", "1", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment())
        process.stdin.write(json.dumps(chat("A")).encode() + b"\n")
        process.stdin.flush()
        # The reader is a thread of its own; the signals are blocked before it begins.
        while len(os.listdir(f"/proc/{process.pid}/task")) < 2:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        # Its standard input stays open.
        self.assertEqual(process.wait(timeout=60), 130)
        self.assertIn(b"stopped by a signal", process.stderr.read())
        for stream in [process.stdin, process.stdout, process.stderr]:
            stream.close()
        self.assertFalse(self.data.exists())


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
            said = ["tables of version %d, and this program uses version 4" % version, "export"]
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


class EngineFiles(ProgramTest):
    YEAR = {"distribution": "year",
            "filters": {"from": "2021-01-01T00:00:00Z", "to": "2021-12-31T23:59:59Z"}}

    def assert_whole(self):
        done = run("check", "--data", self.data)
        self.assertIn(b"all intact; the engine's files are intact and belong to this store\n", done.stdout)

    def test_an_import_leaves_them(self):
        for day in range(1, 4):
            self.take_in([chat(f"T{day}{n}", f"2021-04-0{day}T10:00:00.000000Z") for n in range(50)])
            self.assert_whole()
        # Later facts of known chats, and a chat that moves.
        self.take_in([chat("T11", "2021-05-01T10:00:00.000000Z", tags=["late"]), chat("T12", tags=["late"])])
        self.assert_whole()
        with Server(self.data) as server:
            status, report = server.report(self.token(), "tags", self.YEAR)
            self.assertEqual((status, report["total"]), (200, 150))
            self.assertEqual(report["records"]["2021"], {"late": 2})
        self.assert_whole()

    def test_without_them_an_import_succeeds(self):
        self.take_in([chat("T1")])
        shutil.rmtree(self.data / "engine")
        (self.data / "engine").write_text("in the way")
        done = self.take_in([chat("T2")])
        self.assertIn(b"the engine's files can't be written, so the next start takes longer: ", done.stderr)
        self.assertIn(b"1 records went in", done.stdout)
        with Server(self.data) as server:
            self.assertEqual(server.report(self.token(), "total_chats", self.YEAR)[1]["total"], 2)


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
        kept = b"".join(path.read_bytes() for path in self.data.rglob("*") if path.is_file())
        self.assertIn(b"ann@example.com", kept)
        for secret in secrets.values():
            self.assertNotIn(secret.encode(), kept)


if __name__ == "__main__":
    main()
