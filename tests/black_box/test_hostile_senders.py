"""Senders that cost much: others are served all the same, and memory stays within its limit."""

import datetime
import threading

from program import *

# Without a limit each of these takes many times as long, or many times as much memory.
LONGEST_WAIT = 20  # seconds, of another licence's webhook, on a machine that is busy otherwise


def at(second):
    return (datetime.datetime(2021, 4, 8, 10) + datetime.timedelta(seconds=second)).strftime(
        "%Y-%m-%dT%H:%M:%S.000000Z")


def lines(records):
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def event(number, thread="T1", **more):
    return {"action": "incoming_event", "payload": {
        "chat_id": "C" + thread, "thread_id": thread,
        "event": {"id": f"{thread}_{number}", "type": "message", "author_id": "customer",
                  "created_at": at(number), **more}}}


def form(number, answers):
    return event(number, type="filled_form", form_id="f", form_type="prechat", fields=[
        {"id": "q" * 200, "type": "checkbox",
         "answers": [{"id": "a" * 200 + str(n), "label": "x"} for n in range(answers)]}])


class OtherLicence(threading.Thread):
    """Sends a webhook every so often, and remembers how long each took to be answered."""

    def __init__(self, server, secret):
        super().__init__()
        self.server, self.secret = server, secret
        self.times, self.statuses, self.done = [], set(), threading.Event()

    def run(self):
        number = 0
        while not self.done.wait(0.05):
            number += 1
            begin = time.monotonic()
            status, _, _ = self.server.ask("POST", "/ingest/webhooks/livechat", json.dumps(
                {**event(1, f"other{number}"), "secret_key": self.secret}))
            self.times.append(time.monotonic() - begin)
            self.statuses.add(status)


class HostileSenders(ProgramTest):
    def setUp(self):
        super().setUp()
        self.writer = self.token("--scope", "reports_write")

    def send(self, server, body):
        status, headers, text = server.ask("POST", "/ingest/records", body,
                                           {"Authorization": "Bearer " + self.writer})
        return status, json.loads(text), headers

    def wait_until_ready(self, server):
        while server.ask("GET", "/readyz")[0] != 200:
            time.sleep(0.05)

    def assert_others_are_served(self, bodies, accepted):
        done = run("webhook", "create", "--data", self.data, "--license", 2)
        with Server(self.data) as server:
            self.wait_until_ready(server)
            other = OtherLicence(server, done.stdout.decode().strip())
            other.start()
            try:
                answers = [self.send(server, body) for body in bodies]
            finally:
                other.done.set()
                other.join()
        for status, answer, _ in answers:
            self.assertEqual((status, answer.get("accepted")), (200, accepted), answer)
        self.assertEqual(other.statuses, {200})
        self.assertLess(max(other.times), LONGEST_WAIT)

    def test_many_events_of_one_thread(self):
        self.assert_others_are_served([lines(event(n) for n in range(1, 10_001))], 10_000)

    def test_a_greeting_that_many_threads_have(self):
        self.take_in([{**chat(f"T{n}"), "properties": {
            "lc2": {"greeting_id": 5, "greeting_unique_id": "u"}}} for n in range(5_000)])
        self.assert_others_are_served([lines(
            {"record": "greeting", "greeting_id": 5, "unique_id": "u", "event": "displayed",
             "at": at(n)} for n in range(200))], 200)

    def test_properties_of_a_chat_of_many_threads(self):
        self.take_in([{"id": "C", "thread": {"id": f"T{n}", "created_at": at(n)}}
                      for n in range(5_000)])
        self.assert_others_are_served([lines(
            {"action": "chat_properties_updated", "received_at": at(10_000 + n),
             "payload": {"chat_id": "C", "properties": {"n": {"p": n}}}} for n in range(50))], 50)

    def test_a_thread_has_a_largest_size(self):
        with Server(self.data) as server:
            self.wait_until_ready(server)
            answers = [self.send(server, lines([form(n, 9_000), event(100 + n)]))
                       for n in range(1, 6)]
            # Again: nothing changes, and the same is refused.
            again = [self.send(server, lines([form(n, 9_000)])) for n in (1, 5)]
        accepted = [answer["accepted"] for _, answer, _ in answers]
        self.assertEqual({status for status, _, _ in answers}, {200})
        self.assertEqual(accepted[0], 2)
        self.assertEqual(accepted[-1], 1)  # the event has room
        refused = answers[-1][1]["refused"]
        self.assertEqual(len(refused), 1)
        self.assertEqual(refused[0]["line"], 1)
        self.assertIn('thread "T1": what is known of the thread would be larger than',
                      refused[0]["reason"])
        self.assertEqual(again[0][1], {"accepted": 1, "refused": []})
        self.assertEqual(again[1][0], 400)

    def test_a_record_has_a_largest_size(self):
        with Server(self.data) as server:
            self.wait_until_ready(server)
            large = lines([{**chat("T1"), "unused": "x" * (9 << 20)}, chat("T2")])
            status, answer, _ = self.send(server, large)
            self.assertEqual((status, answer["accepted"], len(answer["refused"])), (200, 1, 1))
        with Server(self.data, "--max-record-bytes", 10 << 20) as server:
            self.wait_until_ready(server)
            self.assertEqual(self.send(server, large)[1], {"accepted": 2, "refused": []})

    def test_gzip_of_blanks(self):
        blanks = gzip.compress(b" " * (1 << 24), 9) * 200
        with Server(self.data) as server:
            self.wait_until_ready(server)
            status, answer, _ = self.send(server, blanks)
            self.assertEqual((status, answer["error"]["type"]), (413, "entity_too_large"))
            self.assertIn("times as large", answer["error"]["message"])
        with Server(self.data, "--max-unpacked-bytes", 1_000) as server:
            self.wait_until_ready(server)
            status, answer, _ = self.send(server, gzip.compress(lines([chat("T1")]) * 100))
            self.assertEqual((status, answer["error"]["type"]), (413, "entity_too_large"))
            self.assertIn("at most 1000 bytes", answer["error"]["message"])

    def test_packed_bodies_of_large_records(self):
        numbers = b",".join([b"1"] * (3 << 20))
        body = gzip.compress(b"".join(
            b'{"unused":[%s],"thread":{"id":"T%d","created_at":"2021-04-08T10:00:00Z"}}\n'
            % (numbers, n) for n in range(3)), 1)
        with Server(self.data) as server:
            self.wait_until_ready(server)
            answers = []
            senders = [threading.Thread(target=lambda: answers.append(self.send(server, body)))
                       for _ in range(4)]
            for sender in senders:
                sender.start()
            for sender in senders:
                sender.join()
            status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        peak = int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) >> 10
        self.assertLess(peak, 700, "megabytes")
        for code, answer, headers in answers:
            self.assertIn(code, (200, 503), answer)
            if code == 503:
                self.assertIn("Retry-After", headers)


if __name__ == "__main__":
    main()
