"""Data folders that are damaged, removed, replaced or restored: never another figure."""

import random
import sqlite3
import threading

from program import *

FLIPS = int(os.environ.get("CHATREPORTS_FLIPS", "25"))  # of each file
KILLS = int(os.environ.get("CHATREPORTS_KILLS", "10"))
RANGE = {"filters": {"from": "2021-01-01T00:00:00Z", "to": "2021-12-31T23:59:59Z"}}
REPORTS = ["total_chats", "tags", "duration", "greetings_conversion"]
STORE = "chatreports.sqlite"


def chats(prefix, count):
    return [chat(f"{prefix}{n}", f"2021-04-{n % 28 + 1:02}T10:00:00.000000Z", tags=["t", f"n{n % 7}"])
            for n in range(count)]


class DamageTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.tokens = {}
        for license in [1, 2]:
            self.take_in(chats(f"L{license}x", 120), license=license)
            self.tokens[license] = self.token("--scope", "reports_write", "--scope",
                                              "reports_read", license=license)
        # Without the engine's files, a start reads every row.
        shutil.rmtree(self.data / "engine")
        self.secret = run("webhook", "create", "--data", self.data,
                          "--license", 1).stdout.decode().strip()

    def ask_all(self, server):
        """The answers to all reports, by licence; of those that are not answered the status."""
        return {license: [server.report(token, report, RANGE) for report in REPORTS]
                for license, token in self.tokens.items()}

    def tag(self, server, number, tag="w", untag=False):
        body = {"secret_key": self.secret, "action": "thread_untagged" if untag else "thread_tagged",
                "payload": {"thread_id": f"L1x{number}", "tag": tag}}
        return server.ask("POST", "/ingest/webhooks/livechat", json.dumps(body))[0]

    def send(self, server, records, license=1):
        body = "".join(json.dumps(record) + "\n" for record in records)
        return server.ask("POST", "/ingest/records", body,
                          {"Authorization": "Bearer " + self.tokens[license]})

    def wait_ready(self, server):
        for _ in range(600):
            if server.ask("GET", "/readyz")[0] == 200:
                return True
            if server.process.poll() is not None:
                return False
            time.sleep(0.02)
        raise AssertionError("never ready")

    def change(self, statement):
        database = sqlite3.connect(self.data / STORE)
        database.execute(statement)
        database.commit()
        database.close()

    def total(self, server, license):
        status, answer = server.report(self.tokens[license], "total_chats", RANGE)
        return answer["total"] if status == 200 else status

    def start(self, data, *flags):
        """A server that is ready, or what it said when it refused to start."""
        process = subprocess.Popen(
            [PROGRAM, "serve", "--data", str(data), "--listen", "127.0.0.1:0", *flags],
            stderr=subprocess.PIPE, env=clean_environment())
        log = b""
        while b"] serving" not in log and b"serving " not in log:
            line = process.stderr.readline()
            log += line
            if not line:
                process.wait(timeout=60)
                process.stderr.close()
                return None, log.decode()
        server = Server.__new__(Server)
        server.process, server.log = process, log
        server.port = int(re.search(rb"https?://127\.0\.0\.1:(\d+)", log).group(1))
        return server, log.decode()


class Flips(DamageTest):
    def flip_each(self, whole, file, chance, license_may_be_refused):
        copy = self.folder / "copy"
        size = (self.data / file).stat().st_size
        refused = 0
        for _ in range(FLIPS):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(self.data, copy)
            at, bit = chance.randrange(size), chance.randrange(8)
            with open(copy / file, "r+b") as opened:
                opened.seek(at)
                byte = opened.read(1)[0] ^ (1 << bit)
                opened.seek(at)
                opened.write(bytes([byte]))
            if license_may_be_refused:
                shutil.rmtree(copy / "engine", ignore_errors=True)
            server, log = self.start(copy)
            where = f"bit {bit} of byte {at} of {file}: {log}"
            if server is None:
                refused += 1
                self.assertIn("chatreports: ", log, where)
                continue
            with server:
                for license, answers in self.ask_all(server).items():
                    for answer, right in zip(answers, whole[license]):
                        if answer[0] == 401:  # the token is what is damaged
                            continue
                        if license_may_be_refused and answer[0] == 503:
                            refused += 1
                            continue
                        self.assertEqual(answer, right, where)
        return refused

    def test_one_bit_of_each_file(self):
        with Server(self.data) as server:
            self.wait_ready(server)
            whole = self.ask_all(server)
        chance = random.Random(1)
        self.flip_each(whole, STORE, chance, True)
        for path in (self.data / "engine").iterdir():
            self.flip_each(whole, f"engine/{path.name}", chance, False)

    def test_one_bit_of_the_log(self):
        server, _ = self.start(self.data)
        for number in range(10):
            self.assertEqual(self.tag(server, number), 200)
        whole = self.ask_all(server)
        server.process.kill()
        server.stop()
        refused = self.flip_each(whole, STORE + "-wal", random.Random(2), False)
        self.assertGreater(refused, 0)


class KillsAndDamage(DamageTest):
    def test_nothing_is_lost_where_rows_are_damaged_between_kills(self):
        """Licence 1 gets chats all the time. Of licence 2 a row is damaged before each start, and
        sometimes mended by its chat's record before the kill."""
        chance = random.Random(4)
        known = 120  # of licence 1: acknowledged
        damaged = set()  # of licence 2: threads that nobody is known to have mended
        unsure = set()  # the mending of these was not answered
        for _ in range(KILLS):
            damaged.add(chance.randrange(120))
            for number in damaged:
                self.change("UPDATE threads SET record = substr(record, 1, length(record) - 1) "
                            f"WHERE license = 2 AND thread_id = 'L2x{number}'")
            with Server(self.data) as server:
                self.wait_ready(server)
                self.assertIn(self.total(server, 1), range(known, known + 11))
                self.assertEqual(self.total(server, 2), 503)
                mended = damaged if chance.random() < 0.5 else set()
                killer = threading.Timer(chance.uniform(0.01, 0.5), server.process.kill)
                killer.start()
                try:
                    while True:
                        self.assertEqual(self.send(server, [
                            chat(f"more{n}") for n in range(known, known + 10)])[0], 200)
                        known += 10
                        if not mended:
                            continue
                        unsure = set(mended)
                        status, _, text = self.send(server, [
                            chats("L2x", 120)[n] for n in sorted(mended)], license=2)
                        self.assertEqual(status, 200, text)
                        damaged, mended, unsure = set(), set(), set()
                        self.assertEqual(self.total(server, 2), 120)
                except (OSError, http.client.HTTPException, ValueError):
                    pass
                killer.join()
            damaged |= unsure
            unsure = set()
        with Server(self.data) as server:
            self.wait_ready(server)
            self.assertIn(self.total(server, 1), range(known, known + 11))
            self.assertEqual(self.send(server, chats("L2x", 120), license=2)[0], 200)
            self.assertEqual(self.total(server, 2), 120)


class Quarantine(DamageTest):
    def test_one_damaged_record_hurts_its_licence_alone(self):
        self.change("UPDATE threads SET record = x'03' WHERE license = 1 AND thread_id = 'L1x5'")
        with Server(self.data) as server:
            self.wait_ready(server)
            self.assertEqual(self.total(server, 1), 503)
            self.assertEqual(self.total(server, 2), 120)
            # Webhooks of other threads are taken in, and its own is not acknowledged.
            self.assertEqual(self.tag(server, 6), 200)
            for _ in range(50):
                self.assertEqual(self.tag(server, 5), 503)
            self.assertEqual(self.send(server, chats("new", 3), license=2)[0], 200)
            self.assertEqual(self.total(server, 2), 123)
        self.assertIn(b"records of licence 1 are damaged", server.log)
        self.assertLess(len(server.log), 20_000)
        done = run("check", "--data", self.data)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"licence 1: of 120 rows of threads, 1 are damaged or missing", done.stdout)
        # The next start is told the same: nothing that lacks the record was kept.
        with Server(self.data) as server:
            self.wait_ready(server)
            self.assertEqual((self.total(server, 1), self.total(server, 2)), (503, 123))
        # Where it is allowed, without it, and said with each answer.
        with Server(self.data, "--allow-damaged") as server:
            self.wait_ready(server)
            self.assertEqual(self.total(server, 1), 119)
            _, headers, _ = server.ask(
                "POST", "/v3.4/reports/chats/total_chats", json.dumps(RANGE),
                {"Authorization": "Bearer " + self.tokens[1], "Content-Type": "application/json"})
            self.assertIn("damaged", headers["Warning"])
        # The chat's record makes it good, at once.
        with Server(self.data) as server:
            self.wait_ready(server)
            self.assertEqual(self.send(server, chats("L1x", 8))[0], 200)
            self.assertEqual(self.total(server, 1), 120)
            self.assertEqual(self.tag(server, 5), 200)
        done = run("check", "--data", self.data)
        self.assertEqual((done.returncode, done.stderr), (0, b""), done.stdout)

    def test_a_record_that_the_engine_still_knows_is_made_good(self):
        with Server(self.data) as server:
            self.wait_ready(server)
        self.change("UPDATE threads SET record = x'03' WHERE license = 1 AND thread_id = 'L1x5'")
        with Server(self.data) as server:
            self.wait_ready(server)
            again = chat("L1x5", "2021-07-01T10:00:00.000000Z", tags=["t"])
            self.assertEqual(self.send(server, [again])[0], 200)
            self.assertEqual(self.total(server, 1), 120)

    def test_an_agent_whose_zone_cannot_be_read_gets_no_other_days(self):
        self.take_in([{"record": "agent", "id": "ann@example.com", "timezone": "Asia/Tokyo"}])
        token = self.token("--agent-id", "ann@example.com")
        with Server(self.data) as server:
            self.wait_ready(server)
            self.assertEqual(server.report(token, "total_chats", RANGE)[0], 200)
        self.change("UPDATE agents SET timezone = 'Asia/Kabul'")
        with Server(self.data) as server:  # whose engine knows nothing of zones
            self.wait_ready(server)
            for _ in range(20):
                self.assertEqual(server.report(token, "total_chats", RANGE)[0], 503)
            self.assertEqual(self.total(server, 1), 120)
        self.assertEqual(server.log.count(b"time zone can't be read"), 1)

    def test_check_beside_a_server(self):
        with Server(self.data) as server:
            self.wait_ready(server)
            done = run("check", "--data", self.data)
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertIn(b"all intact; the engine's files were not checked",
                          done.stdout)

    def check(self, code):
        done = run("check", "--data", self.data)
        self.assertEqual(done.returncode, code, done.stdout)
        return done.stdout.decode()

    def test_check_looks_at_the_engines_files(self):
        self.assertIn("facts, all intact; there are no engine's files\n",
                      self.check(0))
        with Server(self.data) as server:
            self.wait_ready(server)
        self.assertIn("facts, all intact; the engine's files are intact and belong to this "
                      "store\n", self.check(0))
        engine = self.data / "engine"
        shutil.copytree(engine, self.folder / "engine")
        for file in engine.iterdir():
            kept = file.read_bytes()
            file.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
            self.assertRegex(self.check(1), f"/{file.name} is damaged: its checksum is wrong; the "
                             "next start rebuilds these files\n")
            file.write_bytes(kept)
        self.data = self.folder / "other"
        self.take_in(chats("other", 5))
        shutil.rmtree(self.data / "engine")
        (self.folder / "engine").rename(self.data / "engine")
        self.assertEqual(self.check(1).splitlines(), [
            "engine: they belong to another store (was this one restored from a backup?), or something "
            "was deleted since; the next start rebuilds these files"])

    def test_check_names_damaged_labels(self):
        self.take_in([{"record": "form_label", "form_id": "f", "field_id": "q", "label": "How?",
                       "at": "2021-04-08T10:00:00Z"}])
        self.change("UPDATE form_labels SET label = 'Who?'")
        lines = self.check(1).splitlines()
        self.assertIn("row 1 of form_labels is damaged", lines)
        self.assertIn("labels of forms are damaged", "".join(lines))
        with Server(self.data) as server:
            self.wait_ready(server)
            self.assertEqual(self.total(server, 1), 120)
        self.assert_one_sentence(run("export", "--data", self.data, "--license", 1), "form_labels")


class Folders(DamageTest):
    def assert_not_acknowledged(self, server):
        self.assertEqual(self.tag(server, 1, "gone"), 503)
        self.assertEqual(self.send(server, chats("gone", 2))[0], 503)
        self.assertEqual(server.ask("GET", "/readyz")[0], 503)
        self.assertEqual(server.ask("GET", "/livez")[0], 200)

    def test_what_is_removed_renamed_or_replaced_is_noticed(self):
        def rename():
            self.data.rename(self.folder / "away")

        def replace():
            shutil.copytree(self.data, self.folder / "copy")
            shutil.rmtree(self.data)
            (self.folder / "copy").rename(self.data)

        for change in [rename, replace, lambda: (self.data / STORE).unlink(),
                       lambda: (self.data / (STORE + "-wal")).unlink(),
                       lambda: shutil.rmtree(self.data)]:
            kept = self.folder / "kept"
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(self.data, kept)
            with Server(self.data) as server:
                self.wait_ready(server)
                self.assertEqual(self.tag(server, 1), 200)
                change()
                self.assert_not_acknowledged(server)
            self.assertIn(b"was removed, renamed or replaced", server.log)
            shutil.rmtree(self.data, ignore_errors=True)
            shutil.rmtree(self.folder / "away", ignore_errors=True)
            kept.rename(self.data)

    # A file may be gone for a moment that nobody has looked at; what is written over it stays.
    def test_a_backup_that_is_restored_under_a_server_stays_as_it_is(self):
        backup = self.folder / "backup.sqlite"
        database = sqlite3.connect(self.data / STORE)
        database.execute(f"VACUUM INTO '{backup}'")
        database.close()
        whole = backup.read_bytes()
        kept = self.folder / "kept"
        shutil.copytree(self.data, kept)

        def remove_log():
            for name in ["-wal", "-shm"]:
                (self.data / (STORE + name)).unlink()
            (self.data / "last_commit").unlink()

        def overwrite():
            (self.data / STORE).write_bytes(whole)

        def replace():
            (self.data / STORE).unlink()
            overwrite()

        def keep_time():
            overwrite()
            os.utime(self.data / STORE, ns=(0, 1_600_000_000_000_000_000))

        for number, changes in enumerate([[remove_log, overwrite], [overwrite], [keep_time],
                                          [remove_log, replace], [replace]]):
            with Server(self.data) as server:
                self.wait_ready(server)
                for tag in range(30):
                    self.assertEqual(self.tag(server, tag, f"t{number}"), 200)
                for change in changes:
                    change()
                status, _, body = server.ask("GET", "/readyz")
                self.assertEqual(status, 503, changes)
                self.assertRegex(body, STORE + "[-a-z]* was (overwritten|removed, renamed or rep)")
                self.assertNotIn(str(self.data), body)
                self.assert_not_acknowledged(server)
            self.assertEqual(server.log.count(b"records can't be acknowledged"), 1, server.log)
            self.assertEqual((self.data / STORE).read_bytes(), whole, changes)
            if remove_log not in changes:
                # The log is that of the file from before.
                self.assertIsNone(self.start(self.data)[0])
                remove_log()
            done = run("check", "--data", self.data)
            self.assertNotIn("chatreports.sqlite", done.stdout.decode(), done.stdout)
            with Server(self.data) as server:
                self.wait_ready(server)
                self.assertEqual(self.total(server, 1), 120)
                self.assertEqual(self.tag(server, 1), 200)
            shutil.rmtree(self.data)
            shutil.copytree(kept, self.data)

    def test_a_file_that_is_only_looked_at_is_still_the_same(self):
        with Server(self.data) as server:
            self.wait_ready(server)
            self.assertEqual(self.tag(server, 1), 200)
            os.utime(self.data / STORE)
            self.assertEqual(run("check", "--data", self.data).returncode, 0)
            self.assertEqual(run("export", "--data", self.data, "--license", 1).returncode, 0)
            for tag in range(2000):  # until the log was copied
                self.assertEqual(self.tag(server, tag % 120, f"u{tag}"), 200)
            self.assertEqual(server.ask("GET", "/readyz")[0], 200)

    def test_an_export_leaves_a_log_to_the_server(self):
        server, _ = self.start(self.data)
        self.assertEqual(self.tag(server, 1), 200)
        server.process.kill()
        server.stop()
        files = [self.data / STORE, self.data / (STORE + "-wal")]
        before = [file.read_bytes() for file in files]
        self.assertEqual(run("export", "--data", self.data, "--license", 1).returncode, 0)
        self.assertEqual([file.read_bytes() for file in files], before)

    def test_tokens_of_a_file_that_is_gone_are_not_taken(self):
        access = self.data / "access.sqlite"
        whole = access.read_bytes()
        self.token()  # the older copy lacks it

        def replace():
            (self.data / "copy").write_bytes(access.read_bytes())
            (self.data / "copy").rename(access)

        for change in [access.unlink, lambda: access.rename(self.folder / "away"), replace,
                       lambda: access.write_bytes(whole),
                       lambda: access.write_bytes(b"x" * len(whole)),
                       lambda: os.truncate(access, 0), lambda: os.truncate(access, 5000)]:
            kept = access.read_bytes()
            with Server(self.data) as server:
                self.wait_ready(server)
                self.assertEqual(self.total(server, 1), 120)
                self.assertEqual(self.tag(server, 1), 200)
                change()
                for _ in range(200):
                    if self.total(server, 1) == 503:
                        break
                    time.sleep(0.05)
                self.assertEqual((self.total(server, 1), self.total(server, 2)), (503, 503))
                self.assert_not_acknowledged(server)
            self.assertIn(b"access.sqlite", server.log)
            self.assertEqual(server.log.count(b"access tokens can't be read"), 1, server.log)
            access.write_bytes(kept)

    def test_tokens_are_taken_again_where_the_file_is_put_back(self):
        with Server(self.data) as server:
            self.wait_ready(server)
            (self.data / "access.sqlite").rename(self.folder / "away")
            for wanted in [503, 120]:
                for _ in range(200):
                    if self.total(server, 1) == wanted:
                        break
                    time.sleep(0.05)
                self.assertEqual(self.total(server, 1), wanted)
                if wanted == 503:
                    (self.folder / "away").rename(self.data / "access.sqlite")
            self.assertEqual(self.tag(server, 1), 200)

    def test_one_bit_of_the_file_of_tokens(self):
        with Server(self.data) as server:
            self.wait_ready(server)
            whole = self.ask_all(server)
        chance = random.Random(3)
        access = self.data / "access.sqlite"
        kept = access.read_bytes()
        for _ in range(FLIPS):
            damaged = bytearray(kept)
            at, bit = chance.randrange(len(kept)), chance.randrange(8)
            damaged[at] ^= 1 << bit
            access.write_bytes(damaged)
            server, log = self.start(self.data)
            where = f"bit {bit} of byte {at}: {log}"
            if server is None:
                self.assertIn("access.sqlite", log, where)
                continue
            with server:
                for license, answers in self.ask_all(server).items():
                    for answer, right in zip(answers, whole[license]):
                        if answer[0] not in [401, 503]:
                            self.assertEqual(answer, right, where)
        access.write_bytes(kept)

    def test_a_second_server_does_not_start_without_the_lock_file(self):
        with Server(self.data) as server:
            self.wait_ready(server)
            (self.data / "lock").unlink()
            done = run("serve", "--data", self.data, "--listen", "127.0.0.1:0")
            self.assert_one_sentence(done, "in use")
            self.assertEqual(self.tag(server, 1), 200)


class Backups(DamageTest):
    def back_up(self, to):
        """As docs/operations.md has it."""
        to.mkdir()
        for file in [STORE, "access.sqlite"]:
            database = sqlite3.connect(self.data / file, timeout=30)
            database.execute(f"VACUUM INTO '{to / file}'")
            database.close()

    def restore(self, backup):
        """By hand; see test_backup.py for the command."""
        for name in os.listdir(self.data):
            path = self.data / name
            if name == "engine":
                shutil.rmtree(path)
            elif name.endswith(("-wal", "-shm", "-journal")) or name == "last_commit":
                path.unlink()
        for file in [STORE, "access.sqlite"]:
            shutil.copyfile(backup / file, self.data / file)
            (self.data / file).chmod(0o600)

    def test_a_backup_under_load_can_be_restored(self):
        backup = self.folder / "backup"
        stop = threading.Event()
        acknowledged = []
        server, _ = self.start(self.data)

        def load():
            number = 0
            while not stop.is_set():
                if self.tag(server, number % 120, f"b{number}") == 200:
                    acknowledged.append(number)
                number += 1

        thread = threading.Thread(target=load)
        thread.start()
        try:
            while len(acknowledged) < 20:
                time.sleep(0.01)
            before = len(acknowledged)
            self.back_up(backup)
        finally:
            stop.set()
            thread.join()
        server.process.kill()
        server.stop()
        self.restore(backup)
        server, log = self.start(self.data)
        self.assertIsNotNone(server, log)
        with server:
            self.assertEqual((self.total(server, 1), self.total(server, 2)), (120, 120))
            for number in acknowledged[:before]:
                _, answer = server.report(self.tokens[1], "total_chats", {"filters": {
                    **RANGE["filters"], "tags": {"values": [f"b{number}"]}}})
                self.assertEqual(answer["total"], 1)
            self.assertEqual(self.tag(server, 1), 200)

    def test_a_backup_beside_a_stale_log_is_refused(self):
        backup = self.folder / "backup"
        self.back_up(backup)
        server, _ = self.start(self.data)
        for number in range(20):
            self.assertEqual(self.tag(server, number), 200)
        server.process.kill()
        server.stop()
        shutil.copyfile(backup / STORE, self.data / STORE)
        server, log = self.start(self.data)
        self.assertIsNone(server)
        self.assertIn("its log belongs to another file", log)
        self.restore(backup)
        server, log = self.start(self.data)
        self.assertIsNotNone(server, log)
        with server:
            self.assertEqual(self.total(server, 1), 120)

    def test_a_log_that_is_gone_is_missed(self):
        server, _ = self.start(self.data)
        self.assertEqual(self.tag(server, 1), 200)
        server.process.kill()
        server.stop()
        for remove in [lambda path: path.write_bytes(b""), lambda path: path.unlink(missing_ok=True)]:
            remove(self.data / (STORE + "-wal"))
            server, log = self.start(self.data)
            self.assertIsNone(server)
            self.assertIn("was acknowledged", log)


if __name__ == "__main__":
    main()
