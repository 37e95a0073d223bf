"""Conversations of Chatwoot that come in by themselves: connect, pull and serve against a stand-in for it."""

import datetime
import random

from program import *

sys.path.insert(0, str(ROOT / "tests"))
from stand_in import Fault, Refused  # noqa: E402
from stand_in_chatwoot import Chatwoot, TOKEN  # noqa: E402

PERIOD = ("--from", "2026-05-01", "--to", "2026-06-30")


class ChatwootTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.account = self.make()
        self.account.start()
        self.addCleanup(lambda: self.account.stop())

    @staticmethod
    def make(**options):
        account = Chatwoot(**options)
        account.add_inbox(1, "Website")
        account.add_inbox(2, "E-mail")
        account.add_team(4, "Sales")
        account.add_agent(5, "Jane Doe", "online", inboxes=[1, 2], teams=[4])
        account.add_agent(6, "John Smith", "busy", inboxes=[2])
        account.add_bot(7, "Helper")
        return account

    def connect(self, *flags, account=None, token=None, license=1, **more):
        account = account or self.account
        return run("connect", "chatwoot", "--data", self.data, "--license", license, "--url", account.url,
                   "--credentials", "-", "--requests-per-minute", 6000, *flags,
                   stdin=(token or account.token).encode(), **more)

    def connected(self, *flags, **more):
        done = self.connect(*flags, **more)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout.decode()

    def pull(self, code=0):
        done = run("pull", "chatwoot", "--data", self.data)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return done

    def report(self, name, *flags, data=None):
        done = run("report", name, "--data", data or self.data, "--license", 1, *PERIOD, "--format", "json", *flags)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return json.loads(done.stdout)

    def facts(self, thread, license=1):
        """Of the export: what is known of a thread."""
        done = run("export", "--data", self.data, "--license", license)
        for line in done.stdout.splitlines():
            record = json.loads(line)
            if record.get("thread", {}).get("id") == thread:
                return record
        return None

    @staticmethod
    def wait_until(is_so, what):
        for _ in range(300):
            if is_so():
                return
            time.sleep(0.1)
        raise AssertionError("never: " + what)

    def threads(self):
        done = run("export", "--data", self.data, "--license", 1)
        return sorted(record["thread"]["id"] for record in map(json.loads, done.stdout.splitlines())
                      if "thread" in record)


class FirstFetch(ChatwootTest):
    def conversation(self, account=None):
        """Resolved, opened again by the customer, and resolved once more."""
        account = account or self.account
        one = account.open("2026-05-04T10:00:00Z", inbox=2, country="pl")
        account.customer_says(one, "2026-05-04T10:00:00Z")
        account.greet(one, "2026-05-04T10:00:01Z")
        account.bot_says(one, "2026-05-04T10:00:05Z", 7)
        account.agent_says(one, "2026-05-04T10:00:30Z", 6, private=True)
        account.agent_says(one, "2026-05-04T10:01:00Z", 5)
        account.resolve(one, "2026-05-04T10:10:00Z")
        survey = account.ask_for_rating(one, "2026-05-04T10:10:01Z")
        account.rate(one, survey, 4, "2026-05-04T10:11:00Z", "Łukasz was quick")
        account.customer_says(one, "2026-05-06T09:00:00Z")
        account.rule_says(one, "2026-05-06T09:00:01Z")
        account.agent_says(one, "2026-05-06T09:00:20Z", 6)
        account.resolve(one, "2026-05-06T09:05:00Z")
        account.change(one, labels=["billing"], assignee=6)
        return one

    def test_one_command_brings_all_conversations(self):
        for number in range(60):
            one = self.account.open(f"2026-05-{1 + number % 28:02}T10:00:00Z", inbox=1 + number % 2)
            self.account.customer_says(one, f"2026-05-{1 + number % 28:02}T10:00:00Z")
            self.account.agent_says(one, f"2026-05-{1 + number % 28:02}T10:00:30Z", 5)
        said = self.connected()
        self.assertIn("Chatwoot accepts the credentials", said)
        self.assertIn("agents: 2\n", said)
        self.assertIn("bots: 1\n", said)
        self.assertIn("groups: 2\n", said)
        self.assertIn("ratings are whole numbers from 0 to 5, and good from 4 on", said)
        self.assertIn("all chats are in", said)
        self.assertEqual(self.report("chats/total_chats")["total"], 60)
        self.assertEqual(self.report("chats/first_response_time")["records"]["2026-05-01"],
                         {"count": 3, "first_response_time": 30})
        self.assertEqual(self.report("chats/total_chats", "--group", 2)["total"], 30)
        info = run("info", "--data", self.data).stdout.decode()
        self.assertIn("fetched from Chatwoot: all chats are in", info)

    def check_conversation(self):
        self.assertEqual(self.threads(), ["1-1", "1-2"])
        first, second = self.facts("1-1"), self.facts("1-2")
        self.assertEqual(first["id"], "1")
        self.assertEqual(first["thread"]["created_at"], "2026-05-04T10:00:00.000000Z")
        self.assertEqual(first["thread"]["ended_at"], "2026-05-04T10:10:00.000000Z")
        self.assertEqual(second["thread"]["created_at"], "2026-05-06T09:00:00.000000Z")
        self.assertEqual(second["thread"]["ended_at"], "2026-05-06T09:05:00.000000Z")
        self.assertEqual(second["thread"]["tags"], ["billing"])
        self.assertEqual(first["thread"]["properties"]["rating"]["score"], 4)
        self.assertNotIn("quick", json.dumps(first))
        # A person responds first, not the bot; a whisper is no response.
        answer = self.report("chats/first_response_time")["records"]
        self.assertEqual(answer["2026-05-04"], {"count": 1, "first_response_time": 60})
        self.assertEqual(answer["2026-05-06"], {"count": 1, "first_response_time": 20})
        self.assertEqual(self.report("chats/duration")["records"]["2026-05-04"]["duration"], 600)
        self.assertEqual(self.report("chats/ratings")["records"]["2026-05-04"], {"chats": 1, "good": 1})
        self.assertEqual(self.report("chats/total_chats", "--country", "PL")["total"], 2)
        performance = self.report("agents/performance")["records"]
        self.assertEqual({agent: one["chats_count"] for agent, one in performance.items()},
                         {"5": 1, "6": 1, "bot-7": 1})

    def test_a_conversation_that_is_opened_again_is_another_chat(self):
        for enterprise in (True, False):
            with self.subTest(enterprise=enterprise), self.make(enterprise=enterprise) as account:
                self.conversation(account)
                self.connected(account=account)
                self.check_conversation()
            shutil.rmtree(self.data)

    def test_in_a_language_that_is_not_read_the_survey_or_the_events_tell_the_end(self):
        with self.make(enterprise=True, locale="de") as account:
            self.conversation(account)
            self.connected(account=account)
            self.check_conversation()
        shutil.rmtree(self.data)
        with self.make(enterprise=False, locale="de") as account:
            self.conversation(account)
            self.connected(account=account)
            self.assertEqual(self.threads(), ["1-1", "1-2"])
            # The survey comes a second after the end.
            self.assertEqual(self.facts("1-1")["thread"]["ended_at"], "2026-05-04T10:10:01.000000Z")
            self.assertEqual(self.facts("1-2")["thread"]["ended_at"], "2026-05-06T09:05:00.000000Z")

    def test_groups_may_be_teams(self):
        one = self.account.open("2026-05-04T10:00:00Z", inbox=2, team=4)
        self.account.open("2026-05-04T11:00:00Z", inbox=2)
        self.account.customer_says(one, "2026-05-04T10:00:00Z")
        self.assertIn("groups: 1\n", self.connected("--groups", "teams"))
        self.assertEqual(self.report("chats/total_chats", "--group", 4)["total"], 1)
        self.assertEqual(self.report("chats/total_chats")["total"], 2)

    def test_long_conversations_and_busy_days_come_whole(self):
        one = self.account.open("2026-05-04T10:00:00Z")
        for number in range(250):
            self.account.customer_says(one, f"2026-05-04T10:{number // 60:02}:{number % 60:02}Z")
        for number in range(80):
            self.account.open(f"2026-05-05T{number // 60:02}:{number % 60:02}:00Z")
        self.connected()
        self.assertEqual(len(self.facts("1-1")["thread"]["events"]), 250)
        self.assertEqual(self.report("chats/total_chats")["records"]["2026-05-05"]["total"], 80)

    def test_an_account_without_conversations(self):
        self.assertIn("chats: none yet", self.connected())
        self.account.open("2026-05-04T10:00:00Z")
        self.pull()
        self.assertEqual(self.report("chats/total_chats")["total"], 1)

    def test_since_leaves_out_what_began_before(self):
        for month in range(1, 7):
            self.account.open(f"2026-{month:02}-15T10:00:00Z")
        self.assertIn("all chats since 2026-06-01T00:00:00Z are in", self.connected("--since", "2026-06-01"))
        self.assertEqual(self.threads(), ["6-1"])
        self.connected("--since", "2026-04-01")
        self.assertEqual(self.threads(), ["4-1", "5-1", "6-1"])

    def test_own_scales_for_ratings(self):
        one = self.account.open("2026-05-04T10:00:00Z")
        self.account.customer_says(one, "2026-05-04T10:00:00Z")
        self.account.resolve(one, "2026-05-04T10:10:00Z")
        self.account.rate(one, self.account.ask_for_rating(one, "2026-05-04T10:10:01Z"), 4)
        self.assertIn("good from 5 on", self.connected("--rating-scale", 5, "--good-from", 5))
        self.assertEqual(self.report("chats/ratings")["records"]["2026-05-04"], {"bad": 1, "chats": 1})


class LaterFetches(ChatwootTest):
    def test_what_has_changed_comes_and_nothing_else_is_read_again(self):
        for number in range(40):
            self.account.open(f"2026-05-{1 + number % 20:02}T10:00:00Z")
        self.connected()
        self.account.customer_says(3, "2026-05-20T10:00:00Z")
        self.account.agent_says(3, "2026-05-20T10:00:10Z", 5)
        with self.account.lock:  # those of the first fetch are no changes any more
            for number, one in self.account.conversations.items():
                one["updated_at"] -= 0 if number == 3 else 3_600
        before = self.account.count("conversations/messages")
        self.pull()
        self.assertEqual(self.account.count("conversations/messages"), before + 1)
        self.assertEqual(len(self.facts("3-1")["thread"]["events"]), 2)

    def test_a_rating_comes_though_the_conversation_did_not_change(self):
        one = self.account.open("2026-05-04T10:00:00Z")
        self.account.customer_says(one, "2026-05-04T10:00:00Z")
        self.account.resolve(one, "2026-05-04T10:10:00Z")
        survey = self.account.ask_for_rating(one, "2026-05-04T10:10:01Z")
        self.connected()
        with self.account.lock:
            self.account.conversations[one]["updated_at"] -= 3_600
        self.account.rate(one, survey, 2)
        self.pull()
        self.assertEqual(self.report("chats/ratings")["records"]["2026-05-04"], {"bad": 1, "chats": 1})

    def test_versions_that_do_not_say_when_a_conversation_changed(self):
        with self.make(version="3.6.0") as old:
            one = old.open("2026-05-04T10:00:00Z")
            old.customer_says(one, "2026-05-04T10:00:00Z")
            self.connected("--every", "1s", "--later", account=old)
            with Server(self.data):
                self.wait_until(lambda: old.count("conversations/messages") > 1, "the first fetch")
                old.resolve(one, "2026-05-04T10:05:00Z")
                self.wait_until(lambda: "ended_at" in self.facts("1-1")["thread"], "the end")

    def test_more_changes_than_an_answer_may_have_come_by_pages(self):
        for number in range(60):
            self.account.open(f"2026-05-{1 + number % 20:02}T10:00:00Z")
        self.connected()
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        for number in range(1, 41):
            self.account.customer_says(number, now)
        self.account.fault = lambda action, asked: (
            Fault("status", 422, b'{"error":"too many"}') if "updated_within" in asked else None)
        self.pull()
        exported = run("export", "--data", self.data, "--license", 1).stdout
        self.assertEqual(exported.count(b'"type":"message"'), 40)

    def test_an_agent_who_was_removed_keeps_name_and_chats(self):
        one = self.account.open("2026-05-04T10:00:00Z")
        self.account.customer_says(one, "2026-05-04T10:00:00Z")
        self.account.agent_says(one, "2026-05-04T10:00:10Z", 6)
        self.connected()
        with self.account.lock:
            del self.account.agents[6]
        self.account.agent_says(one, "2026-05-04T10:00:20Z", 6)
        self.pull()
        self.assertIn("6", self.report("agents/performance")["records"])
        self.assertIn(b"John Smith", run("export", "--data", self.data, "--license", 1).stdout)

    def test_availability(self):
        self.connected()
        done = run("export", "--data", self.data, "--license", 1).stdout.decode()
        self.assertRegex(done, r'"agent_id":"5","status":"accepting_chats"')
        self.assertRegex(done, r'"agent_id":"6","status":"not_accepting_chats"')


class Webhooks(ChatwootTest):
    def serve(self):
        """A server, to which the account sends webhooks."""
        self.make_folder()
        server = Server(self.data)
        self.addCleanup(server.stop)
        said = self.connected("--public-url", f"http://127.0.0.1:{server.port}")
        self.assertIn(f"webhooks are sent to http://127.0.0.1:{server.port}/ingest/webhooks/chatwoot/1", said)
        self.token_text = self.token("--scope", "reports_write")
        return server

    def thread(self, server, thread):
        status, _, text = server.ask("GET", "/v1/threads/" + thread, None,
                                     {"Authorization": "Bearer " + self.token_text})
        return json.loads(text) if status == 200 else None

    def test_a_change_comes_in_within_seconds(self):
        one = self.account.open("2026-05-04T10:00:00Z")
        server = self.serve()
        self.wait_until(lambda: self.thread(server, "1-1"), "the first fetch")
        looks = lambda: sum("updated_within" in asked for _, _, asked in self.account.requests)
        self.wait_until(lambda: looks() > 0, "a look for changes")
        before = looks()
        self.account.customer_says(one, "2026-05-04T10:00:00Z")
        self.account.agent_says(one, "2026-05-04T10:00:30Z", 5)
        self.account.resolve(one, "2026-05-04T10:05:00Z")
        self.wait_until(lambda: self.thread(server, "1-1")["duration"] == 300, "the end")
        self.assertEqual(self.thread(server, "1-1")["first_response"], {"agent_id": "5", "time": 30})
        two = self.account.open("2026-05-05T10:00:00Z")
        self.account.customer_says(two, "2026-05-05T10:00:00Z")
        self.wait_until(lambda: self.thread(server, "2-1"), "a new conversation")
        survey = self.account.ask_for_rating(one, "2026-05-04T10:05:01Z")
        self.account.rate(one, survey, 5)
        self.wait_until(lambda: self.thread(server, "1-1").get("rating") == "good", "the rating")
        # No look for changes brought them.
        self.assertEqual(looks(), before)

    def test_only_what_the_account_has_signed_is_taken(self):
        self.account.open("2026-05-04T10:00:00Z")
        server = self.serve()
        self.wait_until(lambda: self.thread(server, "1-1"), "the first fetch")
        webhook = self.account.webhooks[0]
        body = json.dumps({"event": "conversation_updated", "id": 1}).encode()
        post = self.account.post
        self.assertEqual(post(webhook, body), 200)
        self.assertEqual(post(webhook, body, secret="another"), 401)
        self.assertEqual(post(webhook, body, at=time.time() - 600), 401)
        self.assertEqual(post(webhook, body, at=time.time() + 600), 401)
        for licence in ("2", "x", "999999999999999999999"):
            elsewhere = {**webhook, "url": webhook["url"][:-1] + licence}
            self.assertEqual(post(elsewhere, body), 401)
        for odd, status in [(b"no JSON", 400), (b"[]", 400), (b"{}", 400), (b'{"event":7}', 400),
                            (b'{"event":"contact_updated","id":1}', 200), (b'{"event":"message_created"}', 200),
                            (b'{"event":"conversation_updated","id":"1"}', 200),
                            (b'{"event":"conversation_updated","id":-1}', 200)]:
            self.assertEqual(post(webhook, odd), status, odd)
        status, _, text = server.ask("POST", "/ingest/webhooks/chatwoot/1", body)
        self.assertEqual((status, json.loads(text)["error"]["type"]), (401, "authentication"))
        # A number that is no conversation costs a request, and nothing else.
        self.assertEqual(post(webhook, b'{"event":"conversation_updated","id":4711}'), 200)
        self.account.customer_says(1, "2026-05-04T10:00:00Z")
        self.wait_until(lambda: self.thread(server, "1-1")["event_types"] == ["message"], "the message")

    def test_connecting_again_keeps_or_renews_the_webhook(self):
        server = self.serve()
        first = list(self.account.webhooks)
        self.connected()
        self.assertEqual(self.account.webhooks, first)
        time.sleep(3)
        body = json.dumps({"event": "conversation_updated", "id": 1}).encode()
        self.assertEqual(self.account.post(first[0], body), 200)
        for flags in (["--again"], ["--groups", "teams"]):
            self.connected(*flags)
            time.sleep(3)
            self.assertEqual(self.account.post(first[0], body), 200, flags)
        self.connected("--public-url", f"http://127.0.0.1:{server.port}")
        self.assertEqual(len(self.account.webhooks), 1)

    def test_the_rest_has_its_turn_while_webhooks_come(self):
        for number in range(30):
            self.account.open(f"2026-05-{1 + number % 20:02}T10:00:00Z")
        self.make_folder()
        with Server(self.data) as server:
            self.connected("--public-url", f"http://127.0.0.1:{server.port}")
            self.token_text = self.token("--scope", "reports_write")
            self.wait_until(lambda: self.account.requests, "a request")
            body = json.dumps({"event": "conversation_updated", "id": 1}).encode()

            def has_all():
                self.account.post(self.account.webhooks[0], body)
                return self.thread(server, "30-1") and self.account.count("agents") > 2

            self.wait_until(has_all, "the first fetch")

    def test_without_fetching_or_signatures_there_are_none(self):
        with self.make(version="4.11.0") as old:
            done = self.connect("--public-url", "http://127.0.0.1:9", account=old)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"it does not sign webhooks, which it does since version 4.12", done.stderr)
            self.assertEqual(old.webhooks, [])
        self.make_folder()
        with Server(self.data, "--no-fetch") as server:
            status, _, text = server.ask("POST", "/ingest/webhooks/chatwoot/1", "{}")
            self.assertEqual((status, json.loads(text)["error"]["type"]), (503, "service_unavailable"))


class Trouble(ChatwootTest):
    KINDS = [lambda: Fault("cut"), lambda: Fault("reset"), lambda: Fault("status", 500),
             lambda: Fault("status", 502, b"<html>Bad Gateway</html>"),
             lambda: Fault("status", 429, b"Retry later\n", {"Retry-After": "1"}),
             lambda: Fault("status", 200, b"no JSON"), lambda: Fault("status", 200, b'{"payload":7}')]

    def test_nothing_is_lost_or_doubled_with_faults(self):
        for number in range(60):
            at = f"2026-05-{1 + number % 5:02}T10:{number:02}:00Z"
            one = self.account.open(at)
            self.account.customer_says(one, at)
            self.account.agent_says(one, at, 5)
            if number % 3 == 0:
                self.account.resolve(one, at)
        with self.make() as whole:
            whole.conversations, whole.messages, whole.events = (
                self.account.conversations, self.account.messages, self.account.events)
            self.connected(account=whole)
        expected = run("export", "--data", self.data, "--license", 1).stdout
        shutil.rmtree(self.data)
        chance, count = random.Random(3), iter(range(1_000_000))
        self.account.fault = lambda action, _: (
            self.KINDS[next(count) % len(self.KINDS)]() if chance.random() < 0.03 else None)
        for _ in range(50):
            done = self.connect("--later")
            if done.returncode == 0:
                break
        self.assertEqual(done.returncode, 0, done.stderr)
        for _ in range(60):
            done = run("pull", "chatwoot", "--data", self.data)
            if done.returncode == 0:
                break
        self.assertEqual(done.returncode, 0, done.stderr)
        chats = lambda text: sorted(line for line in text.splitlines() if b'"thread":{' in line)
        self.assertEqual(chats(run("export", "--data", self.data, "--license", 1).stdout), chats(expected))

    def refused(self, why, *flags, **more):
        done = self.connect(*flags, **more)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(why, done.stderr.decode())
        self.assertNotIn(TOKEN, done.stderr.decode() + done.stdout.decode())
        return done.stderr.decode()

    def failing(self, name, times=10 ** 9, status=500):
        """Lets requests for one path fail."""
        left = [times]

        def answer(method, path, body, headers, whole=self.account.answer):
            if f"/{name}?" in path + "?" and left[0] > 0:
                left[0] -= 1
                raise Refused(status, {"error": "oops"})
            return whole(method, path, body, headers)

        self.account.answer = answer

    def test_a_failure_in_the_middle_loses_nothing_in_the_same_run(self):
        for number in range(3):
            self.account.open(f"2026-05-0{1 + number}T10:00:00Z")
        self.connected()
        for number in (1, 2):
            self.account.resolve(number, "2026-05-09T10:00:00Z")
        self.account.open("2026-05-08T10:00:00Z")
        self.failing("conversations/4/messages", times=1)
        self.pull()
        self.assertEqual(self.threads(), ["1-1", "2-1", "3-1", "4-1"])
        for thread in ("1-1", "2-1"):
            self.assertIn("ended_at", self.facts(thread)["thread"])

    def test_one_conversation_that_always_fails_does_not_hold_up_the_others(self):
        for number in range(5):
            self.account.open("2026-05-04T10:00:00Z")
        self.failing("conversations/3/messages")
        done = self.connect()
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn(b"conversation 3 can't be read: /conversations/3/messages was answered with 500: oops",
                      done.stderr)
        self.assertEqual(self.threads(), ["1-1", "2-1", "4-1", "5-1"])

    def test_the_404_of_a_proxy_is_no_deletion(self):
        self.account.open("2026-05-04T10:00:00Z")
        self.account.open("2026-05-04T11:00:00Z")
        self.failing("conversations/1/messages", times=2, status=404)
        self.connected()
        self.assertEqual(self.threads(), ["1-1", "2-1"])

    def test_a_conversation_that_was_deleted_meanwhile_is_passed_over(self):
        for number in range(3):
            self.account.open("2026-05-04T10:00:00Z")
        list_messages = self.account.list_messages
        gone = lambda: (_ for _ in ()).throw(Refused(404, {"error": "Resource could not be found"}))
        self.account.list_messages = lambda asked, body, number: (
            gone() if number == 2 else list_messages(asked, body, number))
        self.connected()
        self.assertEqual(self.threads(), ["1-1", "3-1"])

    def test_credentials_that_are_not_accepted(self):
        self.refused("Chatwoot does not accept the credentials: /profile was answered with 401: Invalid Access Token",
                     token="wrong")
        self.assertFalse(self.data.exists())

    def test_an_old_version_is_named(self):
        with self.make(version="3.5.2") as old:
            self.refused("it is Chatwoot 3.5.2, and 3.6 or later is needed", account=old)

    def test_an_agents_token_does_what_it_may(self):
        self.account.administrator = False
        self.account.open("2026-05-04T10:00:00Z")
        said = self.connected()
        self.assertIn("bots: the token lacks the role of an administrator", said)
        self.assertEqual(self.report("chats/total_chats")["total"], 1)

    def test_one_of_several_accounts_is_named(self):
        self.account.memberships = [(1, "Ours"), (9, "Theirs")]
        self.refused("name one of the accounts with --account: 1 (Ours), 9 (Theirs)")
        self.refused("the token's owner does not belong to account 3, but to 1 (Ours), 9 (Theirs)", "--account", 3)
        self.assertIn("licence 1 is connected", self.connected("--account", 1))

    def test_another_account_or_system_is_refused_for_the_licence(self):
        self.account.open("2026-05-04T10:00:00Z")
        self.connected()
        with self.make() as other:
            self.refused("connect it to a licence of its own", account=other)
        from stand_in_livechat import LiveChat
        with LiveChat() as livechat:
            done = run("connect", "livechat", "--data", self.data, "--license", 1, "--api", livechat.url,
                       "--credentials", "-", stdin=livechat.credentials.encode())
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"the chats of licence 1 were fetched from Chatwoot", done.stderr)

    def test_plain_http_to_another_machine_must_be_allowed(self):
        done = run("connect", "chatwoot", "--data", self.data, "--license", 1, "--url", "http://chat.example.com",
                   "--credentials", "-", stdin=b"secret")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"--plain-http", done.stderr)

    def test_a_conversation_of_another_account_is_left_out(self):
        self.account.open("2026-05-04T10:00:00Z")
        self.account.open("2026-05-04T11:00:00Z")
        shape = self.account.shape
        self.account.shape = lambda number: {**shape(number), "account_id": 1 if number == 1 else 2}
        done = self.connect()
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn(b"conversation 2 is of account 2, not of 1", done.stderr)
        self.assertEqual(self.threads(), ["1-1"])

    def test_a_token_that_was_revoked_is_said_and_reports_go_on(self):
        self.account.open("2026-05-04T10:00:00Z")
        self.connected()
        self.account.token = "another"
        done = self.pull(code=1)
        self.assertIn(b"401: Invalid Access Token", done.stderr)
        self.assertIn("fails since", run("info", "--data", self.data).stdout.decode())
        self.assertEqual(self.report("chats/total_chats")["total"], 1)

    def test_the_token_is_in_no_output(self):
        self.account.open("2026-05-04T10:00:00Z")
        self.connected()
        run("backup", "--data", self.data, self.folder / "backup")
        for folder in (self.data, self.folder / "backup"):
            for path in folder.rglob("*"):
                if path.is_file() and path.parent.name != "connections":
                    self.assertNotIn(TOKEN.encode(), path.read_bytes(), path)


if __name__ == "__main__":
    main()
