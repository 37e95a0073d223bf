"""The configuration of nginx in docs/operations.md, in front of the program."""

import socket

from program import *

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@unittest.skipUnless(NGINX, "needs nginx")
class Nginx(ProgramTest):
    def setUp(self):
        super().setUp()
        text = (ROOT / "docs/operations.md").read_text()
        site = re.search(r"```nginx\n(.*?)```", text, re.S).group(1)
        self.socket = self.folder / "socket"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        for written, here in [("unix:/run/chatreports/socket", f"unix:{self.socket}"), ("443 ssl", f"127.0.0.1:{self.port}")]:
            self.assertIn(written, site)
            site = site.replace(written, here)
        site = re.sub(r".*ssl_certificate.*\n", "", site)
        places = "".join(f"{kind}_temp_path {self.folder}/{kind};\n"
                         for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        self.configuration = self.folder / "nginx.conf"
        self.configuration.write_text(
            ("user root;\n" if os.geteuid() == 0 else "") +  # the folder is for its owner alone
            f"daemon off;\npid {self.folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\n"
            f"http {{\naccess_log off;\n{places}{site}}}\n")

    def start(self, *flags):
        program = subprocess.Popen(
            [PROGRAM, "serve", "--data", self.data, "--listen", f"unix:{self.socket}", *flags],
            stderr=subprocess.PIPE, env=clean_environment())
        self.addCleanup(program.stderr.close)
        self.addCleanup(program.wait)
        self.addCleanup(program.kill)
        self.log = b""
        while b"serving" not in self.log:
            self.log += program.stderr.readline()
        nginx = subprocess.Popen([NGINX, "-c", self.configuration, "-p", self.folder],
                                 stderr=subprocess.DEVNULL)
        self.addCleanup(nginx.wait)
        self.addCleanup(nginx.terminate)
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return program
            except ConnectionRefusedError:
                self.assertIsNone(nginx.poll(), "nginx has ended")
                time.sleep(0.1)
        raise AssertionError("nginx does not listen")

    def ask(self, method, target, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            connection.request(method, target, body=body, headers=headers or {})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def test_reports_records_and_large_answers_pass(self):
        reader, writer = self.token(), self.token("--scope", "reports_write")
        program = self.start("--access-log", "--log-format", "json")
        self.assertEqual(self.ask("GET", "/livez")[0], 200)
        # A body of records larger than nginx's own limit, in chunks.
        records = [(json.dumps(chat(f"T{n}", tags=[f"tag {n} {m}" for m in range(30)])) + "\n").encode()
                   for n in range(5_000)]
        self.assertGreater(sum(map(len, records)), 2_000_000)
        status, _, body = self.ask("POST", "/ingest/records", iter(records), {"Authorization": "Bearer " + writer})
        self.assertEqual((status, json.loads(body)["accepted"]), (200, 5_000), body)
        question = json.dumps({"distribution": "hour", "filters": {
            "from": "2021-04-08T00:00:00Z", "to": "2021-04-08T23:00:00Z"}})
        for _ in range(20):
            status, headers, body = self.ask("POST", "/v3.4/reports/chats/tags", question,
                                             {"Authorization": "Bearer " + reader})
            self.assertEqual(status, 200)
            self.assertGreater(len(body), 1_000_000)
            self.assertRegex(headers["X-Request-Id"], "^[0-9a-f]{32}$")
            json.loads(body)
        program.terminate()
        lines = [json.loads(line) for line in program.stderr.read().splitlines()]
        ids = {line["request_id"] for line in lines if line["message"] == "request"}
        self.assertIn(headers["X-Request-Id"], ids)


if __name__ == "__main__":
    main()
