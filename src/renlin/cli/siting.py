"""``renlin site``: choose sites from three plain tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from renlin.cli.output import give, phrase, table
from renlin.cli.verb import verb

if TYPE_CHECKING:
    from renlin.space.siting import Read, Siting, Terms

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
COLUMNS = ("demand_id", "site_id", "weight", "group", "first", "built", "price", "capacity", "cost")


@verb("site")
@click.option("--demand", required=True, type=FILE, help="需求表 · demands, one per row")
@click.option("--sites", required=True, type=FILE, help="设施与备选点表 · sites, one per row")
@click.option("--costs", required=True, type=FILE, help="两者之间的距离或时间 · what lies between")
@click.option(
    "--model",
    required=True,
    help="模型 · p-median, mclp, lscp, lscp-b, p-center, kolm-pollak, epsilon, floor",
)
@click.option("--p", type=int, help="开设几处（含已建） · sites open in all, built ones included")
@click.option("--budget", type=float, help="预算，元 · yuan for all sites opened")
@click.option("--radius", type=float, help="算作覆盖的距离或时间 · longest cost that covers")
@click.option(
    "--epsilon",
    type=float,
    default=0.15,
    show_default=True,
    help="最慢人群可超出其最好值的比例 · share above the slowest group's best value",
)
@click.option(
    "--aversion",
    type=float,
    default=-1.0,
    show_default=True,
    help="Kolm–Pollak 的厌恶程度，负担取负 · aversion, below zero for burdens",
)
@click.option("--seed", type=int, default=0, show_default=True, help="随机种子 · seed")
@click.option("--demand-id", help="需求编号一列 · column of demand ids")
@click.option("--site-id", help="设施编号一列 · column of site ids")
@click.option("--weight", help="人数一列 · column of persons")
@click.option("--group", help="人群一列 · column of groups")
@click.option("--first", help="最高级一列（是/否） · column of the highest tier (yes/no)")
@click.option("--built", help="已建一列（是/否） · column of sites that are built (yes/no)")
@click.option("--price", help="造价一列 · column of prices")
@click.option("--capacity", help="容量一列 · column of capacities")
@click.option("--cost", help="距离或时间一列 · column of costs in a long table")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="把每个需求、去向、人群写成 CSV · write demands, flows and groups as CSV",
)
def site(
    demand: Path,
    sites: Path,
    costs: Path,
    model: str,
    out: Path | None,
    as_json: bool,
    **asked: Any,
) -> None:
    """Choose sites, print the plan with its proof, and perhaps write its tables."""
    from renlin.intake.plain_table import read_whole_table
    from renlin.space.siting import Terms, read_tables
    from renlin.space.siting import site as choose

    named = {kind: asked.pop(kind) for kind in COLUMNS}
    read = read_tables(
        *(read_whole_table(path) for path in (demand, sites, costs)),
        named={kind: column for kind, column in named.items() if column},
        files=(demand.name, sites.name, costs.name),
    )
    found = choose(read.problem, model, Terms(**asked))
    if out is not None:
        _write(found, out)
    give(_value(found, read), as_json=as_json, text=_text(found, read))


def _write(found: Siting, out: Path) -> None:
    """Write the three tables of a plan, each whole or not at all."""
    from renlin.community.spreadsheet import sheet

    out.mkdir(parents=True, exist_ok=True)
    tables = {"demands": found.demands, "flows": found.flows, "groups": found.groups}
    for name, made in tables.items():
        partial = out / f".{name}.csv.partial"
        sheet(made).to_csv(partial, index=False)
        partial.replace(out / f"{name}.csv")


def _value(found: Siting, read: Read) -> dict[str, Any]:
    return {
        "model": found.model,
        "terms": _terms(found.terms),
        "status": found.status,
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "sites": list(found.opened),
        **found.figures,
        "groups": found.groups.to_dict("records"),
        "assignments": found.flows.to_dict("records"),
        "columns": dict(read.columns),
        "notes": [note._asdict() for note in read.notes],
    }


def _terms(terms: Terms) -> dict[str, Any]:
    return {
        "p": terms.p, "budget": terms.budget, "radius": terms.radius, "epsilon": terms.epsilon,
        "aversion": terms.aversion, "seed": terms.seed,
    }  # fmt: skip


def _text(found: Siting, read: Read) -> Iterator[str]:
    yield from (phrase(*note) for note in read.notes)
    yield phrase("读到的列：", "columns read: ") + "  ".join(
        f"{k} = {v}" for k, v in read.columns.items()
    )
    yield ""
    yield phrase("开设：", "open: ") + "、".join(found.opened)
    yield _proof(found)
    f = found.figures
    yield phrase(
        f"平均 {f['mean']:.2f}，九成人以内 {f['p90']:.2f}，最大 {f['max']:.2f}，"
        f"Kolm–Pollak {f['kolm_pollak']:.2f}，基尼 {f['gini']:.4f}",
        f"mean {f['mean']:.2f}, nine tenths within {f['p90']:.2f}, largest {f['max']:.2f}, "
        f"Kolm–Pollak {f['kolm_pollak']:.2f}, Gini {f['gini']:.4f}",
    )
    if f["unreached_demands"]:
        yield phrase(
            f"到不了任何开设点：{f['unreached_demands']:g} 个需求，{f['unreached_persons']:g} 人",
            f"reach no open site: {f['unreached_demands']:g} demands, "
            f"{f['unreached_persons']:g} persons",
        )
    if "covered_persons" in f:
        yield phrase(
            f"半径 {found.terms.radius:g} 以内：{f['covered_demands']:g} 个需求"
            f"（{f['covered_demands_share']:.2%}），{f['covered_persons']:g} 人"
            f"（{f['covered_persons_share']:.2%}）；未覆盖 {f['uncovered_demands']:g} 个",
            f"within {found.terms.radius:g}: {f['covered_demands']:g} demands "
            f"({f['covered_demands_share']:.2%}), {f['covered_persons']:g} persons "
            f"({f['covered_persons_share']:.2%}); {f['uncovered_demands']:g} demands uncovered",
        )
    if len(found.groups):
        yield ""
        yield from table(found.groups)


def _proof(found: Siting) -> str:
    goal = f"{phrase('目标值', 'objective')} {found.objective:g}"
    if found.status == "optimal":
        return f"{phrase('已证明最优', 'proven optimal')}  {goal}"
    ends, gap = (found.bound, found.objective), f"{found.gap:.2%}"
    told = phrase(
        f"未证明最优：最优值在 {ends[0]:g} 与 {ends[1]:g} 之间（差 {gap}）",
        f"not proven: the best lies between {ends[0]:g} and {ends[1]:g} ({gap})",
    )
    return f"{told}  {goal}"
