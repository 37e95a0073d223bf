#!/usr/bin/python3
"""write_settings.py PROGRAM FILE: writes the file of settings of the service, with each flag of `chatreports serve` as
a comment that shows its default."""

import pathlib
import sys
import textwrap

import commands

HEAD = """\
# Settings of the service chatreports. Changes count from the next `systemctl restart chatreports` on; those of the log, the
# certificate and the rate of requests already from `systemctl reload chatreports` on. This command checks the file:
#
#   chatreports serve --config /etc/chatreports/chatreports.conf --check-config
#
# Each line is NAME = VALUE. A value with blanks, commas or number signs is in double quotes; a list is in brackets, with
# commas between its values. The lines below show the defaults; remove the number sign of a line to change it.
# The unit names the data folder, /var/lib/chatreports.
"""


def settings(serve):
    yield HEAD
    for heading, flags in serve.groups:
        shown = [flag for flag in flags
                 if flag.variable and flag.longest not in ("--data", "--config", "--check-config")]
        if not shown:
            continue
        yield f"\n## {heading}\n"
        for flag in shown:
            text = flag.text[:1].upper() + flag.text[1:] + "."
            yield "\n" + textwrap.fill(text, 110, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)
            # A switch is on with the value true.
            value = flag.default or ("true" if not flag.value else "")
            yield f"\n#{flag.longest.removeprefix('--')} = {value}".rstrip() + "\n"


def main():
    program, file = sys.argv[1:]
    serve = next(command for command in commands.read_or_exit(program).commands if command.words == ["serve"])
    pathlib.Path(file).write_text("".join(settings(serve)))


if __name__ == "__main__":
    main()
