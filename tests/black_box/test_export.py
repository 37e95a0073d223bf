"""chatreports export: what goes out goes in again, and says the same."""

from program import *

RANGE = {"from": "2021-03-01T00:00:00Z", "to": "2021-05-02T00:00:00Z"}
REPORTS = ["chats/duration", "chats/tags", "chats/total_chats", "chats/ratings", "chats/ranking",
           "chats/engagement", "chats/greetings_conversion", "chats/surveys", "chats/response_time",
           "chats/first_response_time", "agents/availability", "agents/performance"]


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
                    status, _, text = server.ask("POST", "/v3.4/reports/" + report, body, bearer)
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
                 b'{"rating":{"score":1,"comment":"thank you"}}}}\n')
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
        self.assertEqual(self.export(self.data, 9), b"")

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

    def test_into_a_pipe_that_is_closed(self):
        made = run("generate", "--chats", 2_000, "--days", 5, "--seed", 5).stdout
        run("import", "--data", self.data, "--license", 7, "-", stdin=made)
        done = subprocess.run(["bash", "-c", f"set -o pipefail; {PROGRAM} export --data {self.data} "
                               "--license 7 | head -n 1"], capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, b""))


if __name__ == "__main__":
    main()
