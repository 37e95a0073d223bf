"""What RFC 9110 (HTTP semantics) and RFC 9112 (HTTP/1.1) ask of a server, one row a rule: raw bytes, the status
that answers them, and whether the connection goes on. Each row also runs byte by byte, where the answer must be the same.
"""

import re
import socket
import time
import unittest

from peers import Peer
from program import ProgramTest, Server, main
from tls import TlsTest

OPEN, CLOSED = "open", "closed"
H = b"Host: x\r\n"
LIVE = b"GET /livez HTTP/1.1\r\n"
POST = b"POST /v3.4/reports/chats/tags HTTP/1.1\r\n" + H  # with a body it wants a token: 401
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"

# section, bytes, statuses that are right, the connection afterwards
ROWS = [
    # RFC 9112, 2: messages
    ("9112 2.2: an empty line before the request is skipped", b"\r\n" + LIVE + H + b"\r\n", {200}, OPEN),
    ("9112 2.2: a bare CR is no end of a line", b"GET /livez HTTP/1.1\rHost: x\r\n\r\n", {400}, CLOSED),
    ("9112 2.2: a bare CR within a value", LIVE + H + b"A: b\rc\r\n\r\n", {400}, CLOSED),
    ("9112 2.2: a bare LF ends no line here", b"GET /livez HTTP/1.1\nHost: x\n\n", {400}, CLOSED),
    ("9112 2.2: a bare LF among the fields", LIVE + b"Host: x\nA: b\r\n\r\n", {400}, CLOSED),
    ("9112 2.2: white space before the first field", LIVE + b" A: b\r\n" + H + b"\r\n", {400}, CLOSED),
    ("9112 2.3: lower case is no version", b"GET /livez http/1.1\r\n" + H + b"\r\n", {400}, CLOSED),
    ("9112 2.3: a version without a minor number", b"GET /livez HTTP/1\r\n" + H + b"\r\n", {400}, CLOSED),
    ("9110 2.5: a later minor version is answered", b"GET /livez HTTP/1.9\r\n" + H + b"\r\n", {200}, OPEN),
    ("9110 15.6.6: another major version", b"GET /livez HTTP/2.0\r\n" + H + b"\r\n", {505}, CLOSED),
    ("9110 15.6.6: the preface of HTTP/2, but not whole", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\n\n", {505}, CLOSED),
    ("9112 3: HTTP/0.9", b"GET /livez\r\n\r\n", {400}, CLOSED),
    # 3: the request line
    ("9112 3: two spaces", b"GET  /livez HTTP/1.1\r\n" + H + b"\r\n", {400}, CLOSED),
    ("9112 3: a space within the target", b"GET /li vez HTTP/1.1\r\n" + H + b"\r\n", {400}, CLOSED),
    ("9112 3: a space before the method", b" GET /livez HTTP/1.1\r\n" + H + b"\r\n", {400}, CLOSED),
    ("9112 3: white space behind the version", b"GET /livez HTTP/1.1 \r\n" + H + b"\r\n", {400}, CLOSED),
    ("9112 3: a tab between the parts", b"GET\t/livez HTTP/1.1\r\n" + H + b"\r\n", {400}, CLOSED),
    ("9112 3: the line is too long", b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n", {414, 431}, CLOSED),
    ("9112 3.1: the method is too long", b"G" * 20_000, {400, 431, 501}, CLOSED),
    ("9112 3.1: the method is no token", b"GE@T /livez HTTP/1.1\r\n" + H + b"\r\n", {400}, CLOSED),
    ("9112 3.1: methods know case", b"get /livez HTTP/1.1\r\n" + H + b"\r\n", {405, 501}, OPEN),
    ("9110 9.1: an unknown method", b"BREW /livez HTTP/1.1\r\n" + H + b"\r\n", {405, 501}, OPEN),
    ("9110 15.5.6: a known one that is not for this", b"DELETE /livez HTTP/1.1\r\n" + H + b"\r\n", {405}, OPEN),
    ("9110 9.3.8: TRACE is not for this", b"TRACE /livez HTTP/1.1\r\n" + H + b"\r\n", {405, 501}, OPEN),
    ("9112 3.2.2: absolute-form is taken", b"GET http://x/livez HTTP/1.1\r\n" + H + b"\r\n", {200}, OPEN),
    ("9112 3.2.2: its scheme knows no case", b"GET HTTPS://x:8/livez HTTP/1.1\r\n" + H + b"\r\n", {200}, OPEN),
    ("9112 3.2.2: Host must be there all the same", b"GET http://x/livez HTTP/1.1\r\n\r\n", {400}, CLOSED),
    ("9112 3.2.2: a host that is none", b"GET http://a b/ HTTP/1.1\r\n" + H + b"\r\n", {400}, CLOSED),
    ("9110 4.2.4: user information in it", b"GET http://me@x/livez HTTP/1.1\r\n" + H + b"\r\n", {400}, CLOSED),
    ("9110 4.2.1: an empty host in it", b"GET http:///livez HTTP/1.1\r\n" + H + b"\r\n", {400}, CLOSED),
    ("9112 3.2.3: there are no tunnels", b"CONNECT x:80 HTTP/1.1\r\n" + H + b"\r\n", {400, 405, 501}, CLOSED),
    ("9112 3.2.4: asterisk-form is of OPTIONS", b"OPTIONS * HTTP/1.1\r\n" + H + b"\r\n", {200, 204}, OPEN),
    ("9112 3.2.4: and of nothing else", b"GET * HTTP/1.1\r\n" + H + b"\r\n", {400}, CLOSED),
    ("9112 3.2.4: absolute-form without a path", b"OPTIONS http://x HTTP/1.1\r\n" + H + b"\r\n", {200, 204}, OPEN),
    ("9112 3.2: a target that is no form", b"GET livez HTTP/1.1\r\n" + H + b"\r\n", {400}, CLOSED),
    ("9112 3.2: Host is missing", LIVE + b"\r\n", {400}, CLOSED),
    ("9112 3.2: Host stands twice", LIVE + H + H + b"\r\n", {400}, CLOSED),
    ("9112 3.2: Host is no host", LIVE + b"Host: a b\r\n\r\n", {400}, CLOSED),
    ("9112 3.2: Host with a path", LIVE + b"Host: a/b\r\n\r\n", {400}, CLOSED),
    ("9112 3.2: Host with a port that is none", LIVE + b"Host: a:b\r\n\r\n", {400}, CLOSED),
    ("9110 7.2: Host may be empty", LIVE + b"Host:\r\n\r\n", {200}, OPEN),
    ("9110 7.2: an IPv6 address with a port", LIVE + b"Host: [::1]:80\r\n\r\n", {200}, OPEN),
    ("9112 3.2: HTTP/1.0 needs no Host", b"GET /livez HTTP/1.0\r\n\r\n", {200}, CLOSED),
    # 5: fields
    ("9112 5: the name's case says nothing", LIVE + b"hOsT: x\r\n\r\n", {200}, OPEN),
    ("9112 5: white space around a value", LIVE + b"Host: \t x \t\r\n\r\n", {200}, OPEN),
    ("9112 5.1: white space before the colon", LIVE + b"Host : x\r\n\r\n", {400}, CLOSED),
    ("9112 5.1: a line without a colon", LIVE + H + b"A\r\n\r\n", {400}, CLOSED),
    ("9112 5.1: a field without a name", LIVE + H + b": a\r\n\r\n", {400}, CLOSED),
    ("9110 5.1: a name that is no token", LIVE + H + b"A(b): c\r\n\r\n", {400}, CLOSED),
    ("9110 5.5: a NUL in a value", LIVE + H + b"A: b\0c\r\n\r\n", {400}, CLOSED),
    ("9110 5.5: a control in a value", LIVE + H + b"A: \x01\r\n\r\n", {400}, CLOSED),
    ("9110 5.5: bytes beyond ASCII are opaque", LIVE + H + b"A: \xc3\xa4\xff\r\n\r\n", {200}, OPEN),
    ("9112 5.2: a folded line: refused, or one space", LIVE + H + b"A: b\r\n c\r\n\r\n", {200, 400}, None),
    ("9110 5.4: fields over the limit", LIVE + H + b"A: " + b"x" * 20_000 + b"\r\n\r\n", {400, 431}, CLOSED),
    # 6: the body
    ("9112 6.2: a length that is none", POST + b"Content-Length: a\r\n\r\n", {400}, CLOSED),
    ("9112 6.2: a length with a sign", POST + b"Content-Length: +1\r\n\r\na", {400}, CLOSED),
    ("9112 6.2: a negative length", POST + b"Content-Length: -1\r\n\r\n", {400}, CLOSED),
    ("9112 6.2: an empty length", POST + b"Content-Length:\r\n\r\n", {400}, CLOSED),
    ("9112 6.3: two lengths", POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", {400}, CLOSED),
    ("9112 6.3: the same length twice may be refused", POST + b"Content-Length: 1, 1\r\n\r\na", {400}, CLOSED),
    ("9110 8.6: more than any number", POST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n", {400, 413}, CLOSED),
    ("9110 15.5.14: too large", POST + b"Content-Length: 99999999\r\n\r\n", {413}, CLOSED),
    ("9112 6.3: no length is no body", POST + b"\r\n" + LIVE + H + b"\r\n", {401}, OPEN),
    ("9112 6.1: chunked knows no case", POST + b"Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n", {401}, OPEN),
    ("9112 6.1: both lengths", POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}, CLOSED),
    ("9112 6.1: both, the other way", POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
     {400}, CLOSED),
    ("9112 6.1: an unknown coding", POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", {400, 501}, CLOSED),
    ("9112 6.1: another coding alone", POST + b"Transfer-Encoding: gzip\r\n\r\n", {400, 501}, CLOSED),
    ("9112 6.1: another coding before chunked", POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", {501}, CLOSED),
    ("9112 6.3: chunked is not the last", POST + b"Transfer-Encoding: chunked, identity\r\n\r\n", {400, 501}, CLOSED),
    ("9112 6.1: chunked twice", POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n", {400}, CLOSED),
    ("9112 6.1: chunked twice in two lines",
     POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}, CLOSED),
    ("9112 6.1: identity is gone", POST + b"Transfer-Encoding: identity\r\n\r\n", {400, 501}, CLOSED),
    ("9112 6.1: an empty coding", POST + b"Transfer-Encoding:\r\n\r\n", {400, 501}, CLOSED),
    ("9112 6.1: hidden behind a vertical tab", POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n", {400}, CLOSED),
    ("9112 6.1: HTTP/1.0 has no codings",
     b"POST /livez HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}, CLOSED),
    # 7: chunks
    ("9112 7.1: an empty body", CHUNKED + b"0\r\n\r\n", {401}, OPEN),
    ("9112 7.1: zeros before a size, either case", CHUNKED + b"00a\r\n0123456789\r\n0A\r\n0123456789\r\n000\r\n\r\n",
     {401}, OPEN),
    ("9112 7.1: a size that is none", CHUNKED + b"x\r\n", {400}, CLOSED),
    ("9112 7.1: a size with a sign", CHUNKED + b"-1\r\n", {400}, CLOSED),
    ("9112 7.1: a size with 0x", CHUNKED + b"0x1\r\na\r\n0\r\n\r\n", {400}, CLOSED),
    ("9112 7.1: an empty size", CHUNKED + b"\r\n", {400}, CLOSED),
    ("9112 7.1: more than any number", CHUNKED + b"f" * 17 + b"\r\n", {400, 413}, CLOSED),
    ("9112 7.1: data longer than said", CHUNKED + b"1\r\nab\r\n0\r\n\r\n", {400}, CLOSED),
    ("9112 7.1: a bare LF behind a size", CHUNKED + b"1\na\n0\n\n", {400}, CLOSED),
    ("9112 7.1: a bare LF behind the data", CHUNKED + b"1\r\na\n0\r\n\r\n", {400}, CLOSED),
    ("9112 7.1.1: extensions are skipped", CHUNKED + b'1;a\r\nx\r\n1 ; b="c;d"\r\ny\r\n0;e=f\r\n\r\n', {401}, OPEN),
    ("9112 7.1.1: a LF within an extension", CHUNKED + b"1;a\nb\r\nx\r\n0\r\n\r\n", {400}, CLOSED),
    ("9112 7.1.1: extensions count", CHUNKED + b"1;" + b"x" * 40_000, {400, 413}, CLOSED),
    ("9112 7.1.2: trailers are skipped", CHUNKED + b"1\r\na\r\n0\r\nA: b\r\nContent-Length: 9\r\n\r\n", {401}, OPEN),
    ("9112 7.1.2: trailers count", CHUNKED + b"0\r\n" + b"A: b\r\n" * 10_000, {413, 431}, CLOSED),
    # 9: connections
    ("9112 9.3: it goes on", LIVE + H + b"\r\n", {200}, OPEN),
    ("9112 9.3: unless the client says close", LIVE + H + b"Connection: close\r\n\r\n", {200}, CLOSED),
    ("9112 9.3: in any case, among others", LIVE + H + b"Connection: a, CLOSE\r\n\r\n", {200}, CLOSED),
    ("9112 9.3: HTTP/1.0 ends", b"GET /livez HTTP/1.0\r\n" + H + b"\r\n", {200}, CLOSED),
    ("9112 9.3: or asks to stay", b"GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", {200}, OPEN),
    ("9110 7.8: Upgrade may be ignored", LIVE + H + b"Connection: upgrade\r\nUpgrade: h2c\r\n\r\n", {200}, OPEN),
    # 9110: the rest
    ("9110 10.1.1: an unknown expectation", POST + b"Expect: more\r\n\r\n", {417}, CLOSED),
    ("9110 10.1.1: HTTP/1.0 expects nothing", b"GET /livez HTTP/1.0\r\nExpect: more\r\n\r\n", {200}, CLOSED),
    ("9110 9.3.2: HEAD", b"HEAD /livez HTTP/1.1\r\n" + H + b"\r\n", {200}, OPEN),
    ("9110 9.3.2: HEAD of what is not there", b"HEAD /nothing HTTP/1.1\r\n" + H + b"\r\n", {404}, OPEN),
    ("9110 9.3.2: HEAD that is refused", b"HEAD /livez HTTP/1.1\r\n\r\n", {400}, CLOSED),
    ("9110 15.5.5: nothing there", b"GET /nothing HTTP/1.1\r\n" + H + b"\r\n", {404}, OPEN),
]


class Answer:
    """The first answer in what came, and what follows it."""

    def __init__(self, text, is_head):
        head, self.rest = text.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        found = re.fullmatch(r"HTTP/1\.([01]) (\d{3}) [\x20-\x7e]*", lines[0])
        assert found, lines[0]
        self.status = int(found.group(2))
        self.fields = [tuple(line.split(": ", 1)) for line in lines[1:]]
        self.values = {name.lower(): value for name, value in self.fields}
        length = int(self.values.get("content-length", 0))
        if is_head or self.status in (204, 304) or self.status < 200:
            length = 0
        assert len(self.rest) >= length, "the body is cut off"
        self.body, self.rest = self.rest[:length], self.rest[length:]


class Conformance(ProgramTest):
    def talk(self, port, packets, timeout=20):
        """All that comes back to these and to a last good request, until the server closes."""
        with socket.create_connection(("127.0.0.1", port), timeout=timeout) as peer:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                for packet in packets:
                    peer.sendall(packet)
                peer.sendall(b"OPTIONS * HTTP/1.1\r\nHost: last\r\nConnection: close\r\n\r\n")
                peer.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # it has closed, which the row may want
            text = b""
            try:
                while piece := peer.recv(65_536):
                    text += piece
            except ConnectionResetError:
                pass
            return text

    def check(self, row, text):
        _, request, statuses, state = row
        is_head = request.lstrip(b"\r\n").startswith(b"HEAD")
        answer = Answer(text, is_head)
        self.assertIn(answer.status, statuses, text)
        # RFC 9110, 6.6.1, and 5.6.7: all answers of an origin server with a clock.
        self.assertRegex(answer.values["date"],
                         r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
                         r" \d{4} \d\d:\d\d:\d\d GMT$")
        self.assertEqual(len([1 for name, _ in answer.fields if name.lower() == "date"]), 1)
        if answer.status == 204:
            self.assertNotIn("content-length", answer.values)  # RFC 9110, 8.6
        if answer.status == 405:
            self.assertIn("allow", answer.values)  # RFC 9110, 15.5.6
        if answer.status == 401:
            self.assertIn("www-authenticate", answer.values)  # RFC 9110, 15.5.2
        if state == CLOSED:
            self.assertEqual(answer.values.get("connection"), "close", text)
            self.assertEqual(answer.rest, b"", "no further answer")
        elif state == OPEN:
            self.assertNotEqual(answer.values.get("connection"), "close", text)
            self.assertIn(b" 204 ", answer.rest, text)

    def test_every_row(self):
        with Server(self.data) as server:
            for row in ROWS:
                with self.subTest(row[0]):
                    self.check(row, self.talk(server.port, [row[1]]))

    def test_every_row_byte_by_byte(self):
        with Server(self.data) as server:
            for row in ROWS:
                if len(row[1]) > 300:
                    continue
                with self.subTest(row[0]):
                    self.check(row, self.talk(server.port, [row[1][i:i + 1] for i in range(len(row[1]))]))

    def test_pipelined_requests_are_answered_in_their_order(self):
        # RFC 9112, 9.3.2.
        with Server(self.data) as server:
            text = self.talk(server.port, [b"".join(
                b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % i for i in range(50))])
            for i in range(50):
                answer = Answer(text, False)
                self.assertEqual(answer.status, 404)
                self.assertIn(b'/%d\\"' % i, answer.body)
                text = answer.rest

    def test_a_body_that_is_waited_for(self):
        # RFC 9110, 10.1.1: 100 before the body, the answer at once where the body has come or is not wanted.
        start = POST + b"Expect: 100-continue\r\nContent-Length: "
        with Server(self.data) as server:
            with socket.create_connection(("127.0.0.1", server.port), timeout=20) as peer:
                peer.sendall(start + b"2\r\n\r\n")
                self.assertEqual(peer.recv(65_536), b"HTTP/1.1 100 Continue\r\n\r\n")
                peer.sendall(b"{}")
                self.assertTrue(peer.recv(65_536).startswith(b"HTTP/1.1 401 "))
            text = self.talk(server.port, [start + b"2\r\n\r\n{}"])
            self.assertTrue(text.startswith(b"HTTP/1.1 401 "), text)
            text = self.talk(server.port, [start + b"99999999\r\n\r\n"])
            self.assertTrue(text.startswith(b"HTTP/1.1 413 "), text)

    def test_an_answer_that_is_not_modified_has_no_body(self):
        # RFC 9110, 15.4.5.
        token = self.token()
        ask = ("GET /v3.4/reports/chats/tags HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n")
        question = "filters.from=2021-01-01T00:00:00Z&filters.to=2021-02-01T00:00:00Z"
        ask = ask.replace("tags", "tags?" + question)
        with Server(self.data) as server:
            first = Answer(self.talk(server.port, [(ask + "\r\n").encode()]), False)
            self.assertEqual(first.status, 200)
            text = self.talk(server.port, [(ask + "If-None-Match: " + first.values["etag"] + "\r\n\r\n").encode()])
            second = Answer(text, False)
            self.assertEqual((second.status, second.body), (304, b""))
            self.assertTrue(second.rest.startswith(b"HTTP/1.1 204 "), text)

    def test_the_date_is_now(self):
        with Server(self.data) as server:
            answer = Answer(self.talk(server.port, [LIVE + H + b"\r\n"]), False)
            said = time.mktime(time.strptime(answer.values["date"], "%a, %d %b %Y %H:%M:%S GMT")) - time.timezone
            self.assertLess(abs(said - time.time()), 60)


class Tls(TlsTest):
    def test_plain_http_is_told_what_it_met(self):
        with self.serve() as server:
            with socket.create_connection(("127.0.0.1", server.port), timeout=20) as peer:
                peer.sendall(LIVE + H + b"\r\n")
                text = b""
                while piece := peer.recv(65_536):
                    text += piece
            answer = Answer(text, False)
            self.assertEqual(answer.status, 400)
            self.assertIn(b"HTTPS", answer.body)

    def test_protocols(self):
        # RFC 7301, 3.2; test_http2_conformance.py has those of a server with HTTP/2.
        with self.serve("--max-http2-requests", 0) as server:
            for offered, chosen in [(None, None), (["http/1.1"], "http/1.1"), (["h2", "http/1.1"], "http/1.1")]:
                with Peer(server.port, context=self.context(offered)) as peer:
                    self.assertEqual(peer.socket.selected_alpn_protocol(), chosen)
            self.assert_no_protocol(server, ["h2"])

    def test_chunks_in_small_packets(self):
        with self.serve() as server:
            with Peer(server.port, context=self.context()) as peer:
                for packet in [CHUNKED, b"0\r\n", b"\r", b"\n" + LIVE + H + b"Connection: close\r\n\r\n"]:
                    peer.send(packet)
                    time.sleep(0.02)
                text = bytes(peer.read_all())
            answer = Answer(text, False)
            self.assertEqual(answer.status, 401)
            self.assertTrue(answer.rest.startswith(b"HTTP/1.1 200 "), text)


if __name__ == "__main__":
    main()
