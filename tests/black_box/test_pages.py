"""The pages of queued_visitors_left have every customer who left once."""

from program import *

LEFT = 1_024
PAGES = 11
REPORT = "chats/queued_visitors_left"


class Pages(ProgramTest):
    def setUp(self):
        super().setUp()
        # Ids that sort in another order than the times do; the last chat waits still.
        chats = [{"id": f"C{number * 7919 % 10_007:05}", "users": [{"id": f"visitor {number % 40}", "type": "customer"}],
                  "thread": {"id": f"T{number}", "created_at": f"2025-03-03T{number // 60:02}:{number % 60:02}:00Z",
                             "queues_duration": number}} for number in range(1, LEFT + 1)]
        waiting = {"id": "waits", "thread": {"id": "W", "created_at": "2025-03-03T12:00:00Z", "active": True,
                                             "queue": {"queued_at": "2025-03-03T12:00:00Z"}}}
        self.ids = [chat["id"] for chat in chats]
        self.assertEqual(len(set(self.ids)), LEFT)
        self.take_in([*chats, waiting])
        self.bearer = {"Authorization": "Bearer " + self.token()}

    def ask(self, server, **parameters):
        question = {"filters": {"from": "2025-03-03T00:00:00Z", "to": "2025-03-03T23:59:59Z"}, **parameters}
        status, _, text = server.ask("POST", path_of(REPORT), json.dumps(question), self.bearer)
        return status, json.loads(text)

    def test_pages_have_every_customer_once(self):
        with Server(self.data) as server:
            pages = [self.ask(server, page=page)[1] for page in range(1, PAGES + 2)]
            self.assertEqual(self.ask(server)[1], pages[0])
        for page in pages:
            self.assertEqual((page["total"], page["summary"]),
                             (LEFT, {"left_without_details": LEFT, "total_pages": PAGES}))
            self.assertEqual(list(page["records"]), sorted(page["records"]))
        # By the beginning of the chats; within a page by id.
        self.assertEqual([sorted(page["records"]) for page in pages],
                         [sorted(self.ids[begin:begin + 100]) for begin in range(0, LEFT, 100)] + [[]])
        records = {id: record for page in pages for id, record in page["records"].items()}
        self.assertEqual([records[id]["queue"]["duration"] for id in self.ids], list(range(1, LEFT + 1)))
        # A visitor has one id in all chats.
        self.assertEqual(len({record["visitor"]["id"] for record in records.values()}), 40)


if __name__ == "__main__":
    main()
