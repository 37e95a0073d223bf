#!/usr/bin/python3
"""write_copyright.py LICENSE FOLDER: prints debian/copyright: the licence of this project, and those of the packages of npm
that the web page in FOLDER contains."""

import json
import pathlib
import re
import sys


def contained(folder):
    """The packages of npm that are built into the page: {name: entry of package-lock.json}."""
    packages = json.loads((folder / "package-lock.json").read_text())["packages"]
    return {path.removeprefix("node_modules/"): entry for path, entry in packages.items()
            if path.startswith("node_modules/") and not entry.get("dev") and not entry.get("optional")}


def stanza(files, license_name, text):
    holders = re.findall(r"^Copyright (?:\(c\) )?(.*)$", text, re.M | re.I)
    if not holders:
        sys.exit(f"packaging/write_copyright.py finds no copyright in the licence of {files}")
    body = "\n".join(" " + (line.strip() or ".") for line in text.strip().splitlines())
    return (f"\nFiles: {files}\nCopyright: {'; '.join(holder.strip() for holder in holders)}\n"
            f"License: {license_name}\n{body}\n")


def main():
    own, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    print("Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: chatreports")
    print(stanza("*", "Expat", own.read_text()), end="")
    for name, entry in contained(folder).items():
        text = (folder / "node_modules" / name / "LICENSE").read_text()
        print(stanza(f"web/node_modules/{name}/*", f"{entry['license']}-{name}", text), end="")


if __name__ == "__main__":
    main()
