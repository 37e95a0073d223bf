"""POST /ingest/records: into a running server, and through its sudden death."""

import random
import resource
import socket
import threading

from program import *

RANGE = {"filters": {"from": "2021-01-01T00:00:00Z", "to": "2021-12-31T23:59:59Z"}}
KILLS = int(os.environ.get("CHATREPORTS_KILLS", "10"))


def lines(records):
    return "".join(json.dumps(record) + "\n" for record in records).encode()


class Ingest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.writer = self.token("--scope", "reports_write", "--scope", "reports_read")

    def send(self, server, body, token=None, headers=None, path="/ingest/records"):
        status, _, text = server.ask("POST", path, body, {
            "Authorization": "Bearer " + (token or self.writer), **(headers or {})})
        return status, json.loads(text)

    def total(self, server, token=None):
        status, answer = server.report(token or self.writer, "total_chats", RANGE)
        self.assertEqual(status, 200, answer)
        return answer["total"]

    def test_what_was_accepted_is_in_the_next_report(self):
        with Server(self.data) as server:
            for number in range(20):
                answer = self.send(server, lines([chat(f"T{number}")]))
                self.assertEqual(answer, (200, {"accepted": 1, "refused": []}))
                self.assertEqual(self.total(server), number + 1)
            # Again: nothing changes.
            self.assertEqual(self.send(server, lines(chat(f"T{n}") for n in range(20))),
                             (200, {"accepted": 20, "refused": []}))
            self.assertEqual(self.total(server), 20)
        with Server(self.data) as server:
            self.assertEqual(self.total(server), 20)

    def test_every_form_packed_and_not(self):
        forms = [json.dumps(chat("A")).encode(), json.dumps([chat("B"), chat("C")]).encode(),
                 lines([chat("D"), chat("E")]), json.dumps({"chats": [chat("F")]}).encode()]
        with Server(self.data) as server:
            for form in forms:
                self.assertEqual(self.send(server, form)[0], 200)
                self.assertEqual(self.send(server, gzip.compress(form))[0], 200)
                self.assertEqual(self.send(server, gzip.compress(form),
                                           headers={"Content-Encoding": "gzip"})[0], 200)
            self.assertEqual(self.total(server), 6)
            self.assertEqual(self.send(server, b'{"chats":[]}'),
                             (200, {"accepted": 0, "refused": []}))

    def test_answers_of_the_rtm_api_and_pages_on_one_line(self):
        pages = b"".join(json.dumps({"chats": [chat(name)]}).encode() for name in "AB")
        rtm = json.dumps({"request_id": "1", "action": "list_archives", "type": "response", "success": True,
                          "payload": {"chats": [chat("C"), chat("D")]}}).encode()
        get_chat = json.dumps({"action": "get_chat", "type": "response", "payload": chat("E")}).encode()
        with Server(self.data) as server:
            for body, count in [(pages, 2), (rtm, 2), (get_chat, 1), (pages + rtm + b" " + get_chat, 5)]:
                self.assertEqual(self.send(server, body), (200, {"accepted": count, "refused": []}))
                self.assertEqual(self.send(server, gzip.compress(body)), (200, {"accepted": count, "refused": []}))
            self.assertEqual(self.total(server), 5)
            deactivated = {"action": "chat_deactivated", "payload": {"chat_id": "C", "thread_id": "A"}}
            status, answer = self.send(server, json.dumps(deactivated))
            self.assertEqual(status, 400)
            self.assertIn("received_at", answer["refused"][0]["reason"])

    def test_what_counts_nowhere_is_told(self):
        odd = chat("A")
        odd["thread"]["events"] = [{"type": "note", "created_at": "2021-04-08T10:00:00Z"}] * 2
        odd["thread"]["properties"] = {"rating": {"score": "good"}}
        with Server(self.data) as server:
            status, answer = self.send(server, lines([chat("B"), odd]))
            self.assertEqual((status, answer["accepted"], answer["refused"]), (200, 2, []))
            self.assertEqual([(warning["count"], warning["line"]) for warning in answer["warnings"]], [(2, 2), (1, 2)])
            self.assertIn('"note"', answer["warnings"][0]["what"])
            self.assertIn('"good"', answer["warnings"][1]["what"])

    def test_what_is_refused_is_told_and_the_rest_goes_in(self):
        body = lines([chat("A")]) + b'{"thread":{"id":"x"}}\nnonsense\n' + lines([chat("B")])
        with Server(self.data) as server:
            status, answer = self.send(server, body)
            self.assertEqual((status, answer["accepted"]), (200, 2))
            self.assertEqual([refusal["line"] for refusal in answer["refused"]], [2, 3])
            self.assertIn("thread.created_at", answer["refused"][0]["reason"])
            self.assertEqual(self.total(server), 2)

            # Cut gzip: what came before is in, and the body is told to be damaged.
            packed = gzip.compress(lines(chat(f"P{n}") for n in range(5_000)))
            status, answer = self.send(server, packed[:len(packed) // 2])
            self.assertEqual(status, 200)
            self.assertGreater(answer["accepted"], 0)
            self.assertIn("ends too early", answer["refused"][-1]["reason"])
            self.assertEqual(self.total(server), 2 + answer["accepted"])

            # Nothing readable at all, or more refusals than are listed.
            for body in [b"", b"nonsense", b'{"thread":{"id":"x"}}']:
                status, answer = self.send(server, body)
                self.assertEqual((status, answer["error"]["type"]), (400, "validation"), body)
                self.assertEqual((answer["accepted"], len(answer["refused"])), (0, 1))
            status, answer = self.send(server, b"nonsense\n" * 1_500)
            self.assertEqual((status, len(answer["refused"]), answer["refused_unlisted"]),
                             (400, 1_000, 500))

    def test_only_who_may_write_writes(self):
        reader = self.token()
        with Server(self.data) as server:
            record = lines([chat()])
            self.assertEqual(self.send(server, record, reader)[0], 403)
            self.assertEqual(self.send(server, record, "nonsense")[0], 401)
            self.assertEqual(self.send(server, record, headers={"Content-Encoding": "br"})[0], 400)
            status, headers, _ = server.ask("GET", "/ingest/records")
            self.assertEqual((status, headers["Allow"]), (405, "POST"))
            self.assertEqual(self.total(server), 0)
            # A large body of one who may not is not read to its end: the answer comes first.
            self.assertEqual(self.send(server, b" " * 300_000, reader)[0], 403)

    def test_who_asks_first_is_told_to_go_on_or_not(self):
        with Server(self.data) as server:
            def ask_first(token):
                peer = socket.create_connection(("127.0.0.1", server.port), timeout=30)
                record = lines([chat()])
                peer.sendall((f"POST /ingest/records HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
                              f"Content-Length: {len(record)}\r\nExpect: 100-continue\r\n"
                              "Connection: close\r\n\r\n").encode())
                first = peer.recv(4096)
                if b" 100 " in first:
                    peer.sendall(record)
                    first = peer.recv(4096)
                peer.close()
                return first
            self.assertIn(b" 401 ", ask_first("nonsense"))
            self.assertIn(b'"accepted":1', ask_first(self.writer))

    def test_licences_do_not_mix(self):
        other = self.token("--scope", "reports_write", "--scope", "reports_read", license=2)
        with Server(self.data) as server:
            self.send(server, lines([chat("A")]))
            self.send(server, lines([chat("A"), chat("B")]), other)
            self.assertEqual((self.total(server), self.total(server, other)), (1, 2))

    def test_an_agents_time_zone_is_followed(self):
        reader = self.token("--agent-id", "ann")
        with Server(self.data) as server:
            def first_day():
                status, answer = server.report(reader, "total_chats", {"filters": {
                    "from": "2021-04-08T23:30:00Z", "to": "2021-04-08T23:45:00Z"}})
                return next(iter(answer["records"]))
            for zone, day in [("UTC", "2021-04-08"), ("Europe/Warsaw", "2021-04-09"),
                              ("America/Lima", "2021-04-08")]:
                self.send(server, lines([{"record": "agent", "id": "ann", "timezone": zone}]))
                self.assertEqual(first_day(), day)

    def test_a_body_beyond_the_limit(self):
        with Server(self.data, "--max-ingest-bytes", 1000, "--max-body-bytes", 100) as server:
            self.assertEqual(self.send(server, lines([chat("A")]) * 4)[0], 200)
            self.assertEqual(self.send(server, b" " * 1001)[0], 413)
            chunks = iter([b" " * 600, b" " * 600])
            self.assertEqual(self.send(server, chunks)[0], 413)

    def test_who_waits_too_long_for_a_turn_is_sent_away(self):
        with Server(self.data, "--max-ingests", 1, "--ingest-patience", "1s") as server:
            slow = socket.create_connection(("127.0.0.1", server.port))
            slow.sendall((f"POST /ingest/records HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.writer}"
                          "\r\nContent-Length: 1000\r\n\r\n").encode() + lines([chat("A")]))
            time.sleep(0.3)
            status, headers, _ = server.ask("POST", "/ingest/records", lines([chat("B")]),
                                            {"Authorization": "Bearer " + self.writer})
            self.assertEqual(status, 503)
            self.assertIn("Retry-After", headers)
            self.assertEqual(self.total(server), 0)  # reports go on
            slow.close()
            self.assertEqual(self.send(server, lines([chat("B")]))[0], 200)

    def test_stopping_while_a_body_comes(self):
        server = Server(self.data, "--stop-timeout", "1s")
        slow = socket.create_connection(("127.0.0.1", server.port))
        slow.sendall((f"POST /ingest/records HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.writer}\r\n"
                      "Content-Length: 1000\r\n\r\n").encode() + lines([chat("A")]))
        time.sleep(0.3)
        self.assertEqual(server.stop(), 0)
        slow.close()

    def test_many_at_once(self):
        with Server(self.data) as server:
            def feed(who):
                for number in range(0, 300, 10):
                    body = lines(chat(f"{who}-{n}") for n in range(number, number + 10))
                    self.assertEqual(self.send(server, body)[1]["accepted"], 10)
            feeders = [threading.Thread(target=feed, args=(who,)) for who in range(8)]
            for feeder in feeders:
                feeder.start()
            for feeder in feeders:
                feeder.join()
            self.assertEqual(self.total(server), 2_400)

    def test_a_full_disk_is_said_and_survived(self):
        def small_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, most))
        with Server(self.data, preexec=small_files) as server:
            status, answer = 200, {}
            sent = 0
            while status == 200 and sent < 100_000:
                status, answer = self.send(server, lines(chat(f"T{n}") for n in
                                                         range(sent, sent + 500)))
                sent += 500
            self.assertEqual((status, answer["error"]["type"]), (503, "service_unavailable"))
            self.assertNotIn(str(self.data), answer["error"]["message"])
            self.assertEqual(self.total(server), sent - 500)
            # Room again: what was refused goes in.
            most = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)[1]
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (most, most))
            self.assertEqual(self.send(server, lines(chat(f"T{n}") for n in range(sent)))[0], 200)
            self.assertEqual(self.total(server), sent)
        self.assertIn(b"records can't be taken in", server.log)

    def test_nothing_acknowledged_is_lost(self):
        """The server is killed at random moments, KILLS times."""
        chance = random.Random(20211)
        acknowledged = 0  # threads 0 … acknowledged - 1 are in
        for _ in range(KILLS):
            with Server(self.data) as server:
                self.wait_until_ready(server)
                self.assertEqual(self.distinct(server, acknowledged), "whole")
                killer = threading.Timer(chance.uniform(0.01, 0.6), server.process.kill)
                killer.start()
                try:
                    while True:
                        count = chance.choice([1, 1, 10, 300])
                        body = lines(self.chat_and_goal(n)
                                     for n in range(acknowledged, acknowledged + count))
                        status, answer = self.send(server, body)
                        self.assertEqual((status, answer["accepted"]), (200, count))
                        acknowledged += count
                except (OSError, http.client.HTTPException, ValueError):
                    pass
                killer.join()
        self.assertGreater(acknowledged, 0)
        with Server(self.data) as server:
            self.wait_until_ready(server)
            self.assertEqual(self.distinct(server, acknowledged), "whole")

    def chat_and_goal(self, number):
        return chat(f"T{number}", tags=[f"tag{number % 7}"], goals=[{"id": number % 3 + 1}],
                    events=[{"id": f"T{number}_1", "type": "message", "author_id": "ann",
                             "created_at": "2021-04-08T10:00:01.000000Z"}])

    def wait_until_ready(self, server):
        while server.ask("GET", "/readyz")[0] != 200:
            time.sleep(0.01)

    def distinct(self, server, acknowledged):
        """Whether all that was acknowledged is there once, and what is more is whole."""
        total = self.total(server)
        if total < acknowledged:
            return f"{acknowledged - total} chats were lost"
        tagged = 0
        for goal in [1, 2, 3]:
            _, answer = server.report(self.writer, "total_chats", {"filters": {
                **RANGE["filters"], "goals": {"values": [goal]},
                "tags": {"exists": True}, "event_types": {"values": ["message"]}}})
            tagged += answer["total"]
        # Sent again, what is in already changes nothing. All of it would take longer each time.
        latest = range(max(0, acknowledged - 3_000), acknowledged)
        again = lines(self.chat_and_goal(n) for n in latest)
        if acknowledged and self.send(server, again)[1]["accepted"] != len(latest):
            return "it can't be sent again"
        if self.total(server) != total:
            return "some chats were there in part"
        return "whole" if tagged == total else f"{total - tagged} chats are there in part"


if __name__ == "__main__":
    main()
