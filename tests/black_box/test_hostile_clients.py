"""Clients that send without end, never read, hold what they were given, or vanish: the process lives, its memory has a
bound, and others are served. What makes sense for both runs over HTTP/1.1 and over HTTP/2."""

import contextlib
import re

from peers import *
from program import *

MIB = 1 << 20
HEAD = b"Host: x\r\n"
LARGE = ("/v3.4/reports/chats/tags?distribution=hour&filters.from=2021-04-01T00:00:00Z"
         "&filters.to=2021-04-30T00:00:00Z")
LARGE_BYTES = 8_000_000  # and some more


HAS_LIMITS_OF_MEMORY = has_limits_of_memory()


def memory(server, what="VmRSS"):
    """In bytes; 0 in builds with sanitizers, which hold memory back after it is freed."""
    if not HAS_LIMITS_OF_MEMORY:
        return 0
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(rf"{what}:\s+(\d+) kB", status).group(1)) * 1024


def send_all(peer, piece, total):
    """Until all is sent, or the server has closed; how much it was."""
    sent = 0
    while sent < total and peer.send(piece):
        sent += len(piece)
    return sent


class HostileClients:
    peer = None  # the class of the client

    def setUp(self):
        super().setUp()
        tags = ["t%d-" % i + "x" * 400 for i in range(20)]
        self.take_in([chat(f"T{n}", f"2021-04-{1 + n // 24 % 28:02d}T{n % 24:02d}:00:00Z",
                           tags=[f"{n} {tag}" for tag in tags]) for n in range(1_000)])
        self.reader = self.token()
        self.writer = self.token("--scope", "reports_write")

    def connect(self, server, receive_bytes=None):
        return self.peer(server.port, receive_bytes)

    def ask_large(self, peer, is_last=False):
        peer.ask("GET", LARGE, [("Authorization", "Bearer " + self.reader)], is_last=is_last)

    def ask_records(self, peer, token, length=1000):
        peer.ask("POST", "/ingest/records", [("Authorization", "Bearer " + token)], length)

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

    def test_bodies_that_never_end(self):
        with self.serve("--max-waiting-body-bytes", 8 * MIB) as server:
            before = memory(server)
            peers = [self.connect(server) for _ in range(60)]
            for peer in peers:
                peer.ask("POST", "/v3.4/reports/chats/tags", length=1_000_000)
                for _ in range(18):
                    peer.send_body(b" " * 50_000)
            self.assert_served(server)  # it has a body, a small one
            self.assertLess(memory(server) - before, 32 * MIB)
            for peer in peers:
                peer.read_what_is_there()
            self.assertGreater(len([peer for peer in peers if 503 in peer.statuses()]), 30)
            for peer in peers:
                peer.close()

    def test_clients_that_never_read(self):
        with self.serve("--max-waiting-answer-bytes", 32 * MIB, "--max-kept-bytes", 0) as server:
            with self.connect(server) as peer:
                self.ask_large(peer, is_last=True)
                self.assertGreater(len(peer.read_all()), LARGE_BYTES)
            before = memory(server)
            peers = [self.connect(server, 4_096) for _ in range(40)]
            for peer in peers:
                self.ask_large(peer)
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
            with self.connect(server, 65_536) as peer:
                self.ask_large(peer, is_last=True)
                began = time.monotonic()
                while peer.read():
                    time.sleep(0.06)
                self.assertGreater(len(peer.received), LARGE_BYTES)
                self.assertGreater(time.monotonic() - began, 4)  # longer than one timeout

    def test_who_reads_nothing_is_cut_off(self):
        with self.serve("--request-timeout", "1s") as server:
            with self.connect(server, 4_096) as peer:
                self.ask_large(peer)
                time.sleep(5)
                self.assertLess(len(peer.read_all()), LARGE_BYTES)

    def test_vanished_clients(self):
        with self.serve() as server:
            for leave in [Peer.reset, Peer.close]:
                for _ in range(100):
                    peer = self.connect(server)
                    self.ask_large(peer)
                    leave(peer)
            self.assert_served(server)

    def test_nobody_without_a_token_holds_a_place(self):
        with self.serve("--max-ingests", 2) as server:
            peers = [self.connect(server) for _ in range(200)]
            for peer in peers:
                self.ask_records(peer, "nonsense")
            status, _, text = server.ask("POST", "/ingest/records", json.dumps(chat("A", "2020-01-01T00:00:00Z")),
                                         {"Authorization": "Bearer " + self.writer})
            self.assertEqual(status, 200, text)
            peers[-1].read_what_is_there()
            self.assertEqual(peers[-1].statuses(), [401])
            for peer in peers:
                peer.close()

    def test_one_licence_does_not_hold_all_places(self):
        other = self.token("--scope", "reports_write", license=2)
        with self.serve("--max-ingests", 3, "--ingest-patience", "20s") as server:
            peers = [self.connect(server) for _ in range(10)]
            for peer in peers:
                self.ask_records(peer, other)
            time.sleep(0.5)
            status, _, text = server.ask("POST", "/ingest/records", json.dumps(chat("A", "2020-01-01T00:00:00Z")),
                                         {"Authorization": "Bearer " + self.writer})
            self.assertEqual(status, 200, text)
            for peer in peers:
                peer.close()

    def test_a_body_that_drips(self):
        with self.serve("--request-timeout", "1s", "--min-body-rate", 1_000, "--max-ingests", 1) as server:
            with self.connect(server) as peer:
                self.ask_records(peer, self.writer, 100_000)
                for _ in range(100):
                    peer.send_body(b" ")
                    peer.read_what_is_there()
                    if peer.statuses():
                        break
                    time.sleep(0.1)
                self.assertEqual(peer.statuses(), [408])
            # One that is fast enough goes on beyond the timeout.
            with self.connect(server) as peer:
                self.ask_records(peer, self.writer, 15_000)
                record = json.dumps(chat("B", "2020-01-01T00:00:00Z")).encode().ljust(15_000)
                for begin in range(0, len(record), 600):
                    peer.send_body(record[begin:begin + 600])
                    time.sleep(0.1)
                peer.end_body()
                while b"accepted" not in peer.content() and peer.read():
                    pass
                self.assertIn(b'"accepted":1', peer.content())

    def test_it_stops_in_time_whatever_clients_do(self):
        server = Server(self.data, "--stop-timeout", "2s")
        self.wait_until_ready(server)
        peers = []
        for act in [self.ask_large, lambda peer: self.ask_records(peer, self.writer), lambda peer: None,
                    *self.half_requests()]:
            for _ in range(3):
                peers.append(self.connect(server, 4_096))
                act(peers[-1])
        time.sleep(0.5)
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 15)  # by default bodies and readers have 30 s each
        for peer in peers:
            peer.close()


class HostileHttp1Clients(HostileClients, ProgramTest):
    peer = Http1Peer

    def half_requests(self):
        return [lambda peer: peer.send(b"GET / HT"),
                lambda peer: peer.send(b"POST /ingest/records HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n")]

    def test_bytes_without_end(self):
        post = b"POST /v3.4/reports/chats/tags HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
        stream = (b"POST /ingest/records HTTP/1.1\r\n" + HEAD + b"Authorization: Bearer " + self.writer.encode() +
                  b"\r\nTransfer-Encoding: chunked\r\n\r\n")
        with self.serve() as server:
            before = memory(server, "VmHWM")
            for start, piece, statuses in [
                    (post + b"1;", b"x", {413}), (post, b"0", {413}), (post + b"0\r\nA: ", b"x", {431}),
                    (post + b"0\r\n", b"A: b\r\n", {431}), (post + b"1", b" ", {413}),
                    (post, b"1;" + b"x" * 100 + b"\r\na\r\n", {413}), (stream + b"1;", b"x", {413}),
                    (stream, b"0", {413}), (stream + b"0\r\nA: ", b"x", {431}),
                    (b"GET / HTTP/1.1\r\n", b"A: b\r\n", {431}), (b"GET /", b"x", {431}), (b"", b"G", {431}),
                    (b"GET /nothing HTTP/1.1\r\n" + HEAD + b"\r\n", b"x", {400, 404, 431})]:
                with self.subTest(start[-20:] + piece[:20]):
                    with self.connect(server) as peer:
                        peer.send(start)
                        sent = send_all(peer, piece * (65_536 // len(piece)), 64 * MIB)
                        self.assertLess(sent, 64 * MIB)
                        answer = peer.read_all()
                    # Who sends on after the answer may find it gone with the connection.
                    if answer:
                        self.assertIn(int(answer.split()[1]), statuses)
            self.assertLess(memory(server, "VmHWM") - before, 32 * MIB)

    def test_empty_lines_without_end(self):
        with self.serve("--idle-timeout", "1s") as server:
            before = memory(server, "VmHWM")
            with self.connect(server) as peer:
                send_all(peer, b"\r\n" * 32_768, 64 * MIB)
            self.assertLess(memory(server, "VmHWM") - before, 16 * MIB)


class HostileHttp2Clients(HostileClients, ProgramTest):
    peer = Http2Peer

    def half_requests(self):
        begin = frame(HEADERS, 0, 1, literal(head("GET", "/livez")))
        return [lambda peer: peer.send(begin), lambda peer: peer.send(begin[:5])]

    def test_floods(self):
        """Frames without end that ask for nothing: RFC 9113, section 10.5."""
        request = frame(HEADERS, END_HEADERS | END_STREAM, 1, literal(head("GET", "/nothing")))
        body = frame(HEADERS, END_HEADERS, 1, literal(head("POST", "/v3.4/reports/chats/tags")))
        reset_again = b"".join(frame(HEADERS, END_HEADERS | END_STREAM, stream, literal(head("GET", "/nothing"))) +
                               frame(RST_STREAM, 0, stream, bytes([0, 0, 0, 8])) for stream in range(3, 200_003, 2))
        malformed = b"".join(frame(HEADERS, END_HEADERS | END_STREAM, stream, literal(head("GET", "/", [("A", "b")])))
                             for stream in range(3, 200_003, 2))
        many = 100_000
        with self.serve() as server:
            before = memory(server, "VmHWM")
            for name, data in [
                    ("pings", frame(PING, 0, 0, bytes(8)) * many),
                    ("settings", settings() * many),
                    ("full settings", settings([(4, 1)] * 30) * 10_000),
                    ("empty pieces of a body", body + frame(DATA, 0, 1) * many),
                    ("padding", body + frame(DATA, 8, 1, b"\xff" + bytes(255)) * 10_000),
                    ("priorities", request + frame(PRIORITY, 0, 1, bytes([0, 0, 0, 3, 9])) * many),
                    ("windows", request + window(0, 1) * many),
                    ("unknown frames", frame(0x77, 0, 0, b"abc") * many),
                    ("requests that are reset", reset_again),
                    ("malformed requests", malformed),
                    ("pieces of a head", frame(HEADERS, 0, 1, literal(head("GET", "/"))) +
                     frame(CONTINUATION, 0, 1) * many),
                    ("a head without end", frame(HEADERS, 0, 1, literal(head("GET", "/"))) +
                     frame(CONTINUATION, 0, 1, literal([("a", "x" * 16_000)])) * 1_000)]:
                with self.subTest(name):
                    with self.connect(server) as peer:
                        send_all(peer, data, len(data))
                        peer.read_all()  # so it was closed
                        # Who sends on may find the last frame gone with the connection.
                        self.assertNotIn(0, peer.goaway_codes())
                    self.assertEqual(server.ask("GET", "/livez")[0], 200)
            self.assertLess(memory(server, "VmHWM") - before, 32 * MIB)

    def test_floods_of_who_does_not_read(self):
        with self.serve("--request-timeout", "1s") as server:
            before = memory(server, "VmHWM")
            peers = [self.connect(server, 4_096) for _ in range(20)]
            for peer in peers:
                peer.socket.settimeout(1)
                for _ in range(30):
                    if not peer.send(frame(PING, 0, 0, bytes(8)) * 1_000):
                        break
            self.assert_served(server)
            self.assertLess(memory(server, "VmHWM") - before, 32 * MIB)
            for peer in peers:
                peer.close()

    def test_heads_that_grow_when_they_are_unpacked(self):
        # A field of 4,000 bytes is stored once, and named by one byte each time.
        large = [("a", "x" * 4_000)]
        encoder = hpack.Encoder()
        first = encoder.encode(head("GET", "/livez") + large)
        too_large = encoder.encode(head("GET", "/livez") + large * 8)
        again = encoder.encode(head("GET", "/livez") + large * 12_000)
        self.assertLess(len(again), 16_384)
        with self.serve() as server:
            before = memory(server, "VmHWM")
            for _ in range(20):
                with self.connect(server) as peer:
                    peer.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, first))
                    for stream in range(3, 30, 2):
                        peer.send(frame(HEADERS, END_HEADERS | END_STREAM, stream, too_large))
                    peer.read_until_ended(29)
                    self.assertEqual(sorted(set(peer.statuses())), [200, 431])
                    peer.send(frame(HEADERS, END_HEADERS | END_STREAM, 31, again))
                    peer.read_until_ended(31)
                    self.assertEqual(peer.goaway_codes(), [11])  # ENHANCE_YOUR_CALM
            self.assertLess(memory(server, "VmHWM") - before, 32 * MIB)

    def test_windows_that_never_open(self):
        with self.serve("--request-timeout", "1s", "--max-waiting-answer-bytes", 32 * MIB) as server:
            before = memory(server)
            peers = [Http2Peer(server.port, window_size=0) for _ in range(10)]
            for peer in peers:
                for _ in range(4):
                    self.ask_large(peer)
            self.assert_served(server)
            self.assertLess(memory(server) - before, 140 * MIB)  # all of them would be 340
            for peer in peers:
                for stream in [1, 3, 5, 7]:
                    peer.read_until_ended(stream)
                    self.assertEqual(peer.content(stream), b"")
                    self.assertEqual(peer.reset_code(stream), 8)  # CANCEL
                peer.close()

    def test_windows_of_one_byte(self):
        with self.serve() as server:
            with Http2Peer(server.port, window_size=1) as peer:
                self.ask_large(peer)
                sent = send_all(peer, window(1, 1) * 1_000, 10 * MIB)
                peer.read_all()
                self.assertLess(len(peer.content()), sent)
                self.assertNotIn(0, peer.goaway_codes())

    def test_requests_of_one_connection_take_turns_with_others(self):
        other = self.token(license=2)
        with self.serve("--threads", 1, "--max-kept-bytes", 0, "--max-http2-requests", 32) as server:
            with self.connect(server) as peer:
                for _ in range(32):
                    self.ask_large(peer)
                status, _, _ = server.ask("GET", "/v3.4/reports/chats/total_chats", None,
                                          {"Authorization": "Bearer " + other})
                self.assertEqual(status, 200)
                # It is answered before the connection is.
                peer.read_what_is_there()
                self.assertFalse(peer.has_ended(63))
                # One more than it may have at a time.
                stream = peer.ask("GET", "/livez")
                peer.read_until_ended(stream)
                self.assertEqual(peer.reset_code(stream), 7)  # REFUSED_STREAM


if __name__ == "__main__":
    main()
