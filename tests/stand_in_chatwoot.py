"""A stand-in for a Chatwoot installation, for tests: conversations, messages, agents, bots, inboxes, teams,
ratings, reporting events and webhooks, with the pages, errors and oddities of its public API description and
its public source code, version 4.15."""

import datetime
import hashlib
import hmac
import json
import re
import time
import urllib.parse
import urllib.request
import uuid

from stand_in import Account, Refused

UTC = datetime.timezone.utc
TOKEN = "chatwoot-stand-in"
SENTENCES = {
    "en": {"resolved": "Conversation was marked resolved by {}", "reopened": "Conversation was reopened by {}",
           "assigned": "Assigned to {} by {}"},
    # Not all of them are known to anybody who reads them.
    "de": {"resolved": "Das Gespräch wurde von {} gelöst", "reopened": "Das Gespräch wurde von {} wieder geöffnet",
           "assigned": "Zugewiesen an {} von {}"},
}
INCOMING, OUTGOING, ACTIVITY, TEMPLATE = range(4)


def seconds(text):
    return int(datetime.datetime.fromisoformat(re.sub(r"Z$", "+00:00", text)).timestamp())


def iso(at):
    return datetime.datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(at % 1 * 1000):03}Z"


class Chatwoot(Account):
    """One account of it. Times of what happens are given in RFC 3339."""

    def __init__(self, *, number=1, enterprise=True, locale="en", version="4.15.1", administrator=True,
                 limit_per_minute=None, rows_a_page=25):
        super().__init__()
        self.number, self.enterprise, self.version = number, enterprise, version
        self.sentences, self.administrator = SENTENCES[locale], administrator
        self.limit_per_minute, self.rows_a_page = limit_per_minute, rows_a_page
        self.token = TOKEN
        self.agents, self.bots, self.teams, self.inboxes = {}, {}, {}, {}
        self.members = {}  # of inboxes: "inbox", number -> agents; and of teams
        self.conversations, self.messages = {}, {}  # by number; messages by that of their conversation
        self.events, self.ratings, self.webhooks = {}, [], []
        self.last_message = 100
        self.memberships = [(number, "Stand-in")]
        self.sends_webhooks = True

    # What is in the account.

    def add_agent(self, number, name, status="online", inboxes=(), teams=()):
        self.agents[number] = {"id": number, "account_id": self.number, "availability_status": status,
                               "email": f"agent{number}@example.com", "name": name, "role": "agent",
                               "available_name": name, "confirmed": True, "thumbnail": ""}
        for kind, groups in (("inbox", inboxes), ("team", teams)):
            for group in groups:
                self.members.setdefault((kind, group), []).append(number)

    def add_bot(self, number, name):
        self.bots[number] = {"id": number, "name": name, "bot_type": "webhook", "account_id": None}

    def add_inbox(self, number, name):
        self.inboxes[number] = {"id": number, "name": name, "channel_type": "Channel::WebWidget",
                                "hmac_token": "a secret of the inbox"}

    def add_team(self, number, name):
        self.teams[number] = {"id": number, "name": name, "account_id": self.number}

    def open(self, at, inbox=1, contact=88, status="open", **more):
        """Begins a conversation, and returns its number."""
        with self.lock:
            number = len(self.conversations) + 1
            self.conversations[number] = {
                "id": number, "inbox_id": inbox, "contact": contact, "status": status, "created_at": seconds(at),
                "last_activity_at": seconds(at), "updated_at": time.time(), "labels": [], "assignee": None,
                "team": None, "country": None, **more}
            self.messages[number], self.events[number] = [], []
        return number

    def change(self, number, **more):
        with self.lock:
            self.conversations[number].update(more, updated_at=time.time())
        self.send_webhook("conversation_updated", number)

    def add_message(self, number, at, kind, *, content="hello", sender=None, **more):
        with self.lock:
            self.last_message += 1
            conversation = self.conversations[number]
            message = {"id": self.last_message, "content": content, "inbox_id": conversation["inbox_id"],
                       "conversation_id": number, "message_type": kind, "content_type": "text", "status": "sent",
                       "content_attributes": {}, "created_at": seconds(at), "private": False, "source_id": None,
                       **({"sender": sender} if sender else {}), **more}
            self.messages[number].append(message)
            conversation.update(last_activity_at=seconds(at), updated_at=time.time())
        if kind != ACTIVITY:
            self.send_webhook("message_created", number)
        return self.last_message

    def customer_says(self, number, at, **more):
        """Opens the conversation again if it is resolved; then nothing tells it but a reporting event."""
        with self.lock:
            was = self.conversations[number]["status"]
            message = self.add_message(number, at, INCOMING, sender={"type": "contact", "id": 88, "name": "Mary"},
                                       **more)
            if was == "resolved":
                self.conversations[number]["status"] = "open"
                self.add_event(number, "conversation_opened", at)
        return message

    def agent_says(self, number, at, agent, **more):
        return self.add_message(number, at, OUTGOING, sender={"type": "user", "id": agent, "name": "Agent"}, **more)

    def bot_says(self, number, at, bot, **more):
        return self.add_message(number, at, OUTGOING, sender={"type": "agent_bot", "id": bot, "name": "Bot"}, **more)

    def rule_says(self, number, at):
        return self.add_message(number, at, OUTGOING, content_attributes={"automation_rule_id": 3})

    def greet(self, number, at):
        return self.add_message(number, at, TEMPLATE)

    def assign(self, number, at, agent):
        self.add_message(number, at, ACTIVITY, content=self.sentences["assigned"].format("Agent", "Jane"))
        self.change(number, assignee=agent)

    def resolve(self, number, at, by="Jane"):
        with self.lock:
            self.add_message(number, at, ACTIVITY, content=self.sentences["resolved"].format(by))
            self.add_event(number, "conversation_resolved", at)
        self.change(number, status="resolved")
        self.send_webhook("conversation_status_changed", number)

    def reopen(self, number, at, by="Jane"):
        with self.lock:
            self.add_message(number, at, ACTIVITY, content=self.sentences["reopened"].format(by))
            self.add_event(number, "conversation_opened", at)
        self.change(number, status="open")
        self.send_webhook("conversation_status_changed", number)

    def ask_for_rating(self, number, at):
        return self.add_message(number, at, TEMPLATE, content_type="input_csat")

    def rate(self, number, message, rating, at=None, comment="quick"):
        """Changes a message, and no conversation."""
        with self.lock:
            found = next(one for one in self.messages[number] if one["id"] == message)
            found["content_attributes"] = {"display_type": "star", "submitted_values": {
                "csat_survey_response": {"rating": rating, "feedback_message": comment}}}
            self.ratings.append({"id": len(self.ratings) + 1, "rating": rating, "feedback_message": comment,
                                 "message_id": message, "conversation_id": number,
                                 "created_at": seconds(at) if at else int(time.time())})
        self.send_webhook("message_updated", number)

    def add_event(self, number, name, at):
        self.events[number].append({"id": 1, "name": name, "value": 1.0, "account_id": self.number,
                                    "conversation_id": number + 100_000, "event_start_time": at,
                                    "event_end_time": iso(seconds(at)), "created_at": at})

    # The API.

    def shape(self, number):
        one = self.conversations[number]
        meta = {"sender": {"id": one["contact"], "name": "Mary Brown", "email": "mary@example.com",
                           "additional_attributes": {"country_code": one["country"]} if one["country"] else {}},
                "channel": "Channel::WebWidget", "hmac_verified": False}
        if one["assignee"]:
            meta.update(assignee={"id": one["assignee"], "name": "Agent"}, assignee_type="User")
        if one["team"]:
            meta["team"] = {"id": one["team"], "name": "Team"}
        last = self.messages[number][-1:]
        changed = {"updated_at": one["updated_at"]} if self.is_since(4, 0, 2) else {}
        return {**changed, "meta": meta, "id": number, "messages": last, "account_id": self.number,
                "uuid": str(uuid.uuid5(uuid.NAMESPACE_OID, str(number))), "additional_attributes": {},
                "custom_attributes": {}, "inbox_id": one["inbox_id"], "labels": one["labels"], "muted": False,
                "snoozed_until": None, "status": one["status"], "created_at": one["created_at"],
                "timestamp": one["last_activity_at"],
                "last_activity_at": one["last_activity_at"], "first_reply_created_at": 0, "waiting_since": 0,
                "priority": None, "unread_count": 0}

    def is_since(self, *version):
        return tuple(int(part) for part in self.version.split(".")) >= version

    def action_of(self, method, path, body):
        found = re.fullmatch(r"/api/v1/accounts/\d+/(.*)", path.partition("?")[0])
        if not found:
            return None, None
        name = re.sub(r"/\d+", "", found[1])
        return name, urllib.parse.parse_qs(path.partition("?")[2])

    def answer(self, method, path, body, headers):
        where, _, query = path.partition("?")
        if where == "/api":
            return {"version": self.version, "timestamp": "2026-06-17 12:36:42", "queue_services": "ok"}, {}
        if headers.get("api_access_token") != self.token:
            raise Refused(401, {"error": "Invalid Access Token"})
        if self.limit_per_minute is not None and self.requests_since(60) > self.limit_per_minute:
            raise Refused(429, b"Retry later\n")
        if where == "/api/v1/profile":
            role = "administrator" if self.administrator else "agent"
            return {"access_token": self.token, "id": 5, "name": "Jane Doe", "accounts": [
                {"id": number, "name": name, "role": role} for number, name in self.memberships]}, {}
        found = re.fullmatch(r"/api/v1/accounts/(\d+)(/.*)", where)
        if not found:
            raise Refused(404, {"error": "Resource could not be found"})
        if int(found[1]) != self.number:
            raise Refused(401, {"error": "You are not authorized to access this account"})
        asked = {key: values[0] for key, values in urllib.parse.parse_qs(query).items()}
        for pattern, call in self.routes():
            match = re.fullmatch(pattern, f"{method} {found[2]}")
            if match:
                return call(asked, body, *(int(number) for number in match.groups())), {}
        raise Refused(404, {"error": "Resource could not be found"})

    def routes(self):
        return [
            (r"GET /conversations", self.list_conversations),
            (r"POST /conversations/filter", self.filter_conversations),
            (r"GET /conversations/(\d+)", lambda asked, body, number: self.known(number) and self.shape(number)),
            (r"GET /conversations/(\d+)/messages", self.list_messages),
            (r"GET /conversations/(\d+)/reporting_events", self.list_events),
            (r"GET /agents", lambda *_: list(self.agents.values())),
            (r"GET /agent_bots", lambda *_: self.for_administrators() or list(self.bots.values())),
            (r"GET /inboxes", lambda *_: {"payload": list(self.inboxes.values())}),
            (r"GET /teams", lambda *_: list(self.teams.values())),
            (r"GET /inbox_members/(\d+)", lambda asked, body, number: {"payload": self.members_of("inbox", number)}),
            (r"GET /teams/(\d+)/team_members", lambda asked, body, number: self.members_of("team", number)),
            (r"GET /csat_survey_responses", self.list_ratings),
            (r"GET /webhooks", lambda *_: self.for_administrators() or {"payload": {"webhooks": self.webhooks}}),
            (r"POST /webhooks", self.add_webhook),
            (r"DELETE /webhooks/(\d+)", self.remove_webhook),
        ]

    def known(self, number):
        if number not in self.conversations:
            raise Refused(404, {"error": "Resource could not be found"})
        return True

    def for_administrators(self):
        if not self.administrator:
            raise Refused(401, {"error": "You are not authorized to do this action"})

    def members_of(self, kind, number):
        return [self.agents[agent] for agent in self.members.get((kind, number), []) if agent in self.agents]

    def list_conversations(self, asked, _):
        if asked.get("status", "open") == "all":
            rows = list(self.conversations.values())
        else:
            rows = [row for row in self.conversations.values() if row["status"] == asked.get("status", "open")]
        orders = {"created_at_asc": ("created_at", False), "created_at_desc": ("created_at", True)}
        key, is_reversed = orders.get(asked.get("sort_by"), ("last_activity_at", True))
        rows.sort(key=lambda row: row[key], reverse=is_reversed)
        count = len(rows)
        # Before version 3.6 it is ignored.
        if "updated_within" in asked and self.is_since(3, 6):
            since = time.time() - int(asked["updated_within"])
            rows = [row for row in rows if row["updated_at"] > since]
        else:
            first = (int(asked.get("page", 1)) - 1) * self.rows_a_page
            rows = rows[first:first + self.rows_a_page]
        return {"data": {"meta": {"mine_count": 0, "assigned_count": 0, "unassigned_count": 0, "all_count": count},
                         "payload": [self.shape(row["id"]) for row in rows]}}

    def filter_conversations(self, asked, body):
        rows = sorted(self.conversations.values(), key=lambda row: -row["last_activity_at"])
        for one in json.loads(body)["payload"]:
            day = datetime.date.fromisoformat(one["values"][0])
            date = lambda row: datetime.datetime.fromtimestamp(row[one["attribute_key"]], UTC).date()
            keeps = {"is_greater_than": lambda row: date(row) > day, "is_less_than": lambda row: date(row) < day}
            rows = [row for row in rows if keeps[one["filter_operator"]](row)]
        first = (int(asked.get("page", 1)) - 1) * self.rows_a_page
        return {"meta": {"mine_count": 0, "unassigned_count": 0, "all_count": len(rows)},
                "payload": [self.shape(row["id"]) for row in rows[first:first + self.rows_a_page]]}

    def list_messages(self, asked, _, number):
        self.known(number)
        rows = self.messages[number]
        if "after" in asked:
            rows = [row for row in sorted(rows, key=lambda row: row["id"]) if row["id"] > int(asked["after"])][:100]
        else:
            rows = rows[-20:]
        return {"meta": {"labels": [], "agent_last_seen_at": "2026-06-17T12:36:42.000Z"},
                "payload": sorted(rows, key=lambda row: row["created_at"])}

    def list_events(self, asked, _, number):
        if not self.enterprise:
            raise Refused(404, {"error": "Resource could not be found"})
        return self.known(number) and self.events[number]

    def list_ratings(self, asked, _):
        self.for_administrators()
        rows = [row for row in self.ratings
                if "since" not in asked or int(asked["since"]) <= row["created_at"] < int(asked["until"])]
        rows.sort(key=lambda row: -row["created_at"])
        first = (int(asked.get("page", 1)) - 1) * self.rows_a_page
        return rows[first:first + self.rows_a_page]

    # Webhooks.

    def add_webhook(self, asked, body):
        self.for_administrators()
        given = json.loads(body)
        given = given.get("webhook", given)
        if any(one["url"] == given["url"] for one in self.webhooks):
            raise Refused(422, {"message": "Url has already been taken", "attributes": ["url"]})
        webhook = {"id": len(self.webhooks) + 1, "account_id": self.number, "url": given["url"],
                   "subscriptions": given.get("subscriptions", []), "name": given.get("name")}
        if self.is_since(4, 12):
            webhook["secret"] = hashlib.sha256(given["url"].encode()).hexdigest()[:24]
        self.webhooks.append(webhook)
        return {"payload": {"webhook": webhook}}

    def remove_webhook(self, asked, _, number):
        self.for_administrators()
        self.webhooks = [one for one in self.webhooks if one["id"] != number]
        return {}

    def send_webhook(self, event, number):
        if not self.sends_webhooks:
            return
        with self.lock:
            webhooks = [one for one in self.webhooks if event in one["subscriptions"]]
            shape = self.shape(number)
        body = {**shape, "event": event} if event.startswith("conversation") else {
            "event": event, "conversation": shape, "account": {"id": self.number}, "id": self.last_message}
        for webhook in webhooks:
            self.post(webhook, json.dumps(body).encode())

    @staticmethod
    def post(webhook, body, secret=None, at=None):
        at = str(int(at or time.time()))
        signature = hmac.new((secret or webhook["secret"]).encode(), at.encode() + b"." + body, "sha256").hexdigest()
        request = urllib.request.Request(webhook["url"], body, {
            "Content-Type": "application/json", "X-Chatwoot-Delivery": str(uuid.uuid4()),
            "X-Chatwoot-Timestamp": at, "X-Chatwoot-Signature": f"sha256={signature}"})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None
