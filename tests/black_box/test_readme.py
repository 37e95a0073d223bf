"""A newcomer can type the shell blocks of README.md unchanged, and gets the answer that it prints.

The blocks run in a folder in place of the clone, with the program under test and a `dev` whose build does
nothing. If another program uses port 8080, the test uses another port."""

import socket

from program import *

TEXT = (ROOT / "README.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.M | re.S)


def free_port():
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", 8080))
        except OSError:
            sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Readme(ProgramTest):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        (self.folder / "build/release").mkdir(parents=True)
        (self.folder / "build/release/chatreports").symlink_to(PROGRAM)
        dev = self.folder / "dev"
        dev.write_text(
            '#!/bin/sh\ncase "$1" in\nbuild) ;;\n'
            f'demo) cd {ROOT} && CHATREPORTS_PROGRAM={PROGRAM} exec tests/demo.sh ;;\n*) exit 9 ;;\nesac\n')
        dev.chmod(0o755)

    def terminal(self, block):
        """Runs a block in a terminal of its own, which Ctrl-C can interrupt."""
        terminal = subprocess.Popen(
            ["bash", "-ec", block.replace("127.0.0.1:8080", f"127.0.0.1:{self.port}")],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            env={**clean_environment(), "CHATREPORTS_LISTEN": f"127.0.0.1:{self.port}"})
        self.addCleanup(self.end, terminal)
        return terminal

    def end(self, terminal):
        """Sends Ctrl-C, and returns the output after it."""
        if terminal.poll() is None:
            os.killpg(terminal.pid, signal.SIGINT)
        if terminal.stdout.closed:
            return b"", b""
        return terminal.communicate(timeout=60)

    def finished(self, terminal):
        output, errors = terminal.communicate(timeout=120)
        self.assertEqual(terminal.returncode, 0, errors.decode())
        return output.decode()

    def test_try_it(self):
        demo = self.terminal(blocks("sh")[0])
        output = b""
        while b"Ctrl-C" not in output:
            some = os.read(demo.stdout.fileno(), 4096)
            self.assertTrue(some, output)
            output += some
        self.assertEqual(self.end(demo)[1], b"")
        self.assertRegex(output.decode(), r'"name":"total-chats-report",\n +"total":\d{4}')

    def test_your_own_chats(self):
        _, make, serve, ask = blocks("sh")
        answer, = blocks("json")
        self.finished(self.terminal(make))
        server = self.terminal(serve)
        log = b""
        while b" serving " not in log:
            line = server.stderr.readline()
            self.assertTrue(line, log)
            log += line
        self.assertEqual(self.finished(self.terminal(ask)), answer.strip())
        self.end(server)
        self.assertEqual(server.returncode, 0)
        self.assertGreater(json.loads(answer)["total"], 10)

    def test_every_document_that_it_names_is_there(self):
        for name in re.findall(r"\]\(([\w./]+)", TEXT):
            self.assertTrue((ROOT / name).is_file(), name)


if __name__ == "__main__":
    main()
