#!/usr/bin/python3
"""write_manual.py PROGRAM DATE FOLDER: writes the manual pages chatreports(1), chatreports-serve(1), … from the
program's --help. DATE is that of the version, as 2026-05-01."""

import pathlib
import re
import sys

import commands

SETTINGS = "/etc/chatreports/chatreports.conf"


def escaped(text):
    return text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")


def line(text):
    """Text that begins a line, where a dot or a quote would begin a request."""
    text = escaped(text)
    return r"\&" + text if text.startswith(".") else text


def sentence(text):
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else text + "."


def bold(text):
    return rf"\fB{escaped(text)}\fR"


def italic(text):
    return rf"\fI{escaped(text)}\fR"


def page_of(command):
    return "-".join(["chatreports", *command.words])


def flag_lines(flag):
    names = ", ".join(bold(name) for name in flag.names)
    yield ".TP"
    yield names + (" " + italic(flag.value) if flag.value else "") + (" ..." if flag.repeated else "")
    yield line(sentence(flag.text))
    if flag.required:
        yield "Required."
    if flag.choices:
        yield "One of " + ", ".join(bold(choice) for choice in flag.choices) + "."
    if flag.default:
        yield f"The default is {bold(flag.default)}."
    if flag.variable:
        yield f"The environment variable is {bold(flag.variable)}."


def usage_lines(command):
    words = command.usage.split()
    count = 1 + len(command.words)
    yield ".B " + escaped(" ".join(words[:count]))
    yield escaped(" ".join(words[count:]))


def flags_lines(command, heading_of_flags, level):
    for heading, flags in command.groups:
        shown = [flag for flag in flags if "--help" not in flag.names or not command.words]
        if not shown:
            continue
        if heading.lower() == "options":
            yield f".{level} {heading_of_flags}"
        else:
            yield f'.SS "{escaped(heading)}"'
        for flag in shown:
            yield from flag_lines(flag)


def command_lines(command, level):
    """Arguments, flags and the footer."""
    if command.arguments:
        yield f".{level} ARGUMENTS" if level == "SH" else ".PP"
        for argument in command.arguments:
            yield ".TP"
            yield italic(argument.name)
            yield line(sentence(argument.text))
    yield from flags_lines(command, "OPTIONS", level) if level == "SH" else inner_flags(command)
    if command.footer.startswith("Exit code: "):
        yield ".SH EXIT STATUS" if level == "SH" else ".PP"
        parts = re.split(r", (?=\d)", command.footer.removeprefix("Exit code: ").rstrip("."))
        for number, meaning in sorted((part.split(" ", 1) for part in parts), key=lambda part: int(part[0])):
            yield ".TP"
            yield bold(number)
            yield line(sentence(meaning))
    elif command.footer:
        yield ".PP"
        yield line(command.footer)


def inner_flags(command):
    for flag in command.flags:
        if "--help" not in flag.names:
            yield from flag_lines(flag)


def page(command, version, date, parent, below):
    """The lines of the page of a command, with all commands below it that have no page of their own."""
    name = page_of(command)
    summary = command.summary.rstrip(".")
    yield r'.\" Made from the output of --help by packaging/write_manual.py.'
    yield f'.TH {escaped(name).upper()} 1 "{date}" "chatreports {escaped(version)}" "chatreports"'
    yield ".nh"  # a broken flag can't be searched for
    yield ".ad l"
    yield ".SH NAME"
    yield rf"{escaped(name)} \- {escaped(summary[:1].lower() + summary[1:])}"
    yield ".SH SYNOPSIS"
    for shown in [command] if not below else below:
        if shown is not (command if not below else below[0]):
            yield ".br"
        yield from usage_lines(shown)
    yield ".SH DESCRIPTION"
    yield line(sentence(command.summary))
    if parent is None:
        yield "Each command has a manual page of its own:"
        for inner in command.commands:
            yield ".TP"
            yield rf".BR {escaped(page_of(inner))} (1)"
            yield line(sentence(inner.summary))
    yield from command_lines(command, "SH")
    if below:
        yield ".SH COMMANDS"
        for inner in below:
            yield f'.SS "{escaped(" ".join(inner.words))}"'
            yield line(sentence(inner.summary))
            yield from command_lines(inner, "SS")
    if parent is None:
        yield ".SH ENVIRONMENT"
        yield "Each flag of a command is also an environment variable, which its page names. The flag counts if both are given."
        yield "An empty value is an error."
    if parent is None or command.words == ["serve"]:
        yield ".SH FILES"
        for file, text in [(SETTINGS, "The settings of the service: environment variables of the command serve."),
                           ("/var/lib/chatreports", "The data folder of the service.")]:
            yield ".TP"
            yield rf".I {escaped(file)}"
            yield escaped(text)
    yield ".SH SEE ALSO"
    others = [inner for inner in (parent or command).commands if inner is not command]
    pages = ([] if parent is None else ["chatreports"]) + [page_of(inner) for inner in others]
    for number, other in enumerate(pages):
        yield rf".BR {escaped(other)} (1){',' if number + 1 < len(pages) else ''}"
    yield ".PP"
    yield r"The documentation in Markdown is in"
    yield r".IR /usr/share/doc/chatreports ;"
    yield r"begin with"
    yield r".IR docs/operations.md ."


def main():
    program, date, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    version = commands.version_of(program)
    top = commands.read_or_exit(program)
    folder.mkdir(parents=True, exist_ok=True)
    for command, parent in [(top, None), *((inner, top) for inner in top.commands)]:
        below = command.commands if parent else []
        text = "\n".join(page(command, version, date, parent, below)) + "\n"
        (folder / f"{page_of(command)}.1").write_text(text)


if __name__ == "__main__":
    main()
