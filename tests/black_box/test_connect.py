"""Chats that come in by themselves: connect, pull and serve against a stand-in for LiveChat."""

import datetime
import errno
import filecmp
import pty
import random
import select
import stat

from program import *
from test_clock import CLOCK
from test_faults import FAILING_DISK, Disk

sys.path.insert(0, str(ROOT / "tests"))
from stand_in import Fault  # noqa: E402
from stand_in_livechat import ACCOUNT_ID, LiveChat  # noqa: E402

KILLS = int(os.environ.get("CHATREPORTS_KILLS", "6"))
CHATS = 20 * 100 if "CHATREPORTS_KILLS" not in os.environ else 2_000 * 100
END = "2026-10-31T00:00:00Z"
PERIOD = ("--from", "2025-11-01", "--to", "2026-10-31")  # over, so that present statuses do not count


def generated(chats, *flags):
    done = run("generate", "--chats", chats, "--days", 300, "--seed", 5, "--end", END, *flags)
    return done.stdout.decode().splitlines()


def of_chats(lines):
    """Without what an account does not tell: past statuses, greetings, goals and sales."""
    told = ('"thread":{', '"record":"agent"', '"record":"bot"', '"record":"group"')
    return "".join(line + "\n" for line in lines if any(one in line for one in told)).encode()


class Faults:
    """Puts faults in the place of some answers."""

    KINDS = [lambda: Fault("cut"), lambda: Fault("reset"), lambda: Fault("status", 500),
             lambda: Fault("status", 503, b"<html>Service Unavailable</html>"),
             lambda: Fault("status", 429, b"{}", {"Retry-After": "1"}),
             lambda: Fault("status", 200, b"no JSON"), lambda: Fault("status", 200, b'{"chats":[{'),
             lambda: Fault("status", 200, b'{"error":{"type":"internal","message":"oops"}}')]

    def __init__(self, part, seed=1):
        self.random, self.part, self.count = random.Random(seed), part, 0

    def __call__(self, action, body):
        if self.random.random() >= self.part:
            return None
        self.count += 1
        return self.KINDS[self.count % len(self.KINDS)]()


class ConnectTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.account = LiveChat()
        self.account.start()
        self.addCleanup(lambda: self.account.stop())

    def connect(self, *flags, license=1, credentials=None, account=None, **more):
        account = account or self.account
        return run("connect", "livechat", "--data", self.data, "--license", license, "--api", account.url,
                   "--credentials", "-", "--requests-per-minute", 6000, *flags,
                   stdin=(credentials or account.credentials).encode(), **more)

    def connected(self, *flags, **more):
        done = self.connect(*flags, **more)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout.decode()

    def pull(self, *flags, code=0, **more):
        done = run("pull", "livechat", "--data", self.data, *flags, **more)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return done

    def info(self):
        done = run("info", "--data", self.data)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout.decode()

    def total(self, data=None, *flags):
        done = run("report", "chats/total_chats", "--data", data or self.data, "--license", 1, *PERIOD,
                   "--format", "json", *flags)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return json.loads(done.stdout)["total"]

    def reports_of(self, data, name):
        folder = self.folder / name
        done = run("report", "--data", data, "--license", 1, *PERIOD, "--format", "csv", "--output", folder)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return folder

    def assert_reports_of_an_import(self, records):
        """All reports equal those of an import of the records."""
        other = self.folder / "imported"
        done = run("import", "--data", other, "--license", 1, "-", stdin=records)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        pulled, imported = self.reports_of(self.data, "of-pulled"), self.reports_of(other, "of-imported")
        names = sorted(os.listdir(imported))
        self.assertGreaterEqual(len(names), 12)
        self.assertEqual(filecmp.cmpfiles(pulled, imported, names, shallow=False), (names, [], []))
        shutil.rmtree(pulled), shutil.rmtree(imported), shutil.rmtree(other)

    def wait_until(self, is_so, what):
        for _ in range(600):
            if is_so():
                return
            time.sleep(0.1)
        raise AssertionError("never: " + what)


class FirstFetch(ConnectTest):
    def test_one_command_brings_all_chats(self):
        lines = generated(350)
        self.account.add_records(lines)
        said = self.connected()
        self.assertIn("LiveChat accepts the credentials", said)
        self.assertIn("agents: 20\n", said)
        self.assertIn("groups: 6\n", said)
        self.assertIn("licence 1 is connected", said)
        self.assertIn("all chats are in", said)
        self.assert_reports_of_an_import(of_chats(lines))
        self.assertRegex(self.info(), r"fetched from LiveChat: all chats are in; last asked with success at 20")

    def test_of_every_version_and_way_of_paging(self):
        lines = generated(450)
        records = of_chats(lines)
        for version, options in [("3.4", {"half_open": True}), ("3.5", {"page_ids": "uuid"}),
                                 ("3.6", {"empty_last_page": True, "page_ids": "uuid"}),
                                 ("3.6", {"shuffled": True}), ("3.6", {"region": "fra"})]:
            with self.subTest(version=version, **options), LiveChat(**options) as account:
                account.add_records(lines)
                self.connected("--api-version", version, account=account)
                self.assert_reports_of_an_import(records)
            shutil.rmtree(self.data)

    def test_threads_of_one_moment_at_the_border_of_pages_are_not_lost(self):
        self.account.add_all([chat(f"T{n}", f"2026-05-01T10:00:0{n // 60}.123000Z", active=False)
                              for n in range(460)])
        self.connected()
        self.assertEqual(self.total(), 460)

    def test_since_limits_it_and_an_earlier_one_brings_the_rest(self):
        self.account.add_all([chat(f"T{n}", f"2026-{1 + n:02}-15T10:00:00Z", active=False) for n in range(10)])
        self.assertIn("all chats since 2026-06-01T00:00:00Z are in", self.connected("--since", "2026-06-01"))
        self.assertEqual(self.total(), 5)
        self.connected("--since", "2026-03-01")
        self.assertEqual(self.total(), 8)
        self.connected()
        self.assertEqual(self.total(), 10)

    def test_restricted_threads_unknown_agents_and_odd_rows(self):
        event = {"id": "e1", "type": "message", "text": "hi", "created_at": "2026-05-09T10:00:10Z",
                 "author_id": "gone@example.com", "visibility": "all"}
        # It is the newest, so that later rounds read it again.
        whole = chat("T1", "2026-05-09T10:00:00Z", active=False, user_ids=["gone@example.com"], events=[event])
        whole["users"] = [{"id": "gone@example.com", "type": "agent"}]
        restricted = chat("T2", "2026-04-01T10:00:00Z", active=False, user_ids=["gone@example.com"],
                          restricted_access="You can't access threads older than 60 days")
        self.account.add_all([whole, restricted, chat("T3", "2026-05-02T10:00:00Z", active=True, user_ids=[])])
        # The stand-in needs a time to sort by; the row is no chat for another reason.
        self.account.add({"thread": {"id": 5, "created_at": "2026-05-03T10:00:00Z"}})
        said = self.connect()
        self.assertEqual(said.returncode, 3, said.stderr)
        self.assertIn(b"a row is no chat and is left out", said.stderr)
        self.assertIn(b"; rows that were no chats are left out; ", said.stdout)
        done = run("report", "agents/performance", "--data", self.data, "--license", 1, *PERIOD, "--format", "csv")
        self.assertIn("gone@example.com", done.stdout.decode())
        events = lambda: run("export", "--data", self.data, "--license", 1).stdout.count(b'"type":"message"')
        self.assertEqual(events(), 1)
        # A thread that came whole stays whole when it is restricted later.
        self.account.add(chat("T1", "2026-05-09T10:00:00Z", active=False, user_ids=["gone@example.com"],
                              restricted_access="because", tags=["again"]))
        self.pull()
        self.assertIn(b'"again"', run("export", "--data", self.data, "--license", 1).stdout)
        self.assertEqual(events(), 1)

    def test_an_account_without_chats(self):
        self.assertIn("chats: none yet", self.connected())
        self.account.add(chat("T1", "2026-05-01T10:00:00Z", active=False))
        self.pull()
        self.assertEqual(self.total(), 1)


class LaterFetches(ConnectTest):
    def test_new_chats_and_changes_of_the_last_days(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        at = lambda hours: (now - datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self.account.add(chat("old", at(90), active=False))
        self.account.add(chat("recent", at(20), active=False))
        self.account.add(chat("newest", at(1), active=False))
        self.connected()
        self.account.add(chat("recent", at(20), active=False, tags=["later"]))
        self.account.add(chat("new", at(0), active=False))
        self.pull()
        exported = run("export", "--data", self.data, "--license", 1).stdout.decode()
        self.assertIn('"new"', exported)
        # The last day is read again each hour, not at each round.
        self.assertNotIn('"later"', exported)

    def test_chats_that_change_between_pages(self):
        self.account.add_records(generated(500))
        rows = list(self.account.rows)
        count = [0]

        def change(action, body):
            if action == "list_archives":
                count[0] += 1
                self.account.add(chat(f"new{count[0]}", f"2026-10-31T0{count[0] % 10}:00:00Z", active=False))
                self.account.add({**rows[-1], "thread": {**rows[-1]["thread"], "tags": [f"t{count[0]}"]}})

        self.account.fault = change
        self.connected()
        self.account.fault = None
        self.pull()
        self.assertEqual(self.total(), 500 + count[0])

    def test_what_was_deleted_here_does_not_come_back(self):
        self.account.add_all([chat(f"T{n}", "2026-05-01T10:00:00Z", active=False) for n in range(5)])
        self.connected()
        done = run("delete", "--data", self.data, "--license", 1, "--thread", "T3")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.pull()
        self.assertEqual(self.total(), 4)


    def test_another_account_or_again_fetches_all(self):
        self.account.add_all([chat(f"T{n}", f"2026-0{n + 1}-01T10:00:00Z", active=False) for n in range(8)])
        self.connected()
        with LiveChat() as wider:
            wider.add_all([chat(f"{of}{n}", f"2026-0{n + 1}-01T10:00:00Z", active=False) for n in range(8) for of in "TU"])
            self.connected(account=wider)  # at another address
            self.assertEqual(self.total(), 16)
            wider.add(chat("V", "2026-01-01T10:00:00Z", active=False))
            wider.token = "dal:wider"
            self.assertIn("--again fetches all of them again", self.connected(account=wider))
            self.assertEqual(self.total(), 16)
            self.connected("--again", account=wider)
            self.assertEqual(self.total(), 17)
            wider.add(chat("W", "2026-01-01T10:00:00Z", active=False))
            run("disconnect", "--data", self.data, "--license", 1)
            self.connected(account=wider)
            self.assertEqual(self.total(), 18)

    def test_a_licence_that_was_deleted(self):
        self.account.add(chat("T1", "2026-05-01T10:00:00Z", active=False))
        self.connected()
        done = run("delete", "--data", self.data, "--license", 1, "--everything")
        self.assertEqual((done.returncode, b"not connected any more" in done.stderr), (0, True), done.stderr)
        self.assert_one_sentence(self.connect(), "everything of licence 1 was deleted", "--again")
        self.connected("--again")
        self.assertEqual(self.total(), 1)


class Credentials(ConnectTest):
    def test_wrong_ones_store_nothing(self):
        done = self.connect(credentials=f"{ACCOUNT_ID}:dal:wrong-token")
        self.assert_one_sentence(done, "does not accept the credentials", "Invalid access token")
        self.assertNotIn(b"wrong-token", done.stderr)
        self.assertFalse(self.data.exists())

    def test_that_are_none(self):
        self.assert_one_sentence(self.connect(credentials="just-a-token"), "ACCOUNT_ID:TOKEN")
        done = run("connect", "livechat", "--data", self.data, "--license", 1, "--token", "x")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"anybody who can list processes", done.stderr)
        for address in ["http://api.example.com", "https://user:x@example.com", "api.example.com"]:
            done = run("connect", "livechat", "--data", self.data, "--license", 1, "--api", address)
            self.assertEqual((done.returncode, b"must be an address" in done.stderr), (2, True), done.stderr)

    def test_scopes_that_are_missing_are_named(self):
        self.account.scopes -= {"groups--all:ro", "agents-bot--all:ro"}
        self.account.add(chat("T1", "2026-05-01T10:00:00Z", active=False))
        said = self.connected()
        self.assertIn("groups: the token lacks groups--all:ro, so names of groups are not known", said)
        self.assertIn("statuses: the token lacks agents--all:ro and agents-bot--all:ro", said)
        self.assertEqual(self.total(), 1)
        self.account.scopes -= {"chats--all:ro"}
        self.assert_one_sentence(self.connect(license=2), "chats--all:ro")
        self.assertFalse((self.data / "connections/2.json").exists())

    def test_are_for_the_owner_alone_and_nowhere_else(self):
        self.account.add(chat("T1", "2026-05-01T10:00:00Z", active=False))
        self.connected()
        path = self.data / "connections/1.json"
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(path.parent.stat().st_mode), 0o700)
        secret = self.account.token.encode()
        self.assertIn(secret, path.read_bytes())
        backup = self.folder / "backup"
        self.assertEqual(run("backup", "--data", self.data, backup).returncode, 0)
        for file in [*backup.rglob("*"), *self.data.rglob("*")]:
            if file.is_file() and file != path:
                self.assertNotIn(secret, file.read_bytes(), file)
        for command in [("export", "--data", self.data, "--license", 1), ("info", "--data", self.data)]:
            done = run(*command)
            self.assertNotIn(secret, done.stdout + done.stderr)

    def test_are_in_a_backup_if_it_is_asked_to(self):
        self.connected()
        backup, other = self.folder / "backup", self.folder / "other"
        self.assertEqual(run("backup", "--data", self.data, backup, "--with-connections").returncode, 0)
        path = backup / "connections/1.json"
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(run("restore", "--data", other, backup).returncode, 0)
        self.account.add(chat("T1", "2026-05-01T10:00:00Z", active=False))
        self.assertEqual(run("pull", "--data", other).returncode, 0)
        self.assertEqual(self.total(other), 1)

    def test_that_cannot_be_read_make_no_backup_and_leave_nothing(self):
        self.connected()
        (self.data / "connections/2.json").write_text("{}")
        (self.data / "connections/2.json").chmod(0o600)
        backup = self.folder / "backup"
        self.assert_one_sentence(run("backup", "--data", self.data, backup, "--with-connections"), "2.json")
        self.assertEqual([path.name for path in self.folder.iterdir()], ["data"])
        # Those that a killed one has left are removed.
        unfinished = self.folder / "backup.unfinished/connections"
        unfinished.mkdir(parents=True)
        (unfinished / "1.json").write_text("secret")
        self.assertEqual(run("backup", "--data", self.data, backup).returncode, 0)
        self.assertFalse((backup / "connections").exists())

    def test_are_asked_for_at_a_terminal_and_the_token_is_not_shown(self):
        child, terminal = pty.fork()
        if child == 0:
            os.execve(PROGRAM, [PROGRAM, "connect", "livechat", "--data", str(self.data), "--license", "1",
                                "--api", self.account.url, "--later"], clean_environment())
        seen = b""

        def read_until(text):
            nonlocal seen
            while text not in seen:
                if not select.select([terminal], [], [], 60)[0]:
                    raise AssertionError(seen)
                seen += os.read(terminal, 1000)

        read_until(b"Account id: ")
        os.write(terminal, (ACCOUNT_ID + "x\x7f\n").encode())
        read_until(b"(not shown): ")
        os.write(terminal, (self.account.token + "\n").encode())
        read_until(b"licence 1 is connected")
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
        self.assertIn(ACCOUNT_ID.encode(), seen)
        self.assertNotIn(self.account.token.encode(), seen)
        os.close(terminal)

    def test_of_the_service_manager(self):
        folder = self.folder / "credentials"
        folder.mkdir()
        (folder / "livechat").write_text(self.account.credentials + "\n")
        done = run("connect", "livechat", "--data", self.data, "--license", 1, "--api", self.account.url,
                   "--credential", "livechat", "--requests-per-minute", 6000)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn(self.account.token, (self.data / "connections/1.json").read_text())
        self.account.add(chat("T1", "2026-05-01T10:00:00Z", active=False))
        token = self.token()
        self.assert_one_sentence(self.pull(code=1), "LoadCredential")
        with Server(self.data, environment={"CREDENTIALS_DIRECTORY": str(folder)}) as server:
            self.wait_until(lambda: server.report(token, "total_chats", {"filters": {
                "from": "2026-01-01T00:00:00Z", "to": "2026-12-31T00:00:00Z"}})[1].get("total") == 1, "the chat")


class Failures(ConnectTest):
    def test_faults_and_kills_lose_nothing(self):
        """A first fetch, with faults, that is killed again and again."""
        lines = generated(CHATS)
        self.account.add_records(lines)
        self.account.fault = Faults(0.05)
        self.connected("--later")
        chance = random.Random(7)
        for _ in range(KILLS):
            asked = len(self.account.requests)
            pulling = subprocess.Popen([PROGRAM, "pull", "--data", str(self.data)], env=clean_environment(),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            most = asked + chance.randrange(5, 5 + 2 * max(1, CHATS // 100 // KILLS))
            self.wait_until(lambda: len(self.account.requests) >= most or pulling.poll() is not None, "requests")
            time.sleep(chance.random() * 0.05)
            pulling.kill()
            pulling.wait()
        self.wait_until(lambda: run("pull", "--data", self.data).returncode == 0, "a round that succeeds")
        self.account.fault = None
        self.pull()
        self.assert_reports_of_an_import(of_chats(lines))

    def test_a_round_gives_up_and_the_next_goes_on(self):
        self.account.add_records(generated(250))
        self.connected("--later")
        self.account.token = "dal:another"
        done = self.pull(code=1)
        self.assertIn(b"authentication: Invalid access token", done.stderr)
        self.assertIn("Invalid access token", self.info())
        self.account.token = "dal:stand-in"
        self.pull()
        self.assertEqual(self.total(), 250)
        self.assertNotIn("fails since", self.info())

    def test_a_page_that_the_account_has_forgotten(self):
        rows = [chat(f"T{n}", "2026-05-01T10:00:00.123000Z", active=False) for n in range(350)]
        self.account.page_ids = "uuid"
        self.account.add_all(rows)
        asked = [0]

        def forget(action, body):
            asked[0] += "page_id" in body
            if "page_id" in body and asked[0] == 2:
                self.account.queries.clear()

        self.account.fault = forget
        self.connected()
        self.assertEqual(self.total(), 350)

    def test_another_organization_is_refused(self):
        self.account.add(chat("T1", "2026-05-01T10:00:00Z", active=False))
        self.connected()
        with LiveChat(organization="another") as other:
            other.add(chat("T2", "2026-05-01T10:00:00Z", active=False))
            done = self.connect(account=other)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"connect it to a licence of its own", done.stderr)
        self.assertEqual(self.total(), 1)

    @unittest.skipUnless(CLOCK, "a build with sanitizers, which come before all others")
    def test_a_clock_that_is_wrong(self):
        clock = self.folder / "clock"
        with_clock = {"LD_PRELOAD": CLOCK, "JUMPING_CLOCK_FILE": str(clock)}
        for number, seconds in enumerate([40 * 86400, 0, -400 * 86400, 3600]):
            clock.write_text(str(seconds))
            self.account.add(chat(f"T{number}", f"2026-05-0{number + 1}T10:00:00Z", active=False))
            if number == 0:
                self.connected(environment=with_clock)
            else:
                self.pull(environment=with_clock)
            self.assertEqual(self.total(), number + 1)

    @unittest.skipUnless(FAILING_DISK, "a build with sanitizers, which come before all others")
    def test_a_disk_that_fills_up(self):
        self.account.add_records(generated(950))
        self.connected("--later")
        disk = Disk(self.folder / "disk")
        for after in [40, 100]:
            disk.fail("write", after, errno.ENOSPC, stays=True)
            done = run("pull", "--data", self.data, environment=disk.environment())
            self.assertTrue(disk.works_again())
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertRegex(done.stderr, rb"no space left|No space left")
        self.pull()
        self.assertEqual(self.total(), 950)

    @unittest.skipUnless(FAILING_DISK, "a build with sanitizers, which come before all others")
    def test_a_servers_disk_that_fills_up(self):
        self.account.add_records(generated(950))
        self.connected("--later", "--every", "1s")
        disk = Disk(self.folder / "disk")
        with Server(self.data, environment=disk.environment()):
            for after in [5, 60]:
                disk.fail("write", after, errno.ENOSPC, stays=True)
                self.account.add(chat(f"full{after}", "2026-05-01T10:00:00Z", active=False))
                time.sleep(3)
                self.assertTrue(disk.works_again())
            self.wait_until(lambda: self.total() == 952, "all chats")
        self.assertEqual(run("check", "--data", self.data).returncode, 0)

    def test_a_server_that_has_the_folder_is_named(self):
        self.connected("--later")
        with Server(self.data):
            self.assert_one_sentence(self.pull(code=1), "chatreports serve",
                                     "fetches the chats of connected licences by itself")
        self.assert_one_sentence(self.pull("--license", 5, code=1), "no licence 5")

    def test_ctrl_c_ends_a_round_at_once(self):
        self.account.add_records(generated(100))
        self.connected("--later")
        self.account.fault = lambda action, body: Fault("hang", 500)
        pulling = subprocess.Popen([PROGRAM, "pull", "--data", str(self.data)], env=clean_environment(),
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.wait_until(lambda: self.account.count("list_agents") > 1, "a request")
        begun = time.monotonic()
        pulling.send_signal(signal.SIGINT)
        pulling.communicate()
        self.assertEqual(pulling.returncode, 130)
        self.assertLess(time.monotonic() - begun, 4)


class Serving(ConnectTest):
    RANGE = {"filters": {"from": "2026-01-01T00:00:00Z", "to": "2026-12-31T00:00:00Z"}}

    def serve(self, *flags):
        server = Server(self.data, *flags)
        self.addCleanup(server.stop)
        return server

    def count(self, server, token):
        return server.report(token, "total_chats", self.RANGE)[1].get("total")

    def test_a_server_fetches_a_licence_that_is_connected_while_it_runs(self):
        lines = generated(350)
        self.account.add_records(lines)
        token = self.token()
        server = self.serve()
        said = self.connected("--every", "1s")
        self.assertIn("a server fetches the chats from now on", said)
        self.wait_until(lambda: self.count(server, token) == 350, "all chats")
        self.account.add(chat("new", "2026-11-21T10:00:00Z", active=False))
        self.wait_until(lambda: self.count(server, token) == 351, "the new chat")
        done = run("disconnect", "--data", self.data, "--license", 1)
        self.assertEqual(done.returncode, 0, done.stderr)
        time.sleep(5)
        asked = len(self.account.requests)
        time.sleep(3)
        self.assertEqual(len(self.account.requests), asked)
        self.assertEqual(server.stop(), 0)
        self.assertIn(b"licence 1 and LiveChat: the first fetch is done", server.log)
        self.assertNotIn(self.account.token.encode(), server.log)
        self.assert_one_sentence(run("disconnect", "--data", self.data, "--license", 1), "is not connected")

    def test_a_revoked_token_is_said_and_reports_go_on(self):
        self.account.add_records(generated(150))
        token = self.token("--scope", "reports_read", "--scope", "metrics_read")
        self.connected("--every", "1s")
        server = self.serve()
        self.wait_until(lambda: self.count(server, token) == 150, "all chats")
        self.account.token = "dal:rotated"
        metrics = lambda: server.ask("GET", "/metrics", headers={"Authorization": "Bearer " + token})[2]
        self.wait_until(lambda: 'chatreports_fetch_failing{license="1"} 1' in metrics(), "the failure")
        self.assertEqual(self.count(server, token), 150)
        self.assertIn("Invalid access token", self.info())
        self.account.add(chat("new", "2026-11-21T10:00:00Z", active=False))
        self.connected("--every", "1s")  # with the new token
        self.wait_until(lambda: self.count(server, token) == 151, "the new chat")
        self.assertIn('chatreports_fetch_failing{license="1"} 0', metrics())
        self.assertEqual(server.stop(), 0)
        self.assertIn(b"reports go on with the chats that are in", server.log)

    def test_no_fetch(self):
        self.connected("--later")
        asked = len(self.account.requests)
        self.serve("--no-fetch")
        time.sleep(3)
        self.assertEqual(len(self.account.requests), asked)

    def test_a_server_stops_at_once_while_it_waits_for_an_answer(self):
        self.connected("--later")
        server = self.serve()
        self.account.fault = lambda action, body: Fault("hang", 500)
        self.wait_until(lambda: self.account.count("list_agents") > 1, "a request")
        begun = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - begun, 4)

    def test_a_damaged_connection_is_said(self):
        self.connected("--later")
        path = self.data / "connections/1.json"
        path.chmod(0o644)
        self.assertIn("others may read", self.info())
        path.chmod(0o600)
        path.write_text('{"system":"livechat","token":"secret-token"}')
        self.assertIn("connections/1.json cannot be used", self.info())
        server = self.serve()
        time.sleep(3)
        server.stop()
        self.assertIn(b"connections/1.json cannot be used", server.log)
        self.assertNotIn(b"secret-token", server.log)

    def test_webhooks_are_registered_and_taken(self):
        token = self.token()
        server = self.serve()
        said = self.connected("--public-url", f"http://127.0.0.1:{server.port}", "--client-id", "client")
        self.assertRegex(said, r"28 webhooks are sent to http://127.0.0.1:\d+/ingest/webhooks/livechat")
        self.assertTrue(self.account.webhooks_enabled)
        webhook = next(one for one in self.account.webhooks if one["action"] == "incoming_chat")
        body = {"webhook_id": "w", "secret_key": webhook["secret_key"], "action": "incoming_chat",
                "payload": {"chat": chat("T9", "2026-06-01T10:00:00Z", active=True, user_ids=[], events=[])}}
        self.assertEqual(server.ask("POST", "/" + webhook["url"].split("/", 3)[3], json.dumps(body))[0], 200)
        self.assertEqual(self.count(server, token), 1)
        self.connected("--public-url", f"http://127.0.0.1:{server.port}", "--client-id", "client")
        self.assertEqual(len(self.account.webhooks), 28)
        self.account.scopes -= {"webhooks.configuration:rw"}
        before = run("webhook", "list", "--data", self.data, "--json").stdout
        done = self.connect("--public-url", f"http://127.0.0.1:{server.port}", "--client-id", "client")
        self.assert_one_sentence(done, "webhooks could not be registered", "webhooks.configuration:rw")
        self.assertEqual(run("webhook", "list", "--data", self.data, "--json").stdout, before)


if __name__ == "__main__":
    main()
