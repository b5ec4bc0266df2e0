"""Write the files of a new community folder: settings, scenarios, study, layers, notes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyogrio

from renlin.community.folder import NOTES, write_layer

Cell = str | int | float | bool | dt.date | Sequence[str] | Mapping[str, str]


def write_toml(path: Path, fields: Mapping[str, Cell], *, heading: str) -> None:
    """Write one flat TOML file, UTF-8, with ``heading`` as its comment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"# {line}" for line in heading.splitlines()]
    lines += [f"{key} = {_toml(value)}" for key, value in fields.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_layers(
    tables: Mapping[str, pd.DataFrame], notes: pd.DataFrame, folder: Path, *, day: dt.date
) -> None:
    """Write every table that has rows, and the notes, into ``folder/layers``.

    ``day`` stands in every file as the day of its last change.
    """
    layers = folder / "layers"
    layers.mkdir(parents=True, exist_ok=True)
    with changed_on(day):
        for name, frame in tables.items():
            if len(frame):
                write_layer(frame, name, layers)
    if len(notes):
        notes.to_csv(layers / NOTES, index=False, lineterminator="\n")


@contextmanager
def changed_on(day: dt.date) -> Iterator[None]:
    """Let files be written as of ``day``: the same rows are then the same bytes on any day."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day.isoformat()}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _toml(value: Cell) -> str:
    """Return a TOML value: JSON and TOML write plain text, numbers and truth alike."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return json.dumps(value)
