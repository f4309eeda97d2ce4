"""Write the manual page and what shells complete, from the program's own parsers.

Run in the environment that is packaged. What a command takes is told in `viewer.cli` alone, so
that neither can say what is not true.
"""

from __future__ import annotations

import argparse
import json
import re
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

from viewer.cli import COMMANDS, window_parser

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "build" / "generated"

Parsers = dict[str, argparse.ArgumentParser]
"""By command; the empty name stands for the window."""

DESCRIPTION = (
    "Entente shows a dossier of actors, places, dated events, relations, sources and claims as a "
    "map, a graph of relationships, a timeline and the evidence: four views of one model. Without "
    "a command it opens its window. The commands need no screen. No network connection is ever "
    "made."
)
FILES = """\
.TP
.I ~/.config/entente/settings.json
What is remembered from one start to the next.
.TP
.I ~/.local/share/entente/
Texts that were attached to sources, and work that was not saved yet.
.TP
.I ~/.local/state/entente/
Reports on errors in the program. Nothing is ever sent anywhere.
"""
STATUS = """\
.TP
0
done
.TP
1
problems were found
.TP
2
wrong use, or input that cannot be read;
one line on standard error tells what to do
"""


def parsers() -> Parsers:
    """Return the parser of the window and those of all commands."""
    return {"": window_parser(), **{name: command.parser() for name, command in COMMANDS.items()}}


def options(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    return (action for action in parser._actions if action.option_strings)


def help_of(action: argparse.Action) -> str:
    """Return the help of an argument with its default filled in."""
    return (action.help or "") % {**vars(action), "prog": "entente"}


def metavar(action: argparse.Action) -> str:
    """Return what stands for the value of an option; empty where it takes none."""
    if action.nargs == 0:
        return ""
    return action.metavar or ("|".join(action.choices) if action.choices else action.dest.upper())


# -- manual --------------------------------------------------------------------------------------


def roff(text: str) -> str:
    """Return text that troff prints as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub("^(?=[.'])", "\\\\&", text, flags=re.M)


def prose(text: str) -> str:
    """Return a paragraph in short lines, as troff likes them."""
    return roff(textwrap.fill(text, 76, break_on_hyphens=False, break_long_words=False))


def manual(found: Parsers, version: str, epoch: int) -> str:
    """Return the manual page in man(7)."""
    day = time.strftime("%Y-%m-%d", time.gmtime(epoch))
    out = [
        f'.TH ENTENTE 1 "{day}" "entente {roff(version)}" "User Commands"',
        ".SH NAME",
        "entente \\- who dealt with whom, where, when, and on whose word",
        ".SH SYNOPSIS",
        *(line for name, parser in found.items() for line in synopsis(name, parser)),
        ".SH DESCRIPTION",
        prose(DESCRIPTION),
        ".SH OPTIONS",
        *(line for action in arguments(found[""]) for line in described(action)),
        ".SH COMMANDS",
    ]
    for name, parser in found.items():
        if name:
            out += [f".SS {name}", prose(parser.description or "")]
            out += [line for action in arguments(parser) for line in described(action)]
    out += [".SH EXIT STATUS", STATUS.rstrip(), ".SH FILES", FILES.rstrip()]
    return "\n".join(out) + "\n"


def arguments(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    return (action for action in parser._actions if action.dest != "help")


def synopsis(name: str, parser: argparse.ArgumentParser) -> list[str]:
    words = []
    for action in arguments(parser):
        flag = action.option_strings[-1:]
        value = metavar(action) if flag else str(action.metavar or action.dest.upper())
        text = " ".join(
            (*(f"\\fB{roff(f)}\\fR" for f in flag), *([f"\\fI{roff(value)}\\fR"] if value else []))
        )
        if action.nargs in ("+", "*"):
            text += " ..."
        needed = action.required if flag else action.nargs not in ("?", "*")
        words.append(text if needed else f"[{text}]")
    return [".TP", f".B entente{f' {name}' if name else ''}", " ".join(words)]


def described(action: argparse.Action) -> list[str]:
    names = ", ".join(f"\\fB{roff(flag)}\\fR" for flag in action.option_strings)
    value = metavar(action) if names else str(action.metavar or action.dest.upper())
    value = f"\\fI{roff(value)}\\fR" if value else ""
    return [".TP", f"{names} {value}".strip(), prose(help_of(action))]


# -- completion ----------------------------------------------------------------------------------


def bash(found: Parsers) -> str:
    """Return completion for bash."""
    cases, values = [], []
    for name, parser in found.items():
        flags = " ".join(flag for action in options(parser) for flag in action.option_strings)
        cases.append(f'        {name or "*"}) options="{flags}" ;;')
        values += [
            f'        "{name} {flag}") COMPREPLY=($(compgen -W "{" ".join(action.choices)}" '
            '-- "$word")); return ;;'
            for action in options(parser)
            if action.choices
            for flag in action.option_strings
        ]
    cases.append(cases.pop(0))  # the pattern for all others comes last
    return f"""\
# Completion of entente(1) for bash.
_entente()
{{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
    local command=${{COMP_WORDS[1]}} options
    case "$command $before" in
{chr(10).join(values)}
    esac
    case $command in
{chr(10).join(cases)}
    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$word"))
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        if [[ $COMP_CWORD -eq 1 ]]; then
            COMPREPLY+=($(compgen -W "{" ".join(name for name in found if name)}" -- "$word"))
        fi
    fi
}}
complete -o filenames -F _entente entente
"""


def zsh(found: Parsers) -> str:
    """Return completion for zsh."""

    def told(text: str) -> str:
        return re.sub(r"([\[\]:\\])", r"\\\1", text).replace("'", "'\\''")

    def specs(parser: argparse.ArgumentParser) -> Iterator[str]:
        for action in options(parser):
            value = ""
            if action.nargs != 0:
                choices = f"({' '.join(action.choices)})" if action.choices else ""
                name = told(str(action.metavar or action.dest))
                value = f":{name}:{choices or action_of(action)}"
            many = "*" if isinstance(action, argparse._AppendAction) else ""
            for flag in action.option_strings:
                yield f"'{many}{flag}[{told(help_of(action))}]{value}'"
        yield "'*:file:_files'"

    def action_of(action: argparse.Action) -> str:
        return "_files" if action.type is Path else " "

    commands = " ".join(
        f"'{name}:{told(parser.description or '')}'" for name, parser in found.items() if name
    )
    cases = "\n".join(
        f"    {name}) shift words; (( CURRENT-- )); _arguments {' '.join(specs(parser))} ;;"
        for name, parser in found.items()
        if name
    )
    return f"""\
#compdef entente
# Completion of entente(1) for zsh.
local -a commands=({commands})
if (( CURRENT == 2 )); then
    [[ $words[2] == -* ]] || _describe command commands
    _arguments {" ".join(specs(found[""]))}
    return
fi
case $words[2] in
{cases}
    *) _arguments {" ".join(specs(found[""]))} ;;
esac
"""


def fish(found: Parsers) -> str:
    """Return completion for fish."""

    def quoted(text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    out = ["# Completion of entente(1) for fish."]
    names = " ".join(name for name in found if name)
    for name, parser in found.items():
        seen = f"__fish_seen_subcommand_from {name or names}"
        when = f"-n {quoted(seen if name else f'not {seen}')}"
        if name:
            first = quoted(f"not __fish_seen_subcommand_from {names}")
            out.append(
                f"complete -c entente -n {first} -a {name} -d {quoted(parser.description or '')}"
            )
        for action in options(parser):
            flags = " ".join(
                f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}"
                for flag in action.option_strings
            )
            value = ""
            if action.nargs != 0:
                value = f" -x -a {quoted(' '.join(action.choices))}" if action.choices else " -r"
            out.append(f"complete -c entente {when} {flags}{value} -d {quoted(help_of(action))}")
    return "\n".join(out) + "\n"


def main() -> None:
    facts = json.loads((GENERATED / "facts.json").read_text(encoding="utf-8"))
    found = parsers()
    (GENERATED / "entente.1").write_text(
        manual(found, facts["version"], facts["epoch"]), encoding="utf-8"
    )
    for name, made in (("entente.bash", bash), ("_entente", zsh), ("entente.fish", fish)):
        (GENERATED / name).write_text(made(found), encoding="utf-8")


if __name__ == "__main__":
    main()
