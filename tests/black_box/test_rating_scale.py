"""Ratings on another scale than bad and good: the rule of a licence, and what becomes of its ratings."""

from program import *

DAY = ("--from", "2021-04-08", "--to", "2021-04-08")


def rated(thread_id, score, **thread):
    return json.dumps(chat(thread_id, properties={"rating": {"score": score}}, **thread))


class RatingScale(ProgramTest):
    def license(self, *flags, code=0, license=1):
        done = run("license", "--data", self.data, "--license", license, *flags)
        self.assertEqual(done.returncode, code, done.stderr)
        return (done.stdout + done.stderr).decode()

    def imported(self, *lines, flags=(), license=1, data=None):
        done = run("import", "--data", data or self.data, "--license", license, *flags, "-",
                   stdin="\n".join(lines).encode())
        self.assertEqual(done.returncode, 0, done.stderr)
        return (done.stdout + done.stderr).decode()

    def ratings(self, license=1, data=None):
        done = run("report", "chats/ratings", "--data", data or self.data, "--license", license, *DAY,
                   "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["records"]["2021-04-08"]

    def test_an_import_sets_the_scale_and_later_ones_keep_it(self):
        said = self.imported(*(rated(f"T{score}", score) for score in range(7)),
                             flags=("--rating-scale", 5, "--good-from", 4))
        self.assertIn("rating that is not a whole number from 0 to 5, so the chat is unrated: rating.score 6", said)
        self.assertEqual(self.ratings(), {"bad": 4, "chats": 7, "good": 2})
        self.assertNotIn("unrated", self.imported(rated("T7", 5)))
        self.assertEqual(self.ratings(), {"bad": 4, "chats": 8, "good": 3})
        self.assertEqual(self.license(), "licence 1: ratings are whole numbers from 0 to 5, and good from 4 on\n")

    def test_each_licence_has_its_own(self):
        self.imported(rated("T0", 1), license=2)
        self.license("--rating-scale", 10, "--good-from", 9)
        self.imported(rated("T1", 1), rated("T2", 9))
        self.imported(rated("T1", 1), rated("T2", 9), license=2)
        self.assertEqual(self.ratings(), {"bad": 1, "chats": 2, "good": 1})
        self.assertEqual(self.ratings(license=2), {"chats": 3, "good": 2})
        self.assertEqual(self.license(license=2), "licence 2: ratings are 1 (good) and 0 (bad)\n")

    def test_a_running_server_notices_it_and_takes_webhooks_by_it(self):
        self.imported(json.dumps(chat("T1")))
        secret = run("webhook", "create", "--data", self.data, "--license", 1).stdout.decode().strip()
        token = self.token("--scope", "reports_write", "--scope", "reports_read")
        with Server(self.data) as server:
            def ask(method, path, body=None):
                status, _, text = server.ask(method, path, body, {"Authorization": "Bearer " + token})
                self.assertEqual(status, 200, text)
                return json.loads(text)

            self.assertIn("good from 4 on; this is so for chats that come in from now on",
                          self.license("--rating-scale", 5, "--good-from", 4))
            time.sleep(1.2)
            ask("POST", "/ingest/webhooks/livechat", json.dumps({
                "secret_key": secret, "action": "thread_properties_updated", "payload": {
                    "chat_id": "CT1", "thread_id": "T1", "properties": {"rating": {"score": 5}}}}))
            self.assertNotIn("warnings", ask("POST", "/ingest/records", rated("T2", 2)))
            thread = ask("GET", "/v1/threads/T1")
            self.assertEqual((thread["rating"], thread["warnings"]), ("good", []))
            self.assertEqual(thread["properties"]["rating"], {"good_from": 4, "score": 5})
            report = server.report(token, "ratings", {"filters": {
                "from": "2021-04-08T00:00:00Z", "to": "2021-04-08T23:59:59Z"}})[1]
            self.assertEqual(report["records"]["2021-04-08"], {"bad": 1, "chats": 2, "good": 1})

    def test_an_export_means_the_same_elsewhere(self):
        self.imported(rated("T1", 5), rated("T2", 2), flags=("--rating-scale", 5, "--good-from", 4))
        exported = run("export", "--data", self.data, "--license", 1).stdout.decode().splitlines()
        other = self.folder / "other"
        self.imported(*exported, data=other)
        self.assertEqual(self.ratings(data=other), {"bad": 1, "chats": 2, "good": 1})
        # Of a licence with a scale, its own rule holds.
        third = self.folder / "third"
        self.imported(*exported, data=third, flags=("--rating-scale", 5, "--good-from", 2))
        self.assertEqual(self.ratings(data=third), {"chats": 2, "good": 2})

    def test_a_change_applies_to_what_comes_in_afterwards(self):
        self.imported(rated("T1", 4), flags=("--rating-scale", 5, "--good-from", 4))
        self.license("--rating-scale", 5, "--good-from", 5)
        self.assertEqual(self.ratings(), {"chats": 1, "good": 1})
        self.imported(rated("T1", 4))
        self.assertEqual(self.ratings(), {"bad": 1, "chats": 1})
        self.assertIn("chats that are in keep their ratings", self.license("--no-rating-scale"))
        self.assertEqual(self.ratings(), {"bad": 1, "chats": 1})
        self.imported(rated("T2", 1))
        self.assertEqual(self.ratings(), {"bad": 1, "chats": 2, "good": 1})

    def test_a_check_counts_by_the_scale(self):
        self.imported(rated("T1", 4), flags=("--rating-scale", 5, "--good-from", 4))
        def check(*flags):
            done = run("import", "--check", "--data", self.data, "--license", 1, *flags, "-",
                       stdin=rated("T2", 4).encode())
            return (done.stdout + done.stderr).decode()

        self.assertNotIn("unrated", check())
        self.assertIn("unrated", check("--rating-scale", 3, "--good-from", 2))

    def test_a_backup_has_it(self):
        self.imported(rated("T1", 4), flags=("--rating-scale", 5, "--good-from", 4))
        run("backup", "--data", self.data, self.folder / "backup")
        self.data = self.folder / "restored"
        run("restore", "--data", self.data, self.folder / "backup")
        self.assertIn("good from 4 on", self.license())
        self.assertEqual(run("check", "--data", self.data).returncode, 0)

    def test_wrong_flags_change_nothing(self):
        self.imported(rated("T1", 1))
        for flags, why in [(("--rating-scale", 5), "give both --rating-scale and --good-from"),
                           (("--good-from", 4), "give both --rating-scale and --good-from"),
                           (("--rating-scale", 5, "--good-from", 6), "must be at most 5, the highest rating"),
                           (("--rating-scale", 5, "--good-from", 0), "--good-from"),
                           (("--rating-scale", 1, "--good-from", 1), "--rating-scale"),
                           (("--rating-scale", "five", "--good-from", 4), "--rating-scale"),
                           (("--rating-scale", 5, "--good-from", 4, "--no-rating-scale"), "excludes")]:
            with self.subTest(flags=flags):
                self.assertIn(why, self.license(*flags, code=2))
        self.assertEqual(self.license(), "licence 1: ratings are 1 (good) and 0 (bad)\n")
        done = run("license", "--data", self.folder / "none", "--license", 1)
        self.assertEqual(done.returncode, 1)
        self.assertFalse((self.folder / "none").exists())


if __name__ == "__main__":
    main()
