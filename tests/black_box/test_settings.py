"""The settings of a server: its file, what SIGHUP changes, where it listens, and what systemd hears of it."""

import socket

from program import *


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=300)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(300)
        self.sock.connect(self.path)


def ask_unix(path, target="/livez"):
    connection = UnixConnection(path)
    try:
        connection.request("GET", target)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


class SettingsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "settings.conf"

    def write(self, text):
        self.file.write_text(text)
        return self.file

    def check(self, *flags, environment=None):
        return run("serve", "--data", self.data, *flags, "--check-config", environment=environment)

    def wait_for(self, server, text):
        while text not in server.log:
            line = server.process.stderr.readline()
            self.assertTrue(line, server.log.decode())
            server.log += line


class File(SettingsTest):
    def test_arguments_precede_variables_and_variables_the_file(self):
        bad_file = self.write("max-buckets = x\n")
        done = self.check("--config", bad_file)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b'--max-buckets: "x" is not a whole number from 24', done.stderr)
        self.assertIn(b"(in the file of --config)", done.stderr)
        # Neither of these reads the wrong value.
        self.assertEqual(self.check("--config", bad_file, "--max-buckets", "30").returncode, 0)
        self.assertEqual(self.check("--config", bad_file, "--max-buckets=30").returncode, 0)
        self.assertEqual(self.check("--config", bad_file, environment={"CHATREPORTS_MAX_BUCKETS": "30"}).returncode, 0)
        self.assertEqual(self.check("--config", self.write("max-buckets = 30\n"),
                                    environment={"CHATREPORTS_MAX_BUCKETS": "y"}).returncode, 2)
        self.assertEqual(self.check("--config", self.file, "--max-buckets", "40",
                                    environment={"CHATREPORTS_MAX_BUCKETS": "50"}).returncode, 0)

    def test_the_file_may_be_named_by_its_variable(self):
        done = self.check(environment={"CHATREPORTS_CONFIG": str(self.write("threads = none\n"))})
        self.assertIn(b"--threads", done.stderr)
        self.assertEqual(done.returncode, 2)

    def test_a_valid_file_is_called_valid_and_nothing_is_made(self):
        text = """
            # A comment, and a blank line

            listen = [127.0.0.1:0, "[::1]:0"]
            cors-origin = [https://a.example, https://b.example]
            max-body-bytes = 2097152
            access-log = true
            no-page = false
            log-format = "json"
        """
        done = self.check("--config", self.write(text))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"the settings are valid\n", b""))
        self.assertFalse(self.data.exists())

    def test_wrong_files_are_refused_with_their_path(self):
        for text, message in [
                ("max-bodybytes = 1", "there is no setting max-bodybytes"),
                ("config = x", "there is no setting config"),
                ("help = true", "there is no setting help"),
                ("check-config = true", "there is no setting check-config"),
                ("[serve]\nthreads = 1", "there are no sections"),
                ("[serve]", "there are no sections; remove the line [serve]"),
                ("threads = [1, 2]", "threads has 2 values and takes one"),
                ("threads = 1\nthreads = 2", "threads has 2 values and takes one"),
                ("idle-timeout = 3 s", "idle-timeout has 2 values and takes one; a value with blanks is in double quotes"),
                ("listen =", "listen must not be empty"),
                ('listen = ""', "listen must not be empty"),
                ("\0", "it is not text"), ("x" * 1_048_577, "more than 1048576 bytes")]:
            done = self.check("--config", self.write(text))
            self.assertEqual(done.returncode, 2, text[:50])
            self.assertIn(f"{self.file}", done.stderr.decode(), text[:50])
            self.assertIn(message, done.stderr.decode(), text[:50])
        for path, message in [(self.folder / "none", "does not exist"), (self.folder, "is not a file"),
                              ("/dev/zero", "is not a file")]:
            done = self.check("--config", path)
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"{path} {message}", done.stderr.decode())
        for text in ["access-log = perhaps", "threads = many", "log-level = loud", "timezone = Mars/Olympus",
                     "timezone = [x=Europe/Warsaw]", "listen = [127.0.0.1:0, nowhere]", "slow-request = soon"]:
            done = self.check("--config", self.write(text))
            self.assertEqual(done.returncode, 2, text)
            self.assertIn("--" + text.split()[0], done.stderr.decode())

    def test_help_is_given_whatever_the_file_says(self):
        self.assertEqual(run("serve", "--config", self.write("x = y"), "--help").returncode, 0)

    def test_a_certificate_that_cannot_be_used_is_found(self):
        done = self.check("--config", self.write("tls-cert = /nowhere.pem\ntls-key = /nowhere.key\n"))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"/nowhere", done.stderr)


class Hangup(SettingsTest):
    def test_it_changes_what_can_be_changed(self):
        token = self.token()
        self.write("max-requests-per-second = 1\naccess-log = false\n")
        with Server(self.data, "--config", self.file) as server:
            self.wait_for(server, b"serving")
            ask = lambda: server.ask("GET", "/v1/about", headers={"Authorization": "Bearer " + token})[0]
            self.assertIn(429, [ask() for _ in range(20)])
            self.write("max-requests-per-second = 0\naccess-log = true\nmax-buckets = 30\nthreads = 1\n")
            server.process.send_signal(signal.SIGHUP)
            self.wait_for(server, b"count from the next start on: max-buckets, threads\n")
            self.assertEqual({ask() for _ in range(20)}, {200})
            self.wait_for(server, b"route=about")
            self.write("log-level = warning\nmax-buckets = 30\nthreads = 1\naccess-log = true\n")
            server.process.send_signal(signal.SIGHUP)
            while b"route=about" in self.log_of(server, ask):
                pass

    def log_of(self, server, ask):
        """The lines that come with a request; empty once the level leaves them out."""
        ask()
        time.sleep(0.2)
        os.set_blocking(server.process.stderr.fileno(), False)
        try:
            return server.process.stderr.read() or b""
        finally:
            os.set_blocking(server.process.stderr.fileno(), True)

    def test_a_wrong_file_changes_nothing(self):
        token = self.token()
        with Server(self.data, "--config", self.write("max-requests-per-second = 1\n")) as server:
            self.wait_for(server, b"serving")
            for text in ["max-requests-per-second = many\n", "nonsense = 1\n"]:
                before = server.log
                self.write(text)
                server.process.send_signal(signal.SIGHUP)
                while server.log.count(b"the server goes on with the old settings") == \
                        before.count(b"the server goes on with the old settings"):
                    server.log += server.process.stderr.readline()
            self.file.unlink()
            server.process.send_signal(signal.SIGHUP)
            self.wait_for(server, b"does not exist; the server goes on")
            statuses = {server.ask("GET", "/v1/about", headers={"Authorization": "Bearer " + token})[0]
                        for _ in range(20)}
            self.assertIn(429, statuses)


class Addresses(SettingsTest):
    def serve(self, *listen, data=None):
        process = subprocess.Popen([PROGRAM, "serve", "--data", data or self.data, *sum((["--listen", x] for x in listen), [])],
                                   stderr=subprocess.PIPE, env=clean_environment())
        log = b""
        while b"serving" not in log:
            line = process.stderr.readline()
            self.assertTrue(line, log.decode())
            log += line
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process, log.decode()

    def test_a_server_listens_on_several(self):
        path = self.folder / "socket"
        process, log = self.serve("127.0.0.1:0", "127.0.0.2:0", f"unix:{path}")
        ports = re.findall(r"http://(127\.0\.0\.[12]):(\d+)", log.splitlines()[-1])
        self.assertEqual([host for host, _ in ports], ["127.0.0.1", "127.0.0.2"])
        self.assertTrue(log.splitlines()[-1].endswith(f", unix:{path}"), log)
        for host, port in ports:
            connection = http.client.HTTPConnection(host, int(port), timeout=60)
            connection.request("GET", "/livez")
            self.assertEqual(connection.getresponse().status, 200)
            connection.close()
        self.assertEqual(ask_unix(path)[0], 200)
        self.assertEqual(path.stat().st_mode & 0o777, 0o666)
        process.terminate()
        self.assertEqual(process.wait(timeout=60), 0)
        self.assertFalse(path.exists())

    def test_a_socket_of_a_killed_server_is_replaced_and_one_in_use_is_not(self):
        path = self.folder / "socket"
        process, _ = self.serve(f"unix:{path}")
        done = run("serve", "--data", self.folder / "other", "--listen", f"unix:{path}")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"unix:{path} is in use by another process".encode(), done.stderr)
        self.assertEqual(ask_unix(path)[0], 200)
        process.kill()
        process.wait()
        self.assertTrue(path.exists())
        self.serve(f"unix:{path}")
        self.assertEqual(ask_unix(path)[0], 200)

    def test_no_other_file_is_replaced(self):
        path = self.folder / "precious"
        path.write_text("text")
        done = run("serve", "--data", self.data, "--listen", f"unix:{path}")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"there is a file that is not a socket", done.stderr)
        self.assertEqual(path.read_text(), "text")

    def test_the_socket_of_another_server_stays(self):
        path = self.folder / "socket"
        process, _ = self.serve(f"unix:{path}")
        path.unlink()
        self.serve(f"unix:{path}", data=self.folder / "other")
        process.terminate()
        process.wait(timeout=60)
        self.assertEqual(ask_unix(path)[0], 200)

    def test_a_large_answer_goes_through_a_socket_of_a_unix_domain(self):
        self.take_in([chat(f"T{n}", tags=[f"tag {n} {m}" for m in range(30)]) for n in range(2_000)])
        token = self.token()
        path = self.folder / "socket"
        self.serve(f"unix:{path}")
        connection = UnixConnection(path)
        body = json.dumps({"distribution": "hour", "filters": {
            "from": "2020-01-01T00:00:00Z", "to": "2023-01-01T00:00:00Z"}})
        connection.request("POST", "/v3.4/reports/chats/tags", body, {"Authorization": "Bearer " + token})
        response = connection.getresponse()
        text = b""
        while piece := response.read(65_536):
            text += piece
            time.sleep(0.001)
        connection.close()
        self.assertEqual(response.status, 200)
        self.assertGreater(len(text), 500_000)
        json.loads(text)

    def test_sockets_of_systemd_are_used(self):
        listening = socket.create_server(("127.0.0.1", 0))
        local = socket.socket(socket.AF_UNIX)
        path = self.folder / "socket"
        local.bind(str(path))
        local.listen()
        start = """
import os, sys
os.dup2(int(sys.argv[1]), 10); os.dup2(int(sys.argv[2]), 11); os.dup2(10, 3); os.dup2(11, 4)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2")
os.execv(sys.argv[3], sys.argv[3:])"""
        process = subprocess.Popen(
            [sys.executable, "-c", start, str(listening.fileno()), str(local.fileno()), PROGRAM, "serve", "--data",
             str(self.data)], stderr=subprocess.PIPE, pass_fds=(listening.fileno(), local.fileno()),
            env=clean_environment())
        try:
            log = b""
            while b"serving" not in log:
                log += process.stderr.readline()
            port = listening.getsockname()[1]
            self.assertTrue(log.endswith(f"on http://127.0.0.1:{port}, unix:{path}\n".encode()), log)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/livez")
            self.assertEqual(connection.getresponse().status, 200)
            connection.close()
            self.assertEqual(ask_unix(path)[0], 200)
        finally:
            process.terminate()
            process.wait(timeout=60)
            process.stderr.close()
            listening.close()
            local.close()
        self.assertTrue(path.exists())  # it is systemd's

    def test_a_descriptor_that_is_no_listening_socket_is_refused(self):
        start = "import os, sys; os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1')\n" \
                "os.dup2(0, 3); os.execv(sys.argv[1], sys.argv[1:])"
        done = subprocess.run([sys.executable, "-c", start, PROGRAM, "serve", "--data", str(self.data)],
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60, env=clean_environment())
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"cannot listen on descriptor 3", done.stderr)


class Manager(SettingsTest):
    def test_systemd_hears_how_the_service_is(self):
        notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notified.settimeout(60)
        address = self.folder / "notify"
        notified.bind(str(address))
        with Server(self.data, environment={"NOTIFY_SOCKET": str(address), "WATCHDOG_USEC": "200000"}) as server:
            self.assertRegex(notified.recv(4_096), rb"^READY=1\nSTATUS=Serving 0 chats of 0 licences$")
            self.assertEqual(notified.recv(4_096), b"WATCHDOG=1")
            self.assertEqual(notified.recv(4_096), b"WATCHDOG=1")
            server.process.send_signal(signal.SIGHUP)
            while (message := notified.recv(4_096)) == b"WATCHDOG=1":
                pass
            self.assertRegex(message, rb"^RELOADING=1\nMONOTONIC_USEC=\d+$")
            while (message := notified.recv(4_096)) == b"WATCHDOG=1":
                pass
            self.assertRegex(message, rb"^READY=1")
            self.assertEqual(server.stop(), 0)
        messages = [b""]
        while messages[-1] != b"STOPPING=1":
            messages.append(notified.recv(4_096))
        notified.close()


class Zones(SettingsTest):
    def test_a_licence_has_a_time_zone(self):
        self.take_in([chat("T1", created_at="2021-04-08T23:30:00Z")])
        self.take_in([chat("T1", created_at="2021-04-08T23:30:00Z")], license=2)
        first, second = self.token(), self.token(license=2)
        body = {"filters": {"from": "2021-04-08T00:00:00Z", "to": "2021-04-09T23:59:59Z"}}
        with Server(self.data, "--timezone", "1=Europe/Warsaw", "--timezone", "Asia/Tokyo") as server:
            self.wait_for(server, b"serving")
            days = lambda token, more={}: {
                day: figures["total"]
                for day, figures in server.report(token, "total_chats", {**body, **more})[1]["records"].items()
                if figures.get("total")}
            self.assertEqual(days(first), {"2021-04-09": 1})
            self.assertEqual(days(second), {"2021-04-09": 1})
            self.assertEqual(days(first, {"timezone": "America/New_York"}), {"2021-04-08": 1})
            about = lambda token: json.loads(server.ask(
                "GET", "/v1/about", headers={"Authorization": "Bearer " + token})[2])["timezone"]
            self.assertEqual((about(first), about(second)), ("Europe/Warsaw", "Asia/Tokyo"))


if __name__ == "__main__":
    main()
