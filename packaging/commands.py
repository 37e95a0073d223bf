"""The commands and their flags as `chatreports --help` describes them, as values. The manual pages, the completions and the
file of settings are made from it, so a flag is described in one place: src/app/."""

import dataclasses
import os
import re
import subprocess
import sys


@dataclasses.dataclass
class Flag:
    names: list[str]
    value: str = ""  # such as "FILE"; empty if the flag takes none
    choices: list[str] = dataclasses.field(default_factory=list)
    default: str = ""
    variable: str = ""
    required: bool = False
    repeated: bool = False
    text: str = ""

    @property
    def longest(self):
        """Its first long name: --license of --license,--licence."""
        return next(name for name in self.names if name.startswith("--"))


@dataclasses.dataclass
class Argument:
    name: str
    text: str = ""


@dataclasses.dataclass
class Command:
    words: list[str]
    summary: str
    usage: str
    arguments: list[Argument]
    groups: list[tuple[str, list[Flag]]]  # each with its heading
    footer: str
    commands: list["Command"] = dataclasses.field(default_factory=list)

    @property
    def flags(self):
        return [flag for _, flags in self.groups for flag in flags]


class Unreadable(Exception):
    pass


# "  --listen HOST:PORT=127.0.0.1:8080 (Env:CHATREPORTS_LISTEN)" of CLI11 on Debian 12, and
# "  --listen HOST:PORT [127.0.0.1:8080] (Env:CHATREPORTS_LISTEN)" on Debian 13.
HEAD = re.compile(r"""
    (?P<names>-[\w-]+(?:,-[\w-]+)*)
    (?:\{\w+\})?                                    # what a switch without a value means
    (?:\s(?P<value>[A-Z][A-Z:]*)(?=[:=]|\s\[|\s\(Env:|\sREQUIRED|\s\.\.\.)(?::\{(?P<choices>[^}]*)\})?
        (?:=(?P<default>\S+)|\s\[(?P<other_default>[^\]]*)\])?)?
    (?P<rest>(?:\s+(?:\(Env:\w+\)|REQUIRED|\.\.\.|Needs:\s--[\w-]+))*)
    (?:\s+(?P<text>[^\s(\[].*))?                    # on the same line if there is room
    """, re.X)


def flag_of(line):
    match = HEAD.fullmatch(line.strip())
    if not match:
        raise Unreadable(line)
    rest = match["rest"]
    variable = re.search(r"\(Env:(\w+)\)", rest)
    return Flag(names=match["names"].split(","), value=match["value"] or "",
                choices=(match["choices"] or "").split(",") if match["choices"] else [],
                default=match["default"] or match["other_default"] or "",
                variable=variable[1] if variable else "",
                required="REQUIRED" in rest.split(), repeated="..." in rest.split(), text=match["text"] or "")


def parse(words, text):
    """The command, and the names of the commands below it."""
    before, _, after = text.partition("\nUsage: ")
    usage, _, body = after.partition("\n")
    command = Command(words, before.strip(), usage.strip(), [], [], "")
    inner = []
    section = None
    item = None
    for line in body.splitlines():
        if not line.strip():
            continue
        if not line.startswith(" "):
            if line.endswith(":"):
                section, item = line[:-1], None
                if section not in ("Positionals", "Subcommands"):
                    command.groups.append((section, []))
            else:
                command.footer = (command.footer + " " + line).strip()
            continue
        if section is None:
            raise Unreadable(line)
        if line.startswith("      "):  # the text of the item above
            if item is None:
                raise Unreadable(line)
            item.text = (item.text + " " + line.strip()).strip()
            continue
        head, _, told = line.strip().partition("  ")
        if section == "Subcommands":
            inner.append(head)
            item = None
        elif section == "Positionals":
            item = Argument(head.split()[0], told.strip())
            command.arguments.append(item)
        else:
            item = flag_of(line)
            command.groups[-1][1].append(item)
    return command, inner


def ask(program, words=()):
    """The program's command of these words, with all commands below it."""
    # Lines that are not wrapped, whatever the width of the terminal.
    done = subprocess.run([program, *words, "--help"], capture_output=True, text=True,
                          env={**os.environ, "COLUMNS": "1000"})
    if done.returncode != 0:
        raise Unreadable(f"{program} {' '.join(words)} --help failed: {done.stderr.strip()}")
    command, inner = parse(list(words), done.stdout)
    for flag in command.flags:
        if flag.default and flag.longest in DEFAULTS_OF_MACHINES:
            flag.default = ""
            flag.text += f" (default: {DEFAULTS_OF_MACHINES[flag.longest]})"
    command.commands = [ask(program, [*words, name]) for name in inner]
    return command


def read_or_exit(program):
    try:
        return ask(program)
    except Unreadable as line:
        sys.exit(f"packaging/commands.py does not understand this of --help: {line}")


def version_of(program):
    """"0.2.0", of "chatreports 0.2.0"."""
    return subprocess.run([program, "--version"], capture_output=True, text=True,
                          check=True).stdout.split()[1]


# --help shows the default of the machine that it runs on.
DEFAULTS_OF_MACHINES = {"--threads": "the number of processors"}


def every(command):
    """The command and all below it."""
    yield command
    for inner in command.commands:
        yield from every(inner)
