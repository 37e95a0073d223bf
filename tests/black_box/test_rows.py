"""Reports as rows and CSV, and by bucket and another value, of generated chats: they have the numbers
of the JSON."""

import csv
import io

from program import *

RANGE = {"from": "2026-09-01T00:00:00+02:00", "to": "2026-10-31T23:59:59+01:00"}
QUESTION = {"timezone": "Europe/Warsaw", "filters": RANGE}
BY_BUCKET = {"total_chats", "ratings", "engagement", "duration", "response_time", "first_response_time"}
GROUPINGS = ["agent", "tag", "group", "country", "greeting", "first_responder"]


class Rows(ProgramTest):
    def setUp(self):
        super().setUp()
        records = run("generate", "--chats", 3_000, "--days", 60, "--end", "2026-11-01T00:00:00+01:00").stdout
        self.take_in(records)
        self.bearer = {"Authorization": "Bearer " + self.token()}

    def ask(self, server, path, question=QUESTION, headers=None):
        status, headers, text = server.ask("POST", path, json.dumps(question),
                                           {**self.bearer, **(headers or {})})
        self.assertEqual(status, 200, text)
        return headers, text

    def test_every_report_has_the_same_rows_in_csv_and_json(self):
        with Server(self.data) as server:
            for report in REPORTS:
                with self.subTest(report=report):
                    path = path_of(report)
                    headers, text = self.ask(server, path + "?format=csv")
                    self.assertEqual(headers["Content-Type"], "text/csv; charset=utf-8")
                    action = report.split("/")[1]
                    self.assertEqual(headers["Content-Disposition"], f'attachment; filename="{action}.csv"')
                    self.assertTrue(text.endswith("\r\n"))
                    lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
                    headers, text_of_rows = self.ask(server, path + "?format=rows")
                    self.assertEqual(headers["Content-Type"], "application/json")
                    rows = json.loads(text_of_rows)
                    self.assertGreater(len(rows), 1)
                    self.assertEqual([re.sub(r" \(\w+\)$", "", name) for name in lines[0]], list(rows[0]))
                    self.assertEqual(
                        lines[1:],
                        [["" if value is None else str(value) if not isinstance(value, float)
                          else re.sub(r"\.0$", "", repr(value)) for value in row.values()] for row in rows])
                    # CSV by its media type alone is the same.
                    self.assertEqual(self.ask(server, path, headers={"Accept": "text/csv"})[1], text)

    def test_rows_have_names_where_they_are_asked_for(self):
        with Server(self.data) as server:
            names = {one["id"]: one["name"]
                     for one in json.loads(server.ask("GET", "/v1/directory", None, self.bearer)[2])["agents"]}
            rows = json.loads(self.ask(server, "/v3.7/reports/chats/ranking?format=rows&names=true")[1])
            self.assertGreater(len(rows), 1)
            self.assertTrue(any(row["agent_name"] for row in rows))
            for row in rows:
                self.assertEqual(row["agent_name"], names[row["agent"]])
            for report in REPORTS:
                with self.subTest(report=report):
                    path = path_of(report)
                    plain = json.loads(self.ask(server, path + "?format=rows")[1])
                    named = json.loads(self.ask(server, path + "?format=rows&names=true")[1])
                    self.assertEqual([{key: value for key, value in row.items() if not key.endswith("_name")}
                                      for row in named], plain)

    def test_the_rows_are_those_of_the_report(self):
        with Server(self.data) as server:
            for report in ["total_chats", "ratings", "engagement", "duration", "tags", "groups", "queued_visitors"]:
                with self.subTest(report=report):
                    path = "/v3.7/reports/chats/" + report
                    tree = json.loads(self.ask(server, path)[1])["records"]
                    rows = json.loads(self.ask(server, path + "?format=rows")[1])
                    again = {}
                    for row in rows:
                        bucket, *more = row.values()
                        record = again.setdefault(bucket, {})
                        if report in ["tags", "groups"]:
                            if more[0] is not None:
                                record[str(more[0])] = more[1]
                        elif report == "queued_visitors":
                            if more[0] is not None:
                                record[more[0]] = dict(list(row.items())[2:])
                        else:
                            record.update({key: value for key, value in list(row.items())[1:]
                                           if value is not None and key in tree[bucket]})
                    self.assertEqual(again, tree)

    def test_groups_of_a_bucket_add_up(self):
        """Each chat has one first responder at most and one country at most, so the chats by these are
        those that a filter of the same value finds."""
        with Server(self.data) as server:
            for by, filter_of in [("country", "customer_countries"), ("agent", "agents"), ("tag", "tags"),
                                  ("group", "groups")]:
                with self.subTest(by=by):
                    rows = json.loads(self.ask(server, "/v1/reports/chats/ratings?format=rows",
                                               {**QUESTION, "distribution": "month", "group_by": by})[1])
                    values = {row[by] for row in rows} - {None}
                    self.assertGreater(len(values), 2)
                    for value in values:
                        filters = {**RANGE, filter_of: {"values": [value]}}
                        alone = json.loads(self.ask(server, "/v3.7/reports/chats/ratings?format=rows",
                                                    {**QUESTION, "distribution": "month", "filters": filters})[1])
                        expected = [{**row, by: value} for row in alone if row["chats"] > 0]
                        of_value = [row for row in rows if row[by] == value]
                        self.assertEqual(of_value, [{key: row[key] for key in of_value[0]} for row in expected])

    def test_every_grouping(self):
        with Server(self.data) as server:
            for report in REPORTS:
                action = report.split("/")[1]
                for by in GROUPINGS:
                    status, _, text = server.ask("POST", f"/v1/reports/{report}?group_by={by}&format=csv",
                                                 json.dumps(QUESTION), self.bearer)
                    self.assertEqual(status, 200 if action in BY_BUCKET else 400, (report, by, text))
                    if status == 200:
                        self.assertTrue(text.startswith(f"bucket,{by},"), text[:100])

    def test_a_copy_is_true_for_its_format_alone(self):
        path = "/v3.7/reports/chats/tags?filters.from=2026-10-01T00:00:00Z&filters.to=2026-10-02T00:00:00Z"
        with Server(self.data) as server:
            tags = {}
            for name, more, accept in [("json", "", "*/*"), ("csv", "", "text/csv"), ("rows", "&format=rows", "*/*"),
                                       ("csv by name", "&format=csv", "*/*")]:
                headers = {**self.bearer, "Accept": accept}
                status, answer, text = server.ask("GET", path + more, headers=headers)
                self.assertEqual(status, 200, text)
                tags[name] = answer["ETag"]
                headers["If-None-Match"] = answer["ETag"]
                self.assertEqual(server.ask("GET", path + more, headers=headers)[0], 304)
            self.assertEqual(len(set(tags.values())), 3)
            connection = server.connect()
            connection.request("GET", path, headers=self.bearer)
            self.assertIn("Accept", connection.getresponse().headers.get_all("Vary"))
            connection.close()
            headers = {**self.bearer, "Accept": "text/csv", "If-None-Match": tags["json"]}
            self.assertEqual(server.ask("GET", path, headers=headers)[0], 200)

    def test_hostile_names(self):
        hostile = ['=HYPERLINK("http://x")', "+1", "-1", "@x", "a,b", 'a"b', "a\r\nb", "\tx", "ż 🐢", "'quoted'"]
        self.take_in([chat("H%d" % at, tags=[tag], created_at="2026-08-01T10:00:00Z")
                      for at, tag in enumerate(hostile)])
        question = {"filters": {"from": "2026-08-01T00:00:00Z", "to": "2026-08-01T23:59:59Z"}}
        with Server(self.data) as server:
            _, text = self.ask(server, "/v3.7/reports/chats/tags?format=csv", question)
            lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]
            harmless = [("'" if tag[0] in "=+-@\t\r" else "") + tag for tag in hostile]
            self.assertEqual(sorted(line[1] for line in lines), sorted(harmless))
            rows = json.loads(self.ask(server, "/v3.7/reports/chats/tags?format=rows", question)[1])
            self.assertEqual(sorted(row["tag"] for row in rows), sorted(hostile))


if __name__ == "__main__":
    main()
