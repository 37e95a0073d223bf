"""Files of other systems: what an import says about them, and odd data in them."""

from program import *

V2 = {"type": "chat", "id": "V1", "visitor": {"id": "S"}, "agents": [], "started_timestamp": 1617872400,
      "ended_timestamp": 1617873000, "rate": "not_rated"}
ZENDESK = {"type": "chat", "id": "Z1", "timestamp": "2021-04-08T11:00:00Z", "duration": 60, "visitor": {"id": "3"},
           "session": {}, "agent_ids": ["36"], "history": []}
SPAN = {"agent_id": 36, "start_time": "2021-04-08T09:00:00Z", "status": "online", "duration": 3600}
INTERCOM = {"type": "conversation", "id": "5", "created_at": 1617872400, "state": "closed",
            "source": {"body": "hi", "author": {"type": "user", "id": "67"}},
            "conversation_parts": {"conversation_parts": []}}
ALL = [V2, ZENDESK, SPAN, INTERCOM]
ODD = [None, True, -1, 0, 1e300, 2 ** 63, "", "x", [], {}, [[]], [{}], {"a": {}}, [None], "\u0000", "x" * 100_000]


class Formats(ProgramTest):
    def imported(self, *records, flags=(), code=0):
        body = "\n".join(json.dumps(record) for record in records).encode()
        done = run("import", "--data", self.data, "--license", 1, *flags, "-", stdin=body)
        self.assertEqual(done.returncode, code, done.stderr)
        return (done.stdout + done.stderr).decode()

    def test_the_import_says_what_they_do_not_tell(self):
        said = self.imported(*ALL)
        self.assertIn("records of LiveChat's REST API, version 2 do not tell answers of surveys", said)
        self.assertIn("records of Zendesk Chat do not tell surveys, goals, greetings", said)
        self.assertIn("records of Intercom do not tell", said)
        self.assertNotIn("do not tell", self.imported(chat()))

    def test_a_format_may_be_named(self):
        self.assertIn("2 were refused", self.imported(V2, ZENDESK, INTERCOM, flags=("--from", "intercom"), code=3))
        done = run("import", "--data", self.data, "--license", 1, "--from", "zendesk", "-", stdin=b"{}")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"zendesk-chat", done.stderr)

    def test_warnings_and_refusals(self):
        said = self.imported({"type": "missed_chat", "id": "M", "visitor": {"id": "S"}},
                             {**ZENDESK, "type": "offline_msg"},
                             {key: value for key, value in INTERCOM.items() if key != "conversation_parts"},
                             {"type": "RECORD", "stream": "bans", "record": {"id": 1}})
        for what in ("message that was left after hours", "message that was left while nobody was there",
                     "conversation without its parts", "row of a stream that has no chats: stream \"bans\""):
            self.assertIn(what, said)
        said = self.imported({**V2, "id": None}, {**V2, "started_timestamp": "soon"},
                             {**ZENDESK, "timestamp": "2021"}, {**SPAN, "duration": "long"},
                             {**V2, "group": ["a"]}, {"id": "only"}, chat(), code=3)
        for why in ("id: missing", "started_timestamp: not seconds since 1970", "timestamp: not an RFC 3339 time",
                    "duration: not a number of seconds", "group[0]", "not a record"):
            self.assertIn(why, said)

    def test_records_of_our_own_may_have_keys_of_others(self):
        said = self.imported({**chat("T1"), "conversations": []}, {"record": "agent", "id": "ann", "agent_timeline": [1]},
                             {"chatreports:refused_row": "mine"}, code=3)
        self.assertIn("2 records went in", said)
        self.assertNotIn("mine", said)

    def test_an_agents_time_goes_on_over_spans_that_touch(self):
        self.imported({**SPAN, "start_time": "2021-04-08T10:00:00Z", "duration": 600.05},
                      {**SPAN, "start_time": "2021-04-08T10:10:00Z", "duration": 600.1})
        done = run("report", "agents/availability", "--data", self.data, "--license", 1, "--from", "2021-04-08",
                   "--to", "2021-04-08", "--format", "json")
        self.assertEqual(json.loads(done.stdout)["total"], 0.33)

    def test_who_did_not_take_part_is_no_agent_of_the_chat(self):
        self.imported({**ZENDESK, "engagements": [{"agent_id": "6", "accepted": False}], "dropped": True, "history": [
            {"type": "chat.msg", "timestamp": "2021-04-08T11:00:10Z", "msg": "x", "nick": "agent:36"}]})
        exported = run("export", "--data", self.data, "--license", 1).stdout
        self.assertNotIn(b'"6"', exported)
        self.assertNotIn(b'"record":"queue"', exported)

    def test_a_conversation_that_is_closed_again_and_again_costs_little(self):
        parts = [{"part_type": "close" if number % 2 else "open", "created_at": 1617872401 + number, "body": "x",
                  "author": {"type": "admin", "id": 1}} for number in range(6_000)]
        tags = [{"name": f"tag {number}"} for number in range(20_000)]
        said = self.imported({**INTERCOM, "conversation_parts": {"conversation_parts": parts}, "tags": {"tags": tags}})
        self.assertIn("1000 records went in", said)

    def test_a_server_takes_them_too(self):
        self.make_folder()
        token = self.token("--scope", "reports_write", "--scope", "reports_read")
        with Server(self.data) as server:
            status, _, text = server.ask("POST", "/ingest/records", json.dumps(ALL),
                                         {"Authorization": "Bearer " + token})
            self.assertEqual((status, json.loads(text)["refused"]), (200, []), text)
            question = {"filters": {"from": "2021-04-08T00:00:00Z", "to": "2021-04-08T23:59:59Z"}}
            self.assertEqual(server.report(token, "total_chats", question)[1]["total"], 3)

    def test_odd_values_anywhere_harm_nothing(self):
        def with_odd(value):
            """The value with each part of it replaced by something odd."""
            yield from ODD
            if isinstance(value, dict):
                for key, inner in value.items():
                    for odd in with_odd(inner):
                        yield {**value, key: odd}
            elif isinstance(value, list):
                for place, inner in enumerate(value):
                    for odd in with_odd(inner):
                        yield value[:place] + [odd] + value[place + 1:]

        whole = [{**ZENDESK, "history": [{"type": "chat.msg", "timestamp": "2021-04-08T11:00:00Z", "msg": "x",
                                          "nick": "agent:36"}], "agent_names": ["A"], "rating": "good",
                  "engagements": [{"agent_id": "36", "agent_name": "A"}]},
                 {**V2, "events": [{"timestamp": 1617872400, "user_type": "agent", "agent_id": "a"}],
                  "goals": [{"id": 1, "timestamp": 2}], "queue": {"duration": 2}, "group": [1], "tags": ["t"],
                  "postchat_survey": [{"id": "1"}]},
                 {**INTERCOM, "conversation_parts": {"conversation_parts": [
                     {"part_type": "close", "created_at": 1617872401, "body": "x",
                      "author": {"type": "admin", "id": 1}}]},
                  "conversation_rating": {"rating": 5}, "tags": {"tags": [{"name": "t"}]}},
                 SPAN, {"type": "RECORD", "stream": "s", "record": V2},
                 {"chat": {"id": "C", "threads": [{"id": "T", "timestamp": 5}]}}]
        records = [odd for one in whole for odd in with_odd(one)]
        body = "\n".join(json.dumps(record) for record in records).encode()
        done = run("import", "--data", self.data, "--license", 1, "-", stdin=body)
        self.assertIn(done.returncode, (0, 3), done.stderr[-2000:])
        self.assertIn(b"records went in", done.stdout)
        self.assertEqual(run("check", "--data", self.data).returncode, 0)


if __name__ == "__main__":
    main()
