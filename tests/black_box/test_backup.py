"""chatreports backup and chatreports restore: a data folder of one moment, and that folder again."""

import itertools
import random
import resource
import sqlite3
import stat
import threading

from program import *
from test_faults import FAILING_DISK, KINDS, Disk

FLIPS = int(os.environ.get("CHATREPORTS_FLIPS", "25"))
KILLS = int(os.environ.get("CHATREPORTS_KILLS", "10"))
END = "2021-05-01T00:00:00Z"
FILES = ["access.sqlite", "chatreports.sqlite"]


class BackupTest(ProgramTest):
    CHATS = 1_000

    def setUp(self):
        super().setUp()
        self.take_in(run("generate", "--chats", self.CHATS, "--days", 30, "--seed", 5, "--end", END).stdout)
        self.read_token = self.token()
        self.target = self.folder / "backup"

    def back_up(self, target=None, data=None):
        done = run("backup", "--data", data or self.data, target or self.target)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout.decode()

    def restore(self, backup=None, data=None):
        done = run("restore", "--data", data or self.data, backup or self.target)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout.decode()

    def content(self, data=None):
        """Everything that is known of the licence, its key, and its reports."""
        data = data or self.data
        exported = run("export", "--data", data, "--license", 1, "--with-key")
        self.assertEqual(exported.returncode, 0, exported.stderr)
        reports = self.folder / "reports"
        shutil.rmtree(reports, ignore_errors=True)
        done = run("report", "--data", data, "--license", 1, "--output", reports, "--from", "2021-04-01", "--to", "2021-04-30")
        self.assertEqual(done.returncode, 0, done.stderr)
        return exported.stdout, {file.name: file.read_text() for file in reports.iterdir()}

    def tokens(self, data=None):
        done = run("token", "list", "--json", "--data", data or self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        # When one was last used is not compared: a server writes it down at its end.
        return [{**token, "last_used_at": None} for token in json.loads(done.stdout)]

    def names(self, folder):
        return sorted(path.name for path in folder.iterdir())

    def assert_intact(self, data=None):
        done = run("check", "--data", data or self.data)
        self.assertEqual((done.returncode, done.stderr), (0, b""), done.stdout)

    def nothing_is_left(self):
        self.assertEqual(self.names(self.folder), ["data"])


class BackupAndRestore(BackupTest):
    def test_a_backup_is_a_whole_folder_for_its_owner_alone(self):
        whole = self.content()
        said = self.back_up()
        self.assertRegex(said, rf"^{self.target} has a backup of {self.data}: \d+ facts, \d+\.\d MB, in \d+\.\d s\n$")
        self.assertEqual(self.names(self.target), FILES)
        self.assertEqual(stat.S_IMODE(self.target.stat().st_mode), 0o700)
        for name in FILES:
            self.assertEqual(stat.S_IMODE((self.target / name).stat().st_mode), 0o600)
        bytes_before = [(self.target / name).read_bytes() for name in FILES]
        self.assertEqual(self.content(self.target), whole)
        self.assert_intact(self.target)
        self.assertEqual(self.names(self.target), FILES)
        self.assertEqual([(self.target / name).read_bytes() for name in FILES], bytes_before)

    def test_a_restore_undoes_what_came_later_and_can_be_undone(self):
        whole, tokens = self.content(), self.tokens()
        self.back_up()
        self.take_in([chat("later", "2021-04-20T10:00:00Z", properties={"rating": {"comment": "new"}})])
        later_token = self.token()
        with Server(self.data):  # makes the engine's files
            pass
        later, later_tokens = self.content(), self.tokens()
        self.assertNotEqual(later, whole)

        said = self.restore()
        kept = self.data / "before_restore.1"
        self.assertRegex(said, rf"^{self.data} was restored from {self.target}: .*\nthe former files are in {kept}: ")
        self.assertEqual((self.content(), self.tokens()), (whole, tokens))
        self.assertEqual(self.content(kept), later)
        self.assert_intact()
        with Server(self.data) as server:
            status, answer = server.report(self.read_token, "total_chats")
            self.assertEqual(status, 200, answer)
            self.assertEqual(server.report(later_token, "total_chats")[0], 401)
        self.assertNotIn(b"warning", server.log)
        self.assertEqual((self.content(), self.tokens()), (whole, tokens))

        self.assertIn("before_restore.2", self.restore(kept))
        self.assertEqual((self.content(), self.tokens()), (later, later_tokens))
        self.assert_intact()

    def test_a_restore_makes_a_folder_elsewhere(self):
        self.back_up()
        elsewhere = self.folder / "deep/elsewhere"
        self.assertEqual(self.restore(data=elsewhere).count("\n"), 1)
        self.assertEqual(self.names(elsewhere), ["access.sqlite", "chatreports.sqlite", "lock"])
        self.assertEqual(self.content(elsewhere), self.content())
        self.assertEqual(stat.S_IMODE(elsewhere.stat().st_mode), 0o700)
        with Server(elsewhere) as server:
            self.assertEqual(server.report(self.read_token, "total_chats")[0], 200)

    def test_a_restore_after_a_kill_is_not_undone_by_the_log(self):
        whole = self.content()
        self.back_up()
        writer = self.token("--scope", "reports_write")
        with Server(self.data) as server:
            for number in range(20):
                status, _, text = server.ask("POST", "/ingest/records", json.dumps(chat(f"late {number}")),
                                             {"Authorization": "Bearer " + writer})
                self.assertEqual(status, 200, text)
            server.process.kill()
            server.process.wait()
        self.assertGreater((self.data / "chatreports.sqlite-wal").stat().st_size, 0)
        self.restore()
        self.assertEqual(self.content(), whole)
        with Server(self.data):
            pass
        self.assertEqual(self.content(), whole)
        self.assertEqual(self.content(self.data / "before_restore.1")[0].count(b'"late '), 20)

    def test_backups_by_sqlite_alone_and_copies_can_be_restored(self):
        whole, tokens = self.content(), self.tokens()
        other = self.folder / "other"
        other.mkdir()
        for name in FILES:
            database = sqlite3.connect(self.data / name)
            database.execute(f"VACUUM INTO '{other / name}'")
            database.close()
        shutil.copytree(self.data, self.folder / "copied")
        for backup in [other, self.folder / "copied"]:
            data = self.folder / ("from_" + backup.name)
            self.restore(backup, data)
            self.assertEqual((self.content(data), self.tokens(data)), (whole, tokens))

    def test_digested_texts_are_found_in_the_restored_folder(self):
        self.take_in([chat("rated", "2021-04-20T10:00:00Z",
                           properties={"rating": {"score": 1, "comment": "thank you"}})])
        self.back_up()
        shutil.rmtree(self.data)
        self.restore()
        filters = {"properties": {"rating": {"comment": {"values": ["thank you"]}}}}
        done = run("report", "chats/total_chats", "--data", self.data, "--license", 1, "--from", "2021-04-20",
                   "--to", "2021-04-20", "--format", "json", "--filters", json.dumps(filters))
        self.assertEqual(json.loads(done.stdout)["total"], 1, done.stderr)


class Refusals(BackupTest):
    def test_a_target_that_exists(self):
        (self.folder / "folder").mkdir()
        (self.folder / "file").write_text("Dear")
        (self.folder / "link").symlink_to("nowhere")
        for name in ["folder", "file", "link", "data"]:
            done = run("backup", "--data", self.data, self.folder / name)
            self.assert_one_sentence(done, f"{self.folder / name} exists already")
        self.assertEqual((self.folder / "file").read_text(), "Dear")
        self.assertEqual(self.names(self.folder), ["data", "file", "folder", "link"])

    def test_a_target_that_cannot_be_made(self):
        names = self.names(self.data)
        self.assert_one_sentence(run("backup", "--data", self.data, self.data / "backup"),
                                 "must not be in the data folder")
        self.assert_one_sentence(run("backup", "--data", self.data, self.folder / "missing/backup"),
                                 "No such file or directory", f"the folder {self.folder}/missing exists")
        self.assert_one_sentence(run("backup", "--data", self.data, self.data / "lock/backup"))
        self.assertEqual(self.names(self.data), names)
        self.nothing_is_left()

    def test_no_data_folder(self):
        self.assert_one_sentence(run("backup", "--data", self.folder / "none", self.target), "no data folder")
        (self.data / "access.sqlite").unlink()
        self.assert_one_sentence(run("backup", "--data", self.data, self.target), "access.sqlite is missing")
        self.nothing_is_left()

    def test_a_damaged_folder_has_no_backup(self):
        database = sqlite3.connect(self.data / "chatreports.sqlite")
        database.execute("UPDATE threads SET checksum = checksum + 1 WHERE thread_number = "
                         "(SELECT max(thread_number) FROM threads)")
        database.commit()
        database.close()
        done = run("backup", "--data", self.data, self.target)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.decode(), r"(?s)licence 1: .*\n.*is damaged.*; no backup was made\n$")
        self.nothing_is_left()

    def test_a_folder_that_a_server_has(self):
        self.back_up()
        with Server(self.data) as server:
            done = run("restore", "--data", self.data, self.target)
            self.assert_one_sentence(done, "in use by chatreports serve", f"process {server.process.pid}")
            self.assertEqual(server.ask("GET", "/livez")[0], 200)
        self.assertNotIn("restore.unfinished", self.names(self.data))

    def test_a_folder_within_its_backup(self):
        self.back_up()
        for data in [self.target, self.target / "new"]:
            self.assert_one_sentence(run("restore", "--data", data, self.target), "must not be in the backup")
        self.assertEqual(self.names(self.target), FILES)

    def test_a_folder_of_others(self):
        self.back_up()
        other = self.folder / "other"
        other.mkdir()
        (other / "letters.txt").write_text("Dear")
        self.assert_one_sentence(run("restore", "--data", other, self.target), "holds other files")
        self.assertEqual(self.names(other), ["letters.txt"])

    def test_no_backup(self):
        new = self.folder / "new"
        for backup, word in [(self.folder / "none", "there is no backup"), (self.folder, "is not a backup")]:
            self.assert_one_sentence(run("restore", "--data", new, backup), str(backup), word)
        self.assertFalse(new.exists())
        done = run("restore", "--data", self.data)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"name the backup", done.stderr)

    def assert_refused(self, backup, whole, *words):
        names = self.names(self.data)
        done = run("restore", "--data", self.data, backup)
        self.assertEqual(done.returncode, 1)
        for word in words:
            self.assertIn(word, done.stderr.decode())
        self.assertNotIn("restore.unfinished", done.stderr.decode())
        self.assertEqual(self.names(self.data), names)
        self.assertEqual(self.content(), whole)
        new = self.folder / "new"
        self.assertEqual(run("restore", "--data", new, backup).returncode, 1)
        self.assertFalse(new.exists())

    def test_damaged_backups(self):
        self.back_up()
        whole = self.content()

        def cut(file):
            os.truncate(file, file.stat().st_size // 4096 * 2048)

        def change(statement):
            def run_statement(file):
                database = sqlite3.connect(file)
                database.execute(statement)
                database.commit()
                database.close()
            return run_statement

        for name, damage, word in [
                ("chatreports.sqlite", cut, "chatreports.sqlite is damaged"),
                ("access.sqlite", cut, "access.sqlite is damaged"),
                ("chatreports.sqlite", lambda file: file.write_bytes(b"x" * 5000), "not a file of chatreports"),
                ("access.sqlite", lambda file: file.write_bytes(b""), "access.sqlite is empty"),
                ("access.sqlite", lambda file: file.unlink(), "access.sqlite is missing"),
                ("chatreports.sqlite", change("PRAGMA user_version = 99"), "tables of version 99"),
                ("access.sqlite", change("PRAGMA user_version = 99"), "tables of version 99"),
                ("access.sqlite", change("PRAGMA application_id = 5"), "belongs to another program"),
                ("chatreports.sqlite", change("DELETE FROM threads WHERE thread_number % 7 = 0"), "are damaged or missing"),
                ("access.sqlite", change("UPDATE tokens SET license = 2"), "access.sqlite: token or secret 1")]:
            with self.subTest(f"{name}: {word}"):
                backup = self.folder / "damaged"
                shutil.rmtree(backup, ignore_errors=True)
                shutil.copytree(self.target, backup)
                damage(backup / name)
                self.assert_refused(backup, whole, word, f"{self.data} is as it was")

    def test_one_bit_of_a_backup(self):
        """It is refused, or nobody can tell the difference."""
        self.back_up()
        whole = self.content()
        chance = random.Random(1)
        refused = 0
        for name in FILES:
            size = (self.target / name).stat().st_size
            for _ in range(FLIPS):
                backup, data = self.folder / "damaged", self.folder / "restored"
                for folder in [backup, data]:
                    shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(self.target, backup)
                at, bit = chance.randrange(size), chance.randrange(8)
                with open(backup / name, "r+b") as file:
                    file.seek(at)
                    byte = file.read(1)[0] ^ (1 << bit)
                    file.seek(at)
                    file.write(bytes([byte]))
                done = run("restore", "--data", data, backup)
                if done.returncode == 0:
                    self.assertEqual(self.content(data), whole, f"bit {bit} of byte {at} of {name}")
                else:
                    refused += 1
                    self.assertIn(b"chatreports: ", done.stderr)
                    self.assertFalse(data.exists())
        self.assertGreater(refused, FLIPS // 4)


class BesideAServer(BackupTest):
    def setUp(self):
        super().setUp()
        self.writer = self.token("--scope", "reports_write")
        self.secret = run("webhook", "create", "--data", self.data, "--license", 1).stdout.decode().strip()
        self.stopped = threading.Event()
        self.senders = []
        self.acknowledged = {}

    def send_on(self, name, send):
        """Calls send(0), send(1), … in a thread, and counts those that were acknowledged."""
        self.acknowledged[name] = 0

        def work():
            for number in itertools.count():
                if self.stopped.is_set():
                    return
                self.assertTrue(send(number))
                self.acknowledged[name] = number + 1

        self.senders.append(threading.Thread(target=work))
        self.senders[-1].start()

    def send_everything(self, server):
        def post(path, body):
            headers = {"Authorization": "Bearer " + self.writer} if path.endswith("records") else {}
            return server.ask("POST", path, json.dumps(body), headers)[0] == 200

        def send_webhook(number):
            return post("/ingest/webhooks/livechat", {
                "secret_key": self.secret, "action": "thread_tagged",
                "payload": {"thread_id": "tagged", "tag": f"webhook {number}."}})

        def send_token_and_record(number):
            made = run("token", "create", "--data", self.data, "--license", 1, "--agent-id", f"made {number}")
            return made.returncode == 0 and post("/ingest/records", chat(f"after token {number}.", "2021-04-05T10:00:00Z"))

        self.assertTrue(post("/ingest/records", chat("tagged", "2021-04-05T10:00:00Z")))
        self.send_on("record", lambda number: post("/ingest/records", chat(f"record {number}.", "2021-04-05T10:00:00Z")))
        self.send_on("webhook", send_webhook)
        self.send_on("after token", send_token_and_record)

    def stop_sending(self):
        self.stopped.set()
        for sender in self.senders:
            sender.join()

    def count_without_gaps(self, text, name):
        """How many things of that name there are, which must be the first that were sent."""
        numbers = sorted({int(number) for number in re.findall(rf"{name} (\d+)\b", text)})
        self.assertEqual(numbers, list(range(len(numbers))), name)
        return len(numbers)

    def test_a_backup_is_of_one_moment(self):
        backups = []
        with Server(self.data) as server:
            self.send_everything(server)
            try:
                deadline = time.monotonic() + 60
                while min(self.acknowledged.values()) < 3:
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.01)
                for number in range(5):
                    before = dict(self.acknowledged)
                    target = self.folder / f"backup {number}"
                    self.back_up(target)
                    backups.append((target, before))
            finally:
                self.stop_sending()
            self.assertEqual(server.ask("GET", "/readyz")[0], 200)
        self.assertNotIn(b"warning", server.log)
        for target, before in backups:
            exported = run("export", "--data", target, "--license", 1).stdout.decode()
            found = {name: self.count_without_gaps(exported, name) for name in before}
            for name, count in before.items():
                self.assertGreaterEqual(found[name], count, name)
            # Each token was made before its record, and after the record of the token before.
            tokens = self.count_without_gaps(json.dumps(self.tokens(target)), "made")
            self.assertIn(tokens - found["after token"], [0, 1])
        # The last of them is a folder as good as any.
        data = self.folder / "restored"
        self.restore(backups[-1][0], data)
        self.assert_intact(data)
        self.assertEqual(self.content(data), self.content(backups[-1][0]))
        with Server(data) as server:
            self.assertEqual(server.report(self.read_token, "total_chats")[0], 200)

    def test_what_was_there_before_is_the_same_in_the_backup(self):
        before = self.content()
        with Server(self.data):
            self.back_up()
        self.assertEqual(self.content(self.target), before)


class FullAndFailingDisks(BackupTest):
    CHATS = 200

    def test_a_file_that_may_not_grow(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        self.assert_one_sentence(run("backup", "--data", self.data, self.target, preexec=limit),
                                 "no space left", "no backup was made")
        self.nothing_is_left()
        self.back_up()
        whole = self.content()
        names = self.names(self.data)
        self.assert_one_sentence(run("restore", "--data", self.data, self.target, preexec=limit),
                                 "no space left", "is as it was")
        self.assertEqual(self.names(self.data), names)
        self.assertEqual(self.content(), whole)

    def each_fault(self):
        """Makes the first, second, third … call of each kind fail, until none is left that can fail."""
        disk = Disk(self.folder / "disk")
        for kind in [kind for kind in KINDS if kind != "map"]:
            for n in itertools.chain(range(1, 25), itertools.count(25, 10)):
                self.has_failed = False
                disk.fail(kind, n)
                yield f"{kind} {n}", disk
                if not self.has_failed:
                    break

    @unittest.skipUnless(FAILING_DISK, "a build with sanitizers, which come before all others")
    def test_a_backup_is_complete_or_not_there(self):
        whole = self.content()
        for fault, disk in self.each_fault():
            with self.subTest(fault):
                done = run("backup", "--data", self.data, self.target, environment=disk.environment())
                self.has_failed = disk.works_again()
                self.assertIn(done.returncode, [0, 1])
                self.assertTrue(done.returncode == 0 or self.has_failed, done.stderr)
                if done.returncode == 0:
                    self.assertEqual(self.content(self.target), whole)
                    shutil.rmtree(self.target)
                else:
                    self.assertIn(b"chatreports: ", done.stderr)
                shutil.rmtree(self.folder / "reports", ignore_errors=True)
                self.assertEqual(self.names(self.folder), ["data", "disk"], done.stderr)

    @unittest.skipUnless(FAILING_DISK, "a build with sanitizers, which come before all others")
    def test_a_restore_is_complete_or_not_begun_or_goes_on(self):
        self.back_up()
        old = self.content()
        self.take_in([chat("later", "2021-04-20T10:00:00Z")])
        new = self.content()
        later = self.folder / "later"
        self.back_up(later)
        interrupted = 0
        for fault, disk in self.each_fault():
            with self.subTest(fault):
                done = run("restore", "--data", self.data, self.target, environment=disk.environment())
                self.has_failed = disk.works_again()
                self.assertIn(done.returncode, [0, 1])
                self.assertTrue(done.returncode == 0 or self.has_failed, done.stderr)
                if (self.data / "restore.ready").exists():
                    interrupted += 1
                    for command in [["serve", "--listen", "127.0.0.1:0"], ["export", "--license", 1], ["check"],
                                    ["token", "list"], ["import", "--license", 1, "/dev/null"]]:
                        self.assert_one_sentence(run(*command, "--data", self.data), "was interrupted",
                                                 f"type `chatreports restore --data {self.data}`")
                    ended = run("restore", "--data", self.data)
                    self.assertEqual(ended.returncode, 0, ended.stderr)
                    self.assertEqual(self.content(), old)
                elif done.returncode == 0:
                    self.assertEqual(self.content(), old)
                else:
                    self.assertIn(self.content(), [old, new])
                self.assert_intact()
                left = {name for name in self.names(self.data) if name.startswith("restore")}
                self.assertEqual(left, set())
                # Back to the later state for the next one.
                self.restore(later)
                for kept in self.data.glob("before_restore.*"):
                    shutil.rmtree(kept)
        self.assertGreater(interrupted, 3)


class Kills(BackupTest):
    CHATS = 20_000

    def begin(self, *arguments):
        return subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                env=clean_environment())

    def time_of(self, *arguments):
        begin = time.monotonic()
        self.assertEqual(run(*arguments).returncode, 0)
        return time.monotonic() - begin

    def kill_at_random(self, longest, *arguments):
        process = self.begin(*arguments)
        time.sleep(random.uniform(0, longest))
        process.kill()
        process.stderr.close()
        return process.wait()

    def test_a_killed_backup_is_not_there(self):
        whole = self.content()
        longest = self.time_of("backup", "--data", self.data, self.target)
        shutil.rmtree(self.folder / "reports")
        for _ in range(KILLS):
            shutil.rmtree(self.target, ignore_errors=True)
            self.kill_at_random(longest, "backup", "--data", self.data, self.target)
            if not self.target.exists():
                self.back_up()
                self.assertEqual(self.names(self.folder), ["backup", "data"])
            self.assertEqual(self.content(self.target), whole)
            self.assertLessEqual(set(self.names(self.target)), {*FILES, "lock"})
            shutil.rmtree(self.folder / "reports")

    def test_a_killed_restore_leaves_the_old_or_the_new_state(self):
        states = {}
        for name in ["one", "two"]:
            self.take_in([chat(name, "2021-04-20T10:00:00Z")])
            self.back_up(self.folder / name)
            states[name] = self.content()
        longest = self.time_of("restore", "--data", self.data, self.folder / "one")
        now = "one"
        for _ in range(KILLS):
            other = "two" if now == "one" else "one"
            self.kill_at_random(longest, "restore", "--data", self.data, self.folder / other)
            done = run("export", "--data", self.data, "--license", 1)
            if done.returncode != 0:
                self.assert_one_sentence(done, "was interrupted")
                self.assertEqual(run("restore", "--data", self.data).returncode, 0)
                self.assertEqual(self.content(), states[other])
            found = self.content()
            now = next(name for name, state in states.items() if state == found)
            self.assert_intact()
            with Server(self.data) as server:
                self.assertEqual(server.report(self.read_token, "total_chats")[0], 200)
            self.assertEqual(self.content(), found)
        # The next restore removes what a killed one has left.
        self.restore(self.folder / "one")
        self.assertEqual([name for name in self.names(self.data) if name.startswith("restore")], [])
        self.assertEqual(self.content(), states["one"])

    def test_a_signal_ends_it_and_leaves_nothing(self):
        self.back_up(self.folder / "kept")
        for command, unfinished in [(["backup", "--data", self.data, self.target], self.folder / "backup.unfinished"),
                                    (["restore", "--data", self.data, self.folder / "kept"],
                                     self.data / "restore.unfinished")]:
            for number in [signal.SIGTERM, signal.SIGINT]:
                with self.subTest(f"{command[0]} {number}"):
                    process = self.begin(*command)
                    while not unfinished.exists() and process.poll() is None:
                        time.sleep(0.001)
                    process.send_signal(number)
                    said = process.stderr.read()
                    process.stderr.close()
                    self.assertEqual(process.wait(), 128 + number, said)
                    self.assertIn(b"stopped by a signal", said)
                    self.assertEqual(self.names(self.folder), ["data", "kept"])
                    self.assertEqual([name for name in self.names(self.data) if "restore" in name], [])
        self.assert_intact()


@unittest.skipUnless(os.geteuid() == 0, "only root can be another user")
class ReadOnly(BackupTest):
    NOBODY = 65534

    def test_a_backup_is_read_by_those_who_cannot_write_it(self):
        self.back_up()
        exported = run("export", "--data", self.data, "--license", 1, "--with-key").stdout
        report = ["report", "chats/tags", "--license", 1, "--from", "2021-04-01", "--to", "2021-04-30", "--format", "csv"]
        reported = run(*report, "--data", self.data).stdout
        self.folder.chmod(0o755)
        self.target.chmod(0o555)
        for name in FILES:
            (self.target / name).chmod(0o444)
        program = shutil.copy(PROGRAM, self.folder / "chatreports")

        def read(*arguments):
            done = run(*arguments, "--data", self.target, program=program,
                       preexec=lambda: (os.setgid(self.NOBODY), os.setuid(self.NOBODY)))
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            return done.stdout

        self.assertEqual(read("export", "--license", 1, "--with-key"), exported)
        self.assertEqual(read(*report), reported)
        self.assertIn(b"licence 1\n  chats: 1000\n", read("info"))
        self.assertIn(b"all intact; there are no engine's files\n", read("check"))
        self.assertEqual(self.names(self.target), FILES)
        # A folder of a server needs more.
        self.data.chmod(0o755)
        for file in self.data.iterdir():
            file.chmod(0o755 if file.is_dir() else 0o644)
        done = run("export", "--data", self.data, "--license", 1, program=program,
                   preexec=lambda: os.setuid(self.NOBODY))
        self.assert_one_sentence(done, f"{self.data} cannot be written")

    def test_a_backup_that_cannot_be_written_can_be_restored(self):
        self.back_up()
        whole = self.content()
        self.folder.chmod(0o755)
        self.target.chmod(0o555)
        for name in FILES:
            (self.target / name).chmod(0o444)
        home = self.folder / "home"
        home.mkdir()
        os.chown(home, self.NOBODY, self.NOBODY)
        program = shutil.copy(PROGRAM, self.folder / "chatreports")
        done = run("restore", "--data", home / "data", self.target, program=program,
                   preexec=lambda: (os.setgid(self.NOBODY), os.setuid(self.NOBODY)))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(self.content(home / "data"), whole)
        for name in FILES:
            self.assertEqual(stat.S_IMODE((home / "data" / name).stat().st_mode), 0o600)

    def test_a_target_that_may_not_be_made(self):
        self.folder.chmod(0o755)
        self.data.chmod(0o777)
        for file in self.data.iterdir():
            file.chmod(0o777 if file.is_dir() else 0o666)
        program = shutil.copy(PROGRAM, self.folder / "chatreports")
        done = run("backup", "--data", self.data, self.target, program=program,
                   preexec=lambda: os.setuid(self.NOBODY))
        self.assert_one_sentence(done, "Permission denied", str(self.target))
        self.assertFalse(self.target.exists())


if __name__ == "__main__":
    main()
