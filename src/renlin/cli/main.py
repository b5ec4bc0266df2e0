"""Introduce the verbs; each lives in its own module and loads when it is called."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from renlin.cli.ending import FINE, ended
from renlin.cli.output import aligned, language
from renlin.cli.verb import LANGUAGE_HELP, LANGUAGES, write_lines, write_options, write_usage
from renlin.cli.verbs import VERBS
from renlin.errors import nearest
from renlin.version import VERSION

COMMANDS = VERBS
ABOUT = (
    "韧邻 Renlin：哪些住户最没有保障，为什么，会怎样，先做什么。",
    "Renlin: which households are least protected, why, what would happen, what to do first.",
)
COMPLETION = "_RENLIN_COMPLETE"
"""Set by a shell that asks how a word may go on."""
EXAMPLES = (VERBS["run"].example, VERBS["explain"].example)


class Verbs(click.Group):
    """Load a verb's module only when the verb is called; end every call in one way."""

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = "renlin",
        **_: Any,
    ) -> NoReturn:
        """Run one call and exit with its code."""
        given = list(sys.argv[1:] if args is None else args)
        if COMPLETION in os.environ:
            super().main(given, prog_name)
        obj = {"language": spoken(given)}
        try:
            with self.make_context(prog_name, given, obj=obj) as ctx:
                self.invoke(ctx)
            sys.stdout.flush()
        except click.exceptions.Exit as leaving:
            sys.exit(leaving.exit_code)
        except SystemExit:
            raise
        except BaseException as error:
            with click.Context(self, info_name=prog_name, obj=obj):
                sys.exit(ended(error, as_json="--json" in given))
        sys.exit(FINE)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in alphabetical order."""
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command ``cmd_name``, None when there is none."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = getattr(import_module(VERBS[cmd_name].room), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Offer the nearest verb for an unknown one."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            raise UnknownVerb(args[0], ctx)
        return super().resolve_command(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line that shows how to call a verb."""
        write_usage(self, ctx, formatter)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the program answers, with two examples."""
        write_lines(formatter, ABOUT[1:] if language() == "en" else ABOUT)
        write_lines(formatter, EXAMPLES)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options and the verbs, without loading a verb."""
        write_options(self, ctx, formatter)
        english = language() == "en"
        formatter.write("\nCommands:\n" if english else "\n命令 Commands:\n")
        rows = [
            ["", name, *([words.short_en] if english else [words.short_zh, words.short_en])]
            for name, words in sorted(VERBS.items())
        ]
        formatter.write("".join(f"{line}\n" for line in aligned(rows)))


class UnknownVerb(click.UsageError):
    """A verb nobody knows, with the nearest one."""

    def __init__(self, word: str, ctx: click.Context) -> None:
        hit = nearest(word, VERBS)
        en = f"No such command {word!r}." + (f" Did you mean {hit}?" if hit else "")
        zh = f"没有 {word} 这条命令。" + (f"是不是 {hit}？" if hit else "")
        super().__init__(en if language() == "en" else zh, ctx)


def spoken(arguments: Sequence[str]) -> str:
    """Return the language asked for anywhere on the command line, ``zh`` when none is."""
    said = LANGUAGES[0]
    for at, word in enumerate(arguments):
        value = word.removeprefix("--lang=") if word.startswith("--lang=") else None
        if word == "--lang" and at + 1 < len(arguments):
            value = arguments[at + 1]
        if value in LANGUAGES:
            said = value
    return said


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="renlin", help="版本 · version")
@click.option("--lang", type=click.Choice(LANGUAGES), expose_value=False, help=LANGUAGE_HELP)
def group() -> None:
    """Answer who is least protected, why, what would happen, what to do first."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code.

    Without ``arguments`` the process does its own one command, so work may be shared with a
    fork of it (``renlin.study.beside``); ``RENLIN_ALONE=0`` forbids that.
    """
    if arguments is None:
        os.environ.setdefault("RENLIN_ALONE", "1")
    group.main(arguments)
