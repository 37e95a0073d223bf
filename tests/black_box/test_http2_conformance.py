"""What RFC 9113 (HTTP/2) asks of a server, one row a rule: frames, and what comes of them: the status of an answer, the
error code of a reset stream, or that of the connection's end. Each row also runs byte by byte, and over TLS.
"""

import gzip
import re
import subprocess
import time
import unittest

from peers import *
from program import ProgramTest, Server, main
from tls import TlsTest

NO_ERROR, PROTOCOL, FLOW_CONTROL, STREAM_CLOSED, FRAME_SIZE, REFUSED, CALM = 0, 1, 3, 5, 6, 7, 11
COMPRESSION = 9
LIVE = literal(head("GET", "/livez"))
POST = head("POST", "/v3.4/reports/chats/tags")  # with a body it wants a token: 401
WHOLE = END_HEADERS | END_STREAM
GET = frame(HEADERS, WHOLE, 1, LIVE)
OPEN = frame(HEADERS, END_HEADERS, 1, literal(POST))  # a body follows


def get(*fields, method="GET", path="/livez", **more):
    return frame(HEADERS, WHOLE, 1, literal(head(method, path, fields, **more)))


def bare(*fields):
    return frame(HEADERS, WHOLE, 1, literal(fields))


def answered(*statuses):
    return "status", statuses


def reset(*codes):
    return "reset", codes


def ended(*codes):
    return "ended", codes


METHOD, SCHEME, PATH, AUTHORITY = (":method", "GET"), (":scheme", "http"), (":path", "/livez"), (":authority", "x")

# section, frames after the preface and the settings, what comes of them
ROWS = [
    ("4.1: unknown types are ignored", frame(0x99, 0xff, 1, b"abc") + GET, answered(200)),
    ("4.1: unknown flags are ignored", frame(HEADERS, WHOLE | 0xc0, 1, LIVE), answered(200)),
    ("4.1: the reserved bit is ignored", GET[:5] + b"\x80" + GET[6:], answered(200)),
    ("4.2: a frame over the size", frame(DATA, 0, 1, bytes(16_385)), ended(FRAME_SIZE)),
    ("4.2: a head over the size", frame(HEADERS, WHOLE, 1, bytes(16_385)), ended(FRAME_SIZE)),
    ("4.3: a block that can't be unpacked", frame(HEADERS, WHOLE, 1, b"\xff\xff\xff\xff\xff\xff"), ended(COMPRESSION)),
    ("4.3: an index beyond the table", frame(HEADERS, WHOLE, 1, b"\xfe"), ended(COMPRESSION)),
    ("5.1: data on an idle stream", frame(DATA, 0, 1, b"a"), ended(PROTOCOL)),
    ("5.1: a reset of an idle stream", frame(RST_STREAM, 0, 1, bytes(4)), ended(PROTOCOL)),
    ("5.1: a window of an idle stream", window(1, 1), ended(PROTOCOL)),
    ("5.1: data after the end of the request", frame(HEADERS, WHOLE, 1, literal(POST)) + frame(DATA, 0, 1, b"a"),
     ("any", (STREAM_CLOSED, PROTOCOL, 401))),  # or it was answered before
    ("5.1.1: an even number", frame(HEADERS, WHOLE, 2, LIVE), ended(PROTOCOL)),
    ("5.3: priorities are ignored", frame(PRIORITY, 0, 3, bytes([0, 0, 0, 0, 16])) + GET, answered(200)),
    ("5.3: priorities in a head", frame(HEADERS, WHOLE | 0x20, 1, bytes([0, 0, 0, 0, 16]) + LIVE), answered(200)),
    ("5.5: an extension's setting", settings([(0xf000, 1)]) + GET, answered(200)),
    ("6.1: data without a stream", frame(DATA, 0, 0, b"a"), ended(PROTOCOL)),
    ("6.1: padding", OPEN + frame(DATA, 8 | END_STREAM, 1, b"\x03{}" + bytes(3)), answered(401)),
    ("6.1: more padding than frame", OPEN + frame(DATA, 8, 1, b"\x09{}"), ended(PROTOCOL)),
    ("6.2: a head without a stream", frame(HEADERS, WHOLE, 0, LIVE), ended(PROTOCOL)),
    ("6.2: padding", frame(HEADERS, WHOLE | 8, 1, b"\x02" + LIVE + bytes(2)), answered(200)),
    ("6.3: a priority of the wrong size", OPEN + frame(PRIORITY, 0, 1, bytes(4)), ("any", (FRAME_SIZE,))),
    ("6.4: a reset of the wrong size", OPEN + frame(RST_STREAM, 0, 1, bytes(3)), ended(FRAME_SIZE)),
    ("6.5: settings on a stream", frame(SETTINGS, 0, 1), ended(PROTOCOL)),
    ("6.5: settings of the wrong size", frame(SETTINGS, 0, 0, bytes(5)), ended(FRAME_SIZE)),
    ("6.5: an acknowledgement with a payload", frame(SETTINGS, ACK, 0, bytes(6)), ended(FRAME_SIZE)),
    ("6.5.2: ENABLE_PUSH is 0 or 1", settings([(2, 2)]), ended(PROTOCOL)),
    ("6.5.2: a window beyond any number", settings([(4, 2**31)]), ended(FLOW_CONTROL)),
    ("6.5.2: a frame size too small", settings([(5, 16_383)]), ended(PROTOCOL)),
    ("6.6: clients push nothing", frame(5, END_HEADERS, 1, bytes(4) + LIVE), ended(PROTOCOL)),
    ("6.7: a ping on a stream", frame(PING, 0, 1, bytes(8)), ended(PROTOCOL)),
    ("6.7: a ping of the wrong size", frame(PING, 0, 0, bytes(7)), ended(FRAME_SIZE)),
    ("6.8: GOAWAY on a stream", frame(GOAWAY, 0, 1, bytes(8)), ended(PROTOCOL)),
    ("6.9: a window of nothing", window(0, 0), ended(PROTOCOL)),
    ("6.9: a stream's window of nothing", OPEN + window(1, 0), ("any", (PROTOCOL,))),
    ("6.9: a window of the wrong size", frame(WINDOW_UPDATE, 0, 0, bytes(3)), ended(FRAME_SIZE)),
    ("6.9.1: a window beyond any number", window(0, MOST) + window(0, MOST), ended(FLOW_CONTROL)),
    ("6.10: a head in two frames", frame(HEADERS, END_STREAM, 1, LIVE[:9]) + frame(CONTINUATION, END_HEADERS, 1, LIVE[9:]),
     answered(200)),
    ("6.10: another frame within a head", frame(HEADERS, END_STREAM, 1, LIVE) + frame(PING, 0, 0, bytes(8)),
     ended(PROTOCOL)),
    ("6.10: the rest of another head", frame(HEADERS, END_STREAM, 1, LIVE) + frame(CONTINUATION, END_HEADERS, 3),
     ended(PROTOCOL)),
    ("6.10: the rest of nothing", frame(CONTINUATION, END_HEADERS, 1, LIVE), ended(PROTOCOL)),
    ("8.1: trailers are skipped", OPEN + frame(DATA, 0, 1, b"{}") + frame(HEADERS, WHOLE, 1, literal([("a", "b")])),
     answered(401)),
    ("8.1: trailers that do not end it", OPEN + frame(HEADERS, END_HEADERS, 1, literal([("a", "b")])), reset(PROTOCOL)),
    ("8.1: pseudo-fields in trailers", OPEN + frame(HEADERS, WHOLE, 1, literal([(":path", "/")])), reset(PROTOCOL)),
    ("8.1.1: a longer body than announced", frame(HEADERS, END_HEADERS, 1, literal([*POST, ("content-length", "1")])) +
     frame(DATA, END_STREAM, 1, b"{}"), reset(PROTOCOL)),
    ("8.1.1: a shorter one", frame(HEADERS, END_HEADERS, 1, literal([*POST, ("content-length", "3")])) +
     frame(DATA, END_STREAM, 1, b"{}"), reset(PROTOCOL)),
    ("8.1.1: two lengths", get(("content-length", "1"), ("content-length", "1")), reset(PROTOCOL)),
    ("8.2: upper case in a name", get(("A", "b")), reset(PROTOCOL)),
    ("8.2.1: a NUL in a value", get(("a", "b\0c")), reset(PROTOCOL)),
    ("8.2.1: a line end in a value", get(("a", "b\r\nc")), reset(PROTOCOL)),
    ("8.2.1: a space in a name", get(("a b", "c")), reset(PROTOCOL)),
    ("8.2.1: an empty name", get(("", "c")), ("any", (PROTOCOL, COMPRESSION))),
    ("9110 5.5: bytes beyond ASCII are opaque", get(("a", b"\xc3\xa4\xff")), answered(200)),
    ("8.2.2: Connection", get(("connection", "close")), reset(PROTOCOL)),
    ("8.2.2: Keep-Alive", get(("keep-alive", "1")), reset(PROTOCOL)),
    ("8.2.2: Transfer-Encoding", get(("transfer-encoding", "chunked")), reset(PROTOCOL)),
    ("8.2.2: Upgrade", get(("upgrade", "h2c")), reset(PROTOCOL)),
    ("8.2.2: TE", get(("te", "gzip")), reset(PROTOCOL)),
    ("8.2.2: TE: trailers", get(("te", "trailers")), answered(200)),
    ("8.3: an unknown pseudo-field", get((":a", "b")), reset(PROTOCOL)),
    ("8.3: one of an answer", get((":status", "200")), reset(PROTOCOL)),
    ("8.3: after a field", bare(METHOD, SCHEME, ("a", "b"), PATH, AUTHORITY), reset(PROTOCOL)),
    ("8.3.1: no method", bare(SCHEME, PATH, AUTHORITY), reset(PROTOCOL)),
    ("8.3.1: no scheme", bare(METHOD, PATH, AUTHORITY), reset(PROTOCOL)),
    ("8.3.1: no path", bare(METHOD, SCHEME, AUTHORITY), reset(PROTOCOL)),
    ("8.3.1: an empty path", get(path=""), reset(PROTOCOL)),
    ("8.3.1: two paths", bare(METHOD, SCHEME, PATH, PATH, AUTHORITY), reset(PROTOCOL)),
    ("8.3.1: no authority", bare(METHOD, SCHEME, PATH), reset(PROTOCOL)),
    ("8.3.1: Host in place of it", bare(METHOD, SCHEME, PATH, ("host", "x")), answered(200)),
    ("8.3.1: Host that is another", get(("host", "y")), answered(400)),
    ("8.3.1: the same Host", get(("host", "x")), answered(200)),
    ("8.3.1: user information in the authority", get(authority="me@x"), ("any", (400, PROTOCOL))),
    ("8.3.1: a path that does not begin with /", get(path="livez"), ("any", (400, PROTOCOL))),
    ("8.3.1: a whole address as the path", get(path="http://x/livez"), ("any", (400, PROTOCOL))),
    ("8.3.1: OPTIONS *", get(method="OPTIONS", path="*"), answered(200, 204)),
    ("8.3.1: * and another method", get(path="*"), ("any", (400, PROTOCOL))),
    ("8.3.1: another scheme", get(scheme="ftp"), answered(400)),
    ("8.5: there are no tunnels", bare((":method", "CONNECT"), (":authority", "x:80")), answered(501)),
    ("8.6: no protocol is upgraded", get(("http2-settings", "")), answered(200)),
    ("9110 9.1: an unknown method", get(method="BREW"), answered(405, 501)),
    ("9110 9.1: methods know case", get(method="get"), answered(405, 501)),
    ("9110 9.3.2: HEAD", get(method="HEAD"), answered(200)),
    ("9110 9.3.2: HEAD of what is not there", get(method="HEAD", path="/nothing"), answered(404)),
    ("9110 15.5.5: nothing there", get(path="/nothing"), answered(404)),
    ("9110 15.5.6: a method that is not for this", get(method="DELETE"), answered(405)),
    ("9110 8.6: more than any number", frame(HEADERS, END_HEADERS, 1, literal([*POST, ("content-length", "9" * 40)])),
     ("any", (413, PROTOCOL))),
    ("9110 15.5.14: too large", frame(HEADERS, END_HEADERS, 1, literal([*POST, ("content-length", "99999999")])),
     answered(413)),
    ("9110 10.1.1: an unknown expectation", get(("expect", "more")), answered(417)),
    ("9110 5.4: fields over the limit", get(*[("a", "x" * 100)] * 130), answered(431)),
]


class Http2Rows:
    def talk(self, server, packets):
        peer = self.connect(server)
        self.addCleanup(peer.close)
        peer.socket.settimeout(20)
        peer.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for packet in packets:
            if not peer.send(packet):
                break
        return peer

    def check(self, row, peer):
        _, _, (kind, values) = row
        stream = 1
        while not peer.goaway_codes() and not peer.has_ended(stream) and peer.read():
            pass
        found = {"status": {peer.status(stream)}, "reset": {peer.reset_code(stream)}, "ended": set(peer.goaway_codes())}
        found["any"] = set().union(*found.values())
        self.assertTrue(found[kind] & set(values), found)
        if kind == "status":
            self.check_answer(peer, stream)
        if kind in ("status", "reset"):
            # The connection goes on.
            again = 2_001
            peer.send(frame(HEADERS, WHOLE, again, literal(head("OPTIONS", "*"))))
            peer.read_until_ended(again)
            self.assertEqual(peer.status(again), 204)
        if kind == "ended":
            peer.read_all()  # it is closed

    def check_answer(self, peer, stream):
        fields = [(name, value) for name, value in peer.fields[stream]]
        values = dict(fields)
        status = int(values[":status"])
        self.assertRegex(values["date"], r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$")
        self.assertEqual(len([1 for name, _ in fields if name == "date"]), 1)
        for name, _ in fields:
            self.assertEqual(name, name.lower())  # RFC 9113, 8.2
        for name in ["connection", "keep-alive", "transfer-encoding"]:  # 8.2.2
            self.assertNotIn(name, values)
        if status == 204:
            self.assertNotIn("content-length", values)
        elif peer.content(stream):
            self.assertEqual(int(values["content-length"]), len(peer.content(stream)))
        if status == 405:
            self.assertIn("allow", values)
        if status == 401:
            self.assertIn("www-authenticate", values)

    def test_every_row(self):
        with self.serve() as server:
            for row in ROWS:
                with self.subTest(row[0]):
                    self.check(row, self.talk(server, [row[1]]))

    def test_every_row_byte_by_byte(self):
        with self.serve() as server:
            for row in ROWS:
                # nghttp2 takes each part of the head of a CONTINUATION for one of the few that it allows.
                if len(row[1]) > 300 or row[0].startswith("6.10"):
                    continue
                with self.subTest(row[0]):
                    self.check(row, self.talk(server, [row[1][i:i + 1] for i in range(len(row[1]))]))


class Http2Conformance(Http2Rows, ProgramTest):
    def serve(self):
        return Server(self.data)

    def connect(self, server):
        return Http2Peer(server.port)

    def test_the_preface(self):
        with Server(self.data) as server:
            for begin in [PREFACE, PREFACE + frame(PING, 0, 0, bytes(8)), PREFACE + GET]:
                with Peer(server.port) as peer:
                    peer.send(begin)
                    peer.socket.shutdown(socket.SHUT_WR)
                    text = peer.read_all()
                    self.assertEqual(text[3], SETTINGS, text)  # the server's preface comes first
            # Without it, the bytes are HTTP/1.
            with Peer(server.port) as peer:
                peer.send(PREFACE[:-2] + b"xx")
                self.assertTrue(peer.read_all().startswith(b"HTTP/1.1 505 "))

    def test_it_can_be_turned_off(self):
        with Server(self.data, "--max-http2-requests", 0) as server:
            with Peer(server.port) as peer:
                peer.send(PREFACE + settings())
                self.assertTrue(peer.read_all().startswith(b"HTTP/1.1 505 "))

    def test_pings_are_answered(self):
        with Server(self.data) as server:
            peer = self.talk(server, [frame(PING, 0, 0, b"12345678")])
            while (PING, ACK, 0, b"12345678") not in peer.look():
                self.assertTrue(peer.read())

    def test_a_stream_of_the_past_is_not_answered(self):
        # RFC 9113, 5.1.1, asks for the end of the connection; nghttp2 skips the head, because it could be a trailer.
        with Server(self.data) as server:
            peer = self.talk(server, [frame(HEADERS, WHOLE, stream, LIVE) for stream in [5, 3, 7]])
            peer.read_until_ended(7)
            self.assertEqual([peer.status(stream) for stream in [5, 3, 7]], [200, None, 200])

    def test_answers_of_many_streams(self):
        token = self.token()
        question = "filters.from=2021-01-01T00:00:00Z&filters.to=2021-02-01T00:00:00Z"
        fields = [("Authorization", "Bearer " + token)]
        with Server(self.data) as server:
            while server.ask("GET", "/readyz")[0] != 200:
                time.sleep(0.05)
            expected = server.ask("GET", "/v3.4/reports/chats/tags?" + question, None, dict(fields))[2]
            peer = self.talk(server, [])
            streams = [peer.ask("GET", "/v3.4/reports/chats/tags?" + question, fields) for _ in range(30)]
            for stream in streams:
                peer.read_until_ended(stream)
                self.assertEqual(peer.content(stream).decode(), expected)
            # RFC 9110, 15.4.5.
            etag = dict(peer.fields[streams[0]])["etag"]
            stream = peer.ask("GET", "/v3.4/reports/chats/tags?" + question, [*fields, ("If-None-Match", etag)])
            peer.read_until_ended(stream)
            self.assertEqual((peer.status(stream), peer.content(stream)), (304, b""))

    def test_a_body_that_is_waited_for(self):
        with Server(self.data) as server:
            peer = self.talk(server, [])
            stream = peer.ask("POST", POST[2][1], [("Expect", "100-continue")], 2)
            while 100 not in peer.statuses():
                self.assertTrue(peer.read())
            peer.send_body(b"{}")
            peer.end_body()
            peer.read_until_ended(stream)
            self.assertEqual(peer.statuses(), [100, 401])

    def test_records_of_any_size_as_they_come(self):
        token = self.token("--scope", "reports_write")
        records = b"".join(b'{"id":"C%d","thread":{"id":"T%d","created_at":"2021-04-08T10:00:00Z"}}' % (n, n)
                           + b" " * 1_000 + b"\n" for n in range(3_000))
        with Server(self.data) as server:
            for body, fields in [(records, []), (gzip.compress(records), [("Content-Encoding", "gzip")])]:
                peer = self.talk(server, [])
                stream = peer.ask("POST", "/ingest/records", [("Authorization", "Bearer " + token), *fields], len(body))
                self.assertEqual(peer.send_body(body), len(body))
                peer.end_body()
                peer.read_until_ended(stream)
                self.assertIn(b'"accepted":3000', peer.content(stream))

    def test_clients_of_others(self):
        """curl; the server does not take its offer to upgrade."""
        version = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout
        if not re.search(r"^Features:.*\bHTTP2\b", version, re.M):
            self.skipTest("curl has no HTTP/2")
        with Server(self.data) as server:
            for flag, spoken in [("--http2-prior-knowledge", "2"), ("--http2", "1.1"), ("--http1.1", "1.1")]:
                done = subprocess.run(["curl", "-s", flag, "-w", " %{http_version} %{http_code}",
                                       f"http://127.0.0.1:{server.port}/livez"], capture_output=True, text=True)
                self.assertEqual(done.stdout, '{"status":"ok"} ' + spoken + " 200")
            # An answer before the end of the body: curl 7.88 does not see one that is reset at once.
            for path, status in [("/ingest/records", "401"), ("/v3.4/reports/chats/tags", "413")]:
                done = subprocess.run(["curl", "-s", "--http2-prior-knowledge", "-o", "/dev/null",
                                       "-w", "%{http_code}", "-H", "Authorization: Bearer bad", "--data-binary", "@-",
                                       f"http://127.0.0.1:{server.port}{path}"],
                                      input=bytes(6_000_000), capture_output=True)
                self.assertEqual((done.stdout.decode(), done.returncode), (status, 0))


class Http2Tls(Http2Rows, TlsTest):
    """The same through TLS, where the protocol is chosen in the handshake."""

    def connect(self, server):
        return Http2Peer(server.port, context=self.context(["h2"]))

    def test_protocols(self):
        # RFC 7301, 3.2.
        with self.serve() as server:
            for offered, chosen in [(None, None), (["http/1.1"], "http/1.1"), (["h2"], "h2"),
                                    (["http/1.1", "h2"], "h2"), (["x", "http/1.1"], "http/1.1")]:
                with Peer(server.port, context=self.context(offered)) as peer:
                    self.assertEqual(peer.socket.selected_alpn_protocol(), chosen)
            self.assert_no_protocol(server, ["x", "h2c"])

    def test_without_a_choice_it_is_http1(self):
        with self.serve() as server:
            for offered in [None, ["http/1.1"]]:
                with Peer(server.port, context=self.context(offered)) as peer:
                    peer.send(PREFACE + settings())
                    self.assertTrue(peer.read_all().startswith(b"HTTP/1.1 505 "))


if __name__ == "__main__":
    main()
