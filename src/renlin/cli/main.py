"""Introduce the commands; each lives in its own module and loads when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

import renlin

COMMANDS = {
    "build": ("renlin.cli.data", "整理名册，写出 layers/ · build layers from registers"),
    "check": ("renlin.cli.data", "查各层是否互相一致 · check that the layers agree"),
    "compare": ("renlin.cli.stages", "比较方案 · compare schemes"),
    "doctor": ("renlin.cli.machine", "查这台机器缺什么 · say what is missing here"),
    "explain": ("renlin.cli.results", "追溯一个数 · trace a number to its sources"),
    "govern": ("renlin.cli.stages", "第四步：多元协同共治 · stage 4"),
    "inspect": ("renlin.cli.data", "看一个文件里有什么、错在哪 · say what a file holds"),
    "needs": ("renlin.cli.stages", "第一步：主体需求识别 · stage 1"),
    "new": ("renlin.cli.data", "由地图建一个社区文件夹 · make a folder from a map"),
    "report": ("renlin.cli.results", "由结果重写报告 · write the report anew"),
    "run": ("renlin.cli.results", "从头跑到报告 · run all stages and write the report"),
    "simulate": ("renlin.cli.stages", "第三步：灾中过程模拟 · stage 3"),
    "space": ("renlin.cli.stages", "第二步：应灾空间研判 · stage 2"),
}


class Verbs(click.Group):
    """Load a command's module only when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command ``cmd_name``, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Offer the nearest verb for an unknown one."""
        from renlin.errors import nearest

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hit = nearest(args[0], COMMANDS)
            offer = f" Did you mean {hit}? 是不是 {hit}？" if hit else ""
            raise click.UsageError(f"No such command {args[0]!r}.{offer}")
        return super().resolve_command(ctx, args)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(renlin.__version__, prog_name="renlin")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="语言 · language")
@click.pass_context
def group(ctx: click.Context, lang: str) -> None:
    """韧邻 Renlin：哪些住户最没有保障，为什么，会怎样，先做什么。

    \b
    renlin run examples/liulin --out out/liulin
    renlin explain out/liulin simulation.comparison --row 'a|fire-stair-3|wheelchair'
    """
    ctx.obj = {"language": lang}


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line and exit with its code."""
    return group(args=arguments, prog_name="renlin")
