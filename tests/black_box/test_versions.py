"""Every version of the API, and every way in which clients write a question."""

import sqlite3
import urllib.parse

from program import *

RANGE = {"from": "2021-04-08T00:00:00Z", "to": "2021-04-09T23:59:59Z"}
VERSIONS = ["3.4", "3.5", "3.6", "3.7"]


def filled_form(label="Why?", at="2021-04-08T10:00:01Z"):
    return {"type": "filled_form", "author_id": "c", "form_id": "3", "form_type": "prechat",
            "created_at": at, "fields": [{"id": "6", "type": "radio", "label": label,
                                          "answer": {"id": "0", "label": "So"}}]}


def flat(value, key, brackets):
    """The parameters of a query string, as http_build_query of PHP, qs, axios and jQuery write them."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if key and brackets != "dots":
                yield from flat(inner, f"{key}[{name}]", brackets)
            else:
                yield from flat(inner, f"{key}.{name}" if key else name, brackets)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            if isinstance(inner, dict) or brackets == "indices":
                yield from flat(inner, f"{key}[{at}]", brackets)
            else:
                yield key + ("[]" if brackets == "brackets" else ""), text_of(inner)
    else:
        yield key, text_of(value)


def text_of(value):
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


class Versions(ProgramTest):
    def setUp(self):
        super().setUp()
        self.take_in([
            {**chat("T1", tags=["a"], customer_country="no", events=[filled_form()]),
             "properties": {"shop": {"plan": "pro", "5": 7}}},
            chat("T2", tags=["b"], access={"group_ids": [7]}, events=[
                {"type": "system", "created_at": "2021-04-08T10:00:01Z"}])])
        self.bearer = {"Authorization": "Bearer " + self.token()}

    def ask(self, server, path, question=None, method="POST", **headers):
        """(status, answer) of one question; headers as X_API_Version="3.6"."""
        headers = {**self.bearer, **{name.replace("_", "-"): value for name, value in headers.items()}}
        body = json.dumps(question or {}) if method == "POST" else None
        status, _, text = server.ask(method, path, body, headers)
        return status, json.loads(text)

    def test_the_same_reports_in_all_versions(self):
        question = {"distribution": "day", "timezone": "UTC", "filters": RANGE}
        with Server(self.data) as server:
            for report in ["chats/duration", "chats/tags", "chats/total_chats", "chats/ratings",
                           "chats/ranking", "chats/engagement", "chats/greetings_conversion",
                           "chats/response_time", "chats/first_response_time", "agents/availability",
                           "agents/performance"]:
                path = "/reports/" + report
                status, expected = self.ask(server, path, question)
                self.assertEqual(status, 200, expected)
                for version in VERSIONS:
                    self.assertEqual(self.ask(server, f"/v{version}{path}", question), (200, expected))
                    for header in [version, "v" + version]:
                        self.assertEqual(self.ask(server, path, question, X_API_Version=header),
                                         (200, expected))

    def test_reports_and_filters_of_some_versions(self):
        whole = {"filters": RANGE}
        countries = {"filters": {**RANGE, "customer_countries": {"values": ["No", "nowhere"]}}}
        system = {"filters": {**RANGE, "event_types": {"values": ["system"]}}}
        forms = {"filters": {**RANGE, "forms": [{"type": "pre_chat", "values": ["6:0"]}]}}
        surveys = {"filters": {**RANGE, "surveys": [{"type": "pre_chat", "values": ["6:0"]}]}}
        with Server(self.data) as server:
            for version in VERSIONS:
                def total(question):
                    status, answer = self.ask(server, f"/v{version}/reports/chats/tags", question)
                    if status == 200:
                        return answer["total"]
                    self.assertEqual(answer["error"]["type"], "validation")
                    self.assertIn("version 3.", answer["error"]["message"])
                    return status

                def status(report):
                    return self.ask(server, f"/v{version}/reports/{report}", whole)[0]

                self.assertEqual(total(surveys), 1)
                self.assertEqual([total(question) for question in [countries, forms, system]],
                                 {"3.4": [400, 400, 400], "3.5": [1, 1, 400]}.get(version, [1, 1, 1]))
                self.assertEqual(
                    [status(report) for report in ["chats/surveys", "chats/forms", "tags/chat_usage",
                                                   "chats/groups", "chats/queued_visitors",
                                                   "chats/queued_visitors_left"]],
                    {"3.4": [200, 404, 404, 404, 404, 404], "3.5": [404, 200, 200, 404, 404, 404]}.get(
                        version, [404, 200, 200, 200, 200, 200]))
                code, answer = self.ask(server, f"/v{version}/reports/customers/unique_visitors")
                self.assertEqual((code, answer["error"]["type"]), (404, "not_found"))
                self.assertIn("page views", answer["error"]["message"])

    def test_a_question_as_clients_write_it(self):
        question = {"distribution": "year", "timezone": "Europe/Oslo", "filters": {
            **RANGE, "tags": {"values": ["a", "x"], "require_every_value": False},
            "groups": {"exists": False}, "properties": {"shop": {"plan": {"values": ["pro"]},
                                                                 "5": {"exclude_values": ["8"]}}},
            "customer_countries": {"values": ["NO"]}, "forms": [
                {"type": "pre_chat", "values": ["6:0", "6:1"], "groups": {"exists": False}},
                {"type": "post_chat", "exists": False}]}}
        path = "/v3.6/reports/chats/tags"
        with Server(self.data) as server:
            status, expected = self.ask(server, path, question)
            self.assertEqual((status, expected["total"]), (200, 1), expected)
            for brackets in ["dots", "brackets", "indices", "repeated"]:
                parameters = list(flat(question, "", brackets))
                for query in [urllib.parse.urlencode(parameters),
                              "&".join(f"{key}={urllib.parse.quote(value)}" for key, value in parameters)]:
                    self.assertEqual(self.ask(server, f"{path}?{query}", method="GET"), (200, expected),
                                     query)
            # A body is refused where none is read, whatever it says.
            status, _, text = server.ask("GET", path, json.dumps(question), self.bearer)
            self.assertEqual(status, 400)
            self.assertIn("body: GET takes none", text)
            for body in ['{"filters":[]}', '{"filters":{"from":null,"to":null,"properties":[]}}', "[]",
                         '{"filters":{"greetings":[],"agent_response":[],"properties":{"a":[]}}}']:
                status, _, text = server.ask("POST", path, body, self.bearer)
                self.assertEqual(status, 200, text)

    def test_answers_that_repeat_their_request(self):
        question = {"timezone": "Europe/Oslo", "filters": {**RANGE, "tags": {"values": ["a"]}}}
        path = "/v3.6/reports/chats/tags"
        with Server(self.data) as server:
            self.assertNotIn("request", self.ask(server, path, question)[1])
        with Server(self.data, "--echo-request") as server:
            for _ in range(2):  # made, and from the cache
                report = self.ask(server, path, question)[1]
                self.assertEqual(list(report), ["name", "request", "total", "records"])
                self.assertEqual(report["request"], {"distribution": "day", **question})
            report = self.ask(server, path + "?distribution=year&filters[tags][values][]=a", method="GET")
            self.assertEqual(report[1]["request"],
                             {"distribution": "year", "filters": {"tags": {"values": ["a"]}}})

    def test_a_changed_label_is_in_the_next_answer(self):
        path = "/v3.6/reports/chats/forms?" + urllib.parse.urlencode(list(flat({"filters": RANGE}, "", "dots")))
        writer = {"Authorization": "Bearer " + self.token("--scope", "reports_write")}

        def send(server, records):
            status, _, text = server.ask("POST", "/ingest/records",
                                         "".join(json.dumps(record) for record in records), writer)
            self.assertEqual(status, 200, text)

        def labels(server, tag=""):
            status, headers, text = server.ask("GET", path, headers={**self.bearer, "If-None-Match": tag})
            if status == 304:
                return status, tag
            field = json.loads(text)["records"][0]["fields"][0]
            return (field["label"], field["answers"][0]["label"]), headers["ETag"]

        def label(text, at):
            return {"record": "form_label", "form_id": "3", "field_id": "6", "label": text, "at": at}

        with Server(self.data) as server:
            found, first = labels(server)
            self.assertEqual(found, ("Why?", "So"))
            self.assertEqual(labels(server, first), (304, first))
            send(server, [label("Why?", "2021-04-09T00:00:00Z"), label("Older", "2021-04-01T00:00:00Z")])
            self.assertEqual(labels(server, first), (304, first))
            send(server, [label("Why not?", "2021-04-10T00:00:00Z")])
            found, second = labels(server, first)
            self.assertEqual(found, ("Why not?", "So"))
            self.assertNotEqual(second, first)
            # With a chat that no figure of the report needs.
            send(server, [chat("T3", "2020-01-01T00:00:00Z", events=[
                filled_form("How?", "2021-04-11T00:00:00Z")])])
            self.assertEqual(labels(server, second)[0], ("How?", "So"))
        with Server(self.data) as server:
            self.assertEqual(labels(server)[0], ("How?", "So"))

    def test_damaged_labels_are_no_answer(self):
        with sqlite3.connect(self.data / "chatreports.sqlite") as database:
            database.execute("UPDATE form_labels SET label = 'Who?' WHERE answer_id = ''")
        database.close()
        with Server(self.data) as server:
            status, answer = self.ask(server, "/v3.6/reports/chats/forms", {"filters": RANGE})
            self.assertEqual((status, answer["error"]["type"]), (503, "service_unavailable"))
            self.assertIn("labels", answer["error"]["message"])
            self.assertEqual(self.ask(server, "/v3.4/reports/chats/surveys", {"filters": RANGE})[0], 200)
            server.stop()
        self.assertIn("labels of forms can't be read", server.log.decode())

    def test_web_pages_read_every_answer(self):
        origin = {"Origin": "https://reports.example.com"}
        with Server(self.data, "--cors-origin", "https://reports.example.com") as server:
            asked = {"Access-Control-Request-Method": "GET",
                     "Access-Control-Request-Headers": "authorization,x-region"}
            for path, status in [("/v3.6/reports/chats/tags", 401), ("/v3.3/reports/chats/tags", 400),
                                 ("/v3.6/reports/chats/surveys", 404), ("/nothing", 404),
                                 ("/openapi.yaml", 200), ("/livez", 200), ("/readyz", 200)]:
                code, headers, _ = server.ask("GET", path, headers=origin)
                self.assertEqual(code, status, path)
                self.assertEqual(headers.get("Access-Control-Allow-Origin"), origin["Origin"], path)
                code, headers, _ = server.ask("OPTIONS", path, headers={**origin, **asked})
                self.assertEqual(code, 204, path)
                self.assertEqual(headers["Access-Control-Allow-Headers"], "authorization,x-region")


if __name__ == "__main__":
    main()
