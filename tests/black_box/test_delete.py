"""Deletion and retention: what is gone, what stays, what does not come back; kills on the way."""

import datetime
import random
import sqlite3
import threading

from program import *

KILLS = int(os.environ.get("CHATREPORTS_KILLS", "10"))
RANGE = {"filters": {"from": "2021-01-01T00:00:00Z", "to": "2021-12-31T23:59:59Z"}}
ANN = "ann@example.com"


def chat_at(thread_id, day, tag="a tag", agent=ANN):
    return {"id": "C" + thread_id, "users": [{"id": agent, "type": "agent", "name": "Ann"}],
            "thread": {"id": thread_id, "created_at": f"2021-04-{day:02}T10:00:00Z", "user_ids": [agent],
                       "tags": [tag],
                       "events": [{"id": thread_id + "_1", "type": "message", "author_id": agent,
                                   "created_at": f"2021-04-{day:02}T10:01:00Z"}]}}


class Deletion(ProgramTest):
    def setUp(self):
        super().setUp()
        self.deleter = self.token("--scope", "records_delete", "--scope", "reports_read", "--scope", "reports_write")

    def delete(self, *what, code=0):
        done = run("delete", "--data", self.data, "--license", 1, *what)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return (done.stdout + done.stderr).decode().strip()

    def ask_to_delete(self, server, body, token=None):
        status, _, text = server.ask("POST", "/v1/deletions", body if isinstance(body, bytes) else json.dumps(body),
                                     {"Authorization": "Bearer " + (token or self.deleter)})
        return status, json.loads(text)

    def total(self, server, token=None, filters=None):
        status, answer = server.report(token or self.deleter, "total_chats",
                                       {"filters": {**RANGE["filters"], **(filters or {})}})
        self.assertEqual(status, 200, answer)
        return answer["total"]

    def bytes_of_folder(self):
        return b"".join(path.read_bytes() for path in sorted(self.data.rglob("*")) if path.is_file())

    def test_a_folder_without_a_server(self):
        self.take_in([chat_at("THREADAAAA", 1), chat_at("THREADBBBB", 2), chat_at("THREADCCCC", 20, "kept tag")])
        self.take_in([chat_at("THREADAAAA", 1)], license=2)
        with Server(self.data) as server:
            self.assertEqual(self.total(server), 3)
        self.assertEqual(self.delete("--thread", "THREADAAAA"), "deleted chats: 1")
        self.assertEqual(self.delete("--before", "2021-04-10"), "deleted chats: 1")
        self.assertEqual(self.delete("--before", "2021-04-10"), "deleted chats: 0")
        self.assertIn('licence 1 has no thread "nobody"', self.delete("--thread", "nobody", code=1))
        for archive in [[chat_at("THREADAAAA", 1)], [chat_at("THREADBBBB", 2)]]:
            said = self.take_in(archive).stdout.decode()
            self.assertIn("0 records went in, 0 were known already, 0 were refused, "
                          "1 are of what was deleted (--again takes them)", said)
        other = self.token(license=2)
        with Server(self.data) as server:
            self.assertEqual(self.total(server), 1)
            self.assertEqual(self.total(server, other), 1)
        check = run("check", "--data", self.data)
        self.assertEqual(check.returncode, 0, check.stderr.decode() + check.stdout.decode())
        # Asked for, it comes back; and then it is known.
        again = run("import", "--data", self.data, "--license", 1, "--again", "-",
                    stdin="".join(json.dumps(r) + "\n" for r in [chat_at("THREADAAAA", 1),
                                                                chat_at("THREADBBBB", 2)]).encode())
        self.assertIn(b"2 records went in", again.stdout, again.stderr)
        self.assertIn("1 were known already", self.take_in([chat_at("THREADAAAA", 1)]).stdout.decode())
        with Server(self.data) as server:
            self.assertEqual(self.total(server), 3)

    def test_nothing_stays_in_the_files(self):
        self.take_in([chat_at(f"OLD{n}", 1, "old tag", "gone@example.com") for n in range(300)] +
                     [chat_at(f"NEW{n}", 20, "new tag") for n in range(300)] +
                     [{"record": "agent", "id": "gone@example.com", "name": "Gone Agent"}])
        with Server(self.data):
            pass  # makes the engine's files
        self.assertIn(b"gone@example.com", self.bytes_of_folder())
        self.assertEqual(self.delete("--before", "2021-04-10"), "deleted chats: 300")
        self.assertIn("id was replaced: 0", self.delete("--agent", "gone@example.com"))
        left = self.bytes_of_folder()
        for text in [b"old tag", b"OLD17", b"gone@example.com", b"Gone Agent"]:
            self.assertNotIn(text, left)
        self.assertIn(b"new tag", left)
        self.assertIn("everything", self.delete("--thread", "a", "--everything", code=2))
        self.assertIn("future", self.delete("--before", "2999-01-01", code=2))
        self.assertIn("digest", self.delete("--agent", "#7", code=2))
        # An environment that a script has left behind deletes nothing.
        done = run("delete", "--data", self.data, "--license", 1, environment={"CHATREPORTS_AGENT": ANN})
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertEqual(self.delete("--everything"), "deleted chats: 300")
        left = self.bytes_of_folder()
        for text in [b"new tag", ANN.encode(), b"NEW17"]:
            self.assertNotIn(text, left)
        said = self.take_in([chat_at("LATER", 25)]).stdout.decode()
        self.assertIn("1 are of what was deleted", said)
        self.assertIn("nothing of licence 1 is stored", self.delete("--everything", code=1))

    def test_what_was_taken_again_can_be_deleted_again(self):
        self.take_in([chat_at("T1", 1), chat_at("T20", 20)])
        for before, chats in [("2021-04-10", 1), ("2021-04-05", 1), ("2021-04-10", 1)]:
            self.assertEqual(self.delete("--before", before), "deleted chats: %d" % chats)
            self.assertNotIn(b"CT1", self.bytes_of_folder().replace(b"CT20", b""))
            run("import", "--data", self.data, "--license", 1, "--again", "-", stdin=json.dumps(chat_at("T1", 1)).encode())
        with Server(self.data) as server:
            self.assertEqual(self.total(server), 2)
            self.assertEqual(self.ask_to_delete(server, {"before": "2021-04-03T00:00:00Z"}), (200, {"chats": 1}))
            self.assertEqual(self.total(server), 1)
        shutil.rmtree(self.data / "engine")
        with Server(self.data) as server:
            self.assertEqual(self.total(server), 1)

    def test_many_deletions_are_noted_at_once(self):
        self.take_in([chat_at(f"T{n}", 1 + n % 28, agent=f"agent{n % 5}@example.com") for n in range(3_000)])
        server = Server(self.data)
        try:
            bodies = [{"agent_id": f"agent{n}@example.com"} for n in range(4)] + [{"thread_id": "T28"}]
            answers = []
            threads = [threading.Thread(target=lambda body=body: answers.append(self.ask_to_delete(server, body)))
                       for body in bodies]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertTrue(all(status in (200, 202) for status, _ in answers), answers)
            server.process.kill()
            server.process.wait()
        finally:
            server.stop()
        with Server(self.data) as server:
            self.assertEqual(self.total(server), 2_999)
            for n in range(4):
                filters = {"agents": {"values": [f"agent{n}@example.com"]}}
                for _ in range(2_000):  # until the server has gone on to the end
                    if self.total(server, filters=filters) == 0:
                        break
                    time.sleep(0.05)
                self.assertEqual(self.total(server, filters=filters), 0)
            self.assertEqual(self.total(server, filters={"agents": {"values": ["agent4@example.com"]}}), 600)

    def test_an_agent_becomes_a_digest(self):
        self.take_in([chat_at("T1", 1), chat_at("T2", 2, agent="bob@example.com"),
                      {"record": "agent", "id": ANN, "name": "Ann Example", "timezone": "Europe/Warsaw"}])
        self.assertEqual(self.delete("--agent", ANN), "chats in which the agent's id was replaced: 1")
        self.take_in([chat_at("T3", 3)])
        with Server(self.data) as server:
            self.assertEqual(self.total(server), 3)
            self.assertEqual(self.total(server, filters={"agents": {"values": [ANN]}}), 0)
            status, _, text = server.ask("GET", "/v1/directory", headers={"Authorization": "Bearer " + self.deleter})
            ids = [agent["id"] for agent in json.loads(text)["agents"]]
            self.assertEqual(len(ids), 2, ids)
            hidden = next(one for one in ids if one.startswith("#"))
            self.assertEqual(self.total(server, filters={"agents": {"values": [hidden]}}), 2)
        self.assertNotIn(b"Ann Example", self.bytes_of_folder())

    def test_a_running_server(self):
        self.take_in([chat_at(f"T{day}", day) for day in range(1, 21)])
        other = self.token(license=2)
        with Server(self.data) as server:
            self.assertEqual(self.total(server), 20)
            self.assertEqual(self.ask_to_delete(server, {"thread_id": "T20"}), (200, {"chats": 1}))
            self.assertEqual(self.total(server), 19)
            self.assertEqual(self.ask_to_delete(server, {"before": "2021-04-10T00:00:00Z"}), (200, {"chats": 9}))
            self.assertEqual(self.total(server), 10)
            self.assertEqual(self.ask_to_delete(server, {"agent_id": ANN}), (200, {"chats": 10}))
            self.assertEqual(self.total(server), 10)
            self.assertEqual(self.total(server, filters={"agents": {"values": [ANN]}}), 0)
            body = "".join(json.dumps(chat_at(f"T{day}", day)) + "\n" for day in [1, 11, 20]).encode()
            status, _, text = server.ask("POST", "/ingest/records", body, {"Authorization": "Bearer " + self.deleter})
            answer = json.loads(text)
            self.assertEqual((status, answer["accepted"]), (200, 1), answer)
            self.assertEqual([one["line"] for one in answer["refused"]], [1, 3])
            self.assertIn("deleted", answer["refused"][0]["reason"])
            status, _, text = server.ask("POST", "/ingest/records", body.splitlines()[0],
                                         {"Authorization": "Bearer " + self.deleter})
            answer = json.loads(text)
            self.assertEqual((status, answer["accepted"], len(answer["refused"])), (200, 0, 1), answer)
            self.assertEqual(self.total(server), 10)
            status, answer = self.ask_to_delete(server, {"thread_id": "nobody"})
            self.assertEqual((status, answer["error"]["type"]), (404, "not_found"))
            for body, word in [(b"", "thread_id"), (b"{}", "everything"), (b"nonsense", "JSON"), (b"[1]", ""),
                               ({"thread_id": "T11", "everything": True}, "one of"), ({"thread": "T11"}, "thread_id"),
                               ({"thread_id": 11}, "thread_id"), ({"thread_id": ""}, "empty"),
                               ({"thread_id": "x" * 256}, "255"), ({"everything": False}, "true"),
                               ({"before": "2021-04-10"}, "before")]:
                status, answer = self.ask_to_delete(server, body)
                self.assertEqual((status, answer["error"]["type"]), (400, "validation"), body)
                self.assertIn(word, answer["error"]["message"])
            self.assertEqual(self.ask_to_delete(server, {"everything": True}, other)[0], 403)
            self.assertEqual(self.ask_to_delete(server, {"everything": True}, "nonsense")[0], 401)
            self.assertEqual(self.total(server), 10)
            done = run("delete", "--data", self.data, "--license", 1, "--everything")
            self.assert_one_sentence(done, "is in use by", "/v1/deletions")
            self.assertEqual(self.ask_to_delete(server, {"everything": True}), (200, {"chats": 10}))
            self.assertEqual(self.total(server), 0)
        with Server(self.data) as server:
            self.assertEqual(self.total(server), 0)

    def test_webhooks_of_deleted_chats_are_acknowledged(self):
        secret = run("webhook", "create", "--data", self.data, "--license", 1).stdout.decode().strip()
        self.take_in([chat_at("T1", 1)])
        with Server(self.data) as server:
            self.assertEqual(self.ask_to_delete(server, {"thread_id": "T1"}), (200, {"chats": 1}))
            webhook = {"webhook_id": "w", "secret_key": secret, "action": "thread_tagged", "organization_id": "o",
                       "payload": {"chat_id": "CT1", "thread_id": "T1", "tag": "vip"}}
            status, _, text = server.ask("POST", "/ingest/webhooks/livechat", json.dumps(webhook))
            self.assertEqual(status, 200, text)
            self.assertEqual(self.total(server), 0)

    def test_retention(self):
        now = datetime.datetime.now(datetime.timezone.utc)

        def started(days):
            record = chat_at(f"AGE{days}", 1)
            record["thread"]["created_at"] = (now - datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
            record["thread"]["events"] = []
            return record

        self.take_in([started(days) for days in [1, 29, 31, 400, 4_000]])
        self.take_in([started(days) for days in [1, 31]], license=2)
        everything = {"filters": {"from": "2000-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}}
        other = self.token(license=2)
        with Server(self.data, "--keep", "30d", "--keep", "2=2years") as server:
            for _ in range(600):
                total = server.report(self.deleter, "total_chats", {**everything, "distribution": "year"})[1]["total"]
                if total == 2:
                    break
                time.sleep(0.05)
            self.assertEqual(total, 2)
            self.assertEqual(server.report(other, "total_chats", {**everything, "distribution": "year"})[1]["total"], 2)
        self.assertIn(b"deleted chats: 3, those that began before ", server.log)
        self.assertIn("1 are of what was deleted", self.take_in([started(40)]).stdout.decode())
        for wrong in [["30"], ["0d"], ["x=30d"], ["1=30 d"], ["30d", "--keep", "60d"], ["1=30d", "--keep", "1=60d"]]:
            done = run("serve", "--data", self.data, "--keep", *wrong)
            self.assertEqual(done.returncode, 2)
            self.assert_one_sentence_and_hint(done, "--keep")

    def assert_one_sentence_and_hint(self, done, word):
        lines = done.stderr.decode().strip().splitlines()
        self.assertEqual(len(lines), 2, lines)
        self.assertIn(word, lines[0])

    def test_a_wrong_clock_deletes_nothing(self):
        self.take_in([chat_at("T1", 1)])  # years ago: no chat came since
        with Server(self.data, "--keep", "30d") as server:
            for _ in range(600):
                if b"the clock of this machine may be wrong" in server.log:
                    break
                server.log += server.process.stderr.readline()
            self.assertEqual(self.total(server), 1)

    def test_a_kill_loses_nothing_and_brings_nothing_back(self):
        chance = random.Random(1)
        kept, gone, number = set(), set(), 0
        self.make_folder()
        for round in range(KILLS):
            with Server(self.data) as server:
                self.assertEqual(self.total(server), len(kept), f"round {round}")
                new = []
                for _ in range(chance.randrange(1, 400)):
                    number += 1
                    new.append((f"T{number}", chance.randrange(1, 29)))
                body = "".join(json.dumps(chat_at(*one)) + "\n" for one in new).encode()
                status, _, text = server.ask("POST", "/ingest/records", body,
                                             {"Authorization": "Bearer " + self.deleter})
                self.assertEqual(status, 200, text)
                kept |= {one for one in new if not any(one[1] < day for day in gone)}
                what = chance.randrange(3)
                acknowledged = threading.Event()

                def ask(body):
                    try:
                        if self.ask_to_delete(server, body)[0] == 200:
                            acknowledged.set()
                    except OSError:
                        pass

                if what == 0 and kept:
                    one = chance.choice(sorted(kept))
                    body, after = {"thread_id": one[0]}, kept - {one}
                elif what == 1:
                    day = chance.randrange(1, 15)
                    body = {"before": f"2021-04-{day:02}T00:00:00Z"}
                    after = {one for one in kept if one[1] >= day}
                else:
                    body, after = {"agent_id": f"nobody{round}"}, kept
                thread = threading.Thread(target=ask, args=[body])
                thread.start()
                time.sleep(chance.random() * chance.choice([0.0, 0.02, 0.2]))
                server.process.kill()
                server.process.wait()
                thread.join()
            with Server(self.data) as server:
                total = self.total(server)
                if acknowledged.is_set():
                    self.assertEqual(total, len(after), (round, body))
                else:
                    self.assertIn(total, {len(after), len(kept)}, (round, body))
                if total == len(after):
                    if "before" in body:
                        gone.add(int(body["before"][8:10]))
                    old, kept = sorted(kept - after)[:3], after
                    # Deleted chats do not come back, whichever of their rows are gone already.
                    text = "".join(json.dumps(chat_at(*one)) + "\n" for one in old).encode()
                    if old:
                        server.ask("POST", "/ingest/records", text, {"Authorization": "Bearer " + self.deleter})
                    self.assertEqual(self.total(server), len(kept), (round, old))
                server.process.kill()
                server.process.wait()
        check = run("check", "--data", self.data)
        self.assertEqual(check.returncode, 0, check.stdout.decode() + check.stderr.decode())


if __name__ == "__main__":
    main()
