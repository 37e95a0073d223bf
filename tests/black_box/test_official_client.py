"""LiveChat's own Python client, with only its host, certificate and token changed. The requests are written from
the public text of the API: the client itself is not needed."""

import base64
import ssl

from program import *
from test_docs import problems, schema_of_report

# The methods of the client, by version: each POSTs the parameters that are set to the report of its name.
UNCHANGED = {
    **{name: "chats/" + name for name in [
        "duration", "tags", "total_chats", "ratings", "ranking", "engagement", "greetings_conversion",
        "response_time", "first_response_time"]},
    "availability": "agents/availability", "performance": "agents/performance"}
SINCE_3_5 = {**UNCHANGED, "forms": "chats/forms", "chat_usage": "tags/chat_usage"}
SINCE_3_6 = {**SINCE_3_5, "groups": "chats/groups", "queued_visitors": "chats/queued_visitors",
             "queued_visitors_left": "chats/queued_visitors_left"}
METHODS = {"3.4": {**UNCHANGED, "surveys": "chats/surveys"}, "3.5": SINCE_3_5, "3.6": SINCE_3_6}
UNANSWERED = {"unique_visitors": "customers/unique_visitors"}  # of 3.6

DAY = {"from": "2025-03-03T00:00:00.000000+01:00", "to": "2025-03-03T23:59:59.999999+01:00"}


class OfficialClient:
    """A client of one version: one connection that stays open, and the headers of httpx."""

    def __init__(self, version, token, server, certificate):
        self.version = version
        self.headers = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate", "Connection": "keep-alive",
                        "User-Agent": "python-httpx/0.28.1", "Authorization": token}
        self.connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=60,
                                                      context=ssl.create_default_context(cafile=str(certificate)))

    def post(self, report, payload=None, headers=None, **parameters):
        """Sends the payload or, without one, those of the parameters that are not None."""
        if payload is None:
            payload = {name: value for name, value in parameters.items() if value is not None}
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        self.connection.request("POST", f"/v{self.version}/reports/{report}", body, {
            **self.headers, "Content-Type": "application/json", **(headers or {})})
        response = self.connection.getresponse()
        text = response.read()
        if response.headers["Content-Encoding"] == "gzip":
            text = gzip.decompress(text)
        return response.status, json.loads(text)


class OfficialClientTest(ProgramTest):
    def setUp(self):
        super().setUp()
        certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        done = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "2", "-subj", "/CN=reports", "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", key, "-out", certificate], capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        made = run("generate", "--chats", 300, "--days", 3, "--seed", 2, "--end", "2025-03-05T00:00:00Z")
        queued = {"id": "5b0d2c7e-0000-4000-8000-00000000a001", "type": "customer"}
        filled = {"type": "filled_form", "author_id": queued["id"], "form_id": "1", "form_type": "prechat",
                  "created_at": "2025-03-03T10:00:00Z",
                  "fields": [{"id": "2", "label": "Why?", "answer": {"id": "0", "label": "So"}}]}
        chats = [{**chat("left", "2025-03-03T10:00:00Z", queues_duration=64, events=[filled], tags=["billing"]),
                  "users": [queued], "access": {"group_ids": [7]}},
                 {**chat("entered", "2025-03-03T11:00:00Z", queues_duration=5, events=[
                     {"type": "message", "author_id": "ann@example.com", "created_at": "2025-03-03T11:00:06Z"}]),
                  "users": [queued, {"id": "ann@example.com", "type": "agent"}]}]
        self.take_in(made.stdout + "".join(json.dumps(record) + "\n" for record in chats).encode())
        self.access_token = self.token()
        self.server = Server(self.data, "--tls-cert", certificate, "--tls-key", key)
        self.addCleanup(self.server.stop)
        self.certificate = certificate

    def client(self, version, token=None):
        client = OfficialClient(version, token or "Bearer " + self.access_token, self.server, self.certificate)
        self.addCleanup(client.connection.close)
        return client

    def test_every_method_of_every_version(self):
        """Each is answered 200 in the documented form, whichever parameters are set."""
        for version, methods in METHODS.items():
            client = self.client(version)
            for method, report in methods.items():
                with self.subTest(method, version=version):
                    answers = []
                    for parameters in [
                            {"distribution": "day", "timezone": "Europe/Oslo", "filters": DAY},
                            {"distribution": None, "timezone": "Europe/Oslo", "filters": DAY},
                            {"payload": {"distribution": None, "timezone": None, "filters": DAY}}]:
                        status, answer = client.post(report, **parameters)
                        self.assertEqual(status, 200, answer)
                        self.assertEqual(problems(answer, schema_of_report(report)), [])
                        answers.append(answer)
                    # The time zone is that of `from`, too.
                    self.assertEqual(answers, [answers[0]] * 3)
                    self.assertTrue(answers[0]["records"])
                    self.assertEqual(client.post(report)[0], 200)

    def test_methods_of_other_versions(self):
        for version, methods in METHODS.items():
            client = self.client(version)
            for method, report in {**METHODS["3.4"], **SINCE_3_6, **UNANSWERED}.items():
                if method not in methods:
                    status, answer = client.post(report, timezone="Europe/Oslo", filters=DAY)
                    self.assertEqual((status, answer["error"]["type"]), (404, "not_found"), (version, method))
                    self.assertRegex(answer["error"]["message"], r"version 3\.\d")

    def test_pages(self):
        client = self.client("3.6")
        status, answer = client.post("chats/queued_visitors_left", filters=DAY, page=1)
        self.assertEqual(status, 200, answer)
        queue = answer["records"]["Cleft"]["queue"]
        self.assertEqual(queue, {"duration": 64, "group": 7, "start_date": "2025-03-03T10:00:00Z"})
        pages = answer["summary"]["total_pages"]
        status, beyond = client.post("chats/queued_visitors_left", filters=DAY, page=pages + 1)
        self.assertEqual((status, beyond["records"], beyond["summary"]), (200, {}, answer["summary"]))

    def test_filters_of_later_versions(self):
        for version in ["3.5", "3.6"]:
            client = self.client(version)
            for name in ["surveys", "forms"]:
                status, answer = client.post("chats/tags", distribution="year", filters={
                    **DAY, name: [{"type": "pre_chat", "values": ["2:0"]}]})
                self.assertEqual((status, answer["records"]["2025"].get("billing")), (200, 1), answer)
            self.assertEqual(client.post("chats/tags", filters={**DAY, "customer_countries": {"values": ["NO"]}})[0], 200)

    def test_headers_and_credentials(self):
        basic = "Basic " + base64.b64encode(b"account:" + self.access_token.encode()).decode()
        self.assertEqual(self.client("3.6", basic).post("chats/tags", filters=DAY)[0], 200)
        client = self.client("3.6")
        # Headers of one call, as the client's logs and retries add them.
        self.assertEqual(client.post("chats/tags", filters=DAY, headers={"X-Debug": "1", "X-API-Version": "3.6"})[0], 200)
        status, answer = self.client("3.6", "Bearer dal:nonsense").post("chats/tags")
        self.assertEqual((status, answer["error"]["message"]), (401, "Invalid access token"))


if __name__ == "__main__":
    main()
