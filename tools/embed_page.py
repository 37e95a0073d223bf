"""embed_page.py FOLDER SOURCE: writes a C++ source that holds the files of the built web page, packed by gzip. An empty
or missing folder makes a program without a page."""

import gzip
import hashlib
import pathlib
import sys

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}

HEAD = """// Made by tools/embed_page.py.
#include "api/page.h"

namespace chatreports::api {
namespace {

"""


def main():
    folder, source = map(pathlib.Path, sys.argv[1:])
    files = sorted(file for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else []
    text = [HEAD]
    table = []
    for number, file in enumerate(files):
        content = file.read_bytes()
        packed = gzip.compress(content, 9, mtime=0)
        text.append(f"constexpr unsigned char file_{number}[] = {{\n")
        for at in range(0, len(packed), 24):
            text.append(",".join(map(str, packed[at:at + 24])) + ",\n")
        text.append("};\n\n")
        path = "/" + file.relative_to(folder).as_posix()
        # The names of these files change with their content.
        is_named_by_content = path.startswith("/assets/")
        tag = hashlib.sha256(content).hexdigest()[:32]
        table.append(f'    {{"{path.removesuffix("index.html")}", "{MEDIA_TYPES[file.suffix]}", "W/\\"{tag}\\"", '
                     f"{str(is_named_by_content).lower()}, file_{number}, {len(content)}}},\n")
    text.append("}  // namespace\n\nstd::span<const PageFile> page_files() {\n")
    if table:
        text += ["  static constexpr PageFile files[] = {\n", *table, "  };\n  return files;\n"]
    else:
        text.append("  return {};\n")
    text.append("}\n\n}  // namespace chatreports::api\n")
    source.write_text("".join(text))


if __name__ == "__main__":
    main()
