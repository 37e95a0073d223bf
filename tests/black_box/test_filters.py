"""Filters together keep what each of them keeps: pairs and triples of the golden cases' filters."""

import itertools
import random

from program import *

CASE = ROOT / "tests/golden/filters.case"


def read_case():
    """(records, [(filters of a question, the chats that it keeps)]) of the golden case."""
    records, questions, body = [], [], None
    section = None
    for line in CASE.read_text().splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("== "):
            section = line
        elif section == "== records":
            records.append(line)
        elif section.startswith("== ask POST"):
            body = json.loads(line)
        elif section.startswith("== answer 200") and body is not None:
            questions.append((body["filters"], set(json.loads(line)["records"]["2021"])))
            body = None
    return "\n".join(records).encode() + b"\n", questions


class FiltersTogether(ProgramTest):
    def ask(self, connection, token, filters):
        connection.request("POST", "/v3.4/reports/chats/tags",
                           json.dumps({"distribution": "year", "filters": filters}),
                           {"Authorization": "Bearer " + token})
        response = connection.getresponse()
        text = response.read()
        self.assertEqual(response.status, 200, text)
        return set(json.loads(text)["records"]["2021"])

    def test_pairs_and_triples(self):
        records, questions = read_case()
        self.assertGreater(len(questions), 30)
        self.take_in(records)
        together = [*itertools.combinations(questions, 2), *itertools.combinations(questions, 3)]
        random.Random(1).shuffle(together)
        asked = 0
        with Server(self.data) as server:
            token, connection = self.token(), server.connect()
            for several in together:
                merged, kept = {}, None
                names = [name for filters, _ in several for name in filters
                         if name not in ("from", "to")]
                if len(set(names)) < len(names):
                    continue  # one filter can't be given twice
                for filters, chats in several:
                    merged.update(filters)
                    kept = chats if kept is None else kept & chats
                self.assertEqual(self.ask(connection, token, merged), kept, merged)
                asked += 1
                if asked == 3_000:
                    break
            connection.close()
        self.assertGreater(asked, 1_000)


if __name__ == "__main__":
    main()
