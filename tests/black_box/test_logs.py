"""The log: what it says, and that nobody waits for whoever reads it."""

import socket

from program import *

EMAIL = "pat.customer@example.org"


class SlowReader:
    """`serve` whose standard error is a pipe that is full, and that nobody reads."""

    def __init__(self, data, *flags):
        self.read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        try:
            while True:
                os.write(write_end, b"x" * 4_096)
        except BlockingIOError:
            pass
        os.set_blocking(write_end, True)
        self.port = free_port()
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", str(data), "--listen", f"127.0.0.1:{self.port}", *flags],
            stderr=write_end, env=clean_environment())
        os.close(write_end)

    def ask(self, method, target, body=None, headers=None, patience=60):
        deadline = time.time() + patience
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
                connection.request(method, target, body=body, headers=headers or {})
                response = connection.getresponse()
                return response.status, response.read().decode()
            except ConnectionRefusedError:
                if time.time() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)
            finally:
                connection.close()


def free_port():
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


class Logs(ProgramTest):
    def secret(self):
        self.make_folder()
        done = run("webhook", "create", "--data", self.data, "--license", 1)
        return done.stdout.decode().strip()

    def test_actions_that_are_not_known_are_not_named(self):
        secret = self.secret()
        strange = ["customer " + EMAIL, "\u202eevil\u2066", "\u009b31m\u0085", "\x1b[2J", "a\u200bb"]
        with Server(self.data) as server:
            for action in strange + ["customer_created", "customer_created", "tag_created"]:
                status, _, text = server.ask("POST", "/ingest/webhooks/livechat", json.dumps(
                    {"action": action, "secret_key": secret, "payload": {}}))
                self.assertEqual((status, json.loads(text)), (200, {"accepted": 0, "ignored": 1}))
        log = server.log.decode()
        self.assertNotIn(EMAIL, log)
        self.assertIn("ignored 2 webhooks with action customer_created", log)
        self.assertIn("ignored 1 webhooks with action tag_created", log)
        self.assertIn(f"ignored {len(strange)} webhooks with action (others)", log)
        for character in log.replace("\n", ""):
            self.assertTrue(character.isprintable(), repr(character))

    def test_names_and_paths_are_printed_safely(self):
        folder = self.folder / "a\u202eb\u009b\u2028c"
        done = run("export", "--data", folder, "--license", 1)
        self.assert_one_sentence(done, "a?b??c")
        record = {"thread": {"id": "T", "created_at": "2021-04-08T10:00:00Z",
                             "properties": {"\u202ens\u009b": {"x" * 2_000: 1}}}}
        done = self.take_in([record], code=3)
        self.assertIn("?ns?", done.stderr.decode())
        self.assertNotIn("\u202e", done.stderr.decode())
        run("token", "create", "--data", self.data, "--license", 1, "--agent-id", "\u202eann\u009b")
        listed = run("token", "list", "--data", self.data).stdout.decode()
        self.assertIn("?ann?", listed)

    def test_a_reader_that_hangs_holds_nothing_up(self):
        secret = self.secret()
        token = self.token()
        server = SlowReader(self.data)
        self.addCleanup(os.close, server.read_end)
        self.addCleanup(server.process.wait)
        self.addCleanup(server.process.kill)
        self.assertEqual(server.ask("GET", "/livez")[0], 200)
        deadline = time.time() + 60
        while server.ask("GET", "/readyz")[0] != 200:
            self.assertLess(time.time(), deadline)
            time.sleep(0.05)
        for number in range(60):  # each says something
            server.process.send_signal(signal.SIGHUP)
            status, text = server.ask("POST", "/ingest/webhooks/livechat", json.dumps(
                {"action": "customer_created", "secret_key": secret, "payload": {}}))
            self.assertEqual(status, 200, text)
        self.assertEqual(server.ask("GET", "/livez")[0], 200)
        self.assertEqual(server.ask("POST", "/v3.4/reports/chats/tags", "{}",
                                    {"Authorization": "Bearer " + token})[0], 200)
        # Who reads again is told how much is missing.
        os.set_blocking(server.read_end, False)
        try:
            while os.read(server.read_end, 65_536):
                pass
        except BlockingIOError:
            pass
        os.set_blocking(server.read_end, True)
        server.process.send_signal(signal.SIGHUP)
        log = b""
        while b"SIGHUP" not in log:
            log += os.read(server.read_end, 65_536)
        self.assertRegex(log.decode(), r"dropped \d+ lines of the log")
        # And the end is not held up.
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(server.process.wait(timeout=60), 0)

    def test_the_end_is_not_held_up(self):
        server = SlowReader(self.data)
        self.addCleanup(os.close, server.read_end)
        self.assertEqual(server.ask("GET", "/livez")[0], 200)
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(server.process.wait(timeout=60), 0)


class Keys(ProgramTest):
    """TLS keys that can't be read at once."""

    def setUp(self):
        super().setUp()
        self.certificate, self.key = self.folder / "cert.pem", self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
                        self.key, "-out", self.certificate, "-days", "2", "-subj", "/CN=localhost"],
                       check=True, capture_output=True)
        self.flags = ["--tls-cert", self.certificate, "--tls-key", self.key]

    def make_fifo(self):
        self.key.unlink()
        os.mkfifo(self.key)

    def encrypt(self):
        encrypted = self.folder / "encrypted.pem"
        subprocess.run(["openssl", "pkey", "-in", self.key, "-aes256", "-passout", "pass:x", "-out",
                        encrypted], check=True, capture_output=True)
        encrypted.replace(self.key)

    def test_at_the_start(self):
        for spoil, word in [(self.encrypt, "is encrypted"), (self.make_fifo, "no regular file")]:
            spoil()
            self.assert_one_sentence(
                run("serve", "--data", self.data, "--listen", "127.0.0.1:0", *self.flags), word,
                str(self.key))

    def test_files_that_are_no_pem(self):
        def to_der(command, file):
            made = subprocess.run(["openssl", command, "-in", file, "-outform", "DER"],
                                  check=True, capture_output=True)
            return made.stdout

        for file, command, what in [(self.certificate, "x509", "certificate"),
                                    (self.key, "pkey", "private key")]:
            whole = file.read_bytes()
            other = (self.key if file == self.certificate else self.certificate).read_bytes()
            for spoilt, word in [(b"", f"holds no {what} as PEM"), (other, "-----BEGIN"),
                                 (to_der(command, file), f"openssl {command} -inform DER"),
                                 (whole[:len(whole) // 2], "cut or damaged"),
                                 (whole.replace(b"M", b"?"), "cut or damaged")]:
                file.write_bytes(spoilt)
                self.assert_one_sentence(
                    run("serve", "--data", self.data, "--listen", "127.0.0.1:0", *self.flags),
                    word, str(file))
            file.write_bytes(whole)

    def test_when_it_is_read_again(self):
        with Server(self.data, *self.flags) as server:
            for spoil, word in [(self.encrypt, b"is encrypted"),
                                (self.make_fifo, b"no regular file")]:
                spoil()
                server.process.send_signal(signal.SIGHUP)
                line = b""
                while b"SIGHUP" not in line:
                    line = server.process.stderr.readline()
                    self.assertNotEqual(line, b"")
                self.assertIn(word, line)
            self.assertEqual(server.stop(), 0)


class Descriptors(ProgramTest):
    def test_closed_ones_are_no_files_of_ours(self):
        records = self.folder / "records.json"
        records.write_text(json.dumps(chat()))
        for closed in [[0], [1], [2], [0, 1, 2]]:
            data = self.folder / ("data" + "".join(map(str, closed)))

            def close():
                for descriptor in closed:
                    os.close(descriptor)

            done = subprocess.run(
                [PROGRAM, "import", "--data", str(data), "--license", "1", str(records)],
                stdin=subprocess.DEVNULL, capture_output=True, timeout=60, preexec_fn=close)
            self.assertEqual(done.returncode, 1 if 1 in closed else 0, (closed, done.stderr))
            for path in data.rglob("*"):
                if path.is_file():
                    self.assertNotIn(b"records went in", path.read_bytes(), path)
            # What it was told is in, all the same.
            self.assertEqual(len(run("export", "--data", data, "--license", 1).stdout.splitlines()), 1)
        done = subprocess.run([PROGRAM, "import", "--data", str(self.data), "--license", "1", "-"],
                              capture_output=True, timeout=60, preexec_fn=lambda: os.close(0))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"Bad file descriptor", done.stderr)


class Stopping(ProgramTest):
    def test_it_takes_no_longer_than_it_may(self):
        self.take_in([chat()])
        server = Server(self.data, "--stop-timeout", "2s")
        # A request that never becomes whole.
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(b"POST /v3.4/reports/chats/tags HTTP/1.1\r\nHost: x\r\n"
                               b"Content-Length: 100\r\n\r\n{")
            begin = time.time()
            self.assertEqual(server.stop(), 0)
            self.assertLess(time.time() - begin, 20)

    def test_a_second_signal_ends_it_at_once(self):
        self.take_in([chat()])
        token = self.token("--scope", "reports_write")
        server = Server(self.data, "--stop-timeout", "50s")
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(b"POST /ingest/records HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                               + token.encode() + b"\r\nContent-Length: 100000\r\n\r\n{")
            time.sleep(0.5)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            ended_by_itself = server.process.poll()
            server.process.send_signal(signal.SIGINT)
            code = server.process.wait(timeout=30)
            server.process.stderr.close()
            self.assertEqual(code, 0 if ended_by_itself == 0 else 128 + signal.SIGINT)


if __name__ == "__main__":
    main()
