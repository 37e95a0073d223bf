"""The common part of the stand-ins for other systems: an HTTP server whose answers can be made to fail."""

import gzip
import http.server
import json
import socket
import threading
import time


class Refused(Exception):
    """An error as the API answers it."""

    def __init__(self, status, body, headers=None):
        super().__init__(str(body))
        self.status, self.headers = status, headers or {}
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()


class Fault(Exception):
    """An answer that is none: `status` and `body` as they are; "cut" breaks off in the middle of the right
    answer, "reset" closes the connection before it, "hang" says nothing for a while."""

    def __init__(self, kind, status=500, body=b"", headers=None):
        super().__init__(kind)
        self.kind, self.status, self.body, self.headers = kind, status, body, headers or {}


class Account:
    """Everything may be changed while it serves, with `lock` held. A subclass has `answer(method, path, body,
    headers)`, which returns what becomes the JSON of the answer, and its headers."""

    def __init__(self):
        self.lock = threading.RLock()
        self.fault = None  # called with the action and the body before each answer: returns a Fault or none
        self.requests = []  # (time, action, body)
        self.server = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self, port=0):
        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64
            handle_error = lambda *_: None  # a client that goes away is no news

        self.server = Server(("127.0.0.1", port), Handler)
        self.server.account = self
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def count(self, action):
        return sum(1 for _, name, _ in self.requests if name == action)

    def requests_since(self, seconds):
        return sum(1 for at, _, _ in self.requests if at >= time.monotonic() - seconds)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def respond(self):
        account = self.server.account
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = None
        try:
            with account.lock:
                action, asked = account.action_of(self.command, self.path, body)
                if action is not None:
                    account.requests.append((time.monotonic(), action, asked))
                    fault = account.fault(action, asked) if account.fault else None
                    if fault and fault.kind != "cut":
                        raise fault
                answer, headers = account.answer(self.command, self.path, body, self.headers)
                answer = json.dumps(answer).encode()
            self.send(200, answer, headers, is_cut=fault is not None)
        except Refused as refused:
            self.send(refused.status, refused.body, refused.headers)
        except Fault as fault:
            if fault.kind == "reset":
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            if fault.kind == "hang":
                time.sleep(5)
            self.send(fault.status, fault.body, fault.headers)

    do_GET = do_POST = do_DELETE = respond

    def send(self, status, body, headers, is_cut=False):
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 1)
            headers = {**headers, "Content-Encoding": "gzip"}
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if is_cut:
            self.wfile.write(body[:len(body) // 2])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            self.wfile.write(body)
