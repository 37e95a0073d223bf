"""Clients that send any bytes: one for each version of HTTP, with the same methods, so that a test can run over both."""

import contextlib
import re
import socket
import struct

import hpack

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 2, 3, 4, 6, 7, 8, 9
END_STREAM, ACK, END_HEADERS = 1, 1, 4
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
MOST = 2**31 - 1  # of a window
FRAME_BYTES = 16_384


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def settings(values=()):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", *pair) for pair in values))


def window(stream, size):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", size))


def literal(fields):
    """A block of fields, neither indexed nor compressed."""
    block = b""
    for pair in fields:
        block += b"\0"
        for text in pair:
            text = text if isinstance(text, bytes) else text.encode()
            size, more = min(len(text), 127), b""
            if size == 127:
                rest = len(text) - 127
                while rest > 127:
                    more, rest = more + bytes([rest % 128 + 128]), rest // 128
                more += bytes([rest])
            block += bytes([size]) + more + text
    return block


def head(method, path, fields=(), scheme="http", authority="x"):
    return [(":method", method), (":scheme", scheme), (":path", path), (":authority", authority), *fields]


class Peer:
    def __init__(self, port, receive_bytes=None, context=None):
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(60)
        self.socket.connect(("127.0.0.1", port))
        if context:
            self.socket = context.wrap_socket(self.socket, server_hostname="127.0.0.1")
        self.received = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def send(self, data):
        """False where the server has closed."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def read(self, size=65_536):
        """What comes next; nothing at the end of the connection."""
        with contextlib.suppress(ConnectionResetError):
            piece = self.socket.recv(size)
            self.received += piece
            return piece
        return b""

    def read_what_is_there(self):
        self.socket.settimeout(0.01)
        with contextlib.suppress(OSError):
            self.read()
        self.socket.settimeout(60)

    def read_all(self):
        while self.read():
            pass
        return self.received


class Http1Peer(Peer):
    def ask(self, method, target, fields=(), length=None, is_last=False):
        """Sends the head of a request whose body has that length."""
        lines = [f"{method} {target} HTTP/1.1", "Host: x", *(f"{name}: {value}" for name, value in fields)]
        if length is not None:
            lines.append(f"Content-Length: {length}")
        if is_last:
            lines.append("Connection: close")
        self.send("\r\n".join(lines + ["", ""]).encode())

    def send_body(self, piece):
        """Returns how much was sent: less than all if the server has answered or closed."""
        return len(piece) if self.send(piece) else 0

    def end_body(self):
        pass

    def statuses(self):
        """Those in what was read."""
        return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", bytes(self.received))]

    def content(self):
        return bytes(self.received)


class Http2Peer(Peer):
    """Opens its windows as far as it can, so that nothing but TCP limits what the server sends."""

    def __init__(self, port, receive_bytes=None, context=None, window_size=MOST):
        super().__init__(port, receive_bytes, context)
        self.next = 1
        self.windows = {0: 65_535}
        self.seen = 0  # bytes of `received`
        self.frames = []
        self.decoder = hpack.Decoder()
        self.decoder.max_header_list_size = 1 << 20
        self.fields = {}  # by stream
        self.is_open = True
        self.send(PREFACE + settings([(4, window_size)]) + window(0, MOST - 65_535))

    def ask(self, method, target, fields=(), length=None, is_last=False):
        stream, self.next = self.next, self.next + 2
        self.windows[stream] = 65_535
        fields = [(name.lower(), value) for name, value in fields]
        if length is not None:
            fields.append(("content-length", str(length)))
        flags = END_HEADERS | (0 if length else END_STREAM)
        self.send(frame(HEADERS, flags, stream, literal(head(method, target, fields))) +
                  (frame(GOAWAY, 0, 0, bytes(8)) if is_last else b""))
        return stream

    def send_body(self, piece, stream=None):
        stream = stream or self.next - 2
        sent = 0
        while sent < len(piece) and self.is_open and not self.has_ended(stream):
            size = min(FRAME_BYTES, len(piece) - sent, self.windows[0], self.windows[stream])
            if size == 0:
                if not self.read():
                    break
                self.look()
                continue
            self.is_open = self.send(frame(DATA, 0, stream, piece[sent:sent + size]))
            for of in [0, stream]:
                self.windows[of] -= size
            sent += size
        return sent

    def end_body(self, stream=None):
        self.send(frame(DATA, END_STREAM, stream or self.next - 2))

    def look(self):
        """Reads the frames in what was read."""
        while len(self.received) - self.seen >= 9:
            size, kind, flags, stream = struct.unpack(">IBBI", b"\0" + self.received[self.seen:self.seen + 9])
            if len(self.received) - self.seen - 9 < size:
                break
            payload = bytes(self.received[self.seen + 9:self.seen + 9 + size])
            self.seen += 9 + size
            self.frames.append((kind, flags, stream, payload))
            if kind == WINDOW_UPDATE:
                self.windows[stream] = self.windows.get(stream, 0) + struct.unpack(">I", payload)[0]
            if kind == HEADERS:
                self.fields.setdefault(stream, []).extend(self.decoder.decode(payload))
        return self.frames

    def has_ended(self, stream):
        return any(of == stream and (kind == RST_STREAM or kind in (DATA, HEADERS) and flags & END_STREAM)
                   for kind, flags, of, _ in self.look())

    def read_until_ended(self, stream):
        while not self.has_ended(stream) and self.read():
            pass

    def statuses(self):
        self.look()
        return [int(value) for fields in self.fields.values() for name, value in fields if name == ":status"]

    def status(self, stream):
        self.look()
        return next((int(value) for name, value in self.fields.get(stream, []) if name == ":status"), None)

    def content(self, stream=None):
        return b"".join(payload for kind, _, of, payload in self.look() if kind == DATA and stream in (None, of))

    def reset_code(self, stream):
        return next((struct.unpack(">I", payload)[0] for kind, _, of, payload in self.look()
                     if kind == RST_STREAM and of == stream), None)

    def goaway_codes(self):
        return [struct.unpack(">I", payload[4:8])[0] for kind, _, _, payload in self.look() if kind == GOAWAY]
