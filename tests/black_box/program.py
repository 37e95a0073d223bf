"""The program under test, as a user has it: files, processes and HTTP."""

import gzip
import http.client
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ.get("CHATREPORTS_PROGRAM", str(ROOT / "build/release/chatreports"))
SAMPLES = ROOT / "tests/data"
# "chats/duration": ["3.4", …], …: the paths in OpenAPI are made from the catalogue of reports.
VERSIONS_OF = {report: re.findall(r"[\d.]+", versions) for report, versions in re.findall(
    r"^  /v\{version\}/reports/(\w+/\w+):\n +parameters:\n.*name: version,.*enum: \[(.*?)\]",
    (ROOT / "docs/openapi.yaml").read_text(), re.M)}
REPORTS = list(VERSIONS_OF)
VERSIONS = ["3.4", "3.5", "3.6", "3.7"]


def path_of(report, version=None):
    """The address of a report, in the first version that has it if none is given."""
    return f"/v{version or VERSIONS_OF[report][0]}/reports/{report}"


def clean_environment():
    return {k: v for k, v in os.environ.items() if not k.startswith("CHATREPORTS_")}


def run(*arguments, stdin=b"", environment=None, preexec=None, program=PROGRAM):
    """Runs the program to its end: a CompletedProcess with bytes in stdout and stderr."""
    return subprocess.run(
        [program, *map(str, arguments)], input=stdin, capture_output=True, timeout=1500,
        env={**clean_environment(), **(environment or {})}, preexec_fn=preexec)


class Server:
    """`chatreports serve` on a free port, until the end of the with block."""

    def __init__(self, data, *flags, preexec=None, environment=None):
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", str(data), "--listen", "127.0.0.1:0", *map(str, flags)],
            stderr=subprocess.PIPE, env={**clean_environment(), **(environment or {})},
            preexec_fn=preexec)
        self.log = b""
        while True:
            line = self.process.stderr.readline()
            self.log += line
            found = re.search(rb"https?://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                return
            if not line:
                raise AssertionError("the server did not start: " + self.log.decode())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends it as an operator would; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        if not self.process.stderr.closed:
            self.log += self.process.stderr.read()
            self.process.stderr.close()
        return code

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=1500)

    def ask(self, method, target, body=None, headers=None):
        """(status, headers, body as text) of one request on a connection of its own."""
        connection = self.connect()
        try:
            connection.request(method, target, body=body, headers=headers or {})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read().decode()
        finally:
            connection.close()

    def report(self, token, action, body=None):
        status, _, text = self.ask(
            "POST", path_of("chats/" + action), json.dumps(body or {}),
            {"Authorization": "Bearer " + token, "Content-Type": "application/json"})
        return status, json.loads(text)


def has_limits_of_memory():
    """Returns whether the program runs in 2 GiB: builds with sanitizers reserve terabytes of addresses."""
    much = lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31))
    return run("--version", preexec=much).returncode == 0


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chatreports-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = self.folder / "data"

    def take_in(self, records, license=1, code=0):
        """Imports records (bytes, or a list of objects) and checks the exit code."""
        if not isinstance(records, bytes):
            records = "".join(json.dumps(r) + "\n" for r in records).encode()
        done = run("import", "--data", self.data, "--license", license, "-", stdin=records)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return done

    def make_folder(self):
        """Makes the data folder, for commands that want it to be there."""
        self.data.mkdir(mode=0o700, exist_ok=True)

    def token(self, *flags, license=1):
        self.make_folder()
        done = run("token", "create", "--data", self.data, "--license", license, *flags)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout.decode().strip()

    def assert_one_sentence(self, done, *words):
        """It failed, and said why in one line that has all of these words."""
        message = done.stderr.decode()
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(len(message.strip().splitlines()), 1, message)
        self.assertTrue(message.startswith("chatreports: "), message)
        for word in words:
            self.assertIn(word, message)


def chat(thread_id="T1", created_at="2021-04-08T10:00:00.000000Z", **thread):
    return {"id": "C" + thread_id, "thread": {"id": thread_id, "created_at": created_at, **thread}}


def main():
    """Runs the tests of a file. Exits with 77 where some were skipped, which ctest shows as skipped."""
    done = unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]], exit=False).result
    sys.exit(1 if not done.wasSuccessful() else 77 if done.skipped else 0)
