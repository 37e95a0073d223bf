"""Questions that ask for far more than an answer can be, by one token, while another asks little."""

import json
import os
import random
import socket
import statistics
import threading
import time
import unittest

from program import ProgramTest, Server, run

CHATS = 20_000
TAGS = 10_000
TEN_YEARS = {"from": "2012-01-01T00:00:00Z", "to": "2021-12-31T23:59:59Z"}


def heavy_world():
    """Chats over ten years, each with 40 of 10,000 tags."""
    chance = random.Random(1)
    lines = []
    for number in range(CHATS):
        day = chance.randrange(3_650)
        thread = {
            "id": f"T{number}",
            "created_at": time.strftime("%Y-%m-%dT%H:%M:%S.000000Z",
                                        time.gmtime(1_325_376_000 + day * 86_400 + number % 86_400)),
            "tags": [f"tag number {tag}" for tag in chance.sample(range(TAGS), 40)],
        }
        lines.append(json.dumps({"id": f"C{number}", "thread": thread}))
    return "\n".join(lines).encode()


def processor_seconds(process):
    with open(f"/proc/{process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(process, name="VmRSS"):
    with open(f"/proc/{process.pid}/status") as file:
        for line in file:
            if line.startswith(name + ":"):
                return int(line.split()[1]) / 1024
    return 0


class HeavyReports(ProgramTest):
    def setUp(self):
        super().setUp()
        done = run("import", "--data", self.data, "--license", 1, "-", stdin=heavy_world())
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.take_in([{"id": "C", "thread": {"id": "T", "created_at": "2021-04-08T10:00:00Z"}}],
                     license=2)
        self.heavy = self.token()
        self.cheap = self.token(license=2)

    def serve(self, *flags):
        server = Server(self.data, *flags)
        self.addCleanup(server.stop)
        deadline = time.monotonic() + 60
        while server.ask("GET", "/readyz")[0] != 200:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        return server

    def ask_heavy(self, server, distribution="day-hours"):
        return server.report(self.heavy, "tags",
                             {"distribution": distribution, "filters": TEN_YEARS})

    def request(self, distribution="day-hours"):
        body = json.dumps({"distribution": distribution, "filters": TEN_YEARS})
        return (f"POST /v3.4/reports/chats/tags HTTP/1.1\r\nHost: x\r\n"
                f"Authorization: Bearer {self.heavy}\r\nContent-Length: {len(body)}\r\n\r\n"
                f"{body}").encode()

    def test_the_limit_is_named_and_found_early(self):
        server = self.serve("--max-answer-bytes", 4_000_000)
        before = megabytes(server.process)
        for _ in range(5):
            status, body = self.ask_heavy(server)
            self.assertEqual(status, 400)
            self.assertEqual(body["error"]["type"], "validation")
            self.assertIn("more than 4000000 bytes", body["error"]["message"])
            self.assertIn("ask for a shorter range", body["error"]["message"])
        # Some times the limit.
        self.assertLess(megabytes(server.process, "VmHWM") - before, 150)
        status, _ = self.ask_heavy(server, "year")
        self.assertEqual(status, 200)

    def test_nothing_is_done_for_peers_that_are_gone(self):
        server = self.serve("--max-answer-bytes", 1 << 30)
        begun = processor_seconds(server.process)
        self.assertEqual(self.ask_heavy(server)[0], 200)
        of_one = processor_seconds(server.process) - begun
        begun = processor_seconds(server.process)
        for number in range(40):
            peer = socket.create_connection(("127.0.0.1", server.port))
            peer.sendall(self.request("month" if number % 2 else "day-hours"))
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            peer.close()
        time.sleep(1)
        previous = None
        while (now := processor_seconds(server.process)) != previous:
            previous = now
            time.sleep(0.5)
        self.assertLess(now - begun, 10 * of_one + 1)

    def test_another_licence_is_answered_meanwhile(self):
        server = self.serve("--max-answer-bytes", 1 << 30, "--max-kept-bytes", 0)
        stop = threading.Event()

        waits_of_heavy = []

        def ask_on():
            while not stop.is_set():
                begun = time.monotonic()
                self.ask_heavy(server)
                waits_of_heavy.append(time.monotonic() - begun)

        threads = [threading.Thread(target=ask_on) for _ in range(10)]
        for thread in threads:
            thread.start()
        try:
            time.sleep(1)
            waits = []
            for _ in range(20):
                begun = time.monotonic()
                status, body = server.report(self.cheap, "total_chats", {"filters": TEN_YEARS})
                waits.append(time.monotonic() - begun)
                self.assertEqual((status, body["total"]), (200, 1))
                time.sleep(0.05)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        # In one row with the ten that always wait it would wait as long as they do.
        self.assertLess(statistics.median(waits), statistics.median(waits_of_heavy) / 2)


if __name__ == "__main__":
    unittest.main()
