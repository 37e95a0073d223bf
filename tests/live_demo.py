#!/usr/bin/env python3
"""Plays generated chats into a running server as LiveChat would tell them: webhooks, as things
happen. With --speed N it begins a day ago and lives N times as fast, until it has come to now.

The environment carries what arguments would show to other users: LIVE_DEMO_SECRET, the secret of
the webhooks, and LIVE_DEMO_TOKEN, a token that reads reports and writes records."""

import argparse
import datetime
import heapq
import http.client
import itertools
import json
import os
import signal
import subprocess
import sys
import time

UTC = datetime.timezone.utc
CHATS_A_DAY = 4_000
DAYS = 2

is_stopping = False


def parse_time(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def format_time(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Server:
    def __init__(self, address, secret, token, tells_time):
        self.address, self.secret, self.token = address, secret, token
        self.tells_time = tells_time
        self.connection = http.client.HTTPConnection(address, timeout=30)

    def post(self, path, body, headers=None):
        """The answer, or nothing where the server is busy or gone for a moment."""
        for _ in range(2):
            try:
                self.connection.request("POST", path, json.dumps(body), headers or {})
                response = self.connection.getresponse()
                text = response.read()
                return json.loads(text) if response.status == 200 else None
            except (OSError, http.client.HTTPException):
                self.connection.close()
        return None

    def tell(self, at, action, payload):
        webhook = {"secret_key": self.secret, "action": action, "payload": payload}
        if self.tells_time:
            webhook["received_at"] = format_time(at)
        self.post("/ingest/webhooks/livechat", webhook)

    def bearer(self):
        return {"Authorization": "Bearer " + self.token}

    def report(self, path, filters):
        return self.post("/v3.4/reports/" + path, {"filters": filters}, self.bearer())


def webhooks_of(chat):
    """(time, action, payload) for each thing that happens in a generated chat."""
    thread = chat["thread"]
    begun = parse_time(thread["created_at"])
    ids = {"chat_id": chat.get("id", "C" + thread["id"]), "thread_id": thread["id"]}
    agents = {user["id"]: user for user in chat["users"] if user["type"] == "agent"}
    others = [user for user in chat["users"] if user["type"] != "agent"]
    properties = {name_space: dict(names)
                  for name_space, names in thread.get("properties", {}).items()
                  if name_space != "rating"}
    beginning = {**chat, "id": ids["chat_id"], "users": others, "thread": {
        "id": thread["id"], "created_at": thread["created_at"], "active": True, "events": [],
        "user_ids": [user["id"] for user in others], "properties": properties,
        "access": thread.get("access", chat.get("access", {"group_ids": [0]}))}}
    if "customer_visit" in thread:
        beginning["thread"]["customer_visit"] = thread["customer_visit"]
    is_queued = "group_status_at_start" in properties.get("routing", {})
    if is_queued:
        beginning["thread"]["queue"] = {"queued_at": thread["created_at"]}
    yield begun, "incoming_chat", {"chat": beginning}

    first_words = {}
    for event in thread.get("events", []):
        at = max(parse_time(event["created_at"]), begun)
        first_words.setdefault(event.get("author_id"), at)
        yield at, "incoming_event", {**ids, "event": event}
    ended = max([begun, *first_words.values()])
    if "ended_at" in thread:
        ended = parse_time(thread["ended_at"])
    for agent, user in agents.items():
        joined = first_words.get(agent, ended)
        if not is_queued:
            joined = min(joined, begun + datetime.timedelta(seconds=3))
        yield joined, "user_added_to_chat", {**ids, "user": user, "user_type": "agent"}
    for tag in thread.get("tags", []):
        yield ended, "thread_tagged", {**ids, "tag": tag}
    yield ended, "chat_deactivated", ids
    rating = thread.get("properties", {}).get("rating")
    if rating:
        rated = ended + datetime.timedelta(seconds=5)
        yield rated, "thread_properties_updated", {**ids, "properties": {"rating": rating}}


def happenings(program, begin):
    """All that happens from `begin` on, in order: (time, number, what to do)."""
    end = begin + datetime.timedelta(days=DAYS)
    made = subprocess.run(
        [program, "generate", "--chats", str(CHATS_A_DAY * DAYS), "--days", str(DAYS), "--end",
         format_time(end), "--seed", "2"], stdout=subprocess.PIPE, check=True).stdout
    numbers = itertools.count()
    all_of_them = []

    def happens(at, do):
        if at >= begin:
            all_of_them.append((at, next(numbers), do))
    for line in made.splitlines():
        record = json.loads(line)
        if "thread" in record:
            if parse_time(record["thread"]["created_at"]) < begin:
                continue
            for at, action, payload in webhooks_of(record):
                happens(at, lambda server, at=at, action=action, payload=payload:
                        server.tell(at, action, payload))
        elif record["record"] == "agent_status":
            at = parse_time(record["at"])
            payload = {"agent_id": record["agent_id"], "status": record["status"]}
            happens(at, lambda server, at=at, payload=payload:
                    server.tell(at, "routing_status_set", payload))
        elif "at" in record:  # what webhooks don't tell: greetings, goals, sales
            happens(parse_time(record["at"]), lambda server, record=record:
                    server.post("/ingest/records", record, server.bearer()))
    heapq.heapify(all_of_them)
    return all_of_them


def look(server, at):
    """One line of what the reports say of the last 24 hours."""
    filters = {"from": format_time(at - datetime.timedelta(days=1)), "to": format_time(at)}
    chats = server.report("chats/total_chats", filters)
    ratings = server.report("chats/ratings", filters)
    response = server.report("chats/first_response_time", filters)
    availability = server.report("agents/availability", filters)
    if None in (chats, ratings, response, availability):
        return "the server is busy"
    good = sum(bucket.get("good", 0) for bucket in ratings["records"].values())
    bad = sum(bucket.get("bad", 0) for bucket in ratings["records"].values())
    answered = [bucket for bucket in response["records"].values() if bucket]
    waits = sum(bucket["count"] * bucket["first_response_time"] for bucket in answered)
    mean = waits / response["total"] if response["total"] else 0
    return (f"{chats['total']:6} chats, {good} rated good, {bad} bad, first response after "
            f"{mean:.1f} s, somebody there for {availability['total']:.2f} h")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--address", required=True)
    parser.add_argument("--speed", type=float, default=1)
    parser.add_argument("--seconds", type=float, help="end after that; else a signal does")
    options = parser.parse_args()
    if options.speed <= 0:
        parser.error("--speed must be greater than 0")
    secret, token = os.environ.pop("LIVE_DEMO_SECRET", ""), os.environ.pop("LIVE_DEMO_TOKEN", "")
    if not secret or not token:
        parser.error("LIVE_DEMO_SECRET and LIVE_DEMO_TOKEN must be set")

    started = datetime.datetime.now(UTC)
    begin = started if options.speed <= 1 else started - datetime.timedelta(days=1)
    server = Server(options.address, secret, token, options.speed != 1)
    queue = happenings(options.program, begin)
    playing = datetime.datetime.now(UTC)  # to make chats takes a while on a busy machine
    if options.speed > 1:
        started = playing
    is_terminal = sys.stdout.isatty()
    looked_at = 0
    while queue and not is_stopping:
        now = datetime.datetime.now(UTC)
        if options.seconds and (now - playing).total_seconds() > options.seconds:
            break
        lived = min(now, begin + (now - started) * options.speed)
        while queue and queue[0][0] <= lived and \
                time.monotonic() - looked_at < (1 if is_terminal else 5):
            heapq.heappop(queue)[2](server)
        if time.monotonic() - looked_at >= (1 if is_terminal else 5):
            looked_at = time.monotonic()
            line = f"{lived:%Y-%m-%d %H:%M:%S} UTC  {look(server, lived)}"
            print(f"\r{line}\x1b[K" if is_terminal else line, end="" if is_terminal else "\n",
                  flush=True)
        if queue and queue[0][0] > lived:
            time.sleep(0.05)


def stop(*_):
    # Python drops an exception that comes while it calls a destructor: hence the flag as well.
    global is_stopping
    is_stopping = True
    raise KeyboardInterrupt


if __name__ == "__main__":
    # A shell without job control starts background jobs with SIGINT ignored, and Python leaves it so.
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        main()
    except KeyboardInterrupt:
        pass
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        if sys.stdout.isatty():
            print()
