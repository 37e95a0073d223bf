"""write_postman.py OPENAPI COLLECTION: writes docs/postman_collection.json from docs/openapi.yaml.

The collection has a folder for each version, with every report of that version by POST and by GET, and folders for
sending records and for the server itself. Each request tests its own answer."""

import json
import pathlib
import re
import sys

import yaml

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
VARIABLES = [
    {"key": "base_url", "value": "http://127.0.0.1:8080", "description": "The server, without a slash at the end."},
    {"key": "token", "value": "", "description": "A token with the scope reports_read."},
    {"key": "write_token", "value": "", "description": "A token with the scope reports_write, to send records."},
    {"key": "webhook_secret", "value": "", "description": "A secret from `chatreports webhook create`."},
]


class Document:
    def __init__(self, text):
        self.root = yaml.safe_load(text)

    def followed(self, value):
        if "$ref" not in value:
            return value
        target = self.root
        for step in value["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return target

    def content(self, operation):
        """Returns the JSON of a request's body in the document, with its schema and example."""
        return self.followed(operation["requestBody"])["content"]["application/json"]

    def name_in_answer(self, operation):
        """Returns the constant `name` of a report's answer."""
        answer = self.followed(operation["responses"]["200"])["content"]["application/json"]["schema"]
        report, _ = answer["anyOf"]  # or its rows
        return self.followed(report)["properties"]["name"]["const"]


def parameters_of(value, path=""):
    """Yields (key, value) for the query string that means the same as a question: dots, and a repeated key for a list."""
    for key, below in value.items():
        if isinstance(below, dict):
            yield from parameters_of(below, f"{path}{key}.")
        else:
            for one in below if isinstance(below, list) else [below]:
                yield path + key, str(one).lower() if isinstance(one, bool) else str(one)


def percent_encoded(text):
    return text.replace("%", "%25").replace("+", "%2B").replace("&", "%26").replace("#", "%23")


def url_of(path, parameters=()):
    url = {"raw": "{{base_url}}" + path, "host": ["{{base_url}}"], "path": path.strip("/").split("/")}
    if parameters:
        url["query"] = [{"key": key, "value": percent_encoded(value)} for key, value in parameters]
        url["raw"] += "?" + "&".join(f"{one['key']}={one['value']}" for one in url["query"])
    return url


def json_body(value):
    return {"mode": "raw", "raw": json.dumps(value, indent=2), "options": {"raw": {"language": "json"}}}


def bearer(variable):
    return {"type": "bearer", "bearer": [{"key": "token", "value": "{{%s}}" % variable, "type": "string"}]}


def item(name, method, url, tests, description="", body=None, auth=None):
    request = {"method": method, "header": [], "url": url}
    if body is not None:
        request["header"] = [{"key": "Content-Type", "value": "application/json"}]
        request["body"] = body
    if auth is not None:
        request["auth"] = auth
    if description:
        request["description"] = description
    return {"name": name, "request": request, "response": [],
            "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": [
                'pm.test("the status is 200", () => pm.response.to.have.status(200));', *tests]}}]}


def reports_of(document, version):
    items = []
    for path, operations in document.root["paths"].items():
        versions = next((parameter["schema"]["enum"] for parameter in operations.get("parameters", [])
                         if parameter.get("name") == "version"), [])
        if version not in versions:
            continue
        question = document.content(operations["post"])["example"]
        target = path.replace("{version}", version)
        report = target.partition("/reports/")[2]
        name = document.name_in_answer(operations["post"])
        tests = [f'pm.test("it is the {name}", () => pm.expect(pm.response.json().name).to.equal("{name}"));']
        summary = operations["post"]["summary"]
        items.append(item(f"POST {report}", "POST", url_of(target), tests, summary, json_body(question)))
        items.append(item(f"GET {report}", "GET", url_of(target, list(parameters_of(question))), tests, summary))
    return items


def collection_of(document):
    paths = document.root["paths"]
    versions = sorted({version for path in paths.values() for parameter in path.get("parameters", [])
                       if parameter.get("name") == "version" for version in parameter["schema"]["enum"]})
    folders = [{"name": f"Version {version}", "item": reports_of(document, version)} for version in versions]
    taken = ['pm.test("nothing is refused", () => pm.expect(pm.response.json().refused || []).to.be.empty);']
    records, webhook = paths["/ingest/records"]["post"], paths["/ingest/webhooks/livechat"]["post"]
    folders.append({"name": "Sending records", "item": [
        item("POST records", "POST", url_of("/ingest/records"), taken, records["summary"],
             json_body(document.content(records)["example"]), bearer("write_token")),
        item("POST webhook", "POST", url_of("/ingest/webhooks/livechat"), [], webhook["summary"],
             json_body({**document.content(webhook)["example"], "secret_key": "{{webhook_secret}}"}), {"type": "noauth"})]})
    folders.append({"name": "Server", "item": [
        item("GET " + path.strip("/"), "GET", url_of(path), [], paths[path]["get"]["summary"], auth={"type": "noauth"})
        for path in paths if re.fullmatch(r"/[\w.]+", path)]})
    info = document.root["info"]
    return {"info": {"name": info["title"], "description": info["summary"] + "\n\nSet the variables of this collection: "
                     "the server, a token, and for records a token that may write and the secret of a webhook.",
                     "version": info["version"], "schema": SCHEMA},
            "auth": bearer("token"), "variable": VARIABLES, "item": folders}


def main():
    source, target = map(pathlib.Path, sys.argv[1:])
    text = json.dumps(collection_of(Document(source.read_text())), indent=1, ensure_ascii=False) + "\n"
    if not target.exists() or target.read_text() != text:
        target.write_text(text)
        print(f"{target}: written")


if __name__ == "__main__":
    main()
