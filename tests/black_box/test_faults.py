"""A disk that fails at the n-th call of a kind, for n = 1, 2, 3 …, or is full."""

import errno
import mmap
import struct

from program import *

FAILING_DISK = os.environ.get("CHATREPORTS_FAILING_DISK", "")
KINDS = ["write", "sync", "rename", "read", "open", "map"]
MOST = int(os.environ.get("CHATREPORTS_FAULTS", "40"))  # of each kind; beyond, every tenth is tried
ORDERS = struct.Struct(f"={len(KINDS) + 3}q")  # as failing_disk.cpp has them
RANGE = {"filters": {"from": "2021-01-01T00:00:00Z", "to": "2021-12-31T23:59:59Z"}}


class Disk:
    """What the program's calls on files come to, see failing_disk.cpp."""

    def __init__(self, path):
        self.path = path
        path.write_bytes(b"\0" * ORDERS.size)
        with open(path, "r+b") as file:
            self.shared = mmap.mmap(file.fileno(), ORDERS.size)

    def environment(self):
        return {"LD_PRELOAD": FAILING_DISK, "FAILING_DISK_FILE": str(self.path)}

    def fail(self, kind, n, error=errno.EIO, stays=False):
        counts = [n if kind == k else 0 for k in KINDS]
        self.shared[:] = ORDERS.pack(*counts, error, stays, 0)

    def works_again(self):
        """Whether anything had failed."""
        failed = ORDERS.unpack(self.shared[:])[-1]
        self.shared[:] = b"\0" * ORDERS.size
        return failed > 0


def numbers():
    """1, 2, 3 …, then every tenth, so that a long row of calls is tried as well."""
    n = 1
    while True:
        yield n
        n += 1 if n < MOST else 10


@unittest.skipUnless(FAILING_DISK, "a build with sanitizers, which come before all others")
class Faults(ProgramTest):
    def setUp(self):
        super().setUp()
        self.disk = Disk(self.folder / "disk")
        self.writer = self.token("--scope", "reports_write", "--scope", "reports_read")
        self.secret = run("webhook", "create", "--data", self.data,
                          "--license", 1).stdout.decode().strip()
        self.sent = 0

    def serve(self):
        return Server(self.data, environment=self.disk.environment())

    def some_records(self, count=20):
        records = []
        for number in range(self.sent, self.sent + count):
            records.append(chat(f"T{number}", tags=["t"], goals=[{"id": 1}]))
            records.append({"record": "goal", "thread_id": f"T{number}", "id": 2})
        return "".join(json.dumps(record) + "\n" for record in records)

    def post(self, server, path, body):
        headers = {"Authorization": "Bearer " + self.writer} if path.endswith("records") else {}
        status, headers, text = server.ask("POST", path, body, headers)
        answer = json.loads(text)
        if status != 200:
            self.assertEqual((status, answer["error"]["type"]), (503, "service_unavailable"))
            self.assertIn("Retry-After", headers)
            self.assertNotIn("sqlite", text)
        return status

    def webhook(self, number):
        return json.dumps({"secret_key": self.secret, "action": "thread_tagged",
                           "received_at": "2021-05-01T00:00:00Z",
                           "payload": {"thread_id": f"T{number}", "tag": f"w{number}"}})

    def assert_whole(self, server, count):
        """All of so many chats, each once, each whole."""
        self.assertEqual(server.ask("GET", "/livez")[0], 200)
        for filters in [{}, {"tags": {"values": ["t"]}},
                        {"goals": {"values": [1, 2], "require_every_value": True}}]:
            status, answer = server.report(self.writer, "total_chats",
                                           {"filters": {**RANGE["filters"], **filters}})
            self.assertEqual((status, answer["total"]), (200, count), filters)

    def wait_for_tokens(self, server):
        """Until the server has read its tokens again, in which the disk may have failed it."""
        deadline = time.monotonic() + 60
        while server.report(self.writer, "total_chats", RANGE)[0] == 503:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def test_the_nth_call_fails(self):
        with self.serve() as server:
            for kind in KINDS:
                for n in numbers():
                    body = self.some_records()
                    self.disk.fail(kind, n)
                    status = self.post(server, "/ingest/records", body)
                    told = self.post(server, "/ingest/webhooks/livechat", self.webhook(self.sent))
                    has_failed = self.disk.works_again()
                    if not has_failed:
                        self.assertEqual((status, told), (200, 200))
                    self.wait_for_tokens(server)
                    # What was refused is not there in part, and goes in now.
                    if status != 200:
                        self.assert_whole(server, self.sent)
                    self.assertEqual(self.post(server, "/ingest/records", body), 200)
                    self.sent += 20
                    self.assert_whole(server, self.sent)
                    if not has_failed:
                        break
        with Server(self.data) as server:
            self.assert_whole(server, self.sent)

    def test_a_call_fails_while_it_starts(self):
        with Server(self.data) as server:
            self.assertEqual(self.post(server, "/ingest/records", self.some_records()), 200)
            self.sent += 20
        for kind in KINDS:
            for n in numbers():
                self.disk.fail(kind, n)
                done = subprocess.Popen(
                    [PROGRAM, "serve", "--data", str(self.data), "--listen", "127.0.0.1:0"],
                    stderr=subprocess.PIPE, env={**clean_environment(), **self.disk.environment()})
                line = b""
                while b"serving" not in line:
                    line = done.stderr.readline()
                    if not line:
                        break
                done.send_signal(signal.SIGTERM)
                done.stderr.read()
                done.stderr.close()
                code = done.wait(timeout=60)
                has_failed = self.disk.works_again()
                self.assertIn(code, [0, 1])
                self.assertTrue(code == 0 or has_failed)
                with Server(self.data) as server:
                    self.assert_whole(server, self.sent)
                if not has_failed:
                    break

    def test_a_disk_that_cannot_be_read_is_no_damage(self):
        self.take_in([chat(f"R{number}") for number in range(2_000)])
        for n in [3, 6, 12, 24]:
            self.disk.fail("read", n, stays=True)
            done = run("export", "--data", self.data, "--license", 1,
                       environment=self.disk.environment())
            self.assertTrue(self.disk.works_again())
            self.assert_one_sentence(done, "check the disk")
            self.assertNotIn(b"damaged", done.stderr)

    def test_a_full_disk(self):
        with self.serve() as server:
            for n in [1, 2, 3, 5, 8, 13]:
                body = self.some_records(500)
                self.disk.fail("write", n, errno.ENOSPC, stays=True)
                self.assertEqual(self.post(server, "/ingest/records", body), 503)
                self.assertEqual(
                    self.post(server, "/ingest/webhooks/livechat", self.webhook(0)), 503)
                self.assert_whole(server, self.sent)
                self.assertTrue(self.disk.works_again())
                self.assertEqual(self.post(server, "/ingest/records", body), 200)
                self.sent += 500
                self.assert_whole(server, self.sent)
        self.assertIn(b"no space left", server.log)


if __name__ == "__main__":
    main()
