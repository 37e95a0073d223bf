"""Access tokens and secrets of webhooks: their names, lists, rotation, and when they were last used; and over HTTP."""

import calendar
import concurrent.futures
import errno
import sqlite3

from program import *
from test_faults import FAILING_DISK, KINDS, Disk, numbers

SOON = {"filters": {"from": "2021-04-08T00:00:00Z", "to": "2021-04-09T00:00:00Z"}}


class Tokens(ProgramTest):
    def tokens(self, kind="token"):
        done = run(kind, "list", "--data", self.data, "--json")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return json.loads(done.stdout)

    def test_a_list_is_json_if_asked_for(self):
        self.token("--name", 'the "weekly" sheet', "--agent-id", "ann", "--scope", "reports_read", "--scope", "reports_write")
        self.token("--expires-in", "1d", license=2)
        first, second = self.tokens()
        self.assertEqual({**first, "created_at": ""}, {
            "id": 1, "kind": "token", "license": 1, "name": 'the "weekly" sheet', "scopes": ["reports_read", "reports_write"],
            "agent_id": "ann", "expires_at": None, "only_groups": [], "only_agents": [], "created_at": "",
            "last_used_at": None})
        self.assertEqual((second["license"], second["name"], second["agent_id"]), (2, "", None))
        self.assertRegex(second["expires_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        table = run("token", "list", "--data", self.data).stdout.decode().splitlines()
        self.assertIn("LAST USED", table[0])
        self.assertTrue(table[1].endswith('ann                   the "weekly" sheet'), table[1])
        self.assertEqual(run("webhook", "list", "--data", self.data, "--json").stdout, b"[]\n")

    def test_odd_names_are_refused(self):
        self.make_folder()
        for name in ["", "x" * 101, b"\xff"]:
            done = run("token", "create", "--data", str(self.data), "--license", "1",
                       os.fsencode("--name=") + (name if isinstance(name, bytes) else name.encode()))
            self.assertEqual(done.returncode, 2, name)
        done = run("token", "create", "--data", self.data, "--license", 1, "--name", "a\x1b[31m\nb")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"a?[31m?b", run("token", "list", "--data", self.data).stdout)

    def test_a_server_notes_when_a_token_was_used(self):
        used, unused = self.token(), self.token()
        secret = run("webhook", "create", "--data", self.data, "--license", 1).stdout.decode().strip()
        before = time.strftime("%Y-%m-%dT%H:%M:00Z", time.gmtime())
        with Server(self.data) as server:
            self.assertEqual(server.report(used, "tags", SOON)[0], 200)
            webhook = {"webhook_id": "x", "secret_key": secret, "action": "agent_deleted", "payload": {"id": "a@b.c"}}
            self.assertEqual(server.ask("POST", "/ingest/webhooks/livechat", json.dumps(webhook))[0], 200)
            self.assertEqual(server.ask("GET", "/v1/about", headers={"Authorization": "Bearer nobody"})[0], 401)
            self.assertEqual(server.stop(), 0)
        after = time.strftime("%Y-%m-%dT%H:%M:00Z", time.gmtime())
        first, second = self.tokens()
        self.assertIn(first["last_used_at"], (before, after))
        self.assertIsNone(second["last_used_at"])
        self.assertIn(self.tokens("webhook")[0]["last_used_at"], (before, after))
        # The next start changes nothing of it.
        with Server(self.data) as server:
            self.assertEqual(server.report(unused, "tags", SOON)[0], 200)
        self.assertEqual(self.tokens()[0]["last_used_at"], first["last_used_at"])

    def test_a_rotated_token_works_for_a_while(self):
        old = self.token("--name", "sheet", "--agent-id", "ann")
        with Server(self.data) as server:
            done = run("token", "rotate", "--data", self.data, 1, "--overlap", "2s")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stderr, rb"^chatreports: token 1 works until \S+Z at most\n$")
            new = done.stdout.decode().strip()
            self.assertNotEqual(new, old)
            self.assertEqual(server.report(new, "tags", SOON)[0], 200)
            deadline = time.monotonic() + 60
            while server.report(old, "tags", SOON)[0] == 200:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.1)
            self.assertEqual(server.report(new, "tags", SOON)[0], 200)
        first, second = self.tokens()
        self.assertEqual([{**token, "id": 0, "created_at": "", "expires_at": "", "last_used_at": ""}
                          for token in (first, second)][0],
                         [{**token, "id": 0, "created_at": "", "expires_at": "", "last_used_at": ""}
                          for token in (first, second)][1])
        self.assertIsNone(second["expires_at"])
        self.assertEqual(run("token", "rotate", "--data", self.data, 1).returncode, 1)  # it has expired
        self.assertEqual(run("token", "rotate", "--data", self.data, 9).returncode, 1)

    def test_a_token_that_cannot_be_printed_is_not_rotated(self):
        self.token()
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "token", "rotate", "--data", self.data, "1"], stdout=full,
                                  stderr=subprocess.PIPE, env=clean_environment())
        self.assertEqual(done.returncode, 1)
        self.assertEqual([token["expires_at"] for token in self.tokens()], [None])

    def test_the_access_log_names_tokens(self):
        reader = self.token("--name", "the weekly sheet")
        with Server(self.data, "--access-log", "--log-format", "json") as server:
            server.report(reader, "tags", SOON)
            server.stop()
        line = next(json.loads(line) for line in server.log.splitlines() if b'"request"' in line)
        self.assertEqual(line["token_name"], "the weekly sheet")


class Narrowed(ProgramTest):
    """A token that is narrowed sees what another one sees with these filters."""

    def setUp(self):
        super().setUp()
        done = run("generate", "--chats", 3_000, "--days", 30, "--agents", 12, "--end", "2021-05-01T00:00:00Z")
        self.take_in(done.stdout)
        self.server = Server(self.data)
        self.addCleanup(self.server.stop)
        while b"serving" not in self.server.log:
            self.server.log += self.server.process.stderr.readline()
        self.whole = self.token()
        lists = self.get(self.whole, "/v1/directory")
        self.agents = [agent["id"] for agent in lists["agents"]]
        self.groups = [group["id"] for group in lists["groups"]]

    def get(self, token, target):
        status, _, body = self.server.ask("GET", target, headers={"Authorization": "Bearer " + token})
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def post(self, token, target, body):
        status, _, answer = self.server.ask("POST", target, json.dumps(body), {"Authorization": "Bearer " + token})
        return status, answer

    def test_all_reports_are_filtered(self):
        some_agents, some_groups = self.agents[:3], self.groups[:2]
        narrowed = self.token(*[f"--only-agent={agent}" for agent in some_agents],
                              *[f"--only-group={group}" for group in some_groups])
        filters = {"agents": {"values": some_agents}, "groups": {"values": some_groups}}
        month = {"from": "2021-04-01T00:00:00Z", "to": "2021-04-30T23:59:59Z"}
        differs = 0
        for report in REPORTS:
            target = path_of(report)
            status, all_of_it = self.post(self.whole, target, {"filters": month})
            expected = self.post(self.whole, target, {"filters": {**month, **filters}})
            self.assertEqual(self.post(narrowed, target, {"filters": month}), expected, report)
            # Twice, so that the answer cache has both.
            self.assertEqual(self.post(self.whole, target, {"filters": month}), (status, all_of_it), report)
            self.assertEqual(self.post(narrowed, target, {"filters": month}), expected, report)
            differs += all_of_it != expected[1]
        self.assertGreater(differs, len(REPORTS) - 4)

    def test_filters_of_the_request_count_besides(self):
        mine, other = self.agents[:2], self.agents[2:4]
        narrowed = self.token(*[f"--only-agent={agent}" for agent in mine])
        month = {"from": "2021-04-01T00:00:00Z", "to": "2021-04-30T23:59:59Z"}
        for report in ["chats/total_chats", "chats/ranking", "agents/performance", "agents/availability"]:
            target = path_of(report)
            ask = lambda token, agents: self.post(token, target, {"filters": {**month, "agents": agents}})
            self.assertEqual(ask(narrowed, {"values": mine[:1]}), ask(self.whole, {"values": mine[:1]}), report)
        # Chats of both an agent of mine and another one are mine, too.
        status, answer = self.post(narrowed, path_of("chats/ranking"), {"filters": {**month, "agents": {"values": other}}})
        self.assertEqual((status, json.loads(answer)["records"]), (200, {}))

    def test_lists_show_no_others(self):
        agents = lambda *ids: [{"id": id, "type": "agent", "name": id.upper()} for id in ids]
        self.server.stop()
        self.take_in([
            {**chat("A", tags=["x"], user_ids=["ann"], access={"group_ids": [5]}), "users": agents("ann")},
            {**chat("B", tags=["x", "y"], user_ids=["ann", "bob"], access={"group_ids": [5]}), "users": agents("ann", "bob")},
            {**chat("C", tags=["z"], user_ids=["eve"], access={"group_ids": [6]}), "users": agents("eve")}], license=2)
        whole = self.token(license=2)
        of_group = self.token("--only-group=5", license=2)
        of_agent = self.token("--only-agent=eve", "--only-agent=dan", license=2)
        self.server = Server(self.data)
        self.addCleanup(self.server.stop)
        while b"serving" not in self.server.log:
            self.server.log += self.server.process.stderr.readline()
        ids = lambda token, key: {one["id"] if isinstance(one, dict) else one
                                  for one in self.get(token, "/v1/directory")[key]}
        for token, seen in [(whole, [{"ann", "bob", "eve"}, {5, 6}, {"x", "y", "z"}]),
                            (of_group, [{"ann", "bob"}, {5}, {"x", "y"}]), (of_agent, [{"eve"}, {6}, {"z"}])]:
            # Twice: the answer cache keeps them apart.
            for _ in range(2):
                self.assertEqual([ids(token, key) for key in ["agents", "groups", "tags"]], seen)
        about = self.get(of_agent, "/v1/about")
        self.assertEqual((about["only_groups"], about["only_agents"]), ([], ["eve", "dan"]))
        self.assertNotIn("only_groups", self.get(whole, "/v1/about"))

    def test_a_narrowed_token_only_reads(self):
        for scope in ["reports_write", "metrics_read", "admin"]:
            done = run("token", "create", "--data", self.data, "--license", 1, "--only-agent", "ann", "--scope", scope)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"no other scope than reports_read", done.stderr)
        done = run("token", "create", "--data", self.data, "--license", 1, "--only-group", "sales")
        self.assertEqual(done.returncode, 2)
        done = run("token", "create", "--data", self.data, "--license", 1, "--only-group", ",".join(map(str, range(101))))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"narrowed to at most 100 groups and 100 agents", done.stderr)
        self.token("--only-group", "5", "--only-agent", "ann", "--name", "lead")
        token = run("token", "list", "--data", self.data).stdout.decode().splitlines()[-1]
        self.assertTrue(token.endswith("lead (only groups 5) (only agents ann)"), token)


class OverHttp(ProgramTest):
    """Tokens that are managed while a server runs, with a token that has the scope admin."""

    def setUp(self):
        super().setUp()
        self.admin = self.token("--scope", "admin", "--name", "the boss")
        self.other = self.token("--scope", "admin", license=2)
        self.server = None

    def serve(self, *flags, **more):
        self.server = Server(self.data, *flags, **more)
        self.addCleanup(self.server.stop)
        while b"serving" not in self.server.log:
            self.server.log += self.server.process.stderr.readline()

    def ask(self, method, path="", body=None, token=None):
        """(status, answer) of a request to /v1/tokens. The body is bytes, or a value to send as JSON."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body)
        headers = {"Authorization": "Bearer " + (token or self.admin)}
        status, headers, text = self.server.ask(method, "/v1/tokens" + path, body, headers)
        if status < 300:
            self.assertEqual(headers["Cache-Control"], "no-store")
        return status, json.loads(text) if text else None

    def create(self, body=None, token=None):
        status, answer = self.ask("POST", "", body or {}, token)
        self.assertEqual(status, 201, answer)
        self.assertRegex(answer["token"], "^[0-9a-f]{64}$")
        return answer

    def listed(self, token=None):
        """The tokens of the licence. Waits while the server can't read them."""
        deadline = time.monotonic() + 60
        while (answered := self.ask("GET", token=token))[0] == 503:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        self.assertEqual(answered[0], 200, answered[1])
        return answered[1]["tokens"]

    def ids(self, token=None):
        return [one["id"] for one in self.listed(token)]

    def status_of(self, token):
        """The status of a report with the token."""
        return self.server.report(token, "tags", SOON)[0]

    def test_a_token_is_created_used_and_listed(self):
        self.serve()
        given = {"name": 'the "weekly" sheet\u0000\u001b[31m', "scopes": ["reports_read", "reports_write"], "agent_id": "ann"}
        created = self.create(given)
        self.assertEqual({key: created[key] for key in given}, given)
        self.assertEqual((created["license"], created["expires_at"], created["last_used_at"]), (1, None, None))
        self.assertEqual(self.status_of(created["token"]), 200)
        narrowed = self.create({"only_groups": [5], "only_agents": ["ann"], "expires_at": "2099-01-01T02:00:00+02:00"})
        self.assertEqual(narrowed["expires_at"], "2099-01-01T00:00:00Z")
        about = json.loads(self.server.ask("GET", "/v1/about", headers={"Authorization": "Bearer " + narrowed["token"]})[2])
        self.assertEqual((about["only_groups"], about["only_agents"], about["scopes"]), ([5], ["ann"], ["reports_read"]))
        run("webhook", "create", "--data", self.data, "--license", 1)
        # The same as on the command line, of one licence.
        status, answer = self.ask("GET")
        listed = [json.loads(run(kind, "list", "--data", self.data, "--json").stdout) for kind in ["token", "webhook"]]
        self.assertEqual((status, answer["tokens"]), (200, [one for one in sum(listed, []) if one["license"] == 1]))
        self.assertEqual([one["kind"] for one in answer["tokens"]], ["token"] * 3 + ["webhook_secret"])
        for text in [created["token"], narrowed["token"], self.admin]:
            self.assertNotIn(text, json.dumps(answer))
            self.assertNotIn(text.encode(), (self.data / "access.sqlite").read_bytes())
        self.assertEqual(self.server.ask("HEAD", "/v1/tokens", headers={"Authorization": "Bearer " + self.admin})[::2], (200, ""))

    def test_a_revoked_token_ends_at_once(self):
        self.serve()
        token = self.create()
        connection = self.server.connect()
        for expected in [200, 401]:
            if expected == 401:
                self.assertEqual(self.ask("DELETE", f"/{token['id']}"), (204, None))
            connection.request("POST", path_of("chats/tags"), "{}", {"Authorization": "Bearer " + token["token"]})
            response = connection.getresponse()
            response.read()
            self.assertEqual(response.status, expected)
        connection.close()
        self.assertEqual(self.ask("DELETE", f"/{token['id']}")[0], 404)
        # Also a token that revokes itself, and a secret of webhooks.
        secret = run("webhook", "create", "--data", self.data, "--license", 1).stdout.decode().strip()
        webhook = json.dumps({"secret_key": secret, "action": "agent_deleted", "payload": {"id": "a@b.c"}})
        self.assertEqual(self.server.ask("POST", "/ingest/webhooks/livechat", webhook)[0], 200)
        own, secret_id = self.ids()
        self.assertEqual(self.ask("DELETE", f"/{secret_id}")[0], 204)
        self.assertEqual(self.server.ask("POST", "/ingest/webhooks/livechat", webhook)[0], 401)
        self.assertEqual(self.ask("DELETE", f"/{own}")[0], 204)
        self.assertEqual(self.ask("GET")[0], 401)

    def test_a_token_is_rotated(self):
        self.serve()
        old = self.create({"name": "sheet", "agent_id": "ann", "only_groups": [5]})
        status, new = self.ask("POST", f"/{old['id']}/rotate", {"overlap": 2})
        self.assertEqual((status, new["replaces"]["id"]), (201, old["id"]))
        same = ["license", "name", "scopes", "agent_id", "only_groups", "only_agents", "expires_at"]
        self.assertEqual([new[key] for key in same], [old[key] for key in same])
        self.assertEqual(self.status_of(new["token"]), 200)
        deadline = time.monotonic() + 60
        while self.status_of(old["token"]) == 200:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)
        self.assertEqual(self.status_of(new["token"]), 200)
        self.assertEqual(self.ask("POST", f"/{old['id']}/rotate")[0], 400)  # it has expired
        before = time.time()
        status, newest = self.ask("POST", f"/{new['id']}/rotate")
        self.assertEqual(status, 201)
        end = datetime_of(newest["replaces"]["expires_at"])
        self.assertTrue(before + 86_399 <= end <= time.time() + 86_400, newest)
        self.assertEqual(self.status_of(new["token"]), 200)

    def test_other_licences_and_scopes(self):
        self.serve()
        token = self.create()
        self.assertEqual(self.ids(self.other), [2])
        for method, path in [("DELETE", "/%s"), ("POST", "/%s/rotate")]:
            # One that another licence has, and one that nobody has, are answered in the same way.
            answers = [self.ask(method, path % id, token=self.other) for id in [token["id"], 99]]
            self.assertEqual([status for status, _ in answers], [404, 404])
            self.assertEqual(answers[0][1]["error"]["message"].replace(str(token["id"]), "99"), answers[1][1]["error"]["message"])
        self.assertEqual(self.status_of(token["token"]), 200)
        for scope in ["reports_read", "reports_write", "metrics_read"]:
            lacking = self.token("--scope", scope)
            for method, path in [("GET", ""), ("POST", ""), ("DELETE", "/1"), ("POST", "/1/rotate")]:
                self.assertEqual(self.ask(method, path, token=lacking)[0], 403, (scope, method, path))
        self.assertEqual(self.status_of(self.admin), 403)
        # Only a token that sees the figures of all licences gives this scope.
        body = {"scopes": ["metrics_read"]}
        self.assertEqual(self.ask("POST", "", body)[0], 403)
        self.create(body, self.token("--scope", "admin", "--scope", "metrics_read"))
        expired = self.token("--scope", "admin", "--expires-in", "1s")
        deadline = time.monotonic() + 60
        while self.ask("GET", token=expired)[0] == 200:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)
        self.assertEqual(self.ask("POST", "", {}, expired)[0], 401)

    def test_hostile_bodies_and_ids(self):
        self.serve()
        before = self.ids()
        for body in [b"x", b"[1]", b"{", b'{"name":"\xff"}', b'{"name":"a","name":"b"}', b'{"a":' * 1_000, b"\0" * 1_000,
                     {"names": "x"}, {"id": 7}, {"license": 2}, {"kind": "token"}, {"token": "x" * 64},
                     {"name": 5}, {"name": ["x"]}, {"name": ""}, {"name": "x" * 101}, {"name": "x" * 1_000_000},
                     {"scopes": "admin"}, {"scopes": []}, {"scopes": ["webhooks"]}, {"scopes": ["ADMIN"]}, {"scopes": [["admin"]]},
                     {"scopes": {"admin": True}}, {"agent_id": ""}, {"agent_id": 7}, {"agent_id": "x" * 256},
                     {"only_groups": []}, {"only_groups": 5}, {"only_groups": ["5"]}, {"only_groups": [1 << 63]},
                     {"only_groups": [1.5]}, {"only_groups": [True]}, {"only_groups": list(range(101))},
                     {"only_agents": []}, {"only_agents": [""]}, {"only_agents": [5]}, {"only_agents": ["x" * 256]},
                     {"only_agents": ["x"] * 101}, {"only_groups": [1], "scopes": ["admin"]},
                     {"only_agents": ["ann"], "scopes": ["reports_read", "admin"]},
                     {"expires_at": 5}, {"expires_at": "never"}, {"expires_at": "2020-01-01T00:00:00Z"},
                     {"expires_at": "2099-01-01T00:00:00"}, {"expires_at": "9999-12-31T23:59:59Z"}]:
            status, answer = self.ask("POST", "", body)
            self.assertEqual((status, answer["error"]["type"]), (400, "validation"), str(body)[:60])
        for body in [b"x", {"overlap": 0}, {"overlap": -1}, {"overlap": 1 << 62}, {"overlap": 1 << 64}, {"overlap": "1d"},
                     {"expires_in": 5}, {"name": "x"}, {"expires_at": "2020-01-01T00:00:00Z"}]:
            self.assertEqual(self.ask("POST", "/1/rotate", body)[0], 400, body)
        self.assertEqual(self.ask("POST", "", {"name": "x" * (1 << 20)})[0], 413)
        for id in ["0", "-1", "x", "01", "1.0", "1e0", "%31", "1%00", "9" * 19, "9" * 400, str((1 << 63) - 1), str(1 << 64), "'"]:
            for method, path in [("DELETE", f"/{id}"), ("POST", f"/{id}/rotate")]:
                status, answer = self.ask(method, path)
                self.assertEqual((status, answer["error"]["type"]), (404, "not_found"), id)
        self.assertEqual(self.ask("GET", "?x=1")[0], 400)
        self.assertEqual(self.ask("DELETE", "/1", {})[0], 400)
        for method, path in [("PUT", ""), ("DELETE", ""), ("GET", "/1"), ("PATCH", "/1"), ("GET", "/1/rotate")]:
            self.assertEqual(self.ask(method, path)[0], 405)
        self.assertEqual(self.ids(), before)

    def test_a_licence_has_a_thousand_tokens(self):
        with sqlite3.connect(self.data / "access.sqlite") as database:
            database.executemany("INSERT INTO tokens(hash, license, scopes, created_at, name, only_groups, only_agents) "
                                 "VALUES(?, 1, 'reports_read', 0, '', x'', x'')", [(b"%d" % n,) for n in range(998)])
        database.close()
        self.serve()
        last = self.create()
        for path in ["", f"/{last['id']}/rotate"]:
            status, answer = self.ask("POST", path)
            self.assertEqual(status, 400)
            self.assertIn("licence 1 has 1000 tokens and secrets", answer["error"]["message"])
        done = run("token", "create", "--data", self.data, "--license", 1)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"licence 1 has 1000 tokens and secrets", done.stderr)
        self.create(token=self.other)
        self.assertEqual(self.ask("DELETE", f"/{last['id']}")[0], 204)
        self.create()

    def test_twenty_clients_at_once(self):
        self.serve()

        def client(number):
            token = self.create({"name": str(number)})
            status, new = self.ask("POST", f"/{token['id']}/rotate")
            self.assertEqual((status, new["name"]), (201, str(number)))
            self.assertEqual(self.status_of(new["token"]), 200)
            self.assertEqual(self.ask("DELETE", f"/{token['id']}")[0], 204)
            self.assertEqual([self.status_of(one["token"]) for one in (token, new)], [401, 200])
            return new["id"]

        with concurrent.futures.ThreadPoolExecutor(20) as clients:
            ids = list(clients.map(client, range(20)))
        self.assertEqual(len(set(ids)), 20)
        self.assertEqual(self.ids(), [1, *sorted(ids)])
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(run("check", "--data", self.data).returncode, 0)

    def test_an_answer_outlives_a_kill(self):
        for change in range(3):
            self.serve()
            token = self.create()
            if change == 1:
                _, token = self.ask("POST", f"/{token['id']}/rotate")
            if change == 2:
                self.assertEqual(self.ask("DELETE", f"/{token['id']}")[0], 204)
            self.server.process.kill()
            self.server.stop()
            self.serve()
            self.assertEqual(self.status_of(token["token"]), 401 if change == 2 else 200)
            self.assertEqual(token["id"] in self.ids(), change != 2)
            self.server.stop()

    def test_a_damaged_token_is_none(self):
        self.token("--name", "sheet")
        database = sqlite3.connect(self.data / "access.sqlite")
        with database:
            database.execute("UPDATE tokens SET scopes = 'admin' WHERE name = 'sheet'")
        database.close()
        self.serve()
        self.assertEqual(self.ids(), [1])
        self.assertEqual(self.ask("DELETE", "/3")[0], 404)
        self.assertEqual(self.ask("POST", "/3/rotate")[0], 404)
        self.create()

    def test_a_replaced_file_takes_nothing(self):
        self.serve()
        file = self.data / "access.sqlite"
        file.rename(self.data / "away")
        shutil.copy(self.data / "away", file)
        for method, path in [("GET", ""), ("POST", ""), ("POST", "/1/rotate"), ("DELETE", "/1")]:
            status, answer = self.ask(method, path)
            self.assertEqual((status, answer["error"]["type"]), (503, "service_unavailable"))
            self.assertNotIn("sqlite", answer["error"]["message"])
        (self.data / "away").rename(file)
        self.assertEqual(self.ids(), [1])

    def test_the_log_and_the_figures_name_the_routes(self):
        self.serve("--access-log", "--log-format", "json", "--max-requests-per-second", 1_000)
        token = self.create({"name": "sheet"})
        _, new = self.ask("POST", f"/{token['id']}/rotate")
        self.ask("DELETE", f"/{token['id']}")
        self.ask("GET")
        reader = self.token("--scope", "metrics_read")
        figures = self.server.ask("GET", "/metrics", headers={"Authorization": "Bearer " + reader})[2]
        for line in ['method="DELETE",route="token",status="204",version=""} 1',
                     'method="POST",route="token-rotate",status="201",version=""} 1',
                     'method="POST",route="tokens",status="201",version=""} 1']:
            self.assertIn("chatreports_http_requests_total{" + line, figures)
        self.server.stop()
        lines = [json.loads(line) for line in self.server.log.splitlines() if b'"request"' in line]
        self.assertEqual([(line["route"], line["license"], line["token"], line["token_name"]) for line in lines[:4]],
                         [(route, 1, 1, "the boss") for route in ["tokens", "token-rotate", "token", "tokens"]])
        for text in [self.admin, token["token"], new["token"]]:
            self.assertNotIn(text.encode(), self.server.log)

    def test_web_pages_of_other_origins(self):
        self.serve("--cors-origin", "https://example.com")
        page = {"Origin": "https://example.com", "Access-Control-Request-Method": "DELETE"}
        status, headers, _ = self.server.ask("OPTIONS", "/v1/tokens/1", headers=page)
        self.assertEqual((status, headers["Access-Control-Allow-Methods"]), (204, "DELETE"))
        status, headers, _ = self.server.ask("GET", "/v1/tokens", headers={**page, "Authorization": "Bearer " + self.admin})
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (200, "https://example.com"))

    @unittest.skipUnless(FAILING_DISK, "a build with sanitizers, which come before all others")
    def test_a_disk_that_fails_changes_nothing_by_half(self):
        disk = Disk(self.folder / "disk")
        self.serve(environment=disk.environment())
        for kind in KINDS:
            for n in numbers():
                failures = 0
                token = self.create()
                for method, path in [("POST", ""), ("POST", f"/{token['id']}/rotate"), ("DELETE", f"/{token['id']}")]:
                    before = self.listed()
                    disk.fail(kind, n)
                    status, answer = self.ask(method, path)
                    failures += disk.works_again()
                    if status != 503:
                        self.assertIn(status, (201, 204))
                    self.assertEqual(self.listed() == before, status == 503, (kind, n, method, path))
                if failures == 0:
                    break

    @unittest.skipUnless(FAILING_DISK, "a build with sanitizers, which come before all others")
    def test_a_full_disk_and_a_read_only_folder(self):
        disk = Disk(self.folder / "disk")
        self.serve(environment=disk.environment())
        token = self.create()
        before = self.listed()
        for kind, error in [("write", errno.ENOSPC), ("open", errno.EROFS)]:
            for method, path in [("POST", ""), ("POST", f"/{token['id']}/rotate"), ("DELETE", f"/{token['id']}")]:
                disk.fail(kind, 1, error, stays=True)
                status, answer = self.ask(method, path)
                self.assertTrue(disk.works_again())
                self.assertEqual((status, answer["error"]["type"]), (503, "service_unavailable"))
                self.assertIn("can't be written right now, and nothing was changed", answer["error"]["message"])
                self.assertEqual(self.listed(), before)
        self.assertEqual(self.status_of(token["token"]), 200)
        self.assertEqual(self.ask("DELETE", f"/{token['id']}")[0], 204)
        self.server.stop()
        self.assertIn(b"no space left", self.server.log)


def datetime_of(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


if __name__ == "__main__":
    main()
