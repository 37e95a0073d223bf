"""Access tokens and secrets of webhooks: their names, lists, rotation, and when they were last used."""

from program import *

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
            "id": 1, "license": 1, "name": 'the "weekly" sheet', "scopes": ["reports_read", "reports_write"],
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
        for scope in ["reports_write", "metrics_read"]:
            done = run("token", "create", "--data", self.data, "--license", 1, "--only-agent", "ann", "--scope", scope)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"no other scope than reports_read", done.stderr)
        done = run("token", "create", "--data", self.data, "--license", 1, "--only-group", "sales")
        self.assertEqual(done.returncode, 2)
        self.token("--only-group", "5", "--only-agent", "ann", "--name", "lead")
        token = run("token", "list", "--data", self.data).stdout.decode().splitlines()[-1]
        self.assertTrue(token.endswith("lead (only groups 5) (only agents ann)"), token)


if __name__ == "__main__":
    main()
