"""How the server serves the web page: its files, their headers, and the program without it. The page itself is tested in
a browser by tests/page/."""

import gzip
import re
import subprocess

from program import *

POLICY = {"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
          "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"}


class Page(ProgramTest):
    def setUp(self):
        super().setUp()
        self.take_in([chat()])

    def served(self, server):
        """The page, unless the program was built without it."""
        status, headers, text = server.ask("GET", "/")
        if status == 404:
            self.skipTest("the program was built without the page")
        self.assertEqual(status, 200, text)
        return headers, text

    def test_its_files_and_their_headers(self):
        with Server(self.data) as server:
            headers, text = self.served(server)
            self.assertEqual(headers["Content-Type"], "text/html; charset=utf-8")
            self.assertEqual(headers["Cache-Control"], "no-cache")
            files = re.findall(r'(?:src|href)="(?:\./)?(assets/[^"]+)"', text)
            self.assertGreaterEqual(len(files), 2)
            self.assertNotRegex(text, r"<script(?![^>]* src=)|<style|style=|\son\w+=|https?://")
            whole = len(gzip.compress(text.encode()))
            for path in ["/", *("/" + file for file in files)]:
                connection = server.connect()
                connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
                response = connection.getresponse()
                packed = response.read()
                self.assertEqual(response.status, 200, path)
                self.assertEqual(response.headers["Content-Encoding"], "gzip")
                self.assertEqual(set(response.headers["Content-Security-Policy"].split("; ")), POLICY)
                self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
                self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
                if path != "/":
                    self.assertIn("immutable", response.headers["Cache-Control"])
                    whole += len(packed)
                # A client that can't unpack, and one that has a copy.
                connection.request("GET", path, headers={"Accept-Encoding": "identity"})
                plain = connection.getresponse()
                self.assertEqual(plain.read(), gzip.decompress(packed))
                self.assertIsNone(plain.headers["Content-Encoding"])
                connection.request("GET", path, headers={"If-None-Match": plain.headers["ETag"]})
                copied = connection.getresponse()
                self.assertEqual((copied.status, copied.read()), (304, b""))
                connection.request("HEAD", path)
                head = connection.getresponse()
                self.assertEqual((head.status, head.read()), (200, b""))
                connection.close()
                self.assertEqual(server.ask("POST", path, "{}")[0], 405)
            self.assertLess(whole, 250_000)
            self.assertEqual(server.ask("GET", "/assets/nothing.js")[0], 404)
            self.assertEqual(server.ask("GET", "/assets/../chatreports.sqlite")[0], 404)

    def test_in_a_browser(self):
        with Server(self.data) as server:
            self.served(server)
        if not shutil.which("chromium"):
            self.skipTest("there is no chromium")
        profile = self.folder / "profile"
        begun = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                                f"--user-data-dir={profile}", "--dump-dom", "about:blank"], capture_output=True, timeout=120)
        if begun.returncode != 0:
            self.skipTest("chromium can't run here: " + begun.stderr.decode()[-200:])
        # Where the build has put the modules that the tests use.
        modules = pathlib.Path(PROGRAM).resolve().parent / "page/web"
        done = subprocess.run(["node", ROOT / "tests/page/run.mjs"], capture_output=True, timeout=900,
                              env={**clean_environment(), "CHATREPORTS_PROGRAM": PROGRAM,
                                   "CHATREPORTS_PAGE_MODULES": str(modules)})
        self.assertEqual(done.returncode, 0, (done.stdout + done.stderr).decode()[-8_000:])

    def test_without_it(self):
        with Server(self.data) as server:
            _, text = self.served(server)
        for flags, environment in [(["--no-page"], {}), ([], {"CHATREPORTS_NO_PAGE": "true"})]:
            with Server(self.data, *flags, environment=environment) as server:
                for path in ["", *re.findall(r'(?:src|href)="(?:\./)?(assets/[^"]+)"', text)]:
                    self.assertEqual(server.ask("GET", "/" + path)[0], 404, path)
                self.assertEqual(server.ask("GET", "/livez")[0], 200)
        with Server(self.data, environment={"CHATREPORTS_NO_PAGE": "false"}) as server:
            self.served(server)


if __name__ == "__main__":
    main()
