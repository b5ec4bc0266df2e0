"""``renlin reach`` and ``renlin cube``: who reaches what, and who is where at which hour."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from renlin.cli.output import MOST_ROWS, Bar, give, phrase, table
from renlin.cli.shown import in_words
from renlin.cli.verb import ExistingFolder, Refused, verb
from renlin.errors import Said

if TYPE_CHECKING:
    import pandas as pd

    from renlin.community.community import Community
    from renlin.space.access.asking import Answer

MOST_LINKS = 8
VIEWS = ("pessimistic", "optimistic")


@verb("reach")
@click.argument("folder", type=ExistingFolder())
@click.option(
    "--service",
    "services",
    multiple=True,
    metavar="CODE",
    help="哪类设施，可以写几次；不写就看准则里的 · kind of facility; else those of the policy",
)
@click.option(
    "--hour",
    type=click.FloatRange(0, 24, max_open=True),
    metavar="H",
    help="几点；不写不看钟点，另列一天 · clock hour; without it a whole day is told beside",
)
@click.option(
    "--group", metavar="CODE", help="只看一类人，见目录 displays · one group only, see displays"
)
@click.option(
    "--view",
    type=click.Choice(VIEWS),
    help="只按悲观或乐观算，不写是三态 · one view only; else the three states",
)
@click.option(
    "--closed",
    multiple=True,
    metavar="KEY",
    help="走不通的路段、大门、单元，可以写几次 · ways, gates, stairwells that are closed",
)
@click.option(
    "--scenario", metavar="CODE", help="情景里写明的地点走不通 · places a scenario names are closed"
)
def reach(
    folder: Path,
    services: tuple[str, ...],
    hour: float | None,
    group: str | None,
    view: Any,
    closed: tuple[str, ...],
    scenario: str | None,
    as_json: bool,
) -> None:
    """Print who reaches what, how firmly, and which ways that hangs on."""
    from renlin.needs import identify
    from renlin.space.access.asking import ask
    from renlin.space.access.closing import struck
    from renlin.study.job import prepare

    place = prepare(folder, progress=Bar())
    shut = list(closed)
    if scenario is not None:
        shut += struck(_known(place.scenarios, scenario, "scenario"))
    if group is not None:
        _known({**place.catalogue.displays, "all": 0, "gap": 0}, group, "group")
    found = ask(place, identify(place), services, hour=hour, shut=shut, view=view)
    value = _value(found, group) | {"hour": hour, "closed": shut, "view": view}
    give(value, as_json=as_json, text=_text(found, group, place))


@verb("cube")
@click.argument("folder", type=ExistingFolder())
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="写成 .csv 或 .parquet · write it as .csv or .parquet",
)
def cube(folder: Path, out: Path | None, as_json: bool) -> None:
    """Print who is where by hour, and write the whole cube."""
    from renlin.study.job import prepare, space_of

    if out is not None and out.suffix not in (".csv", ".parquet"):
        raise Refused(Said("只写 .csv 或 .parquet", "only .csv or .parquet is written"))
    place = prepare(folder, progress=Bar())
    found = space_of(place).findings["space.cube"]
    if out is not None:
        _write(found.table, out)
    hours = _hours(found.table)
    value = {
        "id": found.id, "n_rows": len(found.table), "out": None if out is None else str(out),
        "hours": hours.to_dict("records"),
    }  # fmt: skip
    lines = [*table(in_words(hours, place)), *([] if out is None else [str(out)])]
    give(value, as_json=as_json, text=lines)


def _known(entries: Any, code: str, option: str) -> Any:
    """Return an entry, or refuse the option with the codes there are."""
    if code not in entries:
        listed = ", ".join(sorted(entries))
        raise Refused(
            Said(
                f"--{option} 没有「{code}」，有 {listed}",
                f"--{option}: no {code}; there are {listed}",
            )
        )
    return entries[code]


def _write(frame: pd.DataFrame, out: Path) -> None:
    """Write the table, whole or not at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".{out.name}.partial")
    if out.suffix == ".csv":
        frame.to_csv(partial, index=False, encoding="utf-8")
    else:
        frame.to_parquet(partial, index=False)
    partial.replace(out)


def _hours(frame: pd.DataFrame) -> pd.DataFrame:
    """Return persons at home, uncovered and at risk by hour, outdoors and away beside."""
    from renlin.space.points.cube import AWAY, OUTDOORS

    elsewhere = frame["place"].isin([OUTDOORS, AWAY])
    counts = ["present", "uncovered", "unknown", "at_risk"]
    home = frame[~elsewhere].groupby("hour")[counts].sum()
    for place in (OUTDOORS, AWAY):
        home[place] = frame[frame["place"] == place].groupby("hour")["present"].sum()
    return home.reset_index()


def _one(frame: pd.DataFrame, group: str | None) -> pd.DataFrame:
    return frame if group is None else frame[frame["display"] == group]


def _value(found: Answer, group: str | None) -> dict[str, Any]:
    links = found.links.drop(columns="geometry")
    return {
        "groups": _one(found.groups, group).to_dict("records"),
        "firm": _one(found.firm, group).to_dict("records"),
        "links": _one(links, group or "all").sort_values(["service", "rank"]).to_dict("records"),
        "circles": found.circles.to_dict("records"),
        "hours": [] if found.hours is None else _one(found.hours, group).to_dict("records"),
    }


def _text(found: Answer, group: str | None, place: Community) -> Iterator[str]:
    def said(frame: pd.DataFrame, most: int = MOST_ROWS) -> list[str]:
        return table(in_words(frame, place), most=most)

    yield from said(_one(found.groups, group).drop(columns=["least_share", "most_share"]))
    yield ""
    yield phrase("够得着的人里：", "Of those covered:")
    yield from said(_one(found.firm, group).drop(columns=["least_share", "most_share"]))
    links = _one(found.links, group or "all").sort_values(["service", "rank"])
    if len(links):
        yield ""
        yield phrase("断了就够不着的路和门：", "Ways and gates it hangs on:")
        shown = ["service", "table", "place", "persons", "persons_sure", "vulnerable"]
        yield from said(links[shown], MOST_LINKS)
    yield ""
    yield phrase(
        "圆圈说够得着的户，和圆圈说错的户：", "Households the circle calls covered, and wrongly:"
    )
    yield from said(found.circles)
    if found.hours is not None and found.hours["worst"].any():
        yield ""
        yield phrase("一天里最差的钟点：", "The worst hours of the day:")
        worst = found.hours[found.hours["worst"] & (found.hours["display"] == (group or "all"))]
        shown = ["service", "hour", "covered_share", "present", "present_uncovered"]
        yield from said(worst[shown])
