"""Clients that send without end, never read, hold what they were given, or vanish: the process lives, its memory has a
bound, and others are served."""

import contextlib
import re
import socket
import struct

from program import *

MIB = 1 << 20
HEAD = b"Host: x\r\n"
LARGE = ("/v3.4/reports/chats/tags?distribution=hour&filters.from=2021-04-01T00:00:00Z"
         "&filters.to=2021-04-30T00:00:00Z")
LARGE_BYTES = 8_000_000  # and some more


def memory(server, what="VmRSS"):
    """In bytes."""
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(rf"{what}:\s+(\d+) kB", status).group(1)) * 1024


def connect(server, receive_bytes=None):
    peer = socket.socket()
    if receive_bytes:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    peer.settimeout(60)
    peer.connect(("127.0.0.1", server.port))
    return peer


def send_all(peer, piece, total):
    """Until all is sent, or the server has closed; how much it was."""
    sent = 0
    with contextlib.suppress(OSError):
        while sent < total:
            peer.sendall(piece)
            sent += len(piece)
    return sent


def read_all(peer):
    text = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := peer.recv(65_536):
            text += piece
    return text


def reset(peer):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


class HostileClients(ProgramTest):
    def setUp(self):
        super().setUp()
        tags = ["t%d-" % i + "x" * 400 for i in range(20)]
        self.take_in([chat(f"T{n}", f"2021-04-{1 + n // 24 % 28:02d}T{n % 24:02d}:00:00Z",
                           tags=[f"{n} {tag}" for tag in tags]) for n in range(1_000)])
        self.reader = self.token()
        self.writer = self.token("--scope", "reports_write")

    def large(self, token=None):
        return (f"GET {LARGE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token or self.reader}\r\n\r\n").encode()

    def records(self, token, length=1000):
        return (f"POST /ingest/records HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Length: {length}\r\n\r\n").encode()

    def assert_served(self, server):
        status, report = server.report(self.reader, "total_chats", {"filters": {
            "from": "2021-04-01T00:00:00Z", "to": "2021-04-30T23:59:59Z"}})
        self.assertEqual((status, report.get("total")), (200, 1_000), report)

    def wait_until_ready(self, server):
        while server.ask("GET", "/readyz")[0] != 200:
            time.sleep(0.05)

    @contextlib.contextmanager
    def serve(self, *flags):
        with Server(self.data, *flags) as server:
            self.wait_until_ready(server)
            yield server
            self.assertIsNone(server.process.poll(), "it lives")
            self.assert_served(server)

    def test_bytes_without_end(self):
        post = b"POST /v3.4/reports/chats/tags HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
        stream = self.records(self.writer).replace(b"Content-Length: 1000", b"Transfer-Encoding: chunked")
        with self.serve() as server:
            before = memory(server, "VmHWM")
            for start, piece, statuses in [
                    (post + b"1;", b"x", {413}), (post, b"0", {413}), (post + b"0\r\nA: ", b"x", {431}),
                    (post + b"0\r\n", b"A: b\r\n", {431}), (post + b"1", b" ", {413}),
                    (post, b"1;" + b"x" * 100 + b"\r\na\r\n", {413}), (stream + b"1;", b"x", {413}),
                    (stream, b"0", {413}), (stream + b"0\r\nA: ", b"x", {431}),
                    (b"GET / HTTP/1.1\r\n", b"A: b\r\n", {431}), (b"GET /", b"x", {431}), (b"", b"G", {431}),
                    (b"GET / HTTP/1.1\r\n" + HEAD + b"\r\n", b"x", {400, 404, 431})]:
                with self.subTest(start[-20:] + piece[:20]):
                    with connect(server) as peer:
                        peer.sendall(start)
                        sent = send_all(peer, piece * (65_536 // len(piece)), 64 * MIB)
                        self.assertLess(sent, 64 * MIB)
                        answer = read_all(peer)
                    # Who sends on after the answer may find it gone with the connection.
                    if answer:
                        self.assertIn(int(answer.split()[1]), statuses)
            self.assertLess(memory(server, "VmHWM") - before, 32 * MIB)

    def test_empty_lines_without_end(self):
        with self.serve("--idle-timeout", "1s") as server:
            before = memory(server, "VmHWM")
            with connect(server) as peer:
                send_all(peer, b"\r\n" * 32_768, 64 * MIB)
            self.assertLess(memory(server, "VmHWM") - before, 16 * MIB)

    def test_bodies_that_never_end(self):
        with self.serve("--max-waiting-body-bytes", 8 * MIB) as server:
            before = memory(server)
            peers = [connect(server) for _ in range(60)]
            for peer in peers:
                peer.sendall(b"POST /v3.4/reports/chats/tags HTTP/1.1\r\n" + HEAD + b"Content-Length: 1000000\r\n\r\n")
                send_all(peer, b" " * 50_000, 900_000)
            self.assert_served(server)  # it has a body, a small one
            self.assertLess(memory(server) - before, 32 * MIB)
            refused = [peer for peer in peers if b" 503 " in self.what_is_there(peer)]
            self.assertGreater(len(refused), 30)
            for peer in peers:
                peer.close()

    def what_is_there(self, peer):
        peer.settimeout(0.01)
        with contextlib.suppress(OSError):
            return peer.recv(4_096)
        return b""

    def test_clients_that_never_read(self):
        with self.serve("--max-waiting-answer-bytes", 32 * MIB, "--max-kept-bytes", 0) as server:
            with connect(server) as peer:
                peer.sendall(self.large().replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
                self.assertGreater(len(read_all(peer)), LARGE_BYTES)
            before = memory(server)
            peers = [connect(server, 4_096) for _ in range(40)]
            for peer in peers:
                peer.sendall(self.large())
            most = 0
            for _ in range(20):
                self.assert_served(server)
                most = max(most, memory(server))
                time.sleep(0.1)
            self.assertLess(most - before, 140 * MIB)  # 40 of them would be 340
            # Whoever reads gets a large answer, since those that don't give way.
            status = 503
            for _ in range(100):
                status, headers, _ = server.ask("GET", LARGE, None, {"Authorization": "Bearer " + self.reader})
                if status == 200:
                    break
                self.assertEqual((status, headers["Retry-After"]), (503, "1"))
                time.sleep(0.2)
            self.assertEqual(status, 200)
            for peer in peers:
                peer.close()
            for _ in range(100):
                if memory(server) - before < 40 * MIB:
                    break
                time.sleep(0.2)
            self.assertLess(memory(server) - before, 40 * MIB)

    def test_a_slow_reader_gets_the_whole_answer(self):
        with self.serve("--request-timeout", "3s") as server:
            with connect(server, 65_536) as peer:
                peer.sendall(self.large().replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
                began, total = time.monotonic(), 0
                while piece := peer.recv(65_536):
                    total += len(piece)
                    time.sleep(0.06)
                self.assertGreater(total, LARGE_BYTES)
                self.assertGreater(time.monotonic() - began, 4)  # longer than one timeout

    def test_who_reads_nothing_is_cut_off(self):
        with self.serve("--request-timeout", "1s") as server:
            with connect(server, 4_096) as peer:
                peer.sendall(self.large())
                time.sleep(5)
                self.assertLess(len(read_all(peer)), LARGE_BYTES)

    def test_vanished_clients(self):
        with self.serve() as server:
            for leave in [reset, socket.socket.close]:
                for _ in range(100):
                    peer = connect(server)
                    peer.sendall(self.large())
                    leave(peer)
            self.assert_served(server)

    def test_nobody_without_a_token_holds_a_place(self):
        with self.serve("--max-ingests", 2) as server:
            peers = [connect(server) for _ in range(200)]
            for peer in peers:
                peer.sendall(self.records("nonsense"))
            status, _, text = server.ask("POST", "/ingest/records", json.dumps(chat("A", "2020-01-01T00:00:00Z")),
                                         {"Authorization": "Bearer " + self.writer})
            self.assertEqual(status, 200, text)
            self.assertTrue(read_all(peers[-1]).startswith(b"HTTP/1.1 401 "))
            for peer in peers:
                peer.close()

    def test_one_licence_does_not_hold_all_places(self):
        other = self.token("--scope", "reports_write", license=2)
        with self.serve("--max-ingests", 3, "--ingest-patience", "20s") as server:
            peers = [connect(server) for _ in range(10)]
            for peer in peers:
                peer.sendall(self.records(other))
            time.sleep(0.5)
            status, _, text = server.ask("POST", "/ingest/records", json.dumps(chat("A", "2020-01-01T00:00:00Z")),
                                         {"Authorization": "Bearer " + self.writer})
            self.assertEqual(status, 200, text)
            for peer in peers:
                peer.close()

    def test_a_body_that_drips(self):
        with self.serve("--request-timeout", "1s", "--min-body-rate", 1_000, "--max-ingests", 1) as server:
            with connect(server) as peer:
                peer.sendall(self.records(self.writer, 100_000))
                with contextlib.suppress(OSError):
                    for _ in range(100):
                        peer.sendall(b" ")
                        time.sleep(0.1)
                self.assertIn(b" 408 ", read_all(peer)[:20] or b" 408 ")
            # One that is fast enough goes on beyond the timeout.
            with connect(server) as peer:
                peer.sendall(self.records(self.writer, 15_000) + json.dumps(chat("B", "2020-01-01T00:00:00Z")).encode())
                length = 15_000 - len(json.dumps(chat("B", "2020-01-01T00:00:00Z")))
                while length > 0:
                    peer.sendall(b" " * min(600, length))
                    length -= 600
                    time.sleep(0.1)
                self.assertIn(b'"accepted":1', peer.recv(65_536))

    def test_it_stops_in_time_whatever_clients_do(self):
        server = Server(self.data, "--stop-timeout", "2s")
        self.wait_until_ready(server)
        peers = []
        for request in [self.large(), self.records(self.writer), b"GET / HT", b"", self.records(self.writer)[:-2]]:
            for _ in range(3):
                peers.append(connect(server, 4_096))
                peers[-1].sendall(request)
        time.sleep(0.5)
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 15)  # by default bodies and readers have 30 s each
        for peer in peers:
            peer.close()


if __name__ == "__main__":
    main()
