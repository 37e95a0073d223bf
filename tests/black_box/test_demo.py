"""./dev demo: the first report is a report, and nothing stays behind, however it ends."""

import pty
import select
import socket
import threading

from program import *

DEMO = ROOT / "tests/demo.sh"


def processes_of_session(session):
    """The command lines of the processes of a session, by number; not of those that have ended."""
    found = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, of = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(of) == session and state != "Z":
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
        except (OSError, ValueError):
            pass
    return found


class Listener:
    """Another program that has a port: it keeps all that is sent to it."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.received = b""
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                try:
                    while some := connection.recv(4096):
                        self.received += some
                except OSError:
                    pass

    def __exit__(self, *_):
        self.socket.close()


def without_progress(errors):
    """What a demo has said, without the progress that an import shows after some seconds."""
    return "".join(line for line in errors.decode().splitlines(keepends=True) if "records/s" not in line)


class DemoTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()

    def environment(self, program=PROGRAM, listen="127.0.0.1:0"):
        return {**clean_environment(), "CHATREPORTS_PROGRAM": str(program),
                "CHATREPORTS_LISTEN": listen, "TMPDIR": str(self.temporary)}

    def start(self, *flags, **environment):
        return subprocess.Popen(
            [DEMO, *flags], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
            start_new_session=True, env=self.environment(**environment))

    def run_demo(self, *flags, **environment):
        demo = self.start(*flags, **environment)
        output, errors = demo.communicate(timeout=300)
        self.assert_nothing_is_left(demo.pid)
        return demo.returncode, output.decode(), without_progress(errors)

    def assert_nothing_is_left(self, session):
        processes, files = processes_of_session(session), os.listdir(self.temporary)
        if processes or files:  # so that the next test does not fail for it too
            for pid in processes:
                os.kill(pid, signal.SIGKILL)
            self.temporary = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        self.assertEqual((processes, files), ({}, []))

    def program_that(self, case):
        """The program behind a script that does otherwise in some cases."""
        script = self.folder / "program.sh"
        script.write_text(f'#!/usr/bin/env bash\nprogram={PROGRAM}\n{case}\nexec "$program" "$@"\n')
        script.chmod(0o755)
        return script

    def report_in(self, output):
        return json.loads(re.search(r"^  \{$.*?^  \}$", output, re.M | re.S).group())


class Once(DemoTest):
    def test_the_first_report_is_a_report(self):
        code, output, errors = self.run_demo("--once")
        self.assertEqual((code, errors), (0, ""))
        report = self.report_in(output)
        self.assertEqual(report["name"], "total-chats-report")
        self.assertIn(len(report["records"]), [7, 8])
        self.assertGreater(report["total"], 1000)
        self.assertEqual(report["total"], sum(day["total"] for day in report["records"].values()))

    def test_another_answer_is_a_failure(self):
        program = self.program_that('[ "$1" != token ] || { echo 1234; exit; }')
        code, output, errors = self.run_demo("--once", program=program)
        self.assertEqual(code, 1)
        self.assertIn("The answer is no report, but 401", errors)
        self.assertNotIn("Ctrl-C ends", output)

    def test_settings_of_another_server_do_not_count(self):
        demo = subprocess.run(
            [DEMO, "--once"], capture_output=True, cwd=ROOT, timeout=300,
            env={**self.environment(), "CHATREPORTS_DATA": "/nowhere", "CHATREPORTS_MAX_BUCKETS": "x"})
        self.assertEqual(demo.returncode, 0, demo.stderr)

    def test_a_server_that_does_not_start_is_a_failure_with_its_reason(self):
        program = self.program_that('[ "$1" != serve ] || { echo no such luck >&2; exit 1; }')
        code, _, errors = self.run_demo("--once", program=program)
        self.assertEqual((code, errors), (1, "no such luck\n"))


class PortTaken(DemoTest):
    def test_the_way_out_is_named_before_anything_is_made(self):
        with Listener() as other:
            code, output, errors = self.run_demo("--once", listen=f"127.0.0.1:{other.port}")
            self.assertEqual((code, output), (1, ""))
            self.assertIn(f"127.0.0.1:{other.port}", errors)
            self.assertIn("CHATREPORTS_LISTEN=HOST:PORT", errors)
            self.assertEqual(other.received, b"")

    def test_an_address_without_a_host_is_told(self):
        code, output, errors = self.run_demo("--once", listen="8497")
        self.assertEqual((code, output), (2, ""))
        self.assertEqual(errors, './dev demo: CHATREPORTS_LISTEN is "8497", which is not an address; '
                                 "write HOST:PORT, such as 127.0.0.1:8497\n")

    def test_nothing_is_sent_to_a_program_that_comes_later(self):
        with Listener() as other:
            # The address is free when it is looked at, and taken when the server starts.
            program = self.program_that(
                f'[ "$1" != serve ] || set -- "${{@/%:0/:{other.port}}}"')
            code, output, errors = self.run_demo("--once", program=program)
            self.assertEqual(code, 1)
            self.assertIn("CHATREPORTS_LISTEN=HOST:PORT", errors)
            self.assertNotIn("Serving", output)
            self.assertEqual(other.received, b"")


class Connect(DemoTest):
    def test_chats_come_in_by_themselves(self):
        code, _, errors = self.run_demo("--connect", "--once")
        self.assertEqual((code, errors.splitlines()[0]), (2, "./dev demo: --connect excludes --once and --live"))
        demo = self.start("--connect")
        output = b""
        while b"Ctrl-C ends the demo" not in output:
            some = os.read(demo.stdout.fileno(), 65536)
            self.assertTrue(some, output)
            output += some
        demo.send_signal(signal.SIGINT)
        with demo.stdout, demo.stderr:
            said = demo.stderr.read()
        self.assertEqual((demo.wait(timeout=60), without_progress(said)), (130, ""))
        self.assert_nothing_is_left(demo.pid)
        output = output.decode()
        self.assertIn("LiveChat accepts the credentials", output)
        self.assertGreater(self.report_in(output)["total"], 0)
        counts = [int(count) for count in re.findall(r"^  chats: (\d+)$", output, re.M)]
        self.assertEqual((counts[-1], counts), (20000, sorted(counts)))
        self.assertGreater(len(counts), 2)


class Live(DemoTest):
    def test_chats_go_on_and_secrets_are_not_shown(self):
        demo = self.start("--live", "--speed", "5000", "--seconds", "8")
        output = []
        reader = threading.Thread(target=lambda: output.append(demo.stdout.read()))
        reader.start()
        seen = {}
        while demo.poll() is None:
            seen.update({line: pid for pid, line in processes_of_session(demo.pid).items()})
            time.sleep(0.02)
        reader.join()
        with demo.stderr:
            said = without_progress(demo.stderr.read()).splitlines()
            self.assertEqual((demo.returncode, said), (0, []))
        demo.stdout.close()
        self.assert_nothing_is_left(demo.pid)
        counts = [int(count) for count in re.findall(rb"UTC +(\d+) chats", output[0])]
        self.assertGreater(len(counts), 0, output)
        self.assertGreater(counts[-1], 10)
        self.assertTrue(any(b"live_demo.py" in line for line in seen))
        for line in seen:  # 64 hexadecimal digits are a token or a secret
            self.assertNotRegex(line, rb"[0-9a-f]{64}")

    def test_the_player_ends_although_signals_were_ignored(self):
        for number in [signal.SIGINT, signal.SIGTERM]:
            with self.subTest(number), Listener() as nobody:
                def ignore():
                    signal.signal(signal.SIGINT, signal.SIG_IGN)
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                player = subprocess.Popen(
                    [sys.executable, ROOT / "tests/live_demo.py", "--program", PROGRAM, "--address",
                     f"127.0.0.1:{nobody.port}"], preexec_fn=ignore, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env={**clean_environment(), "LIVE_DEMO_SECRET": "s", "LIVE_DEMO_TOKEN": "t"})
                self.addCleanup(player.kill)
                while not handles_both_signals(player.pid):
                    self.assertIsNone(player.poll())
                    time.sleep(0.02)
                player.send_signal(number)
                self.assertEqual(player.communicate(timeout=60), (b"", b""))


def handles_both_signals(pid):
    """Whether the process handles SIGINT and SIGTERM."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    caught = int(re.search(r"^SigCgt:\s*(\w+)", status, re.M).group(1), 16)
    return all(caught >> (number - 1) & 1 for number in [signal.SIGINT, signal.SIGTERM])


class ControlC(DemoTest):
    """Interrupted at moments all over its life, as a terminal does it and as a script does it."""

    def wait_for(self, read, words):
        output = b""
        while words not in output:
            some = read()
            self.assertTrue(some, output)
            output += some
        return output

    def on_a_terminal(self, flags, until, delay):
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(ROOT)
            os.execvpe(str(DEMO), [str(DEMO), *flags], self.environment())

        def read():
            try:
                return os.read(terminal, 4096) if select.select([terminal], [], [], 60)[0] else b""
            except OSError:  # nobody has the terminal any more
                return b""
        if until:
            self.wait_for(read, until)
        time.sleep(delay)
        os.write(terminal, b"\x03")
        while read():
            pass
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        self.assertEqual(os.waitstatus_to_exitcode(status), 130)
        self.assert_nothing_is_left(pid)

    def by_a_signal(self, flags, until, delay, number, to_group):
        demo = self.start(*flags)
        with demo.stdout, demo.stderr:
            if until:
                self.wait_for(lambda: os.read(demo.stdout.fileno(), 4096), until)
            time.sleep(delay)
            (os.killpg if to_group else os.kill)(demo.pid, number)
            rest = demo.stdout.read()
            errors = demo.stderr.read()
            self.assertEqual(demo.wait(timeout=60), 128 + number, (rest, errors))
        self.assert_nothing_is_left(demo.pid)

    MOMENTS = [([], b"Making", 0), ([], b"Making", 0.3), ([], b"went in", 0), ([], b"went in", 0.2),
               ([], b"Ctrl-C", 0), (["--live"], b"Ctrl-C", 0), (["--live"], b"24 hours", 0.1),
               (["--live", "--speed", "900"], b" UTC ", 0.5)]

    def test_on_a_terminal(self):
        for flags, until, delay in self.MOMENTS:
            with self.subTest(flags=flags, until=until, delay=delay):
                self.on_a_terminal(flags, until, delay)

    def test_to_the_group_of_processes(self):
        for flags, until, delay in self.MOMENTS:
            with self.subTest(flags=flags, until=until, delay=delay):
                self.by_a_signal(flags, until, delay, signal.SIGINT, to_group=True)

    def test_to_the_script_alone(self):
        for number in [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]:
            for flags, until in [([], b"Making"), ([], b"Ctrl-C"), (["--live"], b"24 hours")]:
                with self.subTest(number=number, flags=flags, until=until):
                    self.by_a_signal(flags, until, 0.1, number, to_group=False)


class Dev(DemoTest):
    """What ./dev says before it installs anything."""

    def setUp(self):
        super().setUp()
        self.tools = self.folder / "tools"
        self.tools.mkdir()
        for tool in ["apt-get", "dpkg-query", "cmake", "ninja", "sudo"]:
            self.make_tool(tool, f"touch '{self.folder}/was-run'; exit 1")

    def make_tool(self, name, script):
        (self.tools / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.tools / name).chmod(0o755)

    def build_in_a_new_clone(self):
        """Of the clone there is only ./dev."""
        clone = self.folder / "clone"
        clone.mkdir()
        shutil.copy(ROOT / "dev", clone)
        return subprocess.run(
            [clone / "dev", "build"], capture_output=True, timeout=60, text=True,
            env={**clean_environment(), "PATH": f"{self.tools}:{os.environ['PATH']}",
                 "TMPDIR": str(self.temporary)})

    def dev(self, *arguments, path=None):
        done = subprocess.run(
            ["/bin/bash", ROOT / "dev", *arguments], capture_output=True, timeout=60,
            env={**clean_environment(), "PATH": path or f"{self.tools}:{os.environ['PATH']}"})
        self.assertFalse((self.folder / "was-run").exists(), arguments)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_help(self):
        for arguments in [["--help"], ["help"], [], ["demo", "--help"], ["demo", "--once", "-h"],
                          ["test", "--help"], ["bench", "--help"], ["setup", "-h"]]:
            code, output, errors = self.dev(*arguments)
            self.assertEqual((code, errors), (0, ""), arguments)
            self.assertIn("usage: ./dev", output)

    def test_wrong_usage(self):
        for arguments, words in [
                (["nothing"], 'no command "nothing"'), (["demo", "--twice"], '"--twice"'),
                (["demo", "--speed"], "--speed needs a number"),
                (["demo", "--live", "--speed", "0"], '"0"'),
                (["demo", "--live", "--seconds", "x"], '"x"'), (["demo", "--speed", "9"], "--live"),
                (["demo", "--once", "--live"], "exclude"), (["test", "all"], '"all"'),
                (["setup", "x"], '"x"'), (["build", "x"], '"x"'), (["check", "x"], '"x"'),
                (["format", "x"], '"x"'), (["fuzz", "x"], '"x"'), (["bench", "x"], '"x"')]:
            code, output, errors = self.dev(*arguments)
            self.assertEqual((code, output), (2, ""), arguments)
            self.assertIn(words, errors.splitlines()[0])

    def test_the_first_build_says_beforehand_what_it_takes(self):
        self.make_tool("dpkg-query", "echo install ok installed")
        self.make_tool("cmake", "echo cmake >&2")
        done = self.build_in_a_new_clone()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"(?s)minutes.*GB of disk.*GB of memory.*Building.*cmake")

    def test_packages_that_can_not_be_installed(self):
        self.make_tool("dpkg-query", "exit 1")
        self.make_tool("sudo", 'exec "$@"')
        self.make_tool("apt-get", "echo E: no network; exit 100")
        done = self.build_in_a_new_clone()
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"(?s)Installing .*E: no network.*Debian 12 and 13")
        self.assertNotIn("Building", done.stderr)
        self.assertEqual(os.listdir(self.temporary), [])

    def test_a_system_without_apt_get(self):
        tools = self.folder / "no-apt"
        tools.mkdir()
        for tool in ["cat", "dirname", "nproc", "sed", "seq", "timeout"]:
            (tools / tool).symlink_to(shutil.which(tool))
        code, output, errors = self.dev("setup", path=str(tools))
        self.assertEqual((code, output), (1, ""))
        self.assertIn("apt-get, which is not here", errors)
        self.assertIn("Debian 12 and 13", errors)


if __name__ == "__main__":
    main()
