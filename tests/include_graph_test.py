"""The sources include what ARCHITECTURE.md's graph allows, and nothing else; and a library that one
folder is the home of is included there alone."""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src"

# Where a library lives. Everything else reaches it through that folder's own headers.
HOMES = {
    r"boost/(beast|asio)": {"http"},
    r"boost/url": {"api"},
    r"date/": {"time"},
    r"sqlite3": {"store"},
    r"zlib": {"base"},
    r"zstd": {"base"},
    r"minizip/": {"ingest"},
    r"simdjson": {"ingest", "api", "pull"},
    r"curl/": {"pull"},
    r"openssl": {"base", "chat", "store", "api", "http"},
    r"CLI/": {"app"},
    r"spdlog": {"app"},
}

# See ARCHITECTURE.md, "The native engine".
NATIVE_ROOMS = ["columns", "files", "parts", "run"]


def graph_in_architecture():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    block = re.search(r"<!-- include graph -->\s*```\n(.*?)```", text, re.S)
    graph = {}
    for line in block.group(1).splitlines():
        folder, _, allowed = line.partition("→")
        graph[folder.strip()] = set(allowed.split()) - {"–"}
    return graph


def graph_in_cmake():
    text = (SOURCES / "CMakeLists.txt").read_text()
    graph, for_tests = {}, {}
    for call in re.findall(r"^chatreports_folder\((.*?)\)", text, re.S | re.M):
        words = call.split()
        lists, current = {}, None
        for word in words[1:]:
            if word.isupper():
                current = lists.setdefault(word, set())
            else:
                current.add(word)
        graph[words[0]] = lists.get("DEPENDS", set())
        for_tests[words[0]] = lists.get("TEST_DEPENDS", set())
    return graph, for_tests


def includes_of(path):
    return re.findall(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', path.read_text(), re.M)


class IncludeGraph(unittest.TestCase):
    def setUp(self):
        self.graph, self.for_tests = graph_in_cmake()
        self.files = [p for p in SOURCES.rglob("*") if p.suffix in (".h", ".cpp") and p.parent != SOURCES]
        self.assertGreater(len(self.files), 50)

    def test_architecture_draws_what_is_built(self):
        self.assertEqual(graph_in_architecture(), self.graph)

    def test_the_graph_has_no_circle(self):
        done = set()
        for folder, depends in self.graph.items():
            self.assertLessEqual(depends, done, f"{folder} depends on what comes after it")
            done.add(folder)

    def test_folders_include_what_they_may(self):
        for path in self.files:
            folder = path.relative_to(SOURCES).parts[0]
            allowed = self.graph[folder] | {folder}
            if re.search(r"_((test|fuzz|bench)\.cpp|test\.h)$", path.name):
                allowed = allowed | self.for_tests[folder]
            for kind, name in includes_of(path):
                first = name.split("/")[0]
                if kind == '"' and first in self.graph:
                    self.assertIn(first, allowed, f"{path.relative_to(ROOT)} includes {name}")

    def test_libraries_stay_at_home(self):
        for path in self.files:
            folder = path.relative_to(SOURCES).parts[0]
            for kind, name in includes_of(path):
                for library, homes in HOMES.items():
                    if kind == "<" and re.match(library, name):
                        self.assertIn(folder, homes, f"{path.relative_to(ROOT)} includes {name}")

    def test_engines_are_opened_in_one_place(self):
        others = [p for folder in ("src", "tests", "bench") for p in (ROOT / folder).rglob("*")
                  if p.suffix in (".h", ".cpp") and SOURCES / "engine" not in p.parents]
        for path in others:
            for _, name in includes_of(path):
                self.assertFalse(name.startswith(("engine/native/", "engine/reference/")),
                                 f"{path.relative_to(ROOT)} includes {name}, not engine/open.h")

    def test_rooms_of_the_native_engine_include_those_before_them(self):
        native = SOURCES / "engine" / "native"
        for at, room in enumerate(NATIVE_ROOMS):
            for path in (native / room).rglob("*"):
                if path.name.endswith(("_test.cpp", "_bench.cpp")):
                    continue
                for _, name in includes_of(path):
                    if name.startswith("engine/native/"):
                        self.assertIn(name.split("/")[2], NATIVE_ROOMS[:at + 1],
                                      f"{path.relative_to(ROOT)} includes {name}")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
