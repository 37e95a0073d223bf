"""The dashboard of chats in contrib/grafana: its questions and its JSONata, on answers of the program."""

import datetime
import urllib.parse

from program import *

# Where the build has put the modules that tests use.
MODULES = pathlib.Path(PROGRAM).resolve().parent / "page/web/node_modules"
RUN = """
const jsonata = require(process.argv[1] + '/jsonata');
const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));
(async () => {
  const answers = [];
  for (const { selector, rows } of asked) answers.push((await jsonata(selector).evaluate(rows)) ?? null);
  console.log(JSON.stringify(answers));
})();
"""


@unittest.skipUnless((MODULES / "jsonata").exists() and shutil.which("node"), "needs the page's modules of npm")
class Chats(ProgramTest):
    def setUp(self):
        super().setUp()
        self.dashboard = json.loads((ROOT / "contrib/grafana/chats.json").read_text())
        self.targets = {panel["title"]: target for panel in self.dashboard["panels"] for target in panel["targets"]}
        self.range = ("2021-04-01T00:00:00.000Z", "2021-04-30T23:59:59.999Z")

    def answers(self, records):
        """{title: what its JSONata makes of the answer}, as lists of rows."""
        if records:
            self.take_in(records)
        reader = self.token()
        asked = []
        with Server(self.data) as server:
            while b"serving" not in server.log:
                server.log += server.process.stderr.readline()
            for title, target in self.targets.items():
                values = {"${__from:date:iso}": self.range[0], "${__to:date:iso}": self.range[1], "${zone}": "UTC"}
                parameters = [(one["key"], values.get(one["value"], one["value"]))
                              for one in target["url_options"]["params"]]
                self.assertNotIn("$", "".join(value for _, value in parameters), title)
                status, _, body = server.ask("GET", target["url"] + "?" + urllib.parse.urlencode(parameters),
                                             headers={"Authorization": "Bearer " + reader})
                self.assertEqual(status, 200, f"{title}: {body}")
                asked.append({"selector": target["root_selector"], "rows": json.loads(body)})
        done = subprocess.run(["node", "-e", RUN, str(MODULES)], input=json.dumps(asked).encode(), capture_output=True,
                              timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        made = json.loads(done.stdout)
        return {title: rows if isinstance(rows, list) else [] if rows is None else [rows]
                for title, rows in zip(self.targets, made)}

    def test_each_panel_shows_its_columns(self):
        generated = run("generate", "--chats", 2_000, "--days", 30, "--agents", 8, "--end", "2021-05-01T00:00:00Z").stdout
        for title, rows in self.answers(generated).items():
            self.assertGreater(len(rows), 0, title)
            seen = set()
            for row in rows:
                for column in self.targets[title]["columns"]:
                    value = row.get(column["selector"])
                    if value is None:
                        continue
                    seen.add(column["selector"])
                    if column["type"] == "number":
                        self.assertIsInstance(value, (int, float), title)
                    else:
                        self.assertIsInstance(value, str, title)
                    if column["type"] == "timestamp":
                        datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
            self.assertEqual(seen, {column["selector"] for column in self.targets[title]["columns"]}, title)

    def test_their_figures_are_right(self):
        answers = self.answers([
            chat("A", "2021-04-08T10:00:00Z", tags=["a", "b"], properties={"rating": {"score": 1}}),
            chat("B", "2021-04-08T10:30:00Z", tags=["a"], properties={"rating": {"score": 1}}),
            chat("C", "2021-04-09T11:00:00Z", properties={"rating": {"score": 0}})])
        self.assertEqual(answers["Chats"], [{"chats": 3}])
        self.assertAlmostEqual(answers["Good ratings"][0]["share"], 2 / 3)
        self.assertEqual(answers["Busiest hour"], [{"hour": "10:00"}])
        self.assertEqual(answers["Tags"], [{"tag": "a", "chats": 2}, {"tag": "b", "chats": 1}])
        by_day = {row["time"]: row["chats"] for row in answers["Chats a day"]}
        self.assertEqual((len(by_day), by_day["2021-04-08T00:00:00Z"], by_day["2021-04-10T00:00:00Z"]), (30, 2, 0))

    def test_nothing_is_shown_of_a_time_without_chats(self):
        self.range = ("2020-04-01T00:00:00.000Z", "2020-04-02T00:00:00.000Z")
        answers = self.answers([chat("A", "2021-04-08T10:00:00Z")])
        self.assertEqual(answers["Chats"], [{"chats": 0}])
        self.assertIsNone(answers["Good ratings"][0].get("share"))
        self.assertIsNone(answers["Mean first response time"][0].get("time"))
        for title in ["Tags", "Left the queue", "First response time", "Busiest hour"]:
            self.assertEqual(answers[title], [], title)


if __name__ == "__main__":
    main()
