"""Every way to ask a running server: TLS, packed bodies, web pages, health, limits, other clients."""

import gzip
import os
import resource
import signal
import ssl
import subprocess
import urllib.request

from program import *

RANGE = {"from": "2021-04-08T00:00:00Z", "to": "2021-04-09T23:59:59Z"}
PATH = "/v3.4/reports/chats/total_chats"


class WaysToAsk(ProgramTest):
    def setUp(self):
        super().setUp()
        self.take_in([chat("T%d" % i, tags=["tag %d" % i]) for i in range(200)])
        self.token_text = self.token()
        self.bearer = {"Authorization": "Bearer " + self.token_text}

    def test_health(self):
        with Server(self.data) as server:
            for path in ["/livez", "/readyz", "/healthz"]:
                status, headers, text = server.ask("GET", path)
                self.assertEqual((status, json.loads(text)), (200, {"status": "ok"}))
            self.assertEqual(server.ask("POST", "/livez")[0], 405)

    def test_packed_both_ways(self):
        body = gzip.compress(json.dumps({"distribution": "year", "filters": RANGE}).encode())
        with Server(self.data) as server:
            connection = server.connect()
            connection.request("POST", "/v3.4/reports/chats/tags", body=body,
                               headers={**self.bearer, "Content-Encoding": "gzip",
                                        "Accept-Encoding": "gzip"})
            response = connection.getresponse()
            self.assertEqual(response.status, 200)
            self.assertEqual(response.headers["Content-Encoding"], "gzip")
            report = json.loads(gzip.decompress(response.read()))
            self.assertEqual(report["total"], 200)
            for wrong in [b"no gzip", body[:-3], body + b"x"]:
                status, _, text = server.ask("POST", PATH, wrong,
                                             {**self.bearer, "Content-Encoding": "gzip"})
                self.assertEqual(status, 400)
                self.assertIn("Content-Encoding", text)
            connection.close()

    def test_a_small_body_that_unpacks_to_a_large_one(self):
        bomb = gzip.compress(b" " * 50_000_000)
        with Server(self.data) as server:
            status, _, text = server.ask("POST", PATH, bomb,
                                         {**self.bearer, "Content-Encoding": "gzip"})
            self.assertEqual((status, json.loads(text)["error"]["type"]), (413, "entity_too_large"))

    def test_web_pages(self):
        origin = {"Origin": "https://reports.example.com"}
        with Server(self.data, "--cors-origin", "https://reports.example.com") as server:
            status, headers, text = server.ask("OPTIONS", PATH, headers=origin)
            self.assertEqual((status, text), (204, ""))
            self.assertEqual(headers["Access-Control-Allow-Origin"], origin["Origin"])
            status, headers, _ = server.ask("POST", PATH, "{}", {**self.bearer, **origin})
            self.assertEqual(status, 200)
            self.assertEqual(headers["Access-Control-Allow-Origin"], origin["Origin"])
            _, headers, _ = server.ask("POST", PATH, "{}",
                                       {**self.bearer, "Origin": "https://other.example.com"})
            self.assertNotIn("Access-Control-Allow-Origin", headers)
        with Server(self.data) as server:
            self.assertEqual(server.ask("OPTIONS", PATH, headers=origin)[0], 405)

    def test_the_limit_of_a_token(self):
        with Server(self.data, "--max-requests-per-second", 3) as server:
            answer = server.ask("POST", PATH, "{}", self.bearer)
            while answer[0] == 200:  # until four fall into the same second
                answer = server.ask("POST", PATH, "{}", self.bearer)
            self.assertEqual(answer[0], 429)
            self.assertEqual(answer[1]["Retry-After"], "1")
            self.assertEqual(json.loads(answer[2])["error"]["type"], "too_many_requests")
            other = {"Authorization": "Bearer " + self.token()}
            self.assertEqual(server.ask("POST", PATH, "{}", other)[0], 200)

    def test_the_limit_of_a_filter(self):
        with Server(self.data, "--max-filter-values", 2) as server:
            status, report = server.report(self.token_text, "tags",
                                           {"filters": {"tags": {"values": ["a", "b", "c"]}}})
            self.assertEqual(status, 400)
            self.assertIn("filters.tags.values: must have at most 2 values", report["error"]["message"])

    def test_the_limit_of_buckets(self):
        three_days = {"filters": {"from": "2021-04-08T00:00:00Z", "to": "2021-04-10T23:59:59Z"}}
        with Server(self.data, "--max-buckets", 72) as server:
            for distribution in ["day", "day-hours"]:
                asked = {**three_days, "distribution": distribution}
                self.assertEqual(server.report(self.token_text, "tags", asked)[0], 200)
            three_days["filters"]["to"] = "2021-04-11T00:00:00Z"
            asked = {**three_days, "distribution": "day-hours"}
            status, report = server.report(self.token_text, "tags", asked)
            self.assertEqual(status, 400)
            self.assertIn("more than 72 buckets", report["error"]["message"])

    def test_post_with_zone_and_distribution_beside_the_body(self):
        with Server(self.data) as server:
            status, _, text = server.ask(
                "POST", PATH + "?distribution=year&timezone=Asia/Kathmandu",
                json.dumps({"filters": RANGE}), self.bearer)
            self.assertEqual((status, json.loads(text)["records"]), (200, {"2021": {"total": 200}}))

    def test_versions(self):
        with Server(self.data) as server:
            for path, version, status in [
                    (PATH, None, 200), ("/reports/chats/total_chats", None, 200),
                    ("/reports/chats/total_chats", "3.4", 200),
                    ("/reports/chats/total_chats", "3.3", 400), ("/v3.3/reports/chats/tags", None, 400)]:
                headers = {**self.bearer, **({"X-API-Version": version} if version else {})}
                self.assertEqual(server.ask("GET", path, headers=headers)[0], status, (path, version))

    def test_curl(self):
        with Server(self.data) as server:
            address = f"http://127.0.0.1:{server.port}{PATH}"
            done = subprocess.run(
                ["curl", "-sS", "-X", "POST", address, "-H", "Content-Type: application/json",
                 "-H", "Authorization: Bearer " + self.token_text, "--compressed",
                 "-d", json.dumps({"filters": RANGE})], capture_output=True)
            self.assertEqual(json.loads(done.stdout)["total"], 200, done.stderr)
            # Brackets, dots and plus as the API's own text shows them.
            done = subprocess.run(
                ["curl", "-sS", "-g", "-u", "account:" + self.token_text,
                 address + "?filters.from=2021-04-08T00:00:00+00:00&filters.to=2021-04-09T00:00:00-00:00"
                 "&filters.properties[routing][continuous].exists=false&filters.tags.exclude_values=spam"],
                capture_output=True)
            self.assertEqual(json.loads(done.stdout)["total"], 200, done.stderr)
            # A body so large that curl waits for "100 Continue".
            values = ["tag %d" % i for i in range(5_000)]
            body = json.dumps({"filters": {**RANGE, "tags": {"values": values}}})
            done = subprocess.run(
                ["curl", "-sS", "-X", "POST", address, "-H", "Expect: 100-continue",
                 "-H", "Authorization: Bearer " + self.token_text, "-d", "@-"],
                input=body.encode(), capture_output=True)
            self.assertEqual(json.loads(done.stdout)["total"], 200, done.stderr)

    def test_a_thousand_idle_connections_cost_little(self):
        def memory(server):
            status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
            return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))

        # Each is an open file, here as there.
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        with Server(self.data) as server:
            server.report(self.token_text, "tags")
            before = memory(server)
            idle = [server.connect() for _ in range(1_000)]
            for connection in idle:
                connection.connect()
            self.assertEqual(server.report(self.token_text, "tags")[0], 200)
            if has_limits_of_memory():  # sanitizers add their own
                self.assertLess(memory(server) - before, 1_000 * 32)  # KiB
            for connection in idle:
                connection.close()


class Tls(ProgramTest):
    def make_certificate(self, name):
        done = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
             "/CN=" + name, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
             "-keyout", self.folder / "key.pem", "-out", self.folder / "certificate.pem"],
            capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def flags(self):
        return ["--tls-cert", self.folder / "certificate.pem", "--tls-key", self.folder / "key.pem"]

    def connect(self, server, **versions):
        context = ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))
        for name, value in versions.items():
            setattr(context, name, value)
        return http.client.HTTPSConnection("127.0.0.1", server.port, timeout=60, context=context)

    def name_on_certificate(self, server):
        text = ssl.get_server_certificate(("127.0.0.1", server.port))
        done = subprocess.run(["openssl", "x509", "-noout", "-subject"], input=text.encode(),
                              capture_output=True)
        return done.stdout.decode()

    def setUp(self):
        super().setUp()
        self.make_certificate("first")
        self.take_in([chat("T1")])
        self.bearer = {"Authorization": "Bearer " + self.token()}

    def test_reports_over_tls(self):
        with Server(self.data, *self.flags()) as server:
            for version in [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]:
                connection = self.connect(server, minimum_version=version, maximum_version=version)
                for _ in range(3):
                    connection.request("POST", PATH, json.dumps({"filters": RANGE}), self.bearer)
                    self.assertEqual(json.loads(connection.getresponse().read())["total"], 1)
                connection.close()

    def test_plain_http_is_told_to_speak_https(self):
        with Server(self.data, *self.flags()) as server:
            status, _, text = server.ask("GET", "/livez")
            self.assertEqual(status, 400)
            self.assertIn("HTTPS", text)
            connection = self.connect(server)
            connection.request("GET", "/livez")
            self.assertEqual(connection.getresponse().status, 200)
            connection.close()

    def test_certificates_are_read_again(self):
        with Server(self.data, *self.flags()) as server:
            self.assertIn("first", self.name_on_certificate(server))
            self.make_certificate("second")
            server.process.send_signal(signal.SIGHUP)
            end = time.monotonic() + 5
            while "second" not in self.name_on_certificate(server):
                self.assertLess(time.monotonic(), end)
                time.sleep(0.05)
            (self.folder / "key.pem").write_text("nonsense")
            server.process.send_signal(signal.SIGHUP)
            time.sleep(0.3)
            self.assertIn("second", self.name_on_certificate(server))
            self.assertEqual(server.stop(), 0)
            self.assertIn("key.pem", server.log.decode())

    def test_files_that_cannot_be_used(self):
        flags = ["serve", "--data", self.data, "--listen", "127.0.0.1:0"]
        done = run(*flags, "--tls-cert", self.folder / "nothing.pem", "--tls-key", self.folder / "key.pem")
        self.assertEqual(done.returncode, 1)
        self.assertIn("nothing.pem", done.stderr.decode())
        self.assertEqual(run(*flags, "--tls-cert", self.folder / "certificate.pem").returncode, 2)


if __name__ == "__main__":
    main()
