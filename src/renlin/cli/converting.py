"""``renlin convert``: how fast grounds turn to emergency use, perhaps written as a scheme."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from renlin.cli.output import give, phrase, table
from renlin.cli.verb import ExistingFolder, verb

if TYPE_CHECKING:
    import pandas as pd

SHOWN = (
    "conversion", "space", "template", "period", "state", "crew", "crew_needed", "crew_minutes",
    "p50", "p90", "stated_minutes", "persons", "access", "proof",
)  # fmt: skip
FILE = click.Path(dir_okay=False, path_type=Path)


@verb("convert")
@click.argument("folder", type=ExistingFolder())
@click.option("--night", is_flag=True, help="夜里的人手 · with the crew of the night")
@click.option(
    "--scheme", type=FILE, metavar="FILE",
    help="把九成时间写成方案文件 · write the p90 as a scheme file",
)  # fmt: skip
def convert(folder: Path, night: bool, scheme: Path | None, as_json: bool) -> None:
    """Time the conversion of grounds and perhaps write their opening times as a scheme."""
    from renlin.space.grounds.assess import timed
    from renlin.space.grounds.conversion import PERIODS, as_scheme
    from renlin.study.job import prepare

    place = prepare(folder)
    found = timed(place)
    period = PERIODS[int(night)]
    plans, steps = (one[one["period"] == period] for one in (found.plans, found.steps))
    if scheme is not None:
        _write(as_scheme(found.plans, place["spaces"], night=night), scheme)
    value: dict[str, Any] = {
        "period": period,
        "plans": plans.to_dict("records"),
        "steps": steps.to_dict("records"),
        "scheme": None if scheme is None else str(scheme),
    }
    give(value, as_json=as_json, text=_text(plans, scheme))


def _write(scheme: Any, file: Path) -> None:
    """Write the scheme under the name of its file, whole or not at all."""
    from renlin.community.scheme_text import scheme_text

    made = scheme.model_copy(update={"code": file.stem})
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    partial.write_text(scheme_text(made), encoding="utf-8")
    partial.replace(file)


def _text(plans: pd.DataFrame, scheme: Path | None) -> Iterator[str]:
    if len(plans) == 0:
        yield phrase("图层 conversions 里没有转换预案", "the layer conversions holds no plan")
    else:
        yield from table(plans[list(SHOWN)])
    if scheme is not None:
        yield str(scheme)
