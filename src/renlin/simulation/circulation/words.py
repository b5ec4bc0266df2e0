"""Say in both languages what a measure of circulation does."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from renlin.catalogue.load import Catalogue
from renlin.community.community import Community
from renlin.community.settings import Edit
from renlin.errors import Said

BETWEEN = " · "
"""Stands between the Chinese and the English of a remark."""


def opened_words(place: Community, edits: Sequence[Edit]) -> Said:
    """Return which lanes and gates ``edits`` clear and widen, each told once."""
    told = [
        _opened(_name(place, *at), tuple(own), place.catalogue)
        for at, own in groupby(edits, key=lambda edit: (edit.table, edit.key))
    ]
    return Said(
        "；".join(one.zh for one in told), _sentence("; ".join(one.en for one in told))
    )  # fmt: skip


def _opened(name: str, edits: tuple[Edit, ...], catalogue: Catalogue) -> Said:
    spaced = f" {name} " if name.isascii() else name
    barrier = next((str(edit.was) for edit in edits if edit.column == "barrier"), "")
    wide = next((edit.now for edit in edits if edit.column == "width"), None)
    if not barrier:
        return Said(f"{spaced.lstrip()}拓到 {wide:g} 米", f"widen {name} to {wide:g} m")
    word = catalogue.words[f"barrier_{barrier}"]
    clear = Said(f"清走{spaced}的{word.zh}", f"clear {name} of {word.en}")
    if wide is None:
        return clear
    return Said(f"{clear.zh}、拓到 {wide:g} 米", f"{clear.en} and widen it to {wide:g} m")


def stand_words(place: Community, facility: str, n: int) -> Said:
    """Return where a stand of ``n`` shared vehicles with charging points is put."""
    name = _name(place, "facilities", facility)
    return Said(
        f"{name}旁放 {n} 辆共享转运车，带充电点",
        f"{n} shared vehicles with charging points by {name}",
    )


def shed_words(place: Community, space: str, room: int) -> Said:
    """Return on which ground a charging shed with ``room`` places is put."""
    name = _name(place, "spaces", space)
    return Said(f"{name}建充电棚，{room} 个车位", f"Charging shed on {name} with room for {room}")


def why(said: Said) -> str:
    """Return a reason as an edit holds it, in both languages."""
    return f"{said.zh}{BETWEEN}{said.en}"


def _name(place: Community, table: str, key: str) -> str:
    """Return what people call a row; its key where it has no name."""
    rows = place[table]
    mine = rows[rows.iloc[:, 0].astype(str) == key]
    named = "name" in rows and len(mine) and mine["name"].notna().iloc[0]
    return str(mine["name"].iloc[0]) if named else key


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
