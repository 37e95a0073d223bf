#!/usr/bin/python3
"""write_completions.py PROGRAM FOLDER: writes the completions of the command line for bash (chatreports), zsh
(_chatreports) and fish (chatreports.fish) from the program's --help."""

import pathlib
import sys

import commands

MADE = "# Made from the output of --help by packaging/write_completions.py.\n"


def quoted(text):
    return "'" + text.replace("'", r"'\''") + "'"


def values(name, choices=()):
    """Which values a flag or an argument takes: "files", "folders", "choices", or "other"."""
    if choices:
        return "choices"
    return {"FILE": "files", "FOLDER": "folders"}.get(name, "other")


# bash

def bash(top):
    yield MADE
    yield "_chatreports() {"
    yield "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command= i"
    yield "  COMPREPLY=()"
    yield "  for ((i = 1; i < COMP_CWORD; ++i)); do"
    yield '    case "$command ${COMP_WORDS[i]}" in'
    for command in commands.every(top):
        if command.words:
            yield f"      ' {' '.join(command.words)}') command=' {' '.join(command.words)}' ;;"
    yield "    esac"
    yield "  done"
    yield '  case "$command $before" in'
    for command in commands.every(top):
        for flag in command.flags:
            if not flag.value:
                continue
            pattern = " | ".join(quoted(" ".join(["", *command.words, name])) for name in flag.names)
            action = {"files": 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word")',
                      "folders": 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word")',
                      "choices": 'mapfile -t COMPREPLY < <(compgen -W '
                                 + quoted(" ".join(flag.choices)) + ' -- "$word")',
                      "other": ":"}[values(flag.value, flag.choices)]
            yield f"    {pattern}) {action}; return ;;"
    yield "  esac"
    yield '  case "$command" in'
    for command in commands.every(top):
        words = [inner.words[-1] for inner in command.commands]
        words += [name for flag in command.flags for name in flag.names if name.startswith("--")]
        pattern = quoted(" ".join(["", *command.words]) if command.words else "")
        yield f'    {pattern}) mapfile -t COMPREPLY < <(compgen -W {quoted(" ".join(words))} -- "$word")'
        if any(values(argument.name) == "files" for argument in command.arguments):
            yield '      if [[ $word != -* ]]; then'
            yield '        compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word")'
            yield '      fi'
        yield "      ;;"
    yield "  esac"
    yield "}"
    yield "complete -F _chatreports chatreports"


# zsh

def zsh_text(text):
    """Text in the brackets of _arguments."""
    return text.translate(str.maketrans({c: "\\" + c for c in "\\[]:"}))


def zsh_values(name, choices=()):
    return {"files": "_files", "folders": "_files -/", "choices": f"({' '.join(choices)})",
            "other": " "}[values(name, choices)]


def zsh_function(command):
    name = "_".join(["_chatreports", *command.words])
    yield f"{name}() {{"
    if command.commands:
        yield "  local context state state_descr line"
        yield "  typeset -A opt_args"
    yield "  _arguments -C -s \\"
    for flag in command.flags:
        for one in flag.names:
            many = "*" if flag.repeated or "may be repeated" in flag.text else ""
            value = f":{flag.value.replace(':', ' ')}:{zsh_values(flag.value, flag.choices)}" if flag.value else ""
            excluded = "(- *)" if not flag.value and not flag.variable else ""
            yield "    " + quoted(f"{excluded}{many}{one}[{zsh_text(flag.text)}]{value}") + " \\"
    if command.commands:
        yield "    '1: :->command' '*:: :->words' && return"
        yield "  case $state in"
        yield "    command)"
        yield "      local -a commands=("
        for inner in command.commands:
            yield "        " + quoted(inner.words[-1] + ":" + inner.summary.replace(":", r"\:"))
        yield "      )"
        yield "      _describe command commands ;;"
        yield "    words)"
        yield "      case $words[1] in"
        for inner in command.commands:
            yield f"        {inner.words[-1]}) {'_'.join(['_chatreports', *inner.words])} ;;"
        yield "      esac ;;"
        yield "  esac"
    else:
        for argument in command.arguments:
            yield "    " + quoted(f"*:{argument.name}:{zsh_values(argument.name)}") + " \\"
        yield "    && return"
    yield "}"


def zsh(top):
    yield "#compdef chatreports"
    yield MADE
    for command in commands.every(top):
        yield from zsh_function(command)
        yield ""
    yield '_chatreports "$@"'


# fish

def fish_quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", r"\'") + "'"


def fish(top):
    yield MADE
    yield "complete -c chatreports -f"
    for command in commands.every(top):
        conditions = [f"__fish_seen_subcommand_from {word}" for word in command.words]
        if command.commands:
            names = " ".join(inner.words[-1] for inner in command.commands)
            conditions.append(f"not __fish_seen_subcommand_from {names}")
        condition = quoted("; and ".join(conditions))
        for inner in command.commands:
            yield (f"complete -c chatreports -n {condition} -a {inner.words[-1]} "
                   f"-d {fish_quoted(inner.summary)}")
        for flag in command.flags:
            names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in flag.names)
            value = {"files": " -r -F", "folders": " -x -a '(__fish_complete_directories)'",
                     "choices": f" -x -a {quoted(' '.join(flag.choices))}",
                     "other": " -x"}[values(flag.value, flag.choices)] if flag.value else ""
            yield f"complete -c chatreports -n {condition} {names}{value} -d {fish_quoted(flag.text)}"
        if any(values(argument.name) == "files" for argument in command.arguments):
            yield f"complete -c chatreports -n {condition} -F"


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    top = commands.read_or_exit(program)
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in [("chatreports", bash(top)), ("_chatreports", zsh(top)), ("chatreports.fish", fish(top))]:
        (folder / name).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
