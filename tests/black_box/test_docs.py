"""The program and the golden cases agree with docs/openapi.yaml, api.md, ingest.md, moving.md and definitions/."""

import http.server
import threading
import urllib.parse

from program import *

try:
    import yaml
except ImportError:
    raise SystemExit("test_docs.py needs PyYAML: apt-get install python3-yaml")
try:
    import jsonschema
    from jsonschema import Draft202012Validator
except ImportError:
    raise SystemExit("test_docs.py needs jsonschema 4 or later: apt-get install python3-jsonschema")

ALL_DISTRIBUTIONS = ["hour", "day", "day-hours", "month", "year"]
LATEST = VERSIONS[-1]
TAGS = path_of("chats/tags", LATEST)
RECORDS = "/ingest/records"
WEBHOOKS = "/ingest/webhooks/livechat"
CHATWOOT = "/ingest/webhooks/chatwoot/{license}"
TOKENS, TOKEN, ROTATION = "/v1/tokens", "/v1/tokens/{id}", "/v1/tokens/{id}/rotate"
DELETIONS = "/v1/deletions"
THREAD = "/v1/threads/{id}"
RANGE = {"from": "2021-04-20T00:00:00Z", "to": "2021-05-01T00:00:00Z"}

DOCUMENT_TEXT = (ROOT / "docs/openapi.yaml").read_text()


class LoaderThatRefusesRepeatedKeys(yaml.SafeLoader):
    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key) for key, _ in node.value]
        repeated = {key for key in keys if keys.count(key) > 1}
        if repeated:
            raise yaml.constructor.ConstructorError(None, None, f"given twice: {repeated}", node.start_mark)
        return super().construct_mapping(node, deep)


DOCUMENT = yaml.load(DOCUMENT_TEXT, LoaderThatRefusesRepeatedKeys)
SCHEMAS = DOCUMENT["components"]["schemas"]


def at(pointer):
    """Returns the value in the document at "#/components/…"."""
    value = DOCUMENT
    for step in pointer.removeprefix("#/").split("/"):
        value = value[step.replace("~1", "/").replace("~0", "~")]
    return value


def followed(value):
    """Returns an object of the document, or the target of its $ref."""
    return at(value["$ref"]) if "$ref" in value else value


def objects_in(value):
    if isinstance(value, dict):
        yield value
        for below in value.values():
            yield from objects_in(below)
    elif isinstance(value, list):
        for below in value:
            yield from objects_in(below)


def schemas_of_the_document():
    """Yields every schema of components, parameters, headers and media types."""
    for name, schema in SCHEMAS.items():
        yield name, schema
    outside = {key: value for key, value in DOCUMENT.items() if key != "components"}
    components = {key: value for key, value in DOCUMENT["components"].items() if key != "schemas"}
    for value in objects_in([outside, components]):
        if isinstance(value.get("schema"), dict):
            yield json.dumps(value["schema"])[:60], value["schema"]


def validator(schema):
    """Returns a validator of one schema, in which "#/…" refers to the document."""
    return Draft202012Validator({"allOf": [schema], "components": DOCUMENT["components"]},
                                format_checker=Draft202012Validator.FORMAT_CHECKER)


# Our own addition to the API: reports by bucket and another value.
GROUPED = "/v1/reports/chats/{action}"


def documented(report):
    """Returns the path of a report in the document, which has one for all versions."""
    return "/v{version}/reports/" + report


def path_in_document(target):
    """Returns the path of a target in the document."""
    if re.match("/v1/reports/chats/", target):
        return GROUPED
    target = re.sub(r"^/v1/tokens/[^/]+", TOKEN, target)
    return re.sub(r"^(/v[\d.]+)?/reports/", documented(""), target.partition("?")[0])


def version_in(target):
    """Returns the version in the path of a target, or the one that counts without it."""
    found = re.match(r"/v([\d.]+)/", target)
    return found.group(1) if found else VERSIONS[0]


def schema_of_answer(target, method, status):
    response = DOCUMENT["paths"][path_in_document(target)][method.lower().replace("head", "get")]["responses"][str(status)]
    return followed(response)["content"]["application/json"]["schema"]


def schema_of_question(target):
    return followed(DOCUMENT["paths"][path_in_document(target)]["post"]["requestBody"])["content"]["application/json"]["schema"]


VALIDATORS = {}


def problems(value, schema):
    key = json.dumps(schema)
    if key not in VALIDATORS:
        VALIDATORS[key] = validator(schema)
    return ["/".join(map(str, e.absolute_path)) + ": " + e.message[:300]
            for e in VALIDATORS[key].iter_errors(value)]


PROPERTY = "/v1/directory/property"
QUESTION = {"$ref": "#/components/schemas/Question"}
ERROR = {"$ref": "#/components/schemas/Error"}


def golden_questions():
    """Yields (file and number, method, target, body, status, answer) of every golden case; see golden_case.h."""
    for file in sorted((ROOT / "tests/golden").glob("*.case")):
        sections = []  # [words of the "==" line, lines below it]
        for line in file.read_text().splitlines():
            words = line.split()
            if words[:1] == ["#"]:
                continue
            if words[:1] == ["=="]:
                sections.append([words[1:], []])
            elif sections:
                sections[-1][1].append(line)
        number = 0
        question = None
        for words, lines in sections:
            if words[0] == "ask":
                question = (words[1], words[2], "\n".join(lines))
            elif words[0] == "answer":
                number += 1
                yield (f"{file.name} question {number}", *question, int(words[1]), "\n".join(lines))


def worked_examples():
    """Yields the same for each worked example on the pages of docs/definitions/."""
    for page in sorted((ROOT / "docs/definitions").rglob("*.md")):
        number = 0
        for method, target, blocks in re.findall(
                r"^`(GET|POST) (/\S+)`\n\n((?:```json (?:question|answer)\n.*?^```\n+)+)", page.read_text(), re.S | re.M):
            blocks = dict(re.findall(r"```json (\w+)\n(.*?)```", blocks, re.S))
            number += 1
            yield f"{page.name} question {number}", method, target, blocks.get("question", ""), 200, blocks["answer"]


def query_schema_problems(target):
    """Returns the problems of a query string with the parameters of GET."""
    path = path_in_document(target)
    query = target.partition("?")[2]
    asked = {}
    for name, value in urllib.parse.parse_qsl(query, keep_blank_values=True):
        asked.setdefault(name, []).append(value)
    item = DOCUMENT["paths"][path]
    parameters = [followed(p) for p in item["parameters"] + item["get"]["parameters"]]
    found = []
    rest = None
    for parameter in parameters:
        if parameter["in"] != "query":
            continue
        if parameter.get("explode") and parameter["schema"].get("type") == "object":
            rest = parameter["schema"]
        elif parameter["name"] in asked:
            values = asked.pop(parameter["name"])
            # parse_qsl reads the "+" of an offset as a space.
            value = re.sub(r" (\d\d:\d\d)$", r"+\1", values[0])
            if followed(parameter["schema"])["type"] == "integer" and value.isdigit():
                value = int(value)
            found += problems(value, parameter["schema"]) + (values[1:] and [parameter["name"] + " twice"])
    asked = {name: values[0] if len(values) == 1 else values for name, values in asked.items()}
    return found + problems(asked, rest)


def every_fenced_block(text):
    """Yields (line, language, text) of each block between lines of ```."""
    block = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip().startswith("```"):
            if block is not None:
                block[2].append(line)
        elif block is None:
            block = (number + 1, line.strip()[3:], [])
        else:
            yield block[0], block[1], "\n".join(block[2])
            block = None


def fenced_blocks(text, language):
    """Yields (line, text) of each ```language block."""
    return ((line, block) for line, of, block in every_fenced_block(text) if of == language)


def without_line_ends(block):
    """Joins the lines of an answer that the documents break for reading."""
    return re.sub(r"\n\s*", "", block)


def objects_of_block(text):
    """Returns the JSON values of a block, one or several after each other."""
    values = []
    decoder = json.JSONDecoder()
    position = 0
    while text[position:].strip():
        position += len(text[position:]) - len(text[position:].lstrip())
        value, position = decoder.raw_decode(text, position)
        values.append(value)
    return values


def schema_of_report(report):
    """Returns the schema of the answer as JSON; its rows have another one."""
    return schema_of_answer(path_of(report), "POST", 200)["anyOf"][0]


def as_understood(body):
    """Returns a question without nulls, and with objects where empty lists stand for them, as the document has it."""
    def plain(value, key=None):
        if isinstance(value, dict):
            return {key: plain(below, key) for key, below in value.items() if below is not None}
        return {} if value == [] and key not in ["surveys", "forms", "values", "exclude_values"] else value
    return plain(json.loads(body or "{}"))


def name_of(report):
    return followed(schema_of_report(report))["properties"]["name"]["const"]


def schema_of_report_named(name):
    for report in REPORTS:
        if name_of(report) == name:
            return schema_of_report(report)
    raise AssertionError(f"no report is named {name}")


def distributions_of(report):
    """Returns the distributions that the document allows in questions about a report."""
    return followed(followed(schema_of_question(path_of(report)))["properties"]["distribution"])["enum"]


class ServedTest(ProgramTest):
    """A server with a few generated chats, for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="chatreports-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        data = cls.shared / "data"
        records = run("generate", "--chats", 500, "--days", 10, "--seed", 1, "--end", "2021-05-01T00:00:00Z")
        assert records.returncode == 0, records.stderr.decode()
        queued = [{**chat(id=f"Q{outcome}", created_at="2021-04-25T10:00:00Z"),
                   "users": [{"id": "c", "type": "customer"}]} for outcome in ["entered", "left"]]
        waits = [{"record": "queue", "thread_id": f"Q{outcome}", "outcome": outcome, "entered_at":
                  "2021-04-25T10:00:00Z", "ended_at": "2021-04-25T10:00:30Z"} for outcome in ["entered", "left"]]
        done = run("import", "--data", data, "--license", 1, "-",
                   stdin=records.stdout + "".join(json.dumps(record) + "\n" for record in queued + waits).encode())
        assert done.returncode == 0, done.stderr.decode()
        cls.tokens = {}
        for scope in ["reports_read", "reports_write", "admin"]:
            done = run("token", "create", "--data", data, "--license", 1, "--scope", scope)
            assert done.returncode == 0, done.stderr.decode()
            cls.tokens[scope] = done.stdout.decode().strip()
        done = run("webhook", "create", "--data", data, "--license", 1)
        assert done.returncode == 0, done.stderr.decode()
        cls.secret = done.stdout.decode().strip()
        cls.token_text = cls.tokens["reports_read"]
        cls.bearer = {"Authorization": "Bearer " + cls.token_text}
        cls.writer = {"Authorization": "Bearer " + cls.tokens["reports_write"]}
        cls.server = Server(data)
        cls.addClassCleanup(cls.server.stop)

    def ask(self, report, body, version=None):
        """Asks in the latest version that has the report if none is given."""
        target = path_of(report, version or VERSIONS_OF[report][-1])
        status, _, text = self.server.ask("POST", target, json.dumps(body), self.bearer)
        return status, json.loads(text)

    def post_webhook(self, webhook):
        body = json.dumps({"secret_key": self.secret, **webhook})
        status, _, text = self.server.ask("POST", WEBHOOKS, body)
        return status, json.loads(text)

    def shell(self, block):
        """Runs a block of sh against this server, and returns its output."""
        block = block.replace("http://127.0.0.1:8080", f"http://127.0.0.1:{self.server.port}")
        done = subprocess.run(["bash", "-c", block], capture_output=True, timeout=60, env={
            **clean_environment(), "TOKEN": self.token_text, "SECRET": self.secret,
            "WRITE_TOKEN": self.tokens["reports_write"], "ADMIN_TOKEN": self.tokens["admin"]})
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout.decode()

    def message_of(self, method, target, body=None):
        status, _, text = self.server.ask(method, target, body, self.bearer)
        self.assertEqual(problems(json.loads(text), schema_of_answer(TAGS, method, status)), [])
        return status, json.loads(text).get("error", {}).get("message")


class TheDocument(unittest.TestCase):
    def test_it_is_openapi_3_1(self):
        self.assertRegex(DOCUMENT["openapi"], r"^3\.1\.\d+$")
        self.assertLessEqual({"title", "version"}, DOCUMENT["info"].keys())
        for server in DOCUMENT["servers"]:
            self.assertNotIn("://", server["url"])

    def test_every_reference_resolves_and_nothing_is_left_over(self):
        referenced = set()
        for value in objects_in(DOCUMENT):
            if isinstance(value.get("$ref"), str):
                with self.subTest(value["$ref"]):
                    at(value["$ref"])
                referenced.add(value["$ref"])
        for kind, named in DOCUMENT["components"].items():
            if kind != "securitySchemes":
                for name in named:
                    self.assertIn(f"#/components/{kind}/{name}", referenced)

    def test_every_schema_is_one(self):
        for name, schema in schemas_of_the_document():
            with self.subTest(name):
                Draft202012Validator.check_schema(schema)

    def test_objects_are_closed(self):
        """Every object describes its additional properties, so that no key goes unnoticed."""
        for name, schema in SCHEMAS.items():
            for value in objects_in(schema):
                if value.get("type") == "object":
                    self.assertIn("additionalProperties", value, name)
                    self.assertIsNot(value["additionalProperties"], True, name)

    def test_examples_hold_to_their_schemas(self):
        for value in objects_in(DOCUMENT):
            if "example" in value and "schema" in value:
                self.assertEqual(problems(value["example"], value["schema"]), [])
            if value.get("type") == "string" and isinstance(value.get("examples"), list):
                for example in value["examples"]:
                    self.assertEqual(problems(example, value), [])

    def test_paths_and_verbs(self):
        self.assertEqual(set(DOCUMENT["paths"]),
                         {documented(report) for report in REPORTS}
                         | {GROUPED, "/v1/about", "/v1/directory", PROPERTY, TOKENS, TOKEN, ROTATION, THREAD, DELETIONS, RECORDS, WEBHOOKS, CHATWOOT, "/livez", "/readyz", "/healthz", "/openapi.yaml"})
        ids = []
        for path, item in DOCUMENT["paths"].items():
            verbs = ({"get", "post"} if "/reports/" in path or path == TOKENS else {"delete"} if path == TOKEN else
                     {"post"} if path.startswith("/ingest/") or path in (ROTATION, DELETIONS) else {"get"})
            self.assertEqual(set(item) - {"parameters"}, verbs, path)
            for verb in verbs:
                ids.append(item[verb]["operationId"])
                self.assertEqual("requestBody" in item[verb], verb == "post", path)
        self.assertEqual(len(ids), len(set(ids)))

    def test_who_may(self):
        """The document requires a token for reports and records, and none for webhooks, which have a secret."""
        open_to_all = {path for path, item in DOCUMENT["paths"].items()
                       for verb in item.keys() - {"parameters"} if item[verb].get("security") == []}
        self.assertEqual(open_to_all, {WEBHOOKS, CHATWOOT, "/livez", "/readyz", "/healthz", "/openapi.yaml"})
        self.assertEqual(DOCUMENT["security"], [{"bearer": []}, {"basic": []}])

    def test_every_error_status_on_every_report(self):
        statuses = {"200", "400", "401", "403", "404", "405", "408", "413", "429", "431", "500", "503"}
        for report in REPORTS:
            for verb in ["get", "post"]:
                responses = DOCUMENT["paths"][documented(report)][verb]["responses"]
                not_modified = {"304"} if verb == "get" else set()
                self.assertEqual(set(responses), statuses | not_modified, report)
                for status in statuses - {"200"}:
                    schema = schema_of_answer(path_of(report), verb, status)
                    self.assertEqual(schema["$ref"], "#/components/schemas/Error")

    def test_error_types_are_those_of_api_md(self):
        """Both list the same error types for each status."""
        text = (ROOT / "docs/api.md").read_text()
        rows = re.findall(r"^\| (\d{3}) \| `(\w+)` \|", text, re.M)
        self.assertGreater(len(rows), 10)
        self.assertEqual(sorted({kind for _, kind in rows}),
                         sorted(SCHEMAS["Error"]["properties"]["error"]["properties"]["type"]["enum"]))
        for status, kind in rows:
            schema = schema_of_answer(TAGS, "POST", status)
            self.assertEqual(problems({"error": {"type": kind, "message": "x"}}, schema), [])
            other = "internal" if kind != "internal" else "validation"
            self.assertNotEqual(problems({"error": {"type": other, "message": "x"}}, schema), [])


class TheGoldenCases(unittest.TestCase):
    def test_golden_cases_hold_to_the_document(self):
        self.check(golden_questions())

    def test_worked_examples_hold_to_the_document(self):
        self.check(worked_examples())

    def check(self, questions):
        """The questions and answers match the document, and ask every report in a version that has it."""
        seen = set()
        for where, method, target, body, status, answer in questions:
            path = path_in_document(target)
            if path not in DOCUMENT["paths"]:
                self.assertEqual(status, 404, target)
                continue
            with self.subTest(where, target=target):
                self.assertEqual(problems(json.loads(answer), schema_of_answer(target, method, status)), [])
                if status == 200 and path != GROUPED:
                    self.assertIn(version_in(target), VERSIONS_OF[path.removeprefix(documented(""))])
                if status == 200 and method == "POST":
                    self.assertEqual(problems(as_understood(body), schema_of_question(target)), [], body)
                elif status == 200:
                    self.assertEqual(query_schema_problems(target), [])
                seen.add(path)
        self.assertEqual(seen - {GROUPED}, {documented(report) for report in REPORTS})


class TheProgram(ServedTest):
    def test_the_program_serves_the_document(self):
        status, headers, text = self.server.ask("GET", "/openapi.yaml")
        self.assertEqual((status, headers["Content-Type"]), (200, "application/yaml"))
        self.assertTrue(text == DOCUMENT_TEXT, "the program was built with another docs/openapi.yaml; build it again")

    def test_health(self):
        for path in ["/livez", "/readyz", "/healthz"]:
            status, headers, text = self.server.ask("GET", path)
            self.assertEqual(problems(json.loads(text), schema_of_answer(path, "GET", status)), [])
            self.assertEqual(headers["Cache-Control"], "no-store")

    def test_lists_are_as_described(self):
        properties = json.loads(self.server.ask("GET", "/v1/directory", None, self.bearer)[2])["properties"]
        self.assertGreater(len(properties), 1)
        for path, query in [("/v1/about", ""), ("/v1/directory", ""),
                            *((PROPERTY, "?" + urllib.parse.urlencode(one)) for one in properties)]:
            status, headers, text = self.server.ask("GET", path + query, None, self.bearer)
            self.assertEqual((status, problems(json.loads(text), schema_of_answer(path, "GET", status))), (200, []))
            self.assertNotEqual(json.loads(text).get("values"), [])
            again = {**self.bearer, "If-None-Match": headers["ETag"]}
            self.assertEqual(self.server.ask("GET", path + query, None, again)[::2], (304, ""))
        status, _, text = self.server.ask("GET", PROPERTY, None, self.bearer)
        self.assertEqual((status, problems(json.loads(text), schema_of_answer(PROPERTY, "GET", status))), (400, []))

    def test_every_report_by_every_distribution(self):
        """In the latest version, by POST and by GET."""
        self.assertEqual(SCHEMAS["Distribution"]["enum"], ALL_DISTRIBUTIONS)
        filled = set()
        for report in REPORTS:
            target = path_of(report, VERSIONS_OF[report][-1])
            for distribution in ALL_DISTRIBUTIONS:
                for zone in ["UTC", "Asia/Kathmandu"]:
                    with self.subTest(report, distribution=distribution, zone=zone):
                        body = {"distribution": distribution, "timezone": zone, "filters": RANGE}
                        status, answer = self.ask(report, body)
                        self.assertEqual(status, 200 if distribution in distributions_of(report) else 400, answer)
                        self.assertEqual(problems(answer, schema_of_answer(target, "POST", status)), [])
                        if status != 200:
                            continue
                        records = answer["records"]
                        if any(records.values() if isinstance(records, dict) else records):
                            filled.add(report)
                        # GET returns the same.
                        query = urllib.parse.urlencode(
                            {"distribution": distribution, "timezone": zone,
                             **{"filters." + key: value for key, value in RANGE.items()}})
                        self.assertEqual(query_schema_problems(f"{target}?{query}"), [])
                        _, _, text = self.server.ask("GET", f"{target}?{query}", headers=self.bearer)
                        self.assertEqual(json.loads(text), answer)
        self.assertEqual(filled, set(REPORTS))

    def test_every_report_in_every_version(self):
        """A report has one answer in all versions that have it, by path and by header, and is 404 in the others."""
        body = json.dumps({"filters": RANGE})
        for report in REPORTS:
            answers = set()
            for version in VERSIONS:
                with self.subTest(report, version=version):
                    status, _, text = self.server.ask("POST", path_of(report, version), body, self.bearer)
                    self.assertEqual(self.server.ask("POST", "/reports/" + report, body,
                                                     {**self.bearer, "X-API-Version": version})[::2], (status, text))
                    is_in = version in VERSIONS_OF[report]
                    self.assertEqual(status, 200 if is_in else 404, text)
                    self.assertEqual(problems(json.loads(text), schema_of_answer(path_of(report), "POST", status)), [])
                    if is_in:
                        answers.add(text)
                    else:
                        self.assertRegex(text, rf"The report {report} is in version .* not in {version}")
            self.assertEqual(len(answers), 1, report)

    def test_filters_and_event_types_of_versions(self):
        """Each filter is accepted in the versions that its description names, on every report of theirs."""
        def first_version(described):
            found = re.search(r"from version ([\d.]+) on", described.get("description", ""), re.I)
            return found.group(1) if found else VERSIONS[0]
        filters = SCHEMAS["Filters"]["properties"]
        asked = {"agents": {"exists": True}, "tags": {"exists": True}, "groups": {"exists": True},
                 "goals": {"exists": True}, "sales": {"exists": True}, "event_types": {"values": ["file"]},
                 "customer_countries": {"values": ["NO"]}, "properties": {"a": {"b": {"exists": True}}},
                 "surveys": [{"type": "pre_chat"}], "forms": [{"type": "pre_chat"}], "greetings": {"exists": True},
                 "agent_response": {"exists": True}}
        self.assertEqual(set(asked) | {"from", "to"}, set(filters))
        questions = [(first_version(filters[name]), {**RANGE, name: value}) for name, value in asked.items()]
        questions.append((first_version(SCHEMAS["EventType"]), {**RANGE, "event_types": {"values": ["system"]}}))
        self.assertEqual([first for first, _ in questions].count(VERSIONS[0]), len(questions) - 3)
        for first, filter in questions:
            for version in VERSIONS:
                for report in REPORTS:
                    if version in VERSIONS_OF[report]:
                        status, answer = self.ask(report, {"filters": filter}, version)
                        self.assertEqual(status, 200 if version >= first else 400, (version, report, filter, answer))

    def test_enums(self):
        for name, question in [
                ("Distribution", lambda value: {"distribution": value, "filters": RANGE}),
                ("EventType", lambda value: {"filters": {**RANGE, "event_types": {"values": [value]}}})]:
            for value in SCHEMAS[name]["enum"]:
                self.assertEqual(self.ask("chats/tags", question(value))[0], 200, value)
            status, answer = self.ask("chats/tags", question("another"))
            self.assertEqual(status, 400)
            # Its message lists what is allowed.
            listed = re.search(r"must be (.*), not", answer["error"]["message"]).group(1)
            self.assertEqual(re.split(r", | or ", listed), SCHEMAS[name]["enum"])
        for value in SCHEMAS["SurveyFilter"]["properties"]["type"]["enum"]:
            for name in ["surveys", "forms"]:
                self.assertEqual(self.ask("chats/tags", {"filters": {**RANGE, name: [{"type": value}]}})[0], 200)
        self.assertEqual(self.ask("chats/tags", {"filters": {**RANGE, "surveys": [{"type": "x"}]}})[0], 400)
        header = DOCUMENT["components"]["parameters"]["XApiVersion"]["schema"]["enum"]
        self.assertEqual(header, VERSIONS + ["v" + version for version in VERSIONS])
        for version in header:
            self.assertEqual(self.server.ask("GET", "/reports/chats/tags",
                                             headers={**self.bearer, "X-API-Version": version})[0], 200)

    def test_the_echo_of_a_request(self):
        """With --echo-request every answer has the `request` that the document describes, in its place."""
        data = self.shared / "echo"
        data.mkdir()
        token = run("token", "create", "--data", data, "--license", 1).stdout.decode().strip()
        bearer = {"Authorization": "Bearer " + token}
        with Server(data, "--echo-request") as server:
            for report in REPORTS:
                for version in VERSIONS_OF[report]:
                    question = {"distribution": "day", "timezone": "UTC", "filters": RANGE}
                    status, _, text = server.ask("POST", path_of(report, version), json.dumps(question), bearer)
                    self.assertEqual(status, 200, text)
                    answer = json.loads(text)
                    self.assertEqual(problems(answer, schema_of_report(report)), [])
                    self.assertEqual(answer["request"], question)
                    self.assertEqual(list(answer)[:2], ["name", "request"])

    def test_limits(self):
        """The program accepts as many elements as the document allows, and no more."""
        filters = SCHEMAS["Filters"]["properties"]
        surveys = filters["surveys"]["maxItems"]
        properties = int(re.search(r"at most ([\d,]+)", filters["properties"]["description"]).group(1).replace(",", ""))
        values = int(re.search(r"([\d,]+) by default", SCHEMAS["Texts"]["description"]).group(1).replace(",", ""))
        for limit, question in [
                (surveys, lambda count: {"surveys": [{"type": "pre_chat"}] * count}),
                (properties, lambda count: {"properties": {"a": {f"b{i}": {"exists": True} for i in range(count)}}}),
                (values, lambda count: {"tags": {"values": [f"t{i}" for i in range(count)]}})]:
            self.assertEqual(self.ask("chats/tags", {"filters": question(limit)})[0], 200, limit)
            self.assertEqual(self.ask("chats/tags", {"filters": question(limit + 1)})[0], 400, limit)

    def test_keys_are_those_that_the_program_knows(self):
        """The answer to an unknown key lists the known ones."""
        filters = SCHEMAS["Filters"]["properties"]
        self.assertEqual(set(filters["surveys"]["items"]), {"$ref"})
        for name, question in [
                ("Question", {"x": 1}),
                ("PagedQuestion", {"x": 1}),
                ("Filters", {"filters": {"x": 1}}),
                ("TextFilter", {"filters": {"agents": {"x": 1}}}),
                ("TextFilter", {"filters": {"tags": {"x": 1}}}),
                ("IntegerFilter", {"filters": {"groups": {"x": 1}}}),
                ("IntegerFilter", {"filters": {"goals": {"x": 1}}}),
                ("IntegerFilter", {"filters": {"sales": {"x": 1}}}),
                ("TextFilter", {"filters": {"customer_countries": {"x": 1}}}),
                ("EventTypeFilter", {"filters": {"event_types": {"x": 1}}}),
                ("PropertyFilter", {"filters": {"properties": {"a": {"b": {"x": 1}}}}}),
                ("SurveyFilter", {"filters": {"surveys": [{"type": "pre_chat", "x": 1}]}}),
                ("SurveyFilter", {"filters": {"forms": [{"type": "pre_chat", "x": 1}]}}),
                ("GreetingsFilter", {"filters": {"greetings": {"x": 1}}}),
                ("AgentResponseFilter", {"filters": {"agent_response": {"x": 1}}})]:
            with self.subTest(name, question=question):
                target = path_of("chats/queued_visitors_left") if name == "PagedQuestion" else TAGS
                status, message = self.message_of("POST", target, json.dumps(question))
                self.assertEqual(status, 400)
                listed = message.split("known here are ")[1]
                self.assertEqual(listed.split(", "), sorted(SCHEMAS[name]["properties"]))

    def test_the_schema_and_the_program_accept_the_same(self):
        """The program answers 200 if the schema accepts a question, and 400 otherwise."""
        pair = {"from": "2021-04-20T00:00:00Z", "to": "2021-04-21T00:00:00Z"}
        conditions = [
            {}, {"exists": True}, {"exists": False, "require_every_value": True}, {"exists": "true"},
            {"require_every_value": True}, {"values": []}, {"values": ["1"]}, {"values": [1]},
            {"values": [1.5]}, {"values": [True]}, {"values": [None]}, {"values": 1}, {"values": ["file"]},
            {"values": ["a", 1]}, {"values": [2**63]}, {"values": [-2**63]}, {"exclude_values": [1]},
            {"exclude_values": ["file"], "require_every_value": True}, {"values": [1], "exclude_values": [2]},
            {"exists": True, "values": ["a"]}, {"x": 1}]
        questions = [
            {"filters": {}}, {"filters": [1]}, {"filters": "x"}, {"distribution": 1}, {"timezone": ""},
            {"timezone": 5}, {"filters": {"from": pair["from"]}}, {"filters": {"to": pair["to"]}},
            *({"filters": {**pair, "from": time}} for time in [
                "2021-04-20", "2021-04-20T00:00:00", "2021-04-20 00:00:00Z", "2021-04-20t00:00:00z",
                "2021-04-20T00:00:00.1234567-00:00", "2021-04-20T00:00:00.Z", "2021-04-20T00:00:00+0200", 5]),
            *({"filters": {key: condition}}
              for key in ["agents", "tags", "groups", "goals", "sales", "event_types", "customer_countries",
                          "greetings"]
              for condition in conditions),
            *({"filters": {"properties": {"a": {"b": condition}}}} for condition in conditions),
            {"filters": {"properties": {}}}, {"filters": {"properties": {"a": {}}}},
            {"filters": {"properties": {"a": 1}}}, {"filters": {"properties": [1]}},
            {"filters": {"greetings": pair}}, {"filters": {"greetings": {"from": pair["from"]}}},
            *({"filters": {"greetings": {"groups": condition}}} for condition in conditions),
            *({"filters": {"agent_response": {"groups": condition}}} for condition in conditions),
            *({"filters": {"agent_response": {"agents": condition, "first": True}}} for condition in conditions),
            *({"filters": {"agent_response": condition}} for condition in [
                {}, {"exists": True}, {"first": False}, {"first": 1}, {"values": ["a"]}]),
            {"filters": {"surveys": []}}, {"filters": {"surveys": {}}}, {"filters": {"surveys": [{}]}},
            *({"filters": {"surveys": [{"type": "post_chat", **condition}]}} for condition in conditions),
            *({"filters": {"surveys": [{"type": "post_chat", "groups": condition}]}} for condition in conditions),
            {"filters": {"surveys": [{"type": "pre_chat", **pair}]}},
            {"filters": {"surveys": [{"type": "pre_chat", "to": pair["to"]}]}},
            {"filters": {"surveys": [{"type": "x"}]}}, {"filters": {"surveys": [1]}},
            *({"filters": {"forms": [{"type": "post_chat", **condition}]}} for condition in conditions),
            {"filters": {"forms": []}}, {"filters": {"forms": [{}]}}, {"filters": {"forms": [], "surveys": []}},
            {"filters": {"event_types": {"values": ["system"]}}}, {"page": 1},
        ]
        counts = {200: 0, 400: 0}
        connection = self.server.connect()
        for question in questions:
            with self.subTest(json.dumps(question)):
                connection.request("POST", path_of("chats/total_chats", LATEST), json.dumps(question), self.bearer)
                response = connection.getresponse()
                text = response.read().decode()
                found = problems(question, QUESTION)
                self.assertEqual(response.status, 400 if found else 200, (text, found))
                counts[response.status] += 1
        connection.close()
        self.assertGreater(min(counts.values()), 50)

    def check_answer(self, answer, status, path):
        """Checks an answer and its headers against the document, and returns its body."""
        answered, headers, text = answer
        self.assertEqual(answered, status, text)
        response = followed(DOCUMENT["paths"][path_in_document(path)]["post"]["responses"][str(status)])
        schema = response["content"]["application/json"]["schema"]
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertEqual(problems(json.loads(text), schema), [])
        for name, header in response.get("headers", {}).items():
            header = followed(header)
            if header.get("required"):
                self.assertIn(name, headers)
            if name in headers:
                kind = int if header["schema"]["type"] == "integer" else str
                self.assertEqual(problems(kind(headers[name]), header["schema"]), [])
        return json.loads(text)

    def check_error(self, answer, status, path=TAGS):
        """Checks like check_answer, and returns the type of the error."""
        return self.check_answer(answer, status, path)["error"]["type"]

    def test_records_are_answered_as_described(self):
        record = json.dumps(chat())
        lines = "x\n" * (SCHEMAS["Refusals"]["maxItems"] + 1)
        for method, body, headers, status in [
                ("POST", record, {}, 200),
                ("POST", gzip.compress(record.encode()), {"Content-Encoding": "gzip"}, 200),
                ("POST", f"[{record},5]", {}, 200),
                ("POST", lines + record, {}, 200),
                ("POST", "", {}, 400),
                ("POST", lines, {}, 400),
                ("POST", record, {"Content-Encoding": "br"}, 400),
                ("POST", record, {"Authorization": ""}, 401),
                ("POST", record, {"Authorization": "Bearer " + self.secret}, 401),
                ("POST", record, self.bearer, 403),
                ("GET", None, {}, 405),
                ("PUT", record, {}, 405),
                ("POST", record, {"X": "x" * 20_000}, 431)]:
            with self.subTest(f"{method} {(body or '')[:30]}", status=status):
                answer = self.server.ask(method, RECORDS, body, {**self.writer, **headers})
                self.check_answer(answer, status, RECORDS)
                if status == 405:
                    self.assertEqual(answer[1]["Allow"], "POST")
                if status in [401, 403, 405]:
                    self.assertIn(answer[2], ApiMd.TEXT)
        # The answer lists only the first refused records.
        _, _, text = self.server.ask("POST", RECORDS, lines + record, self.writer)
        answer = json.loads(text)
        self.assertEqual((answer["accepted"], len(answer["refused"]), answer["refused_unlisted"]), (1, 1_000, 1))
        # Line 0 is about the body as a whole.
        _, _, text = self.server.ask("POST", RECORDS, "", self.writer)
        self.assertEqual(json.loads(text)["refused"][0]["line"], 0)

    def test_webhooks_are_answered_as_described(self):
        def body(**changes):
            return json.dumps({"secret_key": self.secret, "action": "thread_tagged",
                               "payload": {"thread_id": "T", "tag": "x"}, **changes})
        for method, sent, status in [
                ("POST", body(), 200),
                ("POST", body(received_at="2021-04-08T10:00:00Z", webhook_id="w"), 200),
                ("POST", body(action="incoming_customer"), 200),
                ("POST", "[]", 400),
                ("POST", body(payload={"tag": "x"}), 400),
                ("POST", body(received_at="today"), 400),
                ("POST", body(secret_key="nonsense"), 401),
                ("POST", body(secret_key=self.token_text), 401),
                ("POST", json.dumps({"action": "thread_tagged", "payload": {}}), 401),
                ("GET", None, 405),
                ("POST", " " * 1_048_577, 413)]:
            with self.subTest(f"{method} {(sent or '')[:200]}", status=status):
                answer = self.server.ask(method, WEBHOOKS, sent)
                self.check_answer(answer, status, WEBHOOKS)
                if status == 405:
                    self.assertEqual(answer[1]["Allow"], "POST")
                if status in [401, 405, 413]:
                    self.assertIn(answer[2], ApiMd.TEXT)
        self.assertEqual(self.post_webhook({"action": "thread_tagged", "payload": {"tag": "x"}})[1]["error"]["message"],
                         "payload.thread_id: missing")  # as in api.md

    def test_too_much_too_often_or_too_late(self):
        data = self.shared / "narrow"
        data.mkdir()
        token, secret = [run(*command, "--data", data, "--license", 1, *flags).stdout.decode().strip()
                         for command, flags in [(("token", "create"), ("--scope", "reports_write")),
                                                (("webhook", "create"), ())]]
        writer = {"Authorization": "Bearer " + token}
        with Server(data, "--max-ingest-bytes", 1_000, "--max-body-bytes", 2_000,
                    "--max-requests-per-second", 1) as server:
            answer = server.ask("POST", RECORDS, " " * 1_001, writer)
            self.assertEqual(self.check_error(answer, 413, RECORDS), "entity_too_large")
            answer = server.ask("POST", WEBHOOKS, " " * 2_001)
            self.assertEqual(self.check_error(answer, 413, WEBHOOKS), "entity_too_large")
            answer = server.ask("POST", RECORDS, "[]", writer)
            while answer[0] == 200:  # until two are in the same second
                answer = server.ask("POST", RECORDS, "[]", writer)
            self.assertEqual(self.check_error(answer, 429, RECORDS), "too_many_requests")
            # This limit does not apply to webhooks.
            webhook = {"secret_key": secret, "action": "thread_tagged", "payload": {"thread_id": "T", "tag": "x"}}
            for _ in range(5):
                self.check_answer(server.ask("POST", WEBHOOKS, json.dumps(webhook)), 200, WEBHOOKS)
        with Server(data, "--max-ingests", 1, "--ingest-patience", "1s") as server:
            slow = server.connect()
            slow.putrequest("POST", RECORDS)
            slow.putheader("Authorization", writer["Authorization"])
            slow.putheader("Content-Length", "100")
            slow.endheaders(b"[")
            answer = server.ask("POST", RECORDS, "[]", writer)
            while answer[0] == 200:  # until the other has the slot
                answer = server.ask("POST", RECORDS, "[]", writer)
            self.assertEqual(self.check_error(answer, 503, RECORDS), "service_unavailable")
            self.assertIn("Retry-After", answer[1])
            slow.close()

    def test_tokens_are_managed_as_described(self):
        admin = {"Authorization": "Bearer " + self.tokens["admin"]}

        def ask(method, target, body=None, status=200):
            answer = self.server.ask(method, target, body and json.dumps(body), admin)
            self.assertEqual(answer[0], status, answer)
            value = json.loads(answer[2])
            self.assertEqual(problems(value, schema_of_answer(target, method, status)), [])
            return value

        examples = [followed(DOCUMENT["paths"][path]["post"]["requestBody"])["content"]["application/json"]["example"]
                    for path in (TOKENS, ROTATION)]
        ask("GET", TOKENS)
        id = ask("POST", TOKENS, examples[0], 201)["id"]
        ask("POST", f"{TOKENS}/{id}/rotate", examples[1], 201)
        ask("DELETE", f"{TOKENS}/99999", status=404)
        ask("POST", f"{TOKENS}/99999/rotate", status=404)
        ask("GET", TOKENS + "?x=1", status=400)
        ask("POST", TOKENS, {"scopes": ["metrics_read"]}, 403)
        self.assertEqual(self.server.ask("DELETE", f"{TOKENS}/{id}", None, admin)[::2], (204, ""))
        scopes = ask("POST", TOKENS, {"scopes": ["x"]}, 400)["error"]["message"]
        self.assertEqual(re.findall(r"\w+_\w+|admin", scopes), SCHEMAS["Scope"]["enum"])
        for schema, target in [("NewToken", TOKENS), ("Rotation", f"{TOKENS}/1/rotate")]:
            keys = ask("POST", target, {"x": 1}, 400)["error"]["message"].split("known here are ")[1]
            self.assertEqual(keys.split(", "), sorted(SCHEMAS[schema]["properties"]))
        for key in ["only_groups", "only_agents"]:
            for count, status in [(SCHEMAS["NewToken"]["properties"][key]["maxItems"], 201), (101, 400)]:
                ask("POST", TOKENS, {key: [5 if key == "only_groups" else "ann"] * count}, status)
        overlap = SCHEMAS["Rotation"]["properties"]["overlap"]
        for seconds in [overlap["minimum"] - 1, overlap["maximum"] + 1]:
            ask("POST", f"{TOKENS}/1/rotate", {"overlap": seconds}, 400)

    def test_deletions_are_answered_as_described(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="chatreports-test-"))
        self.addCleanup(shutil.rmtree, folder)
        data = folder / "data"
        self.assertEqual(run("import", "--data", data, "--license", 1, "-",
                             stdin=json.dumps([chat("PWJ8Y4THAV"), chat("OTHER")]).encode()).returncode, 0)
        token = run("token", "create", "--data", data, "--license", 1, "--scope", "records_delete").stdout.decode()
        described = followed(DOCUMENT["paths"][DELETIONS]["post"]["requestBody"])["content"]["application/json"]
        with Server(data) as server:
            for body, status in [(described["example"], 200), (described["example"], 200), ({"thread_id": "x"}, 404),
                                 ({"agent_id": "ann@example.com"}, 200), ({"before": "2021-04-08T00:00:00Z"}, 200),
                                 ({"everything": True}, 200)]:
                self.assertEqual(problems(body, described["schema"]), [])
                answer = server.ask("POST", DELETIONS, json.dumps(body), {"Authorization": "Bearer " + token.strip()})
                self.assertEqual(answer[0], status, answer)
                self.assertEqual(problems(json.loads(answer[2]), schema_of_answer(DELETIONS, "POST", status)), [])
            for body in [{}, {"everything": False}, {"thread_id": ""}, {"thread_id": "a", "agent_id": "b"}, {"x": 1}]:
                self.assertNotEqual(problems(body, described["schema"]), [], body)
                answer = server.ask("POST", DELETIONS, json.dumps(body), {"Authorization": "Bearer " + token.strip()})
                self.assertEqual(self.check_error(answer, 400, DELETIONS), "validation")

    def test_a_thread_is_told_as_described(self):
        examples = re.findall(r"^```json\n(.*?)^```", (ROOT / "docs/live.md").read_text(), re.M | re.S)
        self.assertEqual([problems(json.loads(one), SCHEMAS["ThreadFacts"]) for one in examples], [[]])
        writer = {"Authorization": "Bearer " + self.tokens["reports_write"]}
        form = {"id": "e1", "type": "filled_form", "author_id": "u", "created_at": "2021-04-08T10:00:00Z", "form_id": "f",
                "form_type": "prechat", "fields": [{"type": "radio", "id": "q", "label": "Why?",
                                                    "answer": {"id": "a", "label": "So"}}]}
        record = chat("T/1", events=[form], ended_at="2021-04-08T11:00:00Z", customer_country="PL",
                      properties={"lc2": {"greeting_id": 9, "greeting_unique_id": "g"}, "x": {"y": True}},
                      goals=[{"id": 5}])
        waits = {"record": "queue", "thread_id": "T/1", "entered_at": "2021-04-08T10:00:00Z",
                 "ended_at": "2021-04-08T10:01:00Z", "outcome": "entered"}
        self.assertEqual(self.server.ask("POST", RECORDS, json.dumps([record, waits]), writer)[0], 200)
        for target, status in [("/v1/threads/T%2F1", 200), ("/v1/threads/unknown", 404)]:
            answer = self.server.ask("GET", target, None, writer)
            self.assertEqual(answer[0], status, answer)
            value = json.loads(answer[2])
            self.assertEqual(problems(value, schema_of_answer(THREAD, "GET", status)), [])
            if status == 200:
                self.assertLessEqual({"greeting", "forms", "queue", "customer_country", "goals"}, set(value))

    def test_webhook_actions_are_those_that_the_program_knows(self):
        """The program describes a fault in the payload of a known action, and ignores any other action."""
        for action in SCHEMAS["WebhookAction"]["enum"]:
            status, answer = self.post_webhook({"action": action, "payload": 5})
            self.assertEqual(status, 400, action)
            self.assertEqual(answer["error"]["message"], "payload: must be an object")
        # Other actions of LiveChat's documentation.
        for action in ["incoming_rich_message_postback", "incoming_customer", "customer_session_fields_updated",
                       "events_marked_as_seen", "agent_approved", "auto_access_added", "auto_access_updated", "auto_access_deleted"]:
            self.assertEqual(self.post_webhook({"action": action, "payload": {}}), (200, {"accepted": 0, "ignored": 1}))

    def test_the_schema_of_records_and_the_program_accept_the_same(self):
        time_ = "2021-04-08T10:00:00Z"
        status = {"record": "agent_status", "agent_id": "a", "status": "offline", "at": time_}
        greeting = {"record": "greeting", "greeting_id": 9, "unique_id": "u", "event": "displayed", "at": time_}
        goal = {"record": "goal", "thread_id": "T", "id": 5}
        queue = {"record": "queue", "thread_id": "T", "entered_at": time_, "ended_at": time_, "outcome": "entered"}
        label = {"record": "form_label", "form_id": "f", "field_id": "q", "answer_id": "a", "label": "Why?",
                 "at": time_}
        event = {"id": "T_1", "type": "message", "author_id": "u", "created_at": time_}
        webhook = {"action": "thread_tagged", "payload": {"thread_id": "T", "tag": "x"}}
        ids = ["a", "", 5, True, ["a"]]
        integers = [5, 2**63 - 1, 2**63, "5", 1.5]
        times = [time_, "2021-04-08t10:00:00.1234567+02:00", "2021-04-08", "now", 5]

        def without(record, key):
            return {name: value for name, value in record.items() if name != key}

        def of_thread(**thread):
            return {"id": "C", "thread": {"id": "T", "created_at": time_, **thread}}

        def of_event(**changes):
            return of_thread(events=[{**event, **changes}])

        def of_field(**field):
            return of_event(type="filled_form", form_id="f", form_type="prechat", fields=[field])

        records = [
            5, "x", {}, [], [[]], [5], [of_thread()], [[of_thread()], goal], {"chats": []}, {"chats": [of_thread()]},
            {"chats": [5]}, {"chats": 5}, {"found_chats": 1, "chats": [goal]},
            {"record": "x"}, {"record": 5}, {"record": "agent"}, {"record": "group"},
            *({"record": "agent", "id": value} for value in ids),
            *({"record": "agent", "id": "a", key: value} for key in ["name", "timezone"] for value in ["x", "", 5]),
            *({"record": "agent", "id": "a", "groups": value} for value in [[], [1], ["1"], 1]),
            *({"record": "group", "id": value} for value in integers),
            {"record": "group", "id": 1, "name": 5}, {"record": "group", "id": 1, "name": "x", "other": [5]},
            *(without(status, key) for key in status), *({**status, "agent_id": value} for value in ids),
            *({**status, "at": value} for value in times),
            *({**status, "status": value}
              for value in [*SCHEMAS["AgentStatus"]["properties"]["status"]["enum"], "x", 5]),
            *(without(greeting, key) for key in greeting), *({**greeting, "greeting_id": value} for value in integers),
            *({**greeting, "unique_id": value} for value in ids), *({**greeting, "at": value} for value in times),
            *({**greeting, "group_id": value} for value in integers),
            *({**greeting, "event": value} for value in ["canceled", "goal", "x", 5]),
            *(without(goal, key) for key in goal), {**goal, "record": "sale"},
            *({**goal, "id": value} for value in integers), *({**goal, "thread_id": value} for value in ids),
            *({**goal, "at": value} for value in times),
            *(without(queue, key) for key in queue), *({**queue, "thread_id": value} for value in ids),
            *({**queue, "entered_at": value} for value in times),
            *({**queue, "outcome": value} for value in ["left", "x", 5]),
            *(without(label, key) for key in label), *({**label, "label": value} for value in ["", "x" * 1025, 5]),
            *({**label, key: value} for key in ["form_id", "field_id", "answer_id"] for value in ids),
            *({**label, "at": value} for value in times),
            *({"record": "bot", "id": value} for value in ids), {"record": "bot", "id": "a", "name": "x"},
            {"thread": 5}, {"thread": {}}, {"thread": {"id": "T"}}, {"thread": {"created_at": time_}},
            *(of_thread(id=value) for value in ids), *(of_thread(created_at=value) for value in times),
            of_thread(ended_at="2021-04-08T11:00:00Z"), of_thread(ended_at="later"),
            *(of_thread(user_ids=value) for value in [[], ["a"], [5], "a"]),
            *(of_thread(tags=value) for value in [[], ["a"], [5], "a"]),
            *(of_thread(access=value) for value in [{}, {"group_ids": [1]}, {"group_ids": ["1"]}, {"group_ids": 1}, 1]),
            *(of_thread(properties=value)
              for value in [{}, {"a": {}}, {"a": {"b": [1]}}, {"a": {"b": "c"}}, {"a": 1}, [5]]),
            *(of_thread(**{key: value}) for key in ["goals", "sales"]
              for value in [[], [{"id": 1}], [{"id": "1"}], [{}], [{"id": 1, "at": time_}], [{"id": 1, "at": 1}],
                            [1], 1]),
            *({**of_thread(), "users": value} for value in [
                [], [{}], [{"id": "a", "type": "agent"}], [{"type": "agent"}], [{"id": "", "type": "agent"}],
                [{"type": "customer"}], [{"id": ""}], [{"id": 5}], [{"id": "a", "type": 5}], [5], {}]),
            *({**of_thread(), "access": value} for value in [{"group_ids": [1]}, {"group_ids": ["1"]}, [5]]),
            *({**of_thread(), "properties": value} for value in [{"a": {"b": True}}, {"a": 1}]),
            of_thread(events=[]), of_thread(events={}), of_thread(events=[5]),
            *(of_thread(events=[without(event, key)]) for key in event),
            *(of_event(created_at=value) for value in times),
            *(of_event(**{key: value})
              for key in ["type", "author_id", "visibility", "recipients"] for value in ["x", "", 5]),
            *(of_event(properties=value) for value in [
                {}, {"lc2": {}}, {"lc2": {"welcome_message": 5, "form_type": 5}}, {"lc2": 5}, {"other": 5}, 5]),
            *(of_event(type="filled_form", form_id=value) for value in ["f", 5, 1.5, [], ""]),
            *(of_event(type="filled_form", form_type=value) for value in ["prechat", "x", 5]),
            *(of_event(type="filled_form", fields=value) for value in [[], [{}], [5], {}]),
            *(of_field(id=value) for value in ["1", 1, 1.5, [], ""]),
            *(of_field(id="1", answer=value) for value in [{"id": "2"}, {"id": 2}, {"id": []}, {}, "typed", 5, []]),
            *(of_field(id="1", answers=value) for value in [[], [{"id": "2"}], [{"id": []}], ["typed"], "typed", {}]),
            webhook, without(webhook, "action"), without(webhook, "payload"), {**webhook, "action": "x"},
            {**webhook, "secret_key": "x"}, *({**webhook, "received_at": value} for value in times),
            {**webhook, "record": "x"}, {**webhook, "thread": 5}]
        counts = {True: 0, False: 0}
        connection = self.server.connect()
        schema = schema_of_question(RECORDS)
        for record in records:
            with self.subTest(json.dumps(record)):
                connection.request("POST", RECORDS, json.dumps(record), self.writer)
                response = connection.getresponse()
                text = response.read().decode()
                found = problems(record, schema)
                is_whole = response.status == 200 and json.loads(text)["refused"] == []
                self.assertEqual(is_whole, found == [], (response.status, text, found))
                counts[is_whole] += 1
        connection.close()
        self.assertGreater(min(counts.values()), 90)

    def test_errors(self):
        """The document has all types of error that a test can cause, with their status and headers."""
        tags = TAGS
        types = {"internal"}
        for method, target, headers, body, status in [
                ("POST", tags, {}, "{", 400),
                ("GET", tags + "?filters.from=x", {}, None, 400),
                ("GET", tags, {"X-API-Version": "3.3"}, None, 400),
                ("GET", tags, {"Authorization": ""}, None, 401),
                ("GET", tags, {"Authorization": "Bearer " + self.tokens["reports_write"]}, None, 403),
                ("GET", tags + "/", {}, None, 404),
                ("GET", path_of("chats/nothing", LATEST), {}, None, 404),
                ("GET", path_of("agents/tags", LATEST), {}, None, 404),
                ("GET", path_of("chats/surveys", LATEST), {}, None, 404),
                ("GET", path_of("chats/forms", VERSIONS[0]), {}, None, 404),
                ("GET", path_of("customers/unique_visitors", LATEST), {}, None, 404),
                ("PUT", tags, {}, None, 405),
                ("POST", "/livez", {}, None, 405),
                ("POST", tags, {}, " " * 2_000_000, 413),
                ("GET", tags + "?" + "x" * 20_000, {}, None, 431)]:
            with self.subTest(f"{method} {target[:50]}", status=status):
                answer = self.server.ask(method, target, body, {**self.bearer, **headers})
                types.add(self.check_error(answer, status))
        with Server(self.shared / "other", "--max-requests-per-second", 1, "--max-connections", 2,
                    "--request-timeout", "1s") as server:
            done = run("token", "create", "--data", self.shared / "other", "--license", 1)
            bearer = {"Authorization": "Bearer " + done.stdout.decode().strip()}
            answer = server.ask("GET", tags, headers=bearer)
            while answer[0] == 200:  # until two are in the same second
                answer = server.ask("GET", tags, headers=bearer)
            types.add(self.check_error(answer, 429))
            self.assertIn("Retry-After", answer[1])
            places = []  # earlier connections may keep one for a moment
            while len(places) < 2:
                place = server.connect()
                place.request("GET", "/livez")
                response = place.getresponse()
                response.read()
                if response.status == 200:
                    places.append(place)
                else:
                    place.close()
            types.add(self.check_error(server.ask("GET", tags, headers=bearer), 503))
            half, idle = places
            half.sock.sendall(b"GET /v3.4/rep")
            response = http.client.HTTPResponse(half.sock)
            response.begin()
            answer = response.status, dict(response.getheaders()), response.read().decode()
            types.add(self.check_error(answer, 408))
            half.close()
            idle.close()
        self.assertEqual(types, set(SCHEMAS["Error"]["properties"]["error"]["properties"]["type"]["enum"]))


class ApiMd(ServedTest):
    TEXT = (ROOT / "docs/api.md").read_text()

    def blocks(self, language):
        found = list(fenced_blocks(self.TEXT, language))
        self.assertGreater(len(found), 2)
        return found

    def test_json_blocks(self):
        answers = questions = errors = ingested = 0
        reports = set()
        for line, block in self.blocks("json"):
            with self.subTest(f"docs/api.md line {line}"):
                for value in objects_of_block(block):
                    if "token" in value:
                        self.assertEqual(problems(value, SCHEMAS["AccessToken"]), [])
                    elif value.keys() == {"chats"}:
                        self.assertEqual(problems(value, schema_of_answer(DELETIONS, "POST", 200)), [])
                    elif "name" in value:
                        self.assertIn([], [problems(value, schema) for schema in
                                           [schema_of_report_named(value["name"]), SCHEMAS["GroupedReport"]]])
                        reports.add(value["name"])
                        answers += 1
                    elif "accepted" in value:
                        schema = ("WebhookAnswer" if "ignored" in value else
                                  "NothingTakenInAnswer" if "error" in value else "RecordsAnswer")
                        self.assertEqual(problems(value, SCHEMAS[schema]), [])
                        ingested += 1
                    elif "error" in value:
                        self.assertEqual(problems(value, ERROR), [])
                        errors += 1
                    elif value.keys() & {"filters", "distribution", "timezone"}:
                        self.assertEqual(problems(value, QUESTION), [])
                        status, answer = self.ask("chats/total_chats", value)
                        self.assertEqual(status, 200, answer)
                        questions += 1
                    else:
                        self.fail(f"neither an answer, an error nor a question: {value}")
        self.assertEqual(reports, {name_of(report) for report in REPORTS})
        self.assertGreaterEqual(min(answers, questions, errors), 5)
        self.assertGreaterEqual(ingested, 3)

    def test_versions(self):
        """The table of versions has every report, and each in its versions; the errors about versions are exact."""
        table = self.TEXT.split("\n## Versions\n")[1].split("\n## ")[0]
        rows = {name: ["yes" == cell.strip() for cell in re.split(r"\|", line)[2:6]]
                for line in table.splitlines() if line.startswith("| ")
                for name in re.findall(r"`((?:chats|tags|agents)/\w+)`", line)}
        for report in REPORTS:
            expected = [version in VERSIONS_OF[report] for version in VERSIONS]
            self.assertEqual(rows.get(report, [True] * 4), expected, report)
        self.assertEqual(len(REPORTS) - len(rows), 11)
        for version, path, header in [("3.3", "chats/tags", None), ("3.4", "chats/tags", "3.6"),
                                      ("3.6", "chats/surveys", None), ("3.4", "chats/groups", None)]:
            headers = {**self.bearer, **({"X-API-Version": header} if header else {})}
            _, _, text = self.server.ask("GET", path_of(path, version), headers=headers)
            self.assertIn("\n" + text + "\n", self.TEXT)

    def test_every_answer_is_that_of_a_golden_case(self):
        golden = [json.loads(answer) for *_, answer in [*golden_questions(), *worked_examples()]]
        for line, block in self.blocks("json"):
            for value in objects_of_block(block):
                if "name" in value and "token" not in value:
                    with self.subTest(f"docs/api.md line {line}"):
                        self.assertIn(value, golden)

    def test_the_answers_name_their_report(self):
        """An answer below `POST …/<action>` names that report."""
        found = re.findall(r"^`POST /v([\d.]+)/reports/(\w+/\w+)`\n\n```json\n\{\"name\":\"([\w-]+)\"", self.TEXT, re.M)
        self.assertEqual([report for _, report, _ in found], REPORTS)
        for version, report, name in found:
            self.assertIn(version, VERSIONS_OF[report])
            self.assertEqual(name, name_of(report))

    def test_curl(self):
        asked = 0
        for line, block in self.blocks("sh"):
            if "curl" not in block or "/ingest/" in block or TOKENS in block or DELETIONS in block:
                continue
            with self.subTest(f"docs/api.md line {line}"):
                self.assertEqual(len(re.findall(r"^curl ", block, re.M)), 1)
                answer = json.loads(self.shell(block))
                self.assertEqual(problems(answer, schema_of_report_named(answer["name"])), [])
                asked += 1
        self.assertGreaterEqual(asked, 2)

    def test_what_is_sent_is_answered_as_printed_below(self):
        sent = []
        blocks = list(every_fenced_block(self.TEXT))
        for (line, language, block), (_, below, answer) in zip(blocks, blocks[1:]):
            if language == "sh" and "/ingest/" in block:
                with self.subTest(f"docs/api.md line {line}"):
                    self.assertEqual(below, "json")
                    self.assertEqual(self.shell(block), without_line_ends(answer))
                    sent += re.findall(r"/ingest/[\w/]+", block)
        self.assertEqual(sent, [RECORDS, WEBHOOKS])
        nothing = re.search(r'^\{"error".*"accepted":0.*$', self.TEXT, re.M).group()
        self.assertEqual(self.server.ask("POST", RECORDS, "nonsense", self.writer)[2], nothing)

    def test_the_token_of_the_example(self):
        """The answer is as printed, except for what differs each time."""
        blocks = list(every_fenced_block(self.TEXT))
        at = next(at for at, (_, _, block) in enumerate(blocks) if TOKENS in block)
        answer, printed = json.loads(self.shell(blocks[at][2])), json.loads(blocks[at + 1][2])
        self.assertEqual(problems(answer, SCHEMAS["AccessToken"]), [])
        for differs in ["token", "id", "created_at"]:
            self.assertNotEqual(answer.pop(differs), printed.pop(differs))
        self.assertEqual(list(answer.items()), list(printed.items()))

    def test_the_secrets_of_webhooks(self):
        """The four commands below the example work."""
        block = next(block for _, block in self.blocks("sh") if "webhook create" in block)
        (self.shared / "secrets").mkdir()
        block = block.replace("./data", str(self.shared / "secrets"))
        block = f'chatreports() {{ "{PROGRAM}" "$@"; }}\n{block}'
        lines = self.shell(block.replace(" revoke ", " revoke 2>&1 ").replace(" 3", " 2")).splitlines()
        self.assertRegex(lines[0], r"^[0-9a-f]{64}$")
        self.assertEqual(lines[1], self.secret)
        self.assertEqual([line.split()[0] for line in lines[2:5]], ["ID", "1", "2"])
        self.assertIn("revoked", lines[5])

    def test_limits_are_those_of_the_program(self):
        """The defaults in the table are those in --help."""
        shown = run("serve", "--help").stdout.decode()
        section = self.TEXT.split("\n## Limits")[1].split("\n## ")[0]
        rows = re.findall(r"^\| .*? \| ([^|]+) \| `(--[\w-]+)` \|", section, re.M)
        self.assertGreater(len(rows), 10)
        units = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
        for default, flag in rows:
            with self.subTest(flag):
                number, _, unit = default.replace(",", "").replace("any number", "0").partition(" ")
                seconds = {"s": 1, "h": 3600}.get(unit)
                expected = str(int(number) * (seconds or units.get(unit, 1))) + ("s" if seconds else "")
                # CLI11 2.4 puts defaults in brackets.
                self.assertRegex(shown, rf"(?m)^ +{flag} \w+(={expected}| \[{expected}\])\s")

    def test_curl_both_ways_asks_the_same(self):
        blocks = [block for _, block in self.blocks("sh") if "curl" in block][:2]
        answers = []
        for block in blocks:
            block = block.replace("2021-04-08", "2021-04-25").replace("2021-04-09", "2021-04-26")
            block = re.sub(r"ann@example|bob@example", "agent001@example", block)
            answers.append(self.shell(block))
        self.assertEqual(answers[0], answers[1])
        self.assertGreater(json.loads(answers[0])["total"], 0)

    def test_query_strings(self):
        """The query strings beside the JSON examples, in blocks and in the text, are accepted."""
        queries = [re.sub(r"\n\s*", "", block).strip() for _, block in fenced_blocks(self.TEXT, "")
                   if block.startswith("?")]
        section = self.TEXT.split("## Filters")[1].split("### Messages of 400")[0]
        queries += re.findall(r"^`(\?[^`…]+)`$", section, re.M)
        self.assertGreaterEqual(len(queries), 4)
        for query in queries:
            with self.subTest(query):
                target = TAGS + query
                self.assertEqual(query_schema_problems(target), [])
                status, _, text = self.server.ask("GET", target, headers=self.bearer)
                self.assertEqual(status, 200, text)

    def test_messages_of_400_validation(self):
        section = self.TEXT.split("### Messages of 400 validation")[1].split("\n## ")[0]
        rows = []  # [version, question, message]
        for line in section.splitlines():
            if line.startswith("| question"):
                version = "3.4" if "version 3.4" in line else LATEST
            elif line.startswith("| "):
                rows.append([version, *(cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1])])
        self.assertGreater(len(rows), 25)
        self.assertEqual([version for version, *_ in rows].count("3.4"), 2)
        for version, question, message in rows:
            with self.subTest(question, version=version):
                self.assertRegex(message, r"^`.*`$")
                message = message.strip("`")
                target, body, method = self.written_question(question)
                target = target.replace(TAGS, path_of("chats/tags", version))
                status, answered = self.message_of(method, target, body)
                self.assertEqual(status, 400)
                if message.endswith("…"):  # the omitted text can be anything
                    self.assertTrue(answered.startswith(message[:-1]), answered)
                else:
                    self.assertEqual(answered, message)

    def written_question(self, question):
        """Returns (target, body, method) for the question of a row."""
        tags = TAGS
        in_words = {
            "`from` after `to`": {"from": RANGE["to"], "to": RANGE["from"]},
        }
        if question in in_words:
            return tags, json.dumps({"filters": in_words[question]}), "POST"
        if count := re.fullmatch(r"([\d,]+) (elements|surveys)", question):
            count, what = int(count.group(1).replace(",", "")), count.group(2)
            filters = ({"goals": {"values": list(range(count))}} if what == "elements" else
                       {"surveys": [{"type": "pre_chat"}] * count})
            return tags, json.dumps({"filters": filters}), "POST"
        if question == "`GET` with a body":
            return tags, "{}", "GET"
        if question == "a body of `[1]`":
            return tags, "[1]", "POST"
        if question == "`?filters.from=…` with POST":
            return tags + "?filters.from=" + RANGE["from"], "{}", "POST"
        text = question.strip("`")
        if text.startswith("?"):
            return tags + text, None, "GET"
        if text.startswith("{"):
            text = text.replace(",…", ',"to":' + json.dumps(RANGE["to"]))
            return tags, text, "POST"
        self.fail(f"this test can't ask {question}")


class IngestMd(ProgramTest):
    TEXT = (ROOT / "docs/ingest.md").read_text()

    def section(self, name):
        return self.TEXT.split(f"\n## {name}\n")[1].split("\n## ")[0]

    def script(self, block, server=None):
        """Returns a block of sh with the address and the folder of this test."""
        if server is not None:
            block = block.replace("http://127.0.0.1:8080", f"http://127.0.0.1:{server.port}")
        return block.replace("/var/lib/chatreports", str(self.data))

    def shell(self, script):
        done = subprocess.run(["bash", "-ec", f'chatreports() {{ "{PROGRAM}" "$@"; }}\n{script}'],
                              capture_output=True, timeout=60, cwd=self.folder, env=clean_environment())
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout.decode()

    def test_the_example_of_another_system(self):
        """The blocks of sh run one after another in one shell, and each prints the JSON that follows it."""
        blocks = list(every_fenced_block(self.section("Another system")))
        records = [block for _, language, block in blocks if language == "ndjson"]
        self.assertEqual(len(records), 1)
        (self.folder / "records.ndjson").write_text(records[0] + "\n")
        for line in records[0].splitlines():
            self.assertEqual(problems(json.loads(line), {"$ref": "#/components/schemas/Record"}), [])
        script, expected = "", []
        with Server(self.data) as server:
            for (_, language, block), (_, below, answer) in zip(blocks, [*blocks[1:], (0, "", "")]):
                if language != "sh":
                    continue
                script += self.script(block, server) + "\nprintf '\\n'\n"
                expected.append(without_line_ends(answer) if below == "json" else "")
            self.assertEqual(self.shell(script).splitlines(), expected)
            # Sending them again changes nothing.
            self.assertEqual(self.shell(script).splitlines(), expected)
        self.assertEqual([json.loads(answer).get("name") for answer in expected if answer],
                         [None, "total-chats-report", "first-response-time-report", "availability-report"])
        # An export contains all of it.
        self.export_and_compare()

    def export_and_compare(self):
        def reports(license):
            bearer = {"Authorization": "Bearer " + self.token(license=license)}
            body = json.dumps({"filters": {"from": "2021-04-08T00:00:00Z", "to": "2021-04-10T00:00:00Z"}})
            return [server.ask("POST", path_of(report), body, bearer)[2] for report in REPORTS]
        packed = self.folder / "everything.ndjson.gz"
        for _, block in fenced_blocks(self.section("Everything out"), "sh"):
            self.shell(self.script(block))
        done = run("import", "--data", self.data, "--license", 2, packed)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        with Server(self.data) as server:
            self.assertEqual(reports(1), reports(2))

    def test_the_script_that_fetches_archives(self):
        """The script asks for each page, repeats a refused request, and writes files that can be imported."""
        asked = []

        class ListArchives(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                asked.append((self.path, self.headers["Authorization"], question))
                page = int(question.get("page_id", 0))
                too_often = len(asked) == 2
                body = json.dumps({"chats": [chat(id=f"T{page}")], **({"next_page_id": f"{page + 1}"} if page < 2 else {})})
                self.send_response(429 if too_often else 200)
                self.end_headers()
                self.wfile.write(b"{}" if too_often else body.encode())

            def log_message(self, *_):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), ListArchives) as livechat:
            threading.Thread(target=livechat.serve_forever, daemon=True).start()
            script, = [block for _, block in fenced_blocks(self.TEXT, "python")]
            script = script.replace("https://api.livechatinc.com", f"http://127.0.0.1:{livechat.server_address[1]}")
            (self.folder / "fetch_archives.py").write_text(script.replace("time.sleep(5)", "time.sleep(0)"))
            commands, = [block for _, block in fenced_blocks(self.TEXT, "sh") if "fetch_archives.py" in block]
            summary = self.shell("export LIVECHAT_CREDENTIALS=YTpi\n" + self.script(commands))
            livechat.shutdown()
        self.assertIn("3 records", summary)
        first = {"limit": 100, "filters": {"from": "2021-04-01T00:00:00+00:00", "to": "2021-04-30T23:59:59+00:00"}}
        self.assertEqual([question for _, _, question in asked],
                         [first, {"page_id": "1"}, {"page_id": "1"}, {"page_id": "2"}])
        self.assertEqual({(path, credentials) for path, credentials, _ in asked},
                         {("/v3.4/agent/action/list_archives", "Basic YTpi")})

    def test_recorded_webhooks(self):
        blocks = list(every_fenced_block(self.section("Recorded webhooks")))
        (_, _, webhooks), (_, _, command) = blocks
        for line in webhooks.splitlines():
            self.assertEqual(problems(json.loads(line), {"$ref": "#/components/schemas/Webhook"}), [])
        # The order and repetitions do not matter.
        for lines in [webhooks.splitlines(), webhooks.splitlines()[::-1]]:
            (self.folder / "webhooks.ndjson").write_text("\n".join(lines))
            self.assertIn(" 0 were refused", self.shell(self.script(command)))
        with Server(self.data) as server:
            token = self.token()
            question = {"filters": {"from": "2021-04-08T00:00:00Z", "to": "2021-04-08T23:59:59Z"}}
            answers = {report: server.report(token, report, question)[1]["records"]["2021-04-08"]
                       for report in ["duration", "tags", "first_response_time"]}
            self.assertEqual(answers, {
                "duration": {"agents_chatting_duration": 580, "count": 1, "duration": 600},
                "tags": {"billing": 1},
                "first_response_time": {"count": 1, "first_response_time": 20}})

    def test_records_of_agents(self):
        blocks = [block for _, block in fenced_blocks(self.section("Agents"), "ndjson")]
        self.assertEqual(len(blocks), 2)
        self.take_in("\n".join(blocks).encode())

    def test_actions_to_register(self):
        """The list has every action that the program knows, by its current name."""
        loop = re.search(r"for ACTION in (.*?)\ndo", self.TEXT, re.S).group(1)
        actions = re.findall(r"\w+", loop)
        known = SCHEMAS["WebhookAction"]["enum"]
        self.assertEqual(actions, known[:len(actions)])
        # The other known actions are older names, which the definitions list.
        definitions = (ROOT / "docs/definitions/webhooks.md").read_text().split("\n## Actions\n")[1].split("\n## ")[0]
        older = re.search(r"These older names are known, too:(.*?)\. Any other", definitions, re.S).group(1)
        self.assertEqual(set(known[len(actions):]), set(re.findall(r"`(\w+)`", older)))
        defined = "".join(re.findall(r"^\| (`.*?) \|", definitions, re.M))
        self.assertEqual(set(actions), set(re.findall(r"`(\w+)`", defined)))

    def test_secrets(self):
        blocks = [block for _, block in fenced_blocks(self.section("Webhooks"), "sh")]
        self.make_folder()
        secret = self.shell(self.script(blocks[0]) + '\necho "$SECRET"').strip()
        with Server(self.data) as server:
            body = json.dumps({"secret_key": secret, "action": "x", "payload": {}})
            path = re.search(r"https://reports\.example\.com(/ingest/webhooks[\w/]+)", self.TEXT).group(1)
            self.assertEqual(server.ask("POST", path, body)[0], 200)


class MovingMd(ServedTest):
    TEXT = (ROOT / "docs/moving.md").read_text()

    def test_the_script_that_compares(self):
        """It finds no difference in the order of keys and in the echoed request, and each figure that differs."""
        ours = f"http://127.0.0.1:{self.server.port}"
        changed = []  # reports whose last answer has another total

        class Hosted(http.server.BaseHTTPRequestHandler):
            def do_POST(handler):
                body = handler.rfile.read(int(handler.headers["Content-Length"]))
                self.assertEqual(handler.headers["Authorization"], "Basic YTpi")
                status, _, text = self.server.ask("POST", handler.path, body, self.bearer)
                answer = {"request": {"distribution": "day", "seconds": 5}, **json.loads(text)}
                if handler.path.endswith(tuple(changed)):
                    answer["total"] += 1
                handler.send_response(status)
                handler.end_headers()
                handler.wfile.write(json.dumps(dict(sorted(answer.items(), reverse=True))).encode())

            def log_message(self, *_):
                pass

        script, = [block for _, block in fenced_blocks(self.TEXT, "python")]
        asked = re.findall(r'"(\w+/\w+)"', script.split("REPORTS = ")[1].split("]")[0])
        version = re.search(r'VERSION = "(.*)"', script).group(1)
        for report in asked:
            self.assertIn(version, VERSIONS_OF[report])
        commands, = [block for _, block in fenced_blocks(self.TEXT, "sh") if "compare_reports.py" in block]
        commands = commands.replace("https://reports.example.com", ours)
        commands = commands.replace("2025-03-03", "2021-04-20").replace("2025-03-09", "2021-04-27")
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hosted) as hosted, \
                tempfile.TemporaryDirectory(prefix="chatreports-test-") as folder:
            threading.Thread(target=hosted.serve_forever, daemon=True).start()
            script = script.replace("https://api.livechatinc.com", f"http://127.0.0.1:{hosted.server_address[1]}")
            (pathlib.Path(folder) / "compare_reports.py").write_text(script)

            def compare():
                return subprocess.run(["bash", "-c", commands], capture_output=True, timeout=60, cwd=folder, text=True,
                                      env={**clean_environment(), "TOKEN": self.token_text, "LIVECHAT_CREDENTIALS": "YTpi"})
            same = compare()
            self.assertEqual((same.returncode, same.stderr), (0, ""), same.stdout)
            self.assertEqual(re.findall(r"^(\S+): \d+ figures, 0 differ$", same.stdout, re.M), asked)
            changed += ["chats/total_chats"]
            other = compare()
            hosted.shutdown()
        self.assertEqual((other.returncode, other.stderr), (1, ""))
        self.assertRegex(other.stdout, r"(?m)^chats/total_chats total hosted: (\d+) ours: (\d+)$")
        self.assertIn(" figures, 1 differ\n", other.stdout)

    def test_the_examples_ask_what_there_is(self):
        """Each address is documented; the example of curl and the address for spreadsheets are answered."""
        for target in re.findall(r"https://reports\.example\.com(/v[\d.]+/reports/\w+/\w+)", self.TEXT):
            self.assertIn(version_in(target), VERSIONS_OF[target.partition("/reports/")[2]])
        block, = [block for _, block in fenced_blocks(self.TEXT, "sh") if block.startswith("curl")]
        answer = self.shell(block.replace("https://reports.example.com", "http://127.0.0.1:8080"))
        self.assertEqual(problems(json.loads(answer), schema_of_report("chats/total_chats")), [])
        address, = re.findall(r"^https://reports\.example\.com(\S+)$", self.TEXT, re.M)
        self.assertEqual(self.server.ask("GET", address, headers=self.bearer)[0], 200)
        self.assertEqual(query_schema_problems(address), [])


class Flags(unittest.TestCase):
    """Every flag and every variable that the documents name is one of the program's."""

    COMMANDS = [["serve"], ["import"], ["connect", "livechat"], ["connect", "chatwoot"], ["disconnect"], ["pull"], ["export"], ["report"], ["info"], ["license"], ["backup"], ["restore"], ["check"], ["delete"], ["generate"],
                ["token", "create"], ["token", "list"], ["token", "rotate"],
                ["token", "revoke"], ["webhook", "create"], ["webhook", "list"], ["webhook", "revoke"]]
    # Of curl, systemctl, apt-get, sha256sum, podman and ./dev.
    OTHERS = {"--data-binary", "--nginx", "--standalone", "--full", "--force", "--now", "--reinstall", "--check", "--rm", "--name",
              "--seconds", "--peers", "--live", "--connect", "--questions", "--http2-prior-knowledge"}

    def test_documents_name_flags_that_exist(self):
        shown = "".join(run(*command, "--help").stdout.decode() for command in self.COMMANDS)
        flags = set(re.findall(r"--[a-z][a-z0-9-]+", shown))
        variables = set(re.findall(r"CHATREPORTS_[A-Z0-9_]+", shown)) | {"CHATREPORTS_SECRET"}
        named = 0
        for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "docs/openapi.yaml"]:
            for name in re.findall(r"(?<![\w-])(?:--[a-z][a-z0-9-]+|CHATREPORTS_[A-Z0-9_]+)", page.read_text()):
                with self.subTest(f"{page.name}: {name}"):
                    self.assertIn(name, flags | variables | self.OTHERS)
                    named += 1
        self.assertGreater(named, 150)


class FiltersMd(ProgramTest):
    """The program answers each row of the tables of docs/definitions/filters.md as written."""

    TEXT = (ROOT / "docs/definitions/filters.md").read_text()
    RANGE = {"from": "2021-04-08T00:00:00Z", "to": "2021-04-08T23:00:00Z"}

    def test_each_filter_keeps_what_its_row_says(self):
        records = re.search(r"```json records\n(.*?)```", self.TEXT, re.S).group(1)
        self.take_in(records.encode())
        asked = 0
        with Server(self.data) as server:
            bearer = {"Authorization": "Bearer " + self.token()}
            for name, table in re.findall(r"^\| (.*?) \| keeps \|\n\|---\|---\|\n((?:\|.*\n)+)", self.TEXT, re.M):
                for row in table.splitlines():
                    code, kept = re.fullmatch(r"\| `(.*)` \| (.*) \|", row).groups()
                    with self.subTest(row):
                        _, _, text = server.ask(*self.question(name, code), bearer)
                        self.assertEqual(list(json.loads(text)["records"]["2021"]), self.tags(kept))
                        asked += 1
        self.assertEqual(asked, 52)

    def question(self, name, code):
        """Returns (method, target, body) for a row below the header `name`."""
        if "query string" in name:
            parameters = {"distribution": "year", **{"filters." + key: value for key, value in self.RANGE.items()}}
            begin = re.search(r"after `(.*?)`", name).group(1)
            return "GET", f"{TAGS}?{urllib.parse.urlencode(parameters)}&{begin}{code}", None
        filters = json.loads(code)
        for level in reversed(name.strip("`").split(".")[1:]):
            filters = {level: filters}
        return "POST", TAGS, json.dumps({"distribution": "year", "filters": {**self.RANGE, **filters}})

    def tags(self, kept):
        """Returns the tags of the chats in `T1 T3: in T1 …`."""
        return ["c" + chat for chat in re.findall(r"\bT(\d)\b", kept.partition(":")[0].partition(",")[0])]


if __name__ == "__main__":
    main()
