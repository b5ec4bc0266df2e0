"""``renlin locate``: where a community should open a facility, efficient and fair side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from renlin.cli.output import Bar, give, phrase, table
from renlin.cli.verb import ExistingFolder, verb

if TYPE_CHECKING:
    import pandas as pd

    from renlin.space.siting.study import Study

EFFICIENT, FAIR = "p-median", "floor"
SHOWN = (
    "model", "n_sites", "mean", "worst_group", "worst_group_mean", "unreached_persons",
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
@click.option("--seed", type=int, default=0, show_default=True, help="随机种子 · seed")
@click.option(
    "--scheme",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="把公平优先的方案写成方案文件 · write the fair plan as a scheme file",
)
def locate(
    folder: Path, service: str, more: int, seed: int, scheme: Path | None, as_json: bool
) -> None:
    """Choose sites for a community and perhaps write the fair plan as a scheme."""
    from renlin.needs import identify
    from renlin.space.siting import Terms, changed, frontier
    from renlin.space.siting.study import study
    from renlin.study.job import prepare

    bar = Bar()
    place = prepare(folder, progress=bar)
    asked = study(place, identify(place), service)
    built = int(asked.problem.built.sum())
    most = min(built + more, len(asked.problem.sites))
    sizes = [Terms(p=p, radius=asked.limit, seed=seed) for p in range(max(built, 1), most + 1)]
    plans, found = frontier(asked.problem, sizes, (EFFICIENT, FAIR), bar)
    fair = [plan for plan in found if plan.model == FAIR]
    moved = None if len(fair) < 2 else changed(asked.problem, fair[0], fair[-1])
    if scheme is not None and fair:
        _write(asked, fair[-1].opened, service, scheme)
    value = _value(asked, plans, moved, scheme if fair else None)
    give(value, as_json=as_json, text=_text(asked, plans, moved, scheme if fair else None))


def _write(asked: Study, sites: tuple[str, ...], service: str, file: Path) -> None:
    """Write the scheme that opens ``sites``, whole or not at all."""
    from renlin.community.scheme_text import scheme_text

    code = file.stem
    made = asked.scheme(sites, code=code, zh=f"选址：{service}", en=f"Sites: {service}")
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    partial.write_text(scheme_text(made), encoding="utf-8")
    partial.replace(file)


def _value(
    asked: Study, plans: pd.DataFrame, moved: pd.DataFrame | None, scheme: Path | None
) -> dict[str, Any]:
    return {
        "service": asked.kind,
        "limit": asked.limit,
        "candidates": list(asked.edits),
        "left_out": {name: why._asdict() for name, why in asked.left_out.items()},
        "n_unplaced": asked.n_unplaced,
        "n_first_beyond": asked.n_first_beyond,
        "plans": plans.to_dict("records"),
        "changes": [] if moved is None else moved.to_dict("records"),
        "scheme": None if scheme is None else str(scheme),
    }


def _text(
    asked: Study, plans: pd.DataFrame, moved: pd.DataFrame | None, scheme: Path | None
) -> Iterator[str]:
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
    yield from table(plans[[name for name in SHOWN if name in plans]])
    if moved is not None:
        yield ""
        yield phrase("最后一个公平方案与现状相比：", "the last fair plan against today:")
        yield from table(moved)
    if scheme is not None:
        yield str(scheme)
