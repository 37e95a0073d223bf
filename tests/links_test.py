"""Every link in the Markdown files leads to a file and a heading that exist, and so does every mention
of a document in a comment, a message or a text, such as: docs/api.md, "Errors". The glossary has each term once."""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = [path for path in sorted(ROOT.rglob("*.md"))
         if not {"build", ".git", "node_modules"} & set(path.relative_to(ROOT).parts)]
SOURCES = [path for folder in ["src", "tests", "bench", "cmake", "tools", "packaging"] for path in sorted((ROOT / folder).rglob("*"))
           if path.suffix in (".h", ".cpp", ".py", ".sh", ".txt", ".cmake", ".mjs", ".js")]
# Not those of others that npm has put here.
SOURCES = [source for source in SOURCES if "node_modules" not in source.parts]
SOURCES += [ROOT / "dev", ROOT / "CMakeLists.txt", ROOT / "docs/openapi.yaml"]

# A path from the root of the repository, and the heading that may follow it in quotes.
MENTION = re.compile(r'(?<![\w/.-])((?:docs/[\w/-]+|[A-Z]{5,})\.(?:md|yaml))(?:,\s+(?:under )?"([^"]+)")?')


def without_code(text):
    text = re.sub(r"^ *```.*?^ *```", "", text, flags=re.S | re.M)
    return re.sub(r"`[^`\n]*`", lambda code: "`" + "x" * (len(code.group()) - 2) + "`", text)


def headings(page):
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(), flags=re.S | re.M)
    return re.findall(r"^#+ (.*?) *$", text, re.M)


def anchors(page):
    """The anchors that GitHub gives to the headings of a page."""
    found = []
    for heading in headings(page):
        anchor = re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        found.append(anchor + (f"-{found.count(anchor)}" if anchor in found else ""))
    return found


def joined_comments(text):
    """A source whose comments of several lines are one line each."""
    return re.sub(r"\n *(?://|#) ?", " ", text)


class Links(unittest.TestCase):
    def test_links_lead_to_files_and_headings(self):
        checked = 0
        for page in PAGES:
            for target in re.findall(r"\]\(([^)\s]*)\)", without_code(page.read_text())):
                if re.match(r"[a-z]+:", target):
                    continue
                with self.subTest(f"{page.relative_to(ROOT)}: {target}"):
                    file, _, anchor = target.partition("#")
                    linked = (page.parent / file).resolve() if file else page
                    self.assertTrue(linked.exists(), "there is no such file")
                    if anchor:
                        self.assertIn(anchor, anchors(linked))
                    checked += 1
        self.assertGreater(checked, 150)

    def test_mentions_are_of_files_and_headings(self):
        checked = 0
        for path in PAGES + SOURCES:
            if path.name == "CHANGELOG.md":  # what it says of older versions stays
                continue
            text = path.read_text()
            for name, heading in MENTION.findall(text if path.suffix == ".md" else joined_comments(text)):
                with self.subTest(f"{path.relative_to(ROOT)}: {name}, {heading}"):
                    self.assertTrue((ROOT / name).is_file(), "there is no such file")
                    if heading:
                        self.assertIn(heading, headings(ROOT / name))
                    checked += 1
        self.assertGreater(checked, 25)

    def test_every_document_is_linked(self):
        linked = {(page.parent / target.partition("#")[0]).resolve() for page in PAGES
                  for target in re.findall(r"\]\(([^)\s]+)\)", without_code(page.read_text()))}
        for page in PAGES:
            if ROOT / "docs" in page.parents:
                self.assertIn(page, linked, "no page links here")

    def test_the_glossary_has_each_term_once_in_order(self):
        text = (ROOT / "docs/glossary.md").read_text()
        terms = re.findall(r"^\| (.*?) \|", text, re.M)[1:]
        self.assertGreaterEqual(len(terms), 40)
        self.assertEqual(terms, sorted(set(terms)))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
