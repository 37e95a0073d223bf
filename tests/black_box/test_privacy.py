"""What customers wrote, and where they came from, is in no file, no log and no export."""

from program import *

EMAIL = "pat.customer@example.org"
PAGE = "https://shop.example.com/cart?user=pat"
REFERRER = "https://search.example.com/?q=embarrassing"
COMMENT = "my phone is 555-1234"
LONG = "https://shop.example.com/?u=" + "verylong" * 2_000
TEXTS = [EMAIL, PAGE, REFERRER, COMMENT, LONG, "verylongverylong"]
RANGE = {"from": "2021-04-08T00:00:00Z", "to": "2021-04-08T23:59:59Z"}
PROPERTIES = {"routing": {"transcript_email": EMAIL, "start_url": PAGE, "referrer": REFERRER},
              "rating": {"score": 1, "comment": COMMENT}}


def webhook(action, secret="", at="2021-04-08T12:00:00Z", **payload):
    return {"action": action, "secret_key": secret, "received_at": at, "payload": payload}


class Privacy(ProgramTest):
    def assert_not_kept(self, *more):
        """None of the texts is in a file of the folder, its logs included, or in these bytes."""
        files = [path for path in self.data.rglob("*") if path.is_file()]
        self.assertGreaterEqual(len(files), 3)
        for name, content in [(str(path), path.read_bytes()) for path in files] + [
                ("output", one) for one in more]:
            for text in TEXTS:
                self.assertNotIn(text.encode(), content, name)

    def total(self, server, token, properties):
        status, answer = server.report(token, "total_chats",
                                       {"filters": {**RANGE, "properties": properties}})
        self.assertEqual(status, 200, answer)
        return answer["total"]

    def records(self):
        return [chat("T1", "2021-04-08T10:00:00Z", properties=PROPERTIES),
                {**chat("T2", "2021-04-08T10:00:00Z"), "properties": PROPERTIES},
                chat("T3", "2021-04-08T10:00:00Z", properties={"shop": {"page": LONG}}),
                webhook("incoming_chat", chat=chat("T4", "2021-04-08T10:00:00Z",
                                                   properties=PROPERTIES)),
                webhook("thread_properties_updated", thread_id="T3", properties=PROPERTIES),
                webhook("chat_properties_updated", chat_id="CT9", properties=PROPERTIES)]

    def check_filters(self, server, token, chats):
        for name, text in [("transcript_email", EMAIL), ("start_url", PAGE),
                           ("referrer", REFERRER)]:
            for value, total in [(text, chats), (text[:-1], 0), (text.upper(), 0)]:
                self.assertEqual(
                    self.total(server, token, {"routing": {name: {"values": [value]}}}), total)
            self.assertEqual(self.total(server, token, {"routing": {name: {"exists": True}}}), chats)
        self.assertEqual(
            self.total(server, token, {"rating": {"comment": {"values": [COMMENT]}}}), chats)
        self.assertEqual(self.total(server, token, {"shop": {"page": {"values": [LONG]}}}), 1)

    def test_of_an_import(self):
        done = self.take_in(self.records())
        self.assert_not_kept(done.stdout, done.stderr)
        token = self.token()
        with Server(self.data) as server:
            self.check_filters(server, token, 4)
            self.assert_not_kept()
        self.assert_not_kept(server.log)
        self.assert_not_kept(run("export", "--data", self.data, "--license", 1).stdout)

    def test_of_records_and_webhooks_that_come_in_live(self):
        self.make_folder()
        secret = run("webhook", "create", "--data", self.data, "--license", 1).stdout.decode().strip()
        token = self.token("--scope", "reports_read", "--scope", "reports_write")
        with Server(self.data) as server:
            records = self.records()
            for record in records:
                if "action" in record:
                    status, _, text = server.ask(
                        "POST", "/ingest/webhooks/livechat",
                        json.dumps({**record, "secret_key": secret}))
                else:
                    status, _, text = server.ask("POST", "/ingest/records", json.dumps(record),
                                                 {"Authorization": "Bearer " + token})
                self.assertEqual(status, 200, text)
            self.check_filters(server, token, 4)
            # What is wrong with them may be said, but not what they hold.
            status, _, text = server.ask("POST", "/ingest/records", json.dumps(
                {"record": "digest_key", "key": "00" * 32}), {"Authorization": "Bearer " + token})
            self.assertEqual(status, 400)
            self.assertIn("chatreports import", text)
            self.assert_not_kept()
        self.assert_not_kept(server.log)

    def digests(self, license, *flags, data=None):
        done = run("export", "--data", data or self.data, "--license", license, *flags)
        self.assertEqual(done.returncode, 0, done.stderr)
        return sorted(set(re.findall(rb"hmac:[0-9a-f]{32}", done.stdout))), done.stdout

    def test_two_licences_have_different_digests(self):
        for license in [1, 2]:
            self.take_in([chat(properties=PROPERTIES)], license=license)
        self.assertEqual(len(self.digests(1)[0]), 4)
        self.assertFalse(set(self.digests(1)[0]) & set(self.digests(2)[0]))
        self.take_in([chat("other", properties=PROPERTIES)])  # once more, by another process
        self.assertEqual(len(self.digests(1)[0]), 4)

    def test_an_export_goes_in_again(self):
        self.take_in([chat("T1", "2021-04-08T10:00:00Z", properties=PROPERTIES),
                      chat("T3", "2021-04-08T10:00:00Z", properties={"shop": {"page": LONG}})])
        digests, plain = self.digests(1)
        with_key = self.digests(1, "--with-key")[1]
        self.assertEqual(with_key.split(b"\n", 1)[1], plain)
        self.assertEqual(json.loads(with_key.splitlines()[0])["record"], "digest_key")
        # In the same folder it changes nothing, with the key or without.
        for exported in [plain, with_key]:
            self.assertIn(b"2 were known already", self.take_in(exported).stdout)
        # In another folder the key makes filters find what they found.
        for exported, found in [(with_key, 1), (plain, 0)]:
            other = self.folder / f"other{found}"
            done = run("import", "--data", other, "--license", 5, "-", stdin=exported)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.digests(5, data=other)[0], digests)
            token = run("token", "create", "--data", other, "--license", 5).stdout.decode().strip()
            with Server(other) as server:
                self.assertEqual(self.total(server, token, {"routing": {"start_url": {
                    "values": [PAGE]}}}), found)
                self.assertEqual(self.total(server, token, {"shop": {"page": {
                    "values": [LONG]}}}), found)

    def test_a_key_that_is_in_use_is_not_replaced(self):
        self.take_in([chat(properties=PROPERTIES)])
        before = self.digests(1, "--with-key")
        other = json.dumps({"record": "digest_key", "key": "ab" * 32}).encode()
        done = self.take_in(other + b"\n" + json.dumps(chat("T2")).encode(), code=1)
        self.assertIn(b"licence 1 has another digest key", done.stderr)
        self.assertEqual(self.digests(1, "--with-key"), before)
        done = self.take_in(b'{"record":"digest_key","key":"AB"}', code=3)
        self.assertIn(b"key: must be 64 hexadecimal digits", done.stderr)

    def test_an_export_of_version_0_1_0_goes_in(self):
        old = chat("T1", "2021-04-08T10:00:00Z", properties={
            "routing": {"start_url": PAGE}, "rating": {"comment":
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}})
        self.take_in([old])
        self.assertNotIn(b"sha256:", self.digests(1)[1])
        token = self.token()
        with Server(self.data) as server:
            self.assertEqual(
                self.total(server, token, {"rating": {"comment": {"values": ["abc"]}}}), 1)


if __name__ == "__main__":
    main()
