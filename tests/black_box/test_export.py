"""chatreports export: what goes out goes in again, and says the same."""

import resource
import sqlite3

from program import *

RANGE = {"from": "2021-03-01T00:00:00Z", "to": "2021-05-02T00:00:00Z"}


class Export(ProgramTest):
    def export(self, data, license=7):
        done = run("export", "--data", data, "--license", license)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def answers(self, data):
        done = run("token", "create", "--data", data, "--license", 7)
        bearer = {"Authorization": "Bearer " + done.stdout.decode().strip()}
        answers = {}
        with Server(data) as server:
            for report in REPORTS:
                for zone in ["UTC", "Asia/Kathmandu"]:
                    body = json.dumps({"timezone": zone, "filters": RANGE})
                    status, _, text = server.ask("POST", path_of(report), body, bearer)
                    self.assertEqual(status, 200, text)
                    answers[report, zone] = text
        return answers

    def test_it_goes_in_again_and_says_the_same(self):
        made = run("generate", "--chats", 3_000, "--days", 50, "--agents", 9, "--seed", 5, "--end",
                   "2021-05-01T00:00:00Z").stdout
        made += (b'{"record":"goal","thread_id":"not yet","id":5}\n'
                 b'{"record":"agent","id":"ann@example.com","name":"Ann","groups":[1,2]}\n'
                 b'{"record":"group","id":1,"name":"Sales"}\n'
                 b'{"thread":{"id":"rated","created_at":"2021-04-01T00:00:00Z","properties":'
                 b'{"rating":{"score":1,"comment":"thank you"}}}}\n'
                 # An end, and later a start that comes after it.
                 b'{"thread":{"id":"late","created_at":"2021-04-01T07:00:00Z","ended_at":'
                 b'"2021-04-01T07:10:00Z"}}\n'
                 b'{"thread":{"id":"late","created_at":"2021-04-01T10:00:00Z"}}\n')
        done = run("import", "--data", self.data, "--license", 7, "-", stdin=made)
        self.assertEqual(done.returncode, 0, done.stderr)
        exported = self.export(self.data)
        self.assertNotIn(b"thank you", exported)

        other = self.folder / "other"
        done = run("import", "--data", other, "--license", 7, "-", stdin=exported)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(sorted(self.export(other).splitlines()), sorted(exported.splitlines()))
        self.assertEqual(self.answers(other), self.answers(self.data))
        # Into the folder that it came from: nothing new.
        done = run("import", "--data", self.data, "--license", 7, "-", stdin=exported)
        self.assertEqual(self.export(self.data), exported)

    def test_licences_do_not_mix(self):
        for license, thread in [(7, b"seven"), (8, b"eight")]:
            record = b'{"thread":{"id":"%s","created_at":"2021-04-01T00:00:00Z"}}' % thread
            run("import", "--data", self.data, "--license", license, "-", stdin=record)
        self.assertIn(b"eight", self.export(self.data, 8))
        self.assertNotIn(b"seven", self.export(self.data, 8))
        # One that nobody has heard of is a mistake.
        self.assert_one_sentence(run("export", "--data", self.data, "--license", 9),
                                 "no records of licence 9", str(self.data))

    def test_while_a_server_has_the_folder(self):
        run("import", "--data", self.data, "--license", 7, "-",
            stdin=b'{"thread":{"id":"t","created_at":"2021-04-01T00:00:00Z"}}')
        with Server(self.data):
            self.assertEqual(len(self.export(self.data).splitlines()), 1)

    def test_without_a_folder(self):
        done = run("export", "--data", self.folder / "nothing", "--license", 7)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"there is no data folder", done.stderr)
        self.assertFalse((self.folder / "nothing").exists())

    def fill(self, chats=2_000):
        made = run("generate", "--chats", chats, "--days", 5, "--seed", 5).stdout
        run("import", "--data", self.data, "--license", 7, "-", stdin=made)

    def test_into_a_pipe_that_is_closed(self):
        self.fill()
        done = subprocess.run(["bash", "-c", f"set -o pipefail; {PROGRAM} export --data {self.data} "
                               "--license 7 | head -n 1"], capture_output=True, timeout=60, env=clean_environment())
        self.assertEqual((done.returncode, done.stderr), (128 + signal.SIGPIPE, b""))
        self.assertEqual(len(done.stdout.splitlines()), 1)

    def test_onto_a_full_disk(self):
        self.fill(10)
        with open("/dev/full", "wb") as full:
            for command in [["export", "--data", self.data, "--license", 7],
                            ["token", "list", "--data", self.data], ["generate", "--chats", 5],
                            ["webhook", "list", "--data", self.data], ["--help"], ["--version"],
                            ["import", "--data", self.data, "--license", 7, "/dev/null"],
                            ["token", "create", "--data", self.data, "--license", 7]]:
                done = subprocess.run([PROGRAM, *map(str, command)], stdout=full,
                                      stderr=subprocess.PIPE, timeout=60, env=clean_environment())
                self.assert_one_sentence(done, "No space left on device")
                self.assertEqual(done.returncode, 1, command)

    def test_onto_a_closed_output(self):
        self.fill(10)
        for command in [["export", "--data", self.data, "--license", 7],
                        ["token", "create", "--data", self.data, "--license", 7]]:
            done = subprocess.run([PROGRAM, *map(str, command)], stderr=subprocess.PIPE, timeout=60,
                                  env=clean_environment(), preexec_fn=lambda: os.close(1))
            self.assert_one_sentence(done, "cannot write to standard output")

    def test_too_little_memory_is_no_end(self):
        if not has_limits_of_memory():
            self.skipTest("a build with sanitizers, which reserve terabytes of addresses")
        self.fill(5_000)
        whole = self.export(self.data)
        codes = set()
        for megabytes in range(16, 96, 4):
            limit = megabytes << 20
            done = run("export", "--data", self.data, "--license", 7,
                       preexec=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
            codes.add(done.returncode)
            if done.returncode == 0:
                self.assertEqual(done.stdout, whole)
            else:
                self.assertNotEqual(done.stderr, b"")
        self.assertIn(0, codes)
        self.assertGreater(len(codes), 1)

    def test_a_store_that_is_busy_is_no_end(self):
        self.fill(10)
        connection = sqlite3.connect(self.data / "chatreports.sqlite")
        self.addCleanup(connection.close)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE counters SET value = value")
        connection.execute("COMMIT")
        self.assert_one_sentence(run("export", "--data", self.data, "--license", 7))


if __name__ == "__main__":
    main()
