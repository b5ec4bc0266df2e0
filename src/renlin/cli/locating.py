"""``renlin locate``: where a community should open a facility, efficient and fair side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from renlin.cli.output import Bar, give, phrase, table
from renlin.cli.verb import ExistingFolder, verb

if TYPE_CHECKING:
    import pandas as pd

    from renlin.community.community import Community
    from renlin.needs.found import Needs
    from renlin.space.siting.study import Study
    from renlin.study.rerun import Rerun

EFFICIENT, FAIR = "p-median", "floor"
TIMES = ("display", "n", "base", "value", "difference", "low", "high", "verdict")
SHOWN = (
    "model", "n_sites", "price", "mean", "worst_group", "worst_group_mean", "unreached_persons",
    "uncovered_persons", "status", "sites", "infeasible",
)  # fmt: skip


@verb("locate")
@click.argument("folder", type=ExistingFolder())
@click.option("--service", default="shelter", show_default=True, help="哪类设施 · kind of facility")
@click.option(
    "--more",
    type=click.IntRange(1, 20),
    default=2,
    show_default=True,
    metavar="N",
    help="最多再开几处 · most sites to open besides those there are",
)
@click.option(
    "--budget",
    type=click.FloatRange(0),
    metavar="YUAN",
    help="最多花多少元；每块地都要有 opening_cost · money for all; every ground needs a price",
)
@click.option("--seed", type=int, default=0, show_default=True, help="随机种子 · seed")
@click.option(
    "--scheme",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="把公平优先的方案写成方案文件 · write the fair plan as a scheme file",
)
@click.option(
    "--again",
    is_flag=True,
    help="按公平优先的方案重做研判和推演 · run stages 2 and 3 with the fair plan",
)
def locate(
    folder: Path,
    service: str,
    more: int,
    budget: float | None,
    seed: int,
    scheme: Path | None,
    again: bool,
    as_json: bool,
) -> None:
    """Choose sites for a community and perhaps write the fair plan as a scheme."""
    from renlin.needs import identify
    from renlin.space.siting import changed, frontier
    from renlin.space.siting.study import study
    from renlin.study.job import prepare

    bar = Bar()
    place = prepare(folder, progress=bar)
    needs = identify(place)
    asked = study(place, needs, service)
    sizes = [replace(terms, seed=seed) for terms in asked.sizes(more, budget)]
    plans, found = frontier(asked.problem, sizes, (EFFICIENT, FAIR), bar)
    if not asked.priced:
        plans["price"] = float("nan")
    fair = [plan for plan in found if plan.model == FAIR]
    moved = None if len(fair) < 2 else changed(asked.problem, fair[0], fair[-1])
    if scheme is not None and fair:
        _write(asked, fair[-1].opened, service, scheme)
    once_more = _again(place, needs, asked, fair[-1].opened, bar) if again and fair else None
    told = Told(asked, plans, moved, scheme if fair else None, once_more)
    give(_value(told), as_json=as_json, text=_text(told))


def _again(
    place: Community, needs: Needs, asked: Study, sites: tuple[str, ...], bar: Bar
) -> Rerun | None:
    from renlin.study.rerun import rerun

    made = asked.scheme(sites, code="sites", zh="选址", en="sites")
    return rerun(place, needs, made, progress=bar) if made.edit else None


class Told(NamedTuple):
    """What the command has to tell."""

    asked: Study
    plans: pd.DataFrame
    moved: pd.DataFrame | None
    scheme: Path | None
    again: Rerun | None


def _write(asked: Study, sites: tuple[str, ...], service: str, file: Path) -> None:
    """Write the scheme that opens ``sites``, whole or not at all."""
    from renlin.community.scheme_text import scheme_text

    code = file.stem
    made = asked.scheme(sites, code=code, zh=f"选址：{service}", en=f"Sites: {service}")
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    partial.write_text(scheme_text(made), encoding="utf-8")
    partial.replace(file)


def _value(told: Told) -> dict[str, Any]:
    asked, again = told.asked, told.again
    return {
        "service": asked.kind,
        "limit": asked.limit,
        "candidates": list(asked.edits),
        "prices": asked.prices,
        "left_out": {name: why._asdict() for name, why in asked.left_out.items()},
        "n_unplaced": asked.n_unplaced,
        "n_first_beyond": asked.n_first_beyond,
        "plans": told.plans.to_dict("records"),
        "changes": [] if told.moved is None else told.moved.to_dict("records"),
        "scheme": None if told.scheme is None else str(told.scheme),
        "again": None
        if again is None
        else {
            "coverage": again.coverage.to_dict("records"),
            "points": again.points.to_dict("records"),
            "times": [] if again.times is None else again.times.to_dict("records"),
        },
    }


def _text(told: Told) -> Iterator[str]:
    asked = told.asked
    yield phrase(
        f"{asked.kind}：现有 {int(asked.problem.built.sum())} 处，备选 {len(asked.edits)} 处，"
        f"步行时限 {asked.limit:g} 秒",
        f"{asked.kind}: {int(asked.problem.built.sum())} there, {len(asked.edits)} candidates, "
        f"walking limit {asked.limit:g} s",
    )
    for name, why in asked.left_out.items():
        yield phrase(f"  不备选 {name}：{why.zh}", f"  no candidate {name}: {why.en}")
    if asked.n_first_beyond:
        yield phrase(
            f"最高级里有 {asked.n_first_beyond} 人，开在哪里都走不到：要坡道、电梯或有人搬抬",
            f"{asked.n_first_beyond} of the highest tier reach no site wherever it opens: "
            "they need a ramp, a lift or somebody who carries",
        )
    if asked.n_unplaced:
        yield phrase(
            f"{asked.n_unplaced} 人的门或楼层不明，没有算",
            f"{asked.n_unplaced} residents without a known door or floor are not counted",
        )
    yield ""
    yield from table(told.plans[[name for name in SHOWN if name in told.plans]])
    if told.moved is not None:
        yield ""
        yield phrase("最后一个公平方案与现状相比：", "the last fair plan against today:")
        yield from table(told.moved)
    if told.scheme is not None:
        yield str(told.scheme)
    if told.again is not None:
        yield from _again_text(told.again)


def _again_text(again: Rerun) -> Iterator[str]:
    """Yield what stages 2 and 3 say with the fair plan."""
    yield ""
    yield phrase("重做研判，各人群够得着的人数：", "stage 2 again, residents by state:")
    yield from table(again.coverage)
    gone = again.points[again.points["before"] & ~again.points["after"]]
    new = again.points[~again.points["before"] & again.points["after"]]
    stay = int((again.points["before"] & again.points["after"]).sum())
    yield phrase(
        f"高风险–低覆盖点：消失 {len(gone)} 个，新增 {len(new)} 个，还在 {stay} 个",
        f"points of high risk and low coverage: {len(gone)} gone, {len(new)} new, {stay} stay",
    )
    if again.times is not None:
        yield ""
        yield phrase("重做推演，主要情景：", "stage 3 again, main scenario:")
        kept = [name for name in TIMES if name in again.times]
        yield from table(again.times[kept])
