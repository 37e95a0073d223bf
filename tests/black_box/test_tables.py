"""Tables (CSV) with a mapping: a row for each chat, or one for each event."""

from program import *

MAY = {"filters": {"from": "2026-05-01T00:00:00Z", "to": "2026-05-31T23:59:59Z"}}
CHATS = """Conversation ID,Started,Ended,Agent,Tags,Team,Rating,First reply (s),Plan,Country
A1,2026-05-04 10:00,2026-05-04 10:10,"Ann; Bob","vip;billing",Sales,\U0001F44D,30,gold,PL
A2,2026-05-04 12:00:00,2026-05-04 12:05:00,Bob,,Support,\U0001F44E,,free,
A3,2026-10-25 02:30,,Bob,"a ""b""
c",Sales,,,,DE
"""
MAPPING = {"timezone": "Europe/Warsaw", "columns": {
    "Conversation ID": "thread_id", "Started": "started_at", "Ended": "ended_at",
    "Agent": {"fact": "agents", "separator": ";", "values": {"Ann": "ann@example.com"}},
    "Tags": {"fact": "tags", "separator": ";"},
    "Team": {"fact": "groups", "values": {"Sales": 1, "Support": 2}},
    "Rating": {"fact": "rating", "values": {"\U0001F44D": 1, "\U0001F44E": 0}},
    "First reply (s)": "first_response_time", "Plan": {"fact": "property", "name": "crm.plan"},
    "Country": "country"}}
EVENTS = """chat;time;who;role;text;note
B1;1777888800;m;customer;hi;
B1;1777888810;;bot;welcome;
B1;1777888820;ann;agent;look;private
B1;1777888830;ann;agent;hello;
B2;2026-05-04T11:00:00Z;x;;hm;
"""
EVENT_MAPPING = {"rows": "events", "columns": {
    "chat": "thread_id", "time": "at", "who": "author", "role": "author_type", "note": "visibility"}}


class Tables(ProgramTest):
    def imported(self, table, mapping, *flags, code=0):
        path = self.folder / "mapping.json"
        path.write_text(mapping if isinstance(mapping, str) else json.dumps(mapping))
        done = run("import", "--data", self.data, "--license", 1, "--mapping", path, *flags, "-",
                   stdin=table if isinstance(table, bytes) else table.encode())
        self.assertEqual(done.returncode, code, done.stderr)
        return (done.stdout + done.stderr).decode()

    def report(self, name, *flags):
        done = run("report", name, "--data", self.data, "--license", 1, "--from", "2026-05-04", "--to", "2026-05-04",
                   "--format", "json", *flags)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def exported(self):
        done = run("export", "--data", self.data, "--license", 1)
        return {record["thread"]["id"]: record for record in map(json.loads, done.stdout.splitlines())
                if "thread" in record}

    def test_a_row_for_each_chat(self):
        self.assertIn("3 records went in", self.imported(CHATS, MAPPING))
        known = self.exported()
        self.assertEqual(known["A1"]["thread"]["created_at"], "2026-05-04T08:00:00.000000Z")
        self.assertEqual(known["A1"]["thread"]["ended_at"], "2026-05-04T08:10:00.000000Z")
        self.assertEqual(known["A1"]["thread"]["tags"], ["billing", "vip"])
        self.assertEqual(known["A1"]["thread"]["properties"], {"crm": {"plan": "gold"}, "rating": {"score": 1}})
        self.assertEqual(known["A1"]["thread"]["customer_country"], "PL")
        # Of two instants with one local time the earlier; without an end.
        self.assertEqual(known["A3"]["thread"]["created_at"], "2026-10-25T00:30:00.000000Z")
        self.assertEqual(known["A3"]["thread"]["tags"], ['a "b"\nc'])
        day = "2026-05-04"
        self.assertEqual(self.report("chats/ratings")["records"][day], {"bad": 1, "chats": 2, "good": 1})
        self.assertEqual(self.report("chats/first_response_time")["records"][day],
                         {"count": 1, "first_response_time": 30})
        self.assertEqual(self.report("chats/total_chats", "--agent", "ann@example.com")["total"], 1)
        self.assertEqual(self.report("chats/total_chats", "--group", 2)["total"], 1)

    def test_a_row_for_each_event(self):
        self.assertIn("2 records went in", self.imported(EVENTS, EVENT_MAPPING))
        day = "2026-05-04"
        # Neither the bot nor the note is a response.
        self.assertEqual(self.report("chats/first_response_time")["records"][day],
                         {"count": 1, "first_response_time": 30})
        self.assertEqual(len(self.exported()["B1"]["thread"]["events"]), 4)
        self.assertEqual(self.report("chats/total_chats")["total"], 2)

    def test_rows_that_are_apart_are_refused_with_their_line(self):
        said = self.imported(EVENTS + "B1;1777888900;m;customer;more;\n", EVENT_MAPPING, code=3)
        self.assertIn("-:7: the rows of B1 do not follow each other; sort the table", said)
        self.assertIn("2 records went in", said)

    def test_a_row_of_an_event_that_is_refused_costs_itself_alone(self):
        mapping = {"rows": "events", "columns": {"at": "at", "agents": "agents", "rating": "rating", "id": "thread_id",
                                                 "v": {"fact": "visibility"}}}
        said = self.imported("id,agents,rating,at,v\nA,Ann,1,bad,\nA,Ann,1,1777888800,\nA,Eve,0,bad,\n"
                             "A,,,1777888810,internal\nA,,,1777888820,hm\nB,,,1777888800,\n,,,,\n", mapping, code=3)
        for line in (2, 4, 6):
            self.assertIn(f"-:{line}: ", said)
        self.assertIn("2 records went in, 0 were known already, 3 were refused", said)
        known = self.exported()["A"]
        self.assertEqual([user["id"] for user in known["users"] if user["type"] == "agent"], ["Ann"])
        self.assertEqual(known["thread"]["properties"]["rating"]["score"], 1)
        self.assertEqual([event.get("visibility") for event in known["thread"]["events"]], [None, "agents"])

    def test_the_first_agent_responds_and_numbers_may_be_floats(self):
        mapping = {"columns": {"id": "thread_id", "at": "started_at", "who": {"fact": "agents", "separator": ";"},
                               "s": "first_response_time", "r": "rating", "g": "groups"}}
        self.imported("id,at,who,s,r,g\nA,1777888800,Zed; Ann,30,1.0,2.0\n", mapping)
        self.assertEqual(self.report("agents/performance")["records"]["Zed"]["first_response_chats_count"], 1)
        self.assertEqual(self.report("chats/ratings")["records"]["2026-05-04"], {"chats": 1, "good": 1})

    def test_another_encoding_is_refused(self):
        said = self.imported(b"id,at,who\nA,1777888800,M\xfcller\nB,1777888800,Ann\n",
                             {"columns": {"id": "thread_id", "at": "started_at", "who": "agents"}}, code=3)
        self.assertIn("-:2: who: not UTF-8; convert the table", said)

    def test_wrong_cells_cost_their_row(self):
        rows = CHATS.splitlines()
        table = "\n".join(rows[:1] + [
            "A4,yesterday,,Bob,,Sales,,,,", "A5,2026-05-04 10:00,,Bob,,Other,,,,",
            "A6,2026-05-04 10:00,,Bob,,Sales,fine,,,", ",2026-05-04 10:00,,,,,,,,", "A7,,,,,,,,,",
            "A8,2026-05-04 10:00,2026-05-04 09:00,,,,,,,", "A9,2026-05-04 10:00,,,,,,soon,,",
            "A10,2026-05-04 10:00,,,,,,,,,,,", "A11,2026-05-04 10:00,,,,,,,,"]) + "\n"
        said = self.imported(table, MAPPING, code=3)
        self.assertIn("1 records went in, 0 were known already, 8 were refused", said)
        for line, why in [(2, 'Started: "yesterday" is not a time'), (3, "Team: must be the number of a group"),
                          (4, "Rating: must be a whole number"), (5, "the row has no thread_id"),
                          (6, "the row has no started_at"), (7, "ended_at is before started_at"),
                          (8, "First reply (s): must be seconds"), (9, "the row has 13 cells, and the first line 10")]:
            self.assertIn(f"-:{line}: {why}", said)

    def test_forms_of_times(self):
        mapping = {"columns": {"id": "thread_id", "at": "started_at"}}
        for cell, form, at in [("2026-05-04T10:00:00+02:00", None, "08:00:00"), ("1777888800", None, "10:00:00"),
                               ("1777888800000", None, "10:00:00"), ("1777888800.5", None, "10:00:00.5"),
                               ("04/05/2026 10:00", "%d/%m/%Y %H:%M", "08:00:00"),
                               ("4 May 2026 10:00 +0200", "%d %b %Y %H:%M %z", "08:00:00"),
                               ("2026-05-04", None, "22:00:00"), ("2026-05-04 10:00", None, "08:00:00")]:
            with self.subTest(cell):
                given = {**mapping, **({"time_format": form} if form else {}), "timezone": "Europe/Warsaw"}
                self.imported(f"id,at\nX,{cell}\n", given)
                self.assertIn(at, self.exported()["X"]["thread"]["created_at"])
        for cell in ("20260504100000", "202605041000", "99999999999999"):
            self.assertIn("is not a time", self.imported(f"id,at\nX,{cell}\n", mapping, code=3))
        said = self.imported("id,at\nX,2026-05-04 10:00\n", mapping, code=3)
        self.assertIn("has no offset from UTC; give the mapping a timezone", said)

    def test_separators_marks_and_packing(self):
        mapping = {"columns": {"id": "thread_id", "at": "started_at"}}
        for table in ("id;at\nS1;1777888800\n", "id\tat\r\nS2\t1777888800\r\n", "\ufeffid,at\nS3,1777888800", 'id;at;"a,b,c,d"\nS7;1777888800;\n',
                      " id ,at\nS4,1777888800\n"):
            self.imported(table, mapping)
        self.imported("id|at\nS5|1777888800\n", {**mapping, "separator": "|"})
        self.imported(gzip.compress(b"id,at\nS6,1777888800\n"), mapping)
        self.assertEqual(sorted(self.exported()), ["S1", "S2", "S3", "S4", "S5", "S6", "S7"])

    def test_a_wrong_mapping_or_table_is_explained(self):
        for mapping, why in [("no JSON", "it must be a JSON object with columns"), ({}, "columns: missing"),
                             ({"columns": {"a": "name"}}, "columns.a: must be a fact: thread_id, chat_id"),
                             ({"columns": {"a": "thread_id"}}, "columns: no column is started_at"),
                             ({"rows": "events", "columns": {"a": "thread_id"}}, "columns: no column is at"),
                             ({"rows": "x", "columns": {}}, 'rows: must be "chats" or "events"'),
                             ({"timezone": "Mars", "columns": {}}, "timezone: must be an IANA time zone"),
                             ({"columns": {"a": "thread_id", "b": "thread_id", "c": "started_at"}},
                              "columns: two columns are thread_id"),
                             ({"columns": {"a": "thread_id", "b": "started_at", "c": "author"}},
                              'columns.c: author needs "rows":"events"'),
                             ({"columns": {"a": {"fact": "property", "name": "x"}}}, "columns.a.name: must be a namespace"),
                             ({"time_format": "%s", "columns": {}}, "time_format: must have a year"),
                             ({"time_format": "%H:%M", "columns": {}}, "time_format: must have a year"),
                             ({"more": 1, "columns": {}}, "more: is unknown")]:
            with self.subTest(why):
                self.assertIn(why, self.imported("a,b\n1,2\n", mapping, code=2))
        mapping = {"columns": {"id": "thread_id", "at": "started_at"}}
        for table, why in [("id,when\n1,2\n", 'the table has no column "at"; its columns are id, when'),
                           ('id,at\n"1,2\n', "-: the row at line 2 ends within quotes"),
                           ("id,at,id\n1,2,3\n", '-: the table has two columns "id"'),
                           ('{"thread":{}}\n', "JSON, not a table; import it without --mapping")]:
            with self.subTest(why):
                self.assertIn(why, self.imported(table, mapping, code=1))
        done = run("import", "--data", self.data, "--license", 1, "-", stdin=CHATS.encode())
        self.assertIn(b"a table (CSV), not JSON; see --mapping", done.stderr)

    def test_a_large_table_in_pieces(self):
        rows = "".join(f"L{number},{1777888800 + number},\"{'x' * (number % 300)}\"\n" for number in range(20_000))
        said = self.imported("id,at,note\n" + rows, {"columns": {"id": "thread_id", "at": "started_at"}})
        self.assertIn("20000 records went in", said)


if __name__ == "__main__":
    main()
