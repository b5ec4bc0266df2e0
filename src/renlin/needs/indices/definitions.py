"""Find and read index definitions: a shipped name or a file, one laid over another."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from renlin.catalogue.load import Catalogue
from renlin.community.settings import declare
from renlin.errors import CatalogueFault, Fault, Said, did_you_mean, raise_all
from renlin.needs.indices.checks import faults_of
from renlin.needs.indices.stated import Definition

DEEPEST = 8
"""Definitions that may stand on one another; more is a circle or a muddle."""


def read_definition(named: str, catalogue: Catalogue) -> Definition:
    """Return the definition a user names: the name of a shipped one, or the path of a file.

    ``extends = "name"`` lays a file over another one: tables are joined key by key, lists
    replaced whole; the name is a shipped one or a file beside it.

    Parameters
    ----------
    named
        Such as ``svi_2020`` or ``mine/index.toml``.
    catalogue
        Holds the shipped definitions, those of a community's ``catalogue/indices`` over them.

    Raises
    ------
    CatalogueFault
        With every fault: no such definition, unknown keys, unknown variables, formulas that
        cannot be read or go in a circle, roundings that contradict each other, weights that
        do not sum to what is stated, judgements that are inconsistent.
    """
    place, fields = _fields(named, None, catalogue, 0)
    definition = declare(fields, Definition, place, kind=CatalogueFault)
    raise_all([*faults_of(definition, place, catalogue)], CatalogueFault)
    return definition


def beside(named: str, file: str) -> Path:
    """Return the file a definition names, beside the definition's own file."""
    return Path(named).parent / file


def _fields(
    named: str, folder: Path | None, catalogue: Catalogue, depth: int
) -> tuple[str, dict[str, Any]]:
    """Return the file name and the keys of a definition, with what it extends beneath."""
    path = Path(named) if folder is None else folder / named
    on_disk = path.suffix == ".toml" and path.is_file()
    if not on_disk and named not in catalogue.indices:
        raise CatalogueFault(_absent(named, catalogue))
    place = path.name if on_disk else f"indices/{named}.toml"
    text = _text(path, place) if on_disk else catalogue.indices[named]
    try:
        fields = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        got, remedy = Said(str(error), str(error)), Said("改正该行。", "Correct that line.")
        raise CatalogueFault(Fault(place, Said("TOML 格式", "TOML"), got, remedy)) from error
    below = fields.pop("extends", None)
    if below is None:
        return place, fields
    if depth >= DEEPEST or not isinstance(below, str):
        expected = Said("另一份定义的名字，不绕圈", "the name of another definition, no circle")
        remedy = Said("改正 extends。", "Correct extends.")
        got = Said(*[str(below)[:60]] * 2)
        raise CatalogueFault(Fault(place, expected, got, remedy, None, "extends"))
    own = path.parent if on_disk else None
    return place, _laid(_fields(below, own, catalogue, depth + 1)[1], fields)


def _text(path: Path, place: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        remedy = Said("另存为 UTF-8。", "Save it as UTF-8.")
        got = Said("别的编码", "another encoding")
        raise CatalogueFault(
            Fault(place, Said("UTF-8 的文字", "text in UTF-8"), got, remedy)
        ) from (error)


def _laid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(below)
    for key, value in above.items():
        under = made.get(key)
        both = isinstance(under, Mapping) and isinstance(value, Mapping)
        made[key] = _laid(under, value) if both else value  # type: ignore[arg-type]
    return made


def _absent(named: str, catalogue: Catalogue) -> Fault:
    known = sorted(catalogue.indices)
    told = ", ".join(known)
    expected = Said(f"自带的定义（{told}）或 .toml 文件", f"a shipped one ({told}) or a .toml file")
    return Fault(named, expected, Said("没有", "nothing there"), did_you_mean(named, known))
