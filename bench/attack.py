"""The worst that one token, and nobody's token, can do to a server, one after the other: and how
long another licence waits meanwhile for a cheap report and for a webhook, and how much memory the
server takes more than when nobody asks. Answers of 4xx and 503 are what the attacker should get.

usage: attack.py PROGRAM [--chats N] [--seconds N] [NAME…]
"""

import argparse
import gzip
import http.client
import json
import multiprocessing
import os
import pathlib
import random
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

TEN_YEARS = {"from": "2012-01-01T00:00:00Z", "to": "2021-12-31T23:59:59Z"}
BEGIN = 1_325_376_000  # of the ten years
THREADS_OF_ONE_CHAT = 5_000


def at(second):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(second))


def chat(number, second, tags=(), chat_id=None, properties=None):
    thread = {"id": f"T{number}", "created_at": at(second), "tags": list(tags)}
    return json.dumps({"id": chat_id or f"C{number}", "thread": thread,
                       "properties": properties or {}}).encode() + b"\n"


class Target:
    """What attackers know of the server."""

    def __init__(self, port, token, writer, secret, seconds):
        self.port, self.token, self.writer, self.secret = port, token, writer, secret
        self.until = time.monotonic() + seconds

    def goes_on(self):
        return time.monotonic() < self.until

    def connect(self):
        peer = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        peer.settimeout(max(0.1, self.until - time.monotonic()))
        return peer

    def question(self, distribution="day-hours", more=""):
        body = json.dumps({"distribution": distribution, "filters": TEN_YEARS}) + more
        return (f"POST /v3.4/reports/chats/tags HTTP/1.1\r\nHost: x\r\n"
                f"Authorization: Bearer {self.token}\r\nContent-Length: {len(body)}\r\n\r\n"
                f"{body}").encode()

    def ask(self, connection, method, path, body=None, headers=None):
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        response.read()
        return response.status

    def in_threads(self, count, work):
        """Each thread does the work again and again, whatever becomes of it, until the time is over."""
        def repeat():
            while self.goes_on():
                try:
                    work()
                except (OSError, http.client.HTTPException):
                    time.sleep(0.01)
        threads = [threading.Thread(target=repeat, daemon=True) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.1, self.until - time.monotonic()))

    def hold(self, count, begin):
        """Connections that have sent something, and are held open until the time is over."""
        held = []
        while self.goes_on():
            try:
                while len(held) < count:
                    peer = self.connect()
                    peer.sendall(begin)
                    held.append(peer)
            except OSError:
                pass
            time.sleep(0.2)

    def post_records(self, bodies, headers=None):
        def post():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                self.ask(connection, "POST", "/ingest/records", bodies(),
                         {"Authorization": "Bearer " + self.writer, **(headers or {})})
            finally:
                connection.close()
        self.in_threads(4, post)

    def post_webhooks(self, make):
        local = threading.local()

        def post():
            if not hasattr(local, "connection"):
                local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                for action, payload in make():
                    self.ask(local.connection, "POST", "/ingest/webhooks/livechat",
                             json.dumps({"secret_key": self.secret, "action": action,
                                         "payload": payload}))
            except (OSError, http.client.HTTPException):
                del local.connection
                raise
        self.in_threads(8, post)


def nothing(target):
    time.sleep(max(0, target.until - time.monotonic()))


def heavy_reports(target):
    def ask():
        peer = target.connect()
        peer.sendall(target.question())
        while peer.recv(1 << 20):
            pass
    target.in_threads(10, ask)


def heavy_and_reset(target):
    def ask():
        peer = target.connect()
        peer.sendall(target.question("month"))
        time.sleep(0.005)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
    target.in_threads(8, ask)


def never_reading(target):
    target.hold(25, target.question("month"))


def slow_bodies(target):
    held = []
    head = (f"POST /ingest/records HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {target.writer}\r\n"
            "Content-Length: 1000000\r\n\r\n").encode()
    while target.goes_on():
        try:
            if len(held) < 50:
                held.append(target.connect())
                held[-1].sendall(head)
        except OSError:
            pass
        for peer in held[:]:
            try:
                peer.sendall(b"[")
            except OSError:
                held.remove(peer)
        time.sleep(0.05)


def endless_trailer(target):
    piece = b"x: " + b"y" * 65_000

    def send():
        peer = target.connect()
        peer.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
        while target.goes_on():
            peer.sendall(piece)
    target.in_threads(4, send)


def gzip_bombs(target):
    member = gzip.compress(b" " * (10 << 20))  # ten MiB of blanks
    target.post_records(lambda: member * 1_000, {"Content-Encoding": "gzip"})


def events_of_one_thread(target):
    count = iter(range(10**9))

    def make():
        number = next(count)
        return [("incoming_event", {"chat_id": "CX", "thread_id": "TX", "event": {
            "id": f"TX_{number}", "type": "message", "author_id": "ann@example.com",
            "created_at": at(BEGIN + number)}})]
    target.post_webhooks(make)


def properties_of_many_threads(target):
    target.post_webhooks(lambda: [("chat_properties_updated", {
        "chat_id": "many", "properties": {"a": {"b": random.randrange(10**9)}}})])


def random_past_days(target):
    def body():
        return b"".join(chat(random.randrange(10**9), BEGIN + random.randrange(3_650 * 86_400),
                             ["past"]) for _ in range(300))
    target.post_records(body)


def many_properties(target):
    def body():
        number = random.randrange(10**9)
        properties = {f"{number}_{name}": name for name in range(9_000)}
        thread = {"id": f"T{number}", "created_at": at(BEGIN + number % (3_650 * 86_400)),
                  "properties": {"a": properties}}
        return json.dumps({"id": f"C{number}", "thread": thread}).encode() + b"\n"
    target.post_records(body)


def greetings_of_many_threads(target):
    """The same greeting is displayed again, each time at another moment."""
    target.post_records(lambda: json.dumps({
        "record": "greeting", "greeting_id": 5, "unique_id": "u", "event": "displayed",
        "at": at(BEGIN + random.randrange(3_650 * 86_400))}).encode() + b"\n")


def unknown_tokens(target):
    local = threading.local()

    def ask():
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=30)
        target.ask(local.connection, "GET", "/v3.4/reports/chats/total_chats",
                   headers={"Authorization": f"Bearer {random.random()}"})
    target.in_threads(8, ask)


def frame(kind, flags, stream, payload=b""):
    return struct.pack("!I", len(payload))[1:] + struct.pack("!BBI", kind, flags, stream) + payload


class Http2:
    """A connection of HTTP/2 that asks a hundred requests at once, and then reads their answers."""
    SETTINGS, WINDOW_UPDATE, HEADERS, GOAWAY, END_STREAM, END_HEADERS = 4, 8, 1, 7, 1, 4

    def __init__(self, peer):
        self.peer, self.stream, self.input = peer, 1, b""
        peer.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(self.SETTINGS, 0, 0) +
                     frame(self.WINDOW_UPDATE, 0, 0, struct.pack("!I", 2**30)))

    def ask_a_hundred(self, path, token):
        # Neither indexed nor compressed; every text is shorter than 127 bytes.
        block = b"".join(b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value
                         for name, value in ((b":method", b"GET"), (b":scheme", b"http"),
                                             (b":authority", b"x"), (b":path", path),
                                             (b"authorization", b"Bearer " + token)))
        self.peer.sendall(b"".join(
            frame(self.HEADERS, self.END_HEADERS | self.END_STREAM, self.stream + 2 * number, block)
            for number in range(100)))
        self.stream += 200
        answered = 0
        while answered < 100:
            piece = self.peer.recv(65_536)
            if not piece:
                raise OSError("closed")
            self.input += piece
            while len(self.input) >= 9:
                size = int.from_bytes(self.input[:3], "big")
                if len(self.input) < 9 + size:
                    break
                kind, flags = self.input[3], self.input[4]
                if kind == self.GOAWAY:
                    raise OSError("refused")
                answered += kind <= self.HEADERS and flags & self.END_STREAM
                self.input = self.input[9 + size:]


def over_http2(target, connections, path):
    local = threading.local()

    def ask():
        if not hasattr(local, "connection"):
            local.connection = Http2(target.connect())
        try:
            local.connection.ask_a_hundred(path, str(random.random()).encode())
        except OSError:
            del local.connection
            raise
    target.in_threads(connections, ask)


def unknown_tokens_over_http2(target):
    over_http2(target, 60, b"/v3.4/reports/chats/total_chats")


def health_over_http2(target):
    over_http2(target, 200, b"/livez")


def silent_connections(target):
    target.hold(2_000, b"")


ATTACKS = {
    "nothing": nothing,
    "heavy reports, ten at a time": heavy_reports,
    "heavy reports, asked and reset": heavy_and_reset,
    "25 clients that never read": never_reading,
    "50 slow bodies of records": slow_bodies,
    "endless trailers, without a token": endless_trailer,
    "gzip bombs as records": gzip_bombs,
    "events of one thread by webhooks": events_of_one_thread,
    "properties of a chat of 5,000 threads": properties_of_many_threads,
    "a greeting of 5,000 threads": greetings_of_many_threads,
    "records of random past days": random_past_days,
    "records with 9,000 names of properties": many_properties,
    "unknown tokens": unknown_tokens,
    "unknown tokens, 60 connections of HTTP/2": unknown_tokens_over_http2,
    "/livez, 200 connections of HTTP/2": health_over_http2,
    "2,000 connections without a word": silent_connections,
}


class Victim:
    """Asks a cheap report and tells a webhook, again and again, and notes how long each takes."""

    def __init__(self, port, token, secret):
        self.port, self.token, self.secret = port, token, secret
        self.times = {"report": [], "webhook": []}
        self.failures = 0
        self.stop = threading.Event()
        self.count = iter(range(10**9))
        self.threads = [threading.Thread(target=self.repeat, args=("report", self.report, 0.02)),
                        threading.Thread(target=self.repeat, args=("webhook", self.webhook, 0.02))]
        for thread in self.threads:
            thread.start()

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def repeat(self, kind, request, pause):
        connection = None
        while not self.stop.is_set():
            begun = time.monotonic()
            try:
                if connection is None:
                    connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                request(connection)
                response = connection.getresponse()
                response.read()
                if response.status != 200:
                    self.failures += 1
            except (OSError, http.client.HTTPException):
                self.failures += 1
                connection = None
            self.times[kind].append(time.monotonic() - begun)
            time.sleep(pause)

    def report(self, connection):
        # Each is another question, so that it is not answered by what was kept.
        until = f"2021-04-15T10:00:00.{next(self.count) % 10**6:06}Z"
        body = {"filters": {"from": "2021-04-08T00:00:00Z", "to": until}}
        connection.request("POST", "/v3.4/reports/chats/total_chats", json.dumps(body),
                           {"Authorization": "Bearer " + self.token})

    def webhook(self, connection):
        number = next(self.count)
        connection.request("POST", "/ingest/webhooks/livechat", json.dumps({
            "secret_key": self.secret, "action": "incoming_event", "payload": {
                "chat_id": f"V{number}", "thread_id": f"V{number}", "event": {
                    "id": f"V{number}_1", "type": "message", "author_id": "bob@example.com",
                    "created_at": at(int(time.time()))}}}))


class Server:
    def __init__(self, program, data):
        self.process = subprocess.Popen(
            [program, "serve", "--data", data, "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE)
        for line in self.process.stderr:
            if b"serving" in line:
                self.port = int(line.rsplit(b":", 1)[1])
                break
        else:
            sys.exit("the server did not start")
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def megabytes(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024

    def processor_ticks(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            return sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13]))

    def wait_until_idle(self, most=15):
        until = time.monotonic() + most
        before = self.processor_ticks()
        while time.monotonic() < until:
            time.sleep(0.5)
            now = self.processor_ticks()
            if now - before <= 2:
                return
            before = now


def made_world(program, data, chats):
    def run(*arguments, stdin=None):
        return subprocess.run([program, *arguments, "--data", data], input=stdin, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode().strip()
    chance = random.Random(1)
    heavy = b"".join(
        chat(number, BEGIN + chance.randrange(3_650 * 86_400),
             [f"tag number {tag}" for tag in chance.sample(range(10_000), 40)])
        for number in range(chats))
    greeting = {"lc2": {"greeting_id": 5, "greeting_unique_id": "u"}}
    many = b"".join(chat(f"many{number}", BEGIN + number, chat_id="many", properties=greeting)
                    for number in range(THREADS_OF_ONE_CHAT))
    run("import", "--license", "1", "-", stdin=heavy + many)
    generated = subprocess.run([program, "generate", "--chats", "20000", "--days", "30"],
                               check=True, stdout=subprocess.PIPE).stdout
    run("import", "--license", "2", "-", stdin=generated)
    return {
        "token": run("token", "create", "--license", "1"),
        "writer": run("token", "create", "--license", "1", "--scope", "reports_write"),
        "secret": run("webhook", "create", "--license", "1"),
        "victim_token": run("token", "create", "--license", "2"),
        "victim_secret": run("webhook", "create", "--license", "2"),
    }


def in_milliseconds(times):
    ordered = sorted(times) or [float("nan")]
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return [f"{1_000 * value:.1f}" for value in (statistics.median(ordered), p99, ordered[-1])]


def run_attack(name, server, known, seconds, idle):
    target = Target(server.port, known["token"], known["writer"], known["secret"], seconds)
    attacker = multiprocessing.get_context("fork").Process(target=ATTACKS[name], args=(target,))
    attacker.start()
    victim = Victim(server.port, known["victim_token"], known["victim_secret"])
    most = 0
    while target.goes_on():
        most = max(most, server.megabytes())
        time.sleep(0.02)
    attacker.kill()
    attacker.join()
    victim.end()
    if server.process.poll() is not None:
        sys.exit(f"{name}: the server has ended")
    server.wait_until_idle()
    print("| " + " | ".join([
        name, *in_milliseconds(victim.times["report"]), *in_milliseconds(victim.times["webhook"]),
        str(victim.failures), f"{max(0, most - idle):.0f}", f"{max(0, server.megabytes() - idle):.0f}"])
        + " |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--chats", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_intermixed_args()
    program = str(pathlib.Path(arguments.program).resolve())
    names = [name for name in ATTACKS
             if not arguments.names or any(part in name for part in arguments.names)]
    folder = tempfile.mkdtemp(prefix="chatreports-attack-")
    server = None
    try:
        known = made_world(program, folder + "/data", arguments.chats)
        server = Server(program, folder + "/data")
        server.wait_until_idle()
        idle = server.megabytes()
        print(f"{os.cpu_count()} processors, {arguments.chats} chats of 40 tags; "
              f"{idle:.0f} MiB of memory while nobody asks")
        print("| meanwhile | report: median, ms | p99 | max | webhook: median, ms | p99 | max "
              "| not 200 | memory more, MiB | afterwards |")
        print("|---|---|---|---|---|---|---|---|---|---|")
        for name in names:
            run_attack(name, server, known, arguments.seconds, idle)
    finally:
        if server is not None and server.process.poll() is None:
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
