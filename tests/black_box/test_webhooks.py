"""POST /ingest/webhooks/livechat, and recorded webhooks in an import."""

import random
import threading

from program import *

RANGE = {"from": "2021-04-01T00:00:00Z", "to": "2021-04-30T23:59:59Z"}
EVER = {"from": "2000-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}
CHATS_REPORTS = [report.removeprefix("chats/") for report in REPORTS if report.startswith("chats/")]


def at(second):
    return f"2021-04-08T10:{second // 60:02}:{second % 60:02}.000000Z"


class Story:
    """One chat as LiveChat tells it: webhooks, and the archive of its end."""

    def __init__(self, number, with_times):
        self.chat_id, self.thread_id = f"C{number}", f"T{number}"
        self.with_times = with_times
        self.second = 0
        self.webhooks = []
        self.thread = {"id": self.thread_id, "created_at": at(0), "active": True, "tags": [],
                       "user_ids": ["ann@example.com", "customer"], "events": [],
                       "access": {"group_ids": [0]},
                       "properties": {"routing": {"continuous": False}}}
        self.chat = {"id": self.chat_id, "thread": self.thread,
                     "users": [{"id": "ann@example.com", "type": "agent"},
                               {"id": "customer", "type": "customer", "email": "secret@mail"}],
                     "properties": {"routing": {"continuous": False, "pinned": False}},
                     "access": {"group_ids": [0]}}
        self.event("message", "customer", tell=False)
        self.tell("incoming_chat", chat=json.loads(json.dumps(self.chat)))

    def tell(self, action, **payload):
        self.second += 1
        webhook = {"webhook_id": "w", "secret_key": "", "action": action, "license_id": 5,
                   "payload": payload, "additional_data": {}}
        if self.with_times:
            webhook["received_at"] = at(self.second)
        self.webhooks.append(webhook)

    def ids(self):
        return {"chat_id": self.chat_id, "thread_id": self.thread_id}

    def event(self, type, author, tell=True, **more):
        self.second += 1
        event = {"id": f"{self.thread_id}_{len(self.thread['events']) + 1}", "type": type,
                 "text": "secret words", "author_id": author, "visibility": "all",
                 "created_at": at(self.second), **more}
        self.thread["events"].append(event)
        if tell:
            self.tell("incoming_event", **self.ids(), event=dict(event))

    def live(self, chance):
        self.event("message", "ann@example.com")
        self.event("filled_form", "customer", form_id="f", form_type="prechat", fields=[
            {"id": "1", "type": "radio", "answer": {"id": str(chance.randrange(3)), "label": "x"}}])
        for tag in chance.sample(["spam", "sales", "support"], chance.randrange(3)):
            self.thread["tags"].append(tag)
            self.tell("thread_tagged", **self.ids(), tag=tag)
        if chance.random() < .7:
            score = chance.randrange(2)
            self.thread["properties"]["rating"] = {"score": score, "comment": "secret words"}
            self.tell("thread_properties_updated", **self.ids(),
                      properties={"rating": {"score": score, "comment": "secret words"}})
        if chance.random() < .3:
            self.chat["properties"]["lc2"] = {"greeting_id": 9, "greeting_unique_id": "u"}
            self.tell("chat_properties_updated", chat_id=self.chat_id,
                      properties={"lc2": {"greeting_id": 9, "greeting_unique_id": "u"}})
        if chance.random() < .5:
            self.chat["users"].append({"id": "bob@example.com", "type": "agent"})
            self.thread["user_ids"].append("bob@example.com")
            self.tell("user_added_to_chat", **self.ids(), user_type="agent", reason="x",
                      user={"id": "bob@example.com", "type": "agent", "present": True})
            self.event("message", "bob@example.com")
        if chance.random() < .5:
            groups = chance.sample([0, 1, 2], 2)
            self.thread["access"] = self.chat["access"] = {"group_ids": groups}
            if chance.random() < .5:
                self.tell("chat_access_updated", id=self.chat_id, access={"group_ids": groups})
            else:
                self.tell("chat_transferred", **self.ids(), reason="manual",
                          transferred_to={"group_ids": groups})
        self.event("file", "customer")
        self.event("message", "ann@example.com")
        self.tell("chat_deactivated", **self.ids(), user_id="ann@example.com")
        self.thread["active"] = False
        if self.with_times:
            self.thread["ended_at"] = at(self.second)


class Webhooks(ProgramTest):
    def setUp(self):
        super().setUp()
        self.secret = self.webhook_secret()
        self.reader = self.token()

    def webhook_secret(self, *flags, license=1, stdin=b""):
        self.make_folder()
        done = run("webhook", "create", "--data", self.data, "--license", license, *flags,
                   stdin=stdin)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout.decode().strip()

    def post(self, server, webhook, secret=None):
        body = json.dumps({**webhook, "secret_key": self.secret if secret is None else secret})
        status, _, text = server.ask("POST", "/ingest/webhooks/livechat", body,
                                     {"Content-Type": "application/json"})
        return status, json.loads(text)

    def post_all(self, server, webhooks, connections=4):
        """Over several connections at once, so that nobody knows their order."""
        def feed(some):
            connection = server.connect()
            for webhook in some:
                body = json.dumps({**webhook, "secret_key": self.secret})
                connection.request("POST", "/ingest/webhooks/livechat", body)
                response = connection.getresponse()
                text = response.read()
                if response.status != 200:
                    failures.append((response.status, text))
            connection.close()
        failures = []
        feeders = [threading.Thread(target=feed, args=(webhooks[n::connections],))
                   for n in range(connections)]
        for feeder in feeders:
            feeder.start()
        for feeder in feeders:
            feeder.join()
        self.assertEqual(failures, [])

    def answers(self, server, token, reports, filters=RANGE):
        answers = {}
        for report in reports:
            status, _, text = server.ask(
                "POST", path_of(report), json.dumps({"filters": filters}),
                {"Authorization": "Bearer " + token})
            self.assertEqual(status, 200, text)
            answers[report] = json.loads(text)
        return answers

    def test_live_webhooks_tell_what_the_archive_tells(self):
        chance = random.Random(7)
        stories = [Story(number, with_times=False) for number in range(30)]
        webhooks, archives = [], []
        for story in stories:
            story.live(chance)
            webhooks += story.webhooks + chance.choices(story.webhooks, k=5)
            archives.append(story.chat)
        chance.shuffle(webhooks)
        self.take_in(archives, license=2)
        other = self.token(license=2)
        # Without times of their own, all came now: what lengths are made of is not the same.
        reports = ["chats/" + name for name in CHATS_REPORTS if name != "duration"]
        with Server(self.data) as server:
            self.post_all(server, webhooks)
            self.assertEqual(self.answers(server, self.reader, reports),
                             self.answers(server, other, reports))
            # And the archive, in the end, changes nothing.
            told = self.answers(server, self.reader, ["chats/duration"])
            writer = self.token("--scope", "reports_write")
            server.ask("POST", "/ingest/records", json.dumps(archives),
                       {"Authorization": "Bearer " + writer})
            self.assertEqual(self.answers(server, self.reader, ["chats/duration"]), told)
            self.assertEqual(self.answers(server, self.reader, reports),
                             self.answers(server, other, reports))
        stored = (self.data / "chatreports.sqlite").read_bytes()
        self.assertNotIn(b"secret words", stored)
        self.assertNotIn(b"secret@mail", stored)
        self.assertNotIn(self.secret.encode(), (self.data / "access.sqlite").read_bytes())

    def test_recorded_webhooks_tell_what_the_archive_tells(self):
        chance = random.Random(8)
        webhooks, archives = [], []
        for number in range(40):
            story = Story(number, with_times=True)
            story.live(chance)
            webhooks += story.webhooks + chance.choices(story.webhooks, k=5)
            archives.append(story.chat)
            # Of agents joining archives say nothing.
            joined = [w for w in story.webhooks if w["action"] == "user_added_to_chat"]
            archives += joined
        chance.shuffle(webhooks)
        done = self.take_in(webhooks[:300])
        self.take_in(archives, license=2)
        other = self.token(license=2)
        reports = ["chats/" + name for name in CHATS_REPORTS] + ["agents/performance"]
        with Server(self.data) as server:
            self.post_all(server, webhooks[300:])
            self.assertEqual(self.answers(server, self.reader, reports),
                             self.answers(server, other, reports))
            expected = self.answers(server, other, reports)
        # Out, and in again somewhere else.
        exported = run("export", "--data", self.data, "--license", 1).stdout
        self.take_in(exported, license=3)
        third = self.token(license=3)
        with Server(self.data) as server:
            self.assertEqual(self.answers(server, third, reports), expected)

    def test_the_secret_names_the_licence(self):
        own = self.webhook_secret("--secret-file", "-", license=2, stdin=b"dummy_key\n")
        self.assertEqual(own, "dummy_key")
        other = self.token(license=2)
        tag = {"action": "thread_tagged", "payload": {"thread_id": "T", "tag": "x"}}
        with Server(self.data) as server:
            self.assertEqual(self.post(server, tag), (200, {"accepted": 1, "ignored": 0}))
            for wrong in ["", "nonsense", self.reader, "x" * 300]:
                status, answer = self.post(server, tag, wrong)
                self.assertEqual((status, answer["error"]["type"]), (401, "authentication"), wrong)
            # A secret is no token.
            self.assertEqual(server.report(self.secret, "tags")[0], 401)
            story = Story(1, with_times=True)
            for webhook in story.webhooks:
                self.assertEqual(self.post(server, webhook, own)[0], 200)
            total = lambda token: self.answers(server, token, ["chats/total_chats"]
                                               )["chats/total_chats"]["total"]
            self.assertEqual((total(self.reader), total(other)), (0, 1))
            # Listed without their text, revoked by number; tokens are another list.
            listed = run("webhook", "list", "--data", self.data).stdout.decode()
            self.assertEqual(len(listed.splitlines()), 3, listed)
            self.assertNotIn("dummy_key", listed)
            number = listed.splitlines()[2].split()[0]
            self.assertEqual(run("token", "revoke", "--data", self.data, number).returncode, 1)
            self.assertEqual(run("webhook", "revoke", "--data", self.data, number).returncode, 0)
            deadline = time.time() + 60
            while self.post(server, tag, own)[0] != 401:
                self.assertLess(time.time(), deadline)
        self.assert_one_sentence(
            run("webhook", "create", "--data", self.data, "--license", 9,
                environment={"CHATREPORTS_SECRET": self.secret}), "known already", "licence 1")
        # Not on the command line, where everybody who may list processes reads it.
        done = run("webhook", "create", "--data", self.data, "--license", 9, "--secret", "s3cr3t")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"--secret-file", done.stderr)
        self.assertNotIn(b"s3cr3t", done.stderr)
        for flags, stdin, word in [(["--secret-file", "-"], b"", "holds no secret"),
                                   (["--secret-file", self.folder / "none"], b"", "No such file"),
                                   (["--secret-file", "-"], b"x" * 5_000, "4096 bytes")]:
            self.assert_one_sentence(run("webhook", "create", "--data", self.data, "--license", 9,
                                         *flags, stdin=stdin), word)
        self.assertNotIn("webhooks", run("token", "list", "--data", self.data).stdout.decode())

    def test_what_is_no_use_is_ignored_and_what_is_wrong_is_said(self):
        with Server(self.data) as server:
            ignored = {"action": "customer_created", "payload": {"id": "x"}}
            for _ in range(3):
                self.assertEqual(self.post(server, ignored), (200, {"accepted": 0, "ignored": 1}))
            for wrong, word in [
                    ({"action": "thread_tagged", "payload": {"tag": "x"}}, "payload.thread_id"),
                    ({"action": "thread_tagged", "payload": {"thread_id": "T"}}, "payload.tag"),
                    ({"action": "thread_tagged", "payload": 5}, "payload: must be an object"),
                    ({"action": "incoming_event",
                      "payload": {"thread_id": "T", "event": {"type": "message"}}},
                     "payload.event.created_at: missing"),
                    ({"action": "incoming_chat", "payload": {"chat": {"thread": {"id": "T"}}}},
                     "payload.chat.thread.created_at: missing"),
                    ({"action": "routing_status_set",
                      "payload": {"agent_id": "a", "status": "away"}}, "payload.status: must be"),
                    ({"action": "chat_deactivated", "received_at": "yesterday",
                      "payload": {"thread_id": "T"}}, "received_at"),
                    ({"payload": {}}, "action: missing"),
                    ({"action": "thread_tagged"}, "payload: missing"),
                    ({"action": "x", "payload": {}, "thread": {"id": "T"}}, "thread:")]:
                status, answer = self.post(server, wrong)
                self.assertEqual((status, answer["error"]["type"]), (400, "validation"), wrong)
                self.assertIn(word, answer["error"]["message"])
            for body in [b"", b"nonsense", b"[]", b"5", b'{"secret_key":']:
                status, _, text = server.ask("POST", "/ingest/webhooks/livechat", body)
                self.assertEqual(status, 400, body)
            packed = gzip.compress(json.dumps({"secret_key": self.secret, "action": "thread_tagged",
                                               "payload": {}}).encode())
            status, _, text = server.ask("POST", "/ingest/webhooks/livechat", packed,
                                         {"Content-Encoding": "gzip"})
            self.assertEqual((status, json.loads(text)["error"]["message"]),
                             (400, "Content-Encoding: must be identity for a webhook"))
            status, headers, _ = server.ask("GET", "/ingest/webhooks/livechat")
            self.assertEqual((status, headers["Allow"]), (405, "POST"))
        self.assertIn(b"ignored 3 webhooks with action customer_created", server.log)

        lines = b'{"action":"customer_created","payload":{}}\n' * 2
        done = self.take_in(lines)
        self.assertIn(b"0 records went in, 0 were known already, 0 were refused, 2 were webhooks "
                      b"that no figure needs", done.stdout)

    def test_what_livechat_may_leave_out_or_add(self):
        with Server(self.data) as server:
            story = Story(1, with_times=True)
            for webhook in story.webhooks:
                self.assertEqual(self.post(server, webhook)[0], 200)
            # A chat that is not active has no thread to be transferred; a number that nobody reads.
            transfer = {"action": "chat_transferred", "large": 10 ** 400, "received_at": at(90),
                        "payload": {"chat_id": "C1", "transferred_to": {"group_ids": [7]}}}
            self.assertEqual(self.post(server, transfer), (200, {"accepted": 1, "ignored": 0}))
            answers = self.answers(server, self.reader, ["chats/total_chats"],
                                   {**RANGE, "groups": {"values": [7]}})
            self.assertEqual(answers["chats/total_chats"]["total"], 1)

    def test_agents_are_followed(self):
        with Server(self.data) as server:
            def tell(action, **payload):
                self.assertEqual(self.post(server, {"action": action, "payload": payload})[0], 200)

            def minutes(**filters):
                answer = self.answers(server, self.reader, ["agents/performance"],
                                      {**EVER, **filters})["agents/performance"]
                return {agent: row["accepting_chats_time"] > 0
                        for agent, row in answer["records"].items()}
            tell("agent_created", id="ann", name="Ann", groups=[{"id": 1, "priority": "normal"}])
            tell("routing_status_set", agent_id="ann", status="accepting chats")
            tell("agent_updated", id="bob", groups=[{"id": 2}])
            tell("routing_status_set", agent_id="bob", status="accepting_chats")
            time.sleep(1.2)
            self.assertEqual(minutes(), {"ann": True, "bob": True})
            self.assertEqual(minutes(groups={"values": [1]}), {"ann": True})
            tell("agent_updated", id="ann", groups=[{"id": 2}])
            tell("agent_created", id="ann", name="Ann", groups=[{"id": 1, "priority": "normal"}])
            self.assertEqual(minutes(groups={"values": [2]}), {"ann": True, "bob": True})
            # Time goes on between two questions, until the agent is gone.
            before = self.accepting(server)
            time.sleep(1.2)
            self.assertGreater(self.accepting(server), before)
            tell("agent_deleted", id="ann")
            tell("agent_deleted", agent_id="bob")
            before = self.accepting(server)
            time.sleep(1.2)
            self.assertEqual(self.accepting(server), before)
            # The past stays as it was.
            self.assertEqual(minutes(groups={"values": [2]}), {"ann": True, "bob": True})
            tell("group_created", id=5, name="Sales", agent_priorities={"ann": "normal"})
            self.assertEqual(minutes(groups={"values": [5]}), {"ann": True})
            tell("group_updated", id=5, agent_priorities={"bob": "first"})
            tell("group_deleted", id=5)
            self.assertEqual(minutes(groups={"values": [5]}), {"bob": True})

    def accepting(self, server):
        answer = self.answers(server, self.reader, ["agents/performance"], EVER)
        return sum(row["accepting_chats_time"]
                   for row in answer["agents/performance"]["records"].values())

    def test_the_samples_of_livechat(self):
        with Server(self.data) as server:
            ignored = 0
            for path in sorted((SAMPLES / "webhooks").glob("*.json")):
                status, answer = self.post(server, json.loads(path.read_text()))
                self.assertEqual(status, 200, path)
                ignored += answer["ignored"]
            self.assertEqual(ignored, 1)  # customer_created
            filters = {"from": "2020-05-07T00:00:00Z", "to": "2020-05-07T23:59:59Z"}
            answers = self.answers(server, self.reader, ["chats/total_chats", "chats/engagement"],
                                   filters)
            self.assertEqual(answers["chats/total_chats"]["records"], {"2020-05-07": {"total": 1}})
            # The welcome is a machine's, so the customer began.
            self.assertEqual(answers["chats/engagement"]["records"],
                             {"2020-05-07": {"started_by_customer_without_greeting": 1}})

    def test_too_many_at_once_are_sent_away(self):
        # Hundreds at once, of which one may wait.
        with Server(self.data, "--max-waiting-webhooks", 1) as server:
            statuses = []

            def feed(who):
                for number in range(50):
                    webhook = {"action": "thread_tagged",
                               "payload": {"thread_id": f"T{who}", "tag": f"t{number}"}}
                    body = json.dumps({**webhook, "secret_key": self.secret})
                    status, headers, _ = server.ask("POST", "/ingest/webhooks/livechat", body)
                    statuses.append((status, "Retry-After" in headers))
            feeders = [threading.Thread(target=feed, args=(who,)) for who in range(8)]
            for feeder in feeders:
                feeder.start()
            for feeder in feeders:
                feeder.join()
            self.assertEqual(set(statuses), {(200, False), (503, True)})

    def test_nothing_acknowledged_is_lost(self):
        """Killed at random moments: each acknowledged webhook is known, once."""
        chance = random.Random(99)
        number = 0
        for _ in range(int(os.environ.get("CHATREPORTS_KILLS", "10"))):
            with Server(self.data) as server:
                while server.ask("GET", "/readyz")[0] != 200:
                    time.sleep(0.01)
                killer = threading.Timer(chance.uniform(0.01, 0.4), server.process.kill)
                killer.start()
                try:
                    while True:
                        story = Story(number, with_times=True)
                        story.tell("thread_tagged", **story.ids(), tag="acknowledged")
                        for webhook in story.webhooks:
                            self.assertEqual(self.post(server, webhook)[0], 200)
                        number += 1
                except (OSError, http.client.HTTPException, ValueError):
                    pass
                killer.join()
        with Server(self.data) as server:
            while server.ask("GET", "/readyz")[0] != 200:
                time.sleep(0.01)
            tags = self.answers(server, self.reader, ["chats/tags"])["chats/tags"]
            tagged = sum(bucket.get("acknowledged", 0) for bucket in tags["records"].values())
            # What was on its way when the server died may be there, too.
            self.assertTrue(number <= tagged <= tags["total"], (number, tags["total"], tagged))


if __name__ == "__main__":
    main()
