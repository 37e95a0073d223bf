"""docs/postman_collection.json is made from docs/openapi.yaml, and newman, Postman's own runner, finds every answer right.

newman comes from npm: tests/postman/ has its version and those of all that it needs. Where npm is missing or can't
install it, the test is skipped."""

import hashlib

from program import *

COLLECTION = ROOT / "docs/postman_collection.json"
PACKAGES = ROOT / "tests/postman"
INSTALLED = ROOT / "build/newman"


def installed_newman():
    """Returns the program of newman; installs it, if that has not been done for these files."""
    newman = INSTALLED / "node_modules/newman/bin/newman.js"
    files = [PACKAGES / name for name in ["package.json", "package-lock.json"]]
    stamp = INSTALLED / "installed"
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    if newman.exists() and stamp.exists() and stamp.read_text() == wanted:
        return newman
    shutil.rmtree(INSTALLED, ignore_errors=True)
    INSTALLED.mkdir(parents=True)
    for file in files:
        shutil.copy(file, INSTALLED)
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=INSTALLED,
                          capture_output=True, text=True, timeout=900)
    if done.returncode != 0:
        raise unittest.SkipTest("npm can't install newman: " + done.stderr)
    stamp.write_text(wanted)
    return newman


class Postman(ProgramTest):
    def test_the_collection_is_fresh(self):
        target = self.folder / "collection.json"
        done = subprocess.run([sys.executable, ROOT / "tools/write_postman.py", ROOT / "docs/openapi.yaml", target],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(target.read_text() == COLLECTION.read_text(), "the collection is stale: run ./dev docs")

    def test_it_has_every_report_of_every_version(self):
        names = {folder["name"]: [item["name"] for item in folder["item"]]
                 for folder in json.loads(COLLECTION.read_text())["item"]}
        for version in VERSIONS:
            reports = [report for report in REPORTS if version in VERSIONS_OF[report]]
            self.assertEqual(names[f"Version {version}"],
                             [f"{method} {report}" for report in reports for method in ["POST", "GET"]])

    def test_newman_finds_every_answer_right(self):
        if shutil.which("npm") is None or shutil.which("node") is None:
            self.skipTest("npm and node are not installed: ./dev test installs them")
        newman = installed_newman()
        records = run("generate", "--chats", 100, "--days", 5, "--seed", 1, "--end", "2021-04-12T00:00:00Z")
        self.take_in(records.stdout)
        secret = run("webhook", "create", "--data", self.data, "--license", 1).stdout.decode().strip()
        variables = {"token": self.token(), "write_token": self.token("--scope", "reports_write"),
                     "webhook_secret": secret}
        result = self.folder / "result.json"
        with Server(self.data) as server:
            variables["base_url"] = f"http://127.0.0.1:{server.port}"
            done = subprocess.run(
                ["node", newman, "run", COLLECTION, "--reporters", "json", "--reporter-json-export", result,
                 *(word for key, value in variables.items() for word in ["--env-var", f"{key}={value}"])],
                capture_output=True, text=True, timeout=600, cwd=self.folder, env=clean_environment())
        found = json.loads(result.read_text())["run"]
        failures = [(one["source"]["name"], one["error"]["message"]) for one in found["failures"]]
        self.assertEqual((done.returncode, failures), (0, []), done.stdout + done.stderr)
        requests = sum(len(folder["item"]) for folder in json.loads(COLLECTION.read_text())["item"])
        self.assertEqual(found["stats"]["requests"], {"total": requests, "pending": 0, "failed": 0})
        self.assertGreater(found["stats"]["assertions"]["total"], requests)


if __name__ == "__main__":
    main()
