#!/usr/bin/env python3
"""A stand-in for LiveChat's Agent Chat API and Configuration API, for tests and for the demo: archives in
pages, agents, bots, groups, statuses and webhooks, with the limits, the errors and the oddities that the
public reference and public clients tell of.

As a program it serves the records of a file (`chatreports generate`) until it is ended, and prints its
address first."""

import argparse
import base64
import bisect
import datetime
import json
import re
import sys
import threading
import uuid

from stand_in import Account, Refused

UTC = datetime.timezone.utc
ACCOUNT_ID = "b7eff798-f8df-4364-8059-649c35c9ed0c"
TOKEN = "dal:stand-in"
ORGANIZATION = "390e44e6-f1e6-0368-8765-96deb0e1ab66"
VERSIONS = ["3.4", "3.5", "3.6"]
SCOPES = {"chats--all:ro", "agents--all:ro", "agents-bot--all:ro", "groups--all:ro",
          "webhooks.configuration:rw", "webhooks.state:rw", "accounts--my:ro"}
ACTIONS = """incoming_chat chat_deactivated chat_access_updated chat_transferred user_added_to_chat
user_removed_from_chat incoming_event event_updated incoming_rich_message_postback chat_properties_updated
chat_properties_deleted thread_properties_updated thread_properties_deleted event_properties_updated
event_properties_deleted thread_tagged thread_untagged routing_status_set customer_session_fields_updated
events_marked_as_seen group_created group_updated group_deleted agent_created agent_updated agent_deleted
agent_suspended agent_unsuspended agent_approved bot_created bot_updated bot_deleted""".split()
NEWER_ACTIONS = {"3.5": ["tag_created", "tag_deleted", "tag_updated"],
                 "3.6": ["tag_created", "tag_deleted", "tag_updated", "event_deleted", "thread_summary_set"]}


def microseconds(text):
    at = datetime.datetime.fromisoformat(re.sub(r"Z$", "+00:00", text))
    return round((at - datetime.datetime(1970, 1, 1, tzinfo=UTC)) / datetime.timedelta(microseconds=1))


def refused(status, kind, message, headers=None, **data):
    """An error in the form of the API."""
    return Refused(status, {"error": {"type": kind, "message": message, **({"data": data} if data else {})}},
                   headers)


class LiveChat(Account):

    def __init__(self, *, half_open=False, page_ids="cursor", limit_per_minute=None, region="dal",
                 scopes=None, organization=ORGANIZATION, empty_last_page=False, shuffled=False):
        super().__init__()
        self.times, self.rows, self.place = [], [], {}  # by creation; the place of each thread's id
        self.agents, self.bots, self.groups, self.statuses = [], [], [], []
        self.token, self.scopes = TOKEN, set(SCOPES if scopes is None else scopes)
        self.region, self.organization = region, organization
        self.half_open, self.page_ids, self.empty_last_page = half_open, page_ids, empty_last_page
        self.shuffled = shuffled  # pages are in no order
        self.limit_per_minute = limit_per_minute
        self.webhooks, self.webhooks_enabled = [], False
        self.queries = {}  # of page ids that are kept here

    # What is in the account.

    def add(self, row):
        """Adds a chat with one thread, in the form of List Archives, or replaces the thread."""
        with self.lock:
            thread = row["thread"]
            at = microseconds(thread["created_at"])
            self.remove(thread["id"])
            place = bisect.bisect_right(self.times, at)
            self.times.insert(place, at)
            self.rows.insert(place, row)

    def add_all(self, rows):
        """The same for many, which are new."""
        with self.lock:
            self.rows = sorted(self.rows + list(rows), key=lambda row: microseconds(row["thread"]["created_at"]))
            self.times = [microseconds(row["thread"]["created_at"]) for row in self.rows]

    def remove(self, thread_id):
        with self.lock:
            for place, row in enumerate(self.rows):
                if row["thread"]["id"] == thread_id:
                    del self.rows[place], self.times[place]
                    return

    def add_records(self, lines):
        """Takes what `chatreports generate` prints. The last status of each agent is the present one."""
        rows, statuses = [], {}
        for line in lines:
            record = json.loads(line)
            kind = record.get("record")
            if "thread" in record:
                rows.append(record)
            elif kind in ("agent", "bot"):
                where = self.bots if kind == "bot" or record.get("is_bot") else self.agents
                where.append({"id": record["id"], "name": record.get("name"), "suspended": False,
                              "timezone": record.get("timezone"), "login_status": "accepting chats",
                              "groups": [{"id": group, "priority": "normal"}
                                         for group in record.get("groups", [])]})
            elif kind == "group":
                self.groups.append({"id": record["id"], "name": record["name"], "language_code": "en"})
            elif kind == "agent_status":
                statuses[record["agent_id"]] = record["status"]
        self.statuses = [{"agent_id": agent, "status": status} for agent, status in statuses.items()]
        self.add_all(rows)

    @property
    def credentials(self):
        return f"{ACCOUNT_ID}:{self.token}"

    # The API.

    def authorize(self, headers, region):
        expected = "Basic " + base64.b64encode(self.credentials.encode()).decode()
        given = headers.get("Authorization")
        if not given:
            raise refused(401, "authentication", "No `Authorization` header")
        if given != expected:
            raise refused(401, "authentication", "Invalid access token")
        if region and (headers.get("X-Region") or "dal") != self.region:
            raise refused(421, "misdirected_request", "Wrong region", region=self.region)

    def need(self, *scopes):
        missing = [scope for scope in scopes if scope not in self.scopes]
        if missing:
            raise refused(403, "authorization", f"Missing scope: {', '.join(missing)}")

    @staticmethod
    def action_of(method, path, body):
        """What is counted, and may fail: the actions, not the id of the organization."""
        found = re.fullmatch(r"/v[\d.]+/(?:agent|configuration)/action/(\w+)", path)
        if method != "POST" or not found:
            return None, None
        try:
            return found[1], json.loads(body)
        except ValueError:
            raise refused(400, "validation", "Wrong format of request")

    def answer(self, method, path, body, headers):
        if (method, path) == ("GET", "/v2/organizations/my"):
            self.authorize(headers, region=False)
            return {"id": self.organization, "name": "Stand-in"}, {}
        found = re.fullmatch(r"/v([\d.]+)/((?:agent|configuration)/action/\w+)", path)
        if method != "POST" or not found:
            raise refused(404, "not_found", "Not found")
        version, action = found.groups()
        self.authorize(headers, region=True)
        if version not in VERSIONS:
            raise refused(404, "unsupported_version", "Cannot call unsupported API versions.")
        if self.limit_per_minute is not None and self.requests_since(60) > self.limit_per_minute:
            raise refused(429, "too_many_requests", "Too many requests", {"Retry-After": "1"})
        call = getattr(self, "do_" + action.replace("/action/", "_"), None)
        if call is None:
            raise refused(404, "not_found", "Not found")
        age = {"3.4": {"Deprecation": "2026-03-31"}, "3.5": {"Legacy": "2026-03-31"}}.get(version, {})
        return call(version, json.loads(body)), age

    def do_agent_list_archives(self, version, body):
        self.need("chats--all:ro")
        order, limit, after = "desc", 10, 0
        lowest, highest, passed = None, None, None
        if "page_id" in body:
            if len(body) > 1:
                raise refused(422, "validation", "`page_id` can't be combined with other parameters")
            lowest, highest, order, limit, passed, after = self.read_page_id(body["page_id"])
        else:
            unknown = set(body) - {"filters", "sort_order", "limit", "highlights"}
            filters = body.get("filters", {})
            unknown |= set(filters) - {"from", "to"}
            order, limit = body.get("sort_order", "desc"), body.get("limit", 10)
            if unknown or order not in ("asc", "desc") or not 1 <= limit <= 100:
                raise refused(422, "validation", "Wrong format of request")
            lowest = microseconds(filters["from"]) if "from" in filters else None
            highest = microseconds(filters["to"]) if "to" in filters else None
        first = 0 if lowest is None else bisect.bisect_left(self.times, lowest)
        cut = bisect.bisect_left if self.half_open else bisect.bisect_right
        last = len(self.times) if highest is None else cut(self.times, highest)
        if passed is not None:  # a time: the trap is that its other threads are passed as well
            if order == "asc":
                first = max(first, bisect.bisect_right(self.times, passed))
            else:
                last = min(last, bisect.bisect_left(self.times, passed))
        count = max(0, last - first)
        begin = min(after, count)
        end = min(begin + limit, count)
        if self.shuffled:
            places = sorted(range(first, last), key=lambda at: hash(self.rows[at]["thread"]["id"]))[begin:end]
        elif order == "asc":
            places = range(first + begin, first + end)
        else:
            places = range(last - 1 - begin, last - 1 - end, -1)
        answer = {"chats": [self.shape(self.rows[at], version) for at in places], "found_chats": count + 3}
        is_more = end < count or (self.empty_last_page and begin < end == count)
        if is_more and len(places) > 0:
            answer["next_page_id"] = self.page_id(lowest, highest, order, limit, self.times[places[-1]],
                                                  passed, end)
        return answer

    @staticmethod
    def shape(row, version):
        """A customer's visit has another name before version 3.6."""
        old, new = ("last_visit", "visit") if version == "3.6" else ("visit", "last_visit")
        if not any(old in user for user in row.get("users", [])):
            return row
        users = [{new if key == old else key: value for key, value in user.items()} for user in row["users"]]
        return {**row, "users": users}

    def page_id(self, lowest, highest, order, limit, time_of_last, passed, end):
        if self.page_ids == "cursor" and not self.shuffled:
            text = f"{lowest}:{highest}:{order}:{limit}:{time_of_last}"
            return base64.b64encode(text.encode()).decode()
        page_id = str(uuid.uuid4())
        self.queries[page_id] = (lowest, highest, order, limit, passed, end)
        return page_id

    def read_page_id(self, page_id):
        if page_id in self.queries:
            return self.queries[page_id]
        try:
            lowest, highest, order, limit, passed = base64.b64decode(page_id, validate=True).decode().split(":")
            number = lambda text: None if text == "None" else int(text)
            return number(lowest), number(highest), order, int(limit), int(passed), 0
        except ValueError:
            raise refused(422, "validation", "Wrong `page_id`")

    def do_agent_list_routing_statuses(self, _, body):
        self.need("agents--all:ro", "agents-bot--all:ro")
        return self.statuses

    def do_configuration_list_agents(self, version, body):
        self.need("agents--all:ro")
        fields = {"id", "name", "login_status", *body.get("fields", [])}
        return [{key: value for key, value in agent.items() if key in fields} for agent in self.agents]

    def do_configuration_list_bots(self, version, body):
        self.need("agents-bot--all:ro")
        return self.bots if body.get("all") else []

    def do_configuration_list_groups(self, version, body):
        self.need("groups--all:ro")
        return self.groups

    def do_configuration_list_webhook_names(self, version, body):
        return [{"action": name} for name in ACTIONS + NEWER_ACTIONS.get(body.get("version", version), [])]

    def do_configuration_list_webhooks(self, version, body):
        self.need("webhooks.configuration:rw")
        return [{key: value for key, value in webhook.items() if key != "secret_key"}
                for webhook in self.webhooks if webhook["owner_client_id"] == body.get("owner_client_id")]

    def do_configuration_register_webhook(self, version, body):
        self.need("webhooks.configuration:rw")
        if not {"action", "secret_key", "url", "owner_client_id", "type"} <= set(body):
            raise refused(422, "validation", "Wrong format of request")
        same = [one for one in self.webhooks if one["action"] == body["action"]]
        if len(same) >= 3:
            raise refused(422, "limit_reached", "Limit reached")
        self.webhooks.append({"id": uuid.uuid4().hex, **body})
        return {"id": self.webhooks[-1]["id"]}

    def do_configuration_unregister_webhook(self, version, body):
        self.need("webhooks.configuration:rw")
        self.webhooks = [one for one in self.webhooks if one["id"] != body["id"]]
        return {}

    def do_configuration_enable_license_webhooks(self, version, body):
        self.need("webhooks.state:rw")
        self.webhooks_enabled = True
        return {}


def main():
    parser = argparse.ArgumentParser(description="Serves an account until it is ended.")
    parser.add_argument("records", help="a file of records, as chatreports generate prints them")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--requests-per-minute", type=int, help="answer 429 beyond that")
    given = parser.parse_args()
    account = LiveChat(limit_per_minute=given.requests_per_minute)
    with open(given.records) as file:
        account.add_records(file)
    account.start(given.port)
    print(account.url, flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
