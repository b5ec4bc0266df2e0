"""Make a function one verb: help in both languages, an example, ``--json``, ``--lang``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from renlin.cli.output import language
from renlin.cli.verbs import VERBS
from renlin.errors import Said

BETWEEN = " · "
"""Stands between the Chinese and the English words of an option."""
LANGUAGES = ("zh", "en")


class Verb(click.Command):
    """A command whose help speaks Chinese first, with English below or alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += [
            click.Option(["--json", "as_json"], is_flag=True, help="给机器读的 JSON · JSON"),
            click.Option(
                ["--lang"], type=click.Choice(LANGUAGES), expose_value=False, help=LANGUAGE_HELP
            ),
        ]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line that shows how to call the verb."""
        write_usage(self, ctx, formatter)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the verb does, and its example."""
        words = VERBS[str(ctx.command.name)]
        told = [words.en] if language() == "en" else [words.zh, words.en]
        write_lines(formatter, "\n".join(told).split("\n"))
        head = "Example" if language() == "en" else "例如 Example"
        formatter.write(f"\n{head}:\n  {words.example}\n")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the options do."""
        write_options(self, ctx, formatter)


LANGUAGE_HELP = "语言，写在命令前后都行 · language, before or after the verb"


def verb(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Return a decorator that makes a function the verb ``name``."""
    return click.command(name, cls=Verb, help=VERBS[name].zh)


def write_usage(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the usage of ``command`` under a heading in the language spoken."""
    head = "Usage: " if language() == "en" else "用法 Usage: "
    formatter.write_usage(ctx.command_path, " ".join(command.collect_usage_pieces(ctx)), head)


def write_lines(formatter: click.HelpFormatter, lines: Iterable[str]) -> None:
    """Write lines as they stand, indented, after an empty one."""
    formatter.write("\n" + "".join(f"  {line}\n" for line in lines))


def write_options(
    command: click.Command, ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    """Write arguments and options, each with its Chinese words and its English ones below."""
    params = command.get_params(ctx)
    rows = [
        (param.make_metavar(ctx), _told(ARGUMENTS[str(param.name)]))
        for param in params
        if isinstance(param, click.Argument)
    ]
    records = (param.get_help_record(ctx) for param in params if isinstance(param, click.Option))
    rows += [(name, _told(words)) for name, words in filter(None, records)]
    formatter.write("\nOptions:\n" if language() == "en" else "\n选项 Options:\n")
    wide = max(len(name) for name, _ in rows) + 2
    for name, told in rows:
        first, *more = told
        formatter.write(f"  {name.ljust(wide)}{first}\n")
        formatter.write("".join(f"  {' ' * wide}{line}\n" for line in more))


ARGUMENTS = {
    "finding": "结论表的编号（F-…）或名称 · id (F-…) or name of a finding",
    "folder": "社区文件夹 · community folder",
    "lost": "坏了的节点、路段、门或单元的编号 · keys of what fails",
    "out": "结果文件夹 · results folder",
    "path": "文件或文件夹 · a file or a folder",
    "person": "居民的假名，见 needs.tiers · pseudonym of a resident, see needs.tiers",
    "spot": "地点：大门、路段、单元、场地的编号 · spot: key of a gate, walk, entrance or space",
    "table_a": "一张表：CSV、XLSX、Parquet · a table",
    "table_b": "另一张表；不写就在 A 里查重 · another; without it A is searched for duplicates",
    "target": "要建的文件夹 · the folder to make",
}
"""Argument -> its words."""


def _told(words: str) -> list[str]:
    if words == HELP_OF_CLICK:
        words = "看用法 · show this help"
    parts = words.split(BETWEEN)
    return parts[-1:] if language() == "en" else parts


HELP_OF_CLICK = "Show this message and exit."


class Existing(click.Path):
    """A path that must be there."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path, or refuse it in both languages."""
        path = Path(value)
        refusal = self._refused(path)
        if refusal is not None:
            raise Refused(refusal, ctx=ctx, param=param)
        return path

    def _refused(self, path: Path) -> Said | None:
        if not path.exists():
            return Said(f"没有「{path}」", f"there is no {path}")
        return None


class ExistingFolder(Existing):
    """A folder that must be there."""

    def _refused(self, path: Path) -> Said | None:
        if path.exists() and not path.is_dir():
            return Said(f"「{path}」不是文件夹", f"{path} is no folder")
        return super()._refused(path)


class Refused(click.BadParameter):
    """A value that is refused, with the reason in both languages."""

    def __init__(self, said: Said, **context: Any) -> None:
        super().__init__(said.en, **context)
        self.said = said
