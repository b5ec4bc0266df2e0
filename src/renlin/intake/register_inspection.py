"""Look into a register as a build would read it, with or without a mapping that names it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from renlin.catalogue.load import Catalogue, load
from renlin.community.folder import read_layer
from renlin.community.settings import Settings, read_declared
from renlin.errors import DataFault, Fault, Said
from renlin.intake.address import storey_told
from renlin.intake.dwellings import Directory, directory, impossible_floor, names_of, place
from renlin.intake.gazetteer import Gazetteer
from renlin.intake.headings import guess, known_headings, resolve
from renlin.intake.mapping import RegisterMapping, read_mapping
from renlin.intake.records import RawTable
from renlin.intake.roll import Roll, aliases, read_roll
from renlin.intake.rows import column_letter
from renlin.intake.seen import Seen
from renlin.intake.sheets import read_table

FOLDER = "registers"
MAPPING = "mapping.toml"
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".et")
"""How registers are called; one under another name is told by its first bytes."""
LEAST_KNOWN = 2  # headings that must be understood before any is shown


def inspect_register(path: Path, *, sheet: str | None = None) -> Seen:
    """Return how a register is read: form, headings, counts, and everything wrong with it.

    Strict as a build: what a mapping does not tolerate is a fault, and so is a heading
    that is neither understood nor listed under ``ignore``.

    Parameters
    ----------
    sheet
        Sheet of a workbook.

    Raises
    ------
    CatalogueFault
        When the catalogue of the community it lies in cannot be read.
    """
    around = _Around(path)
    name, mapping, faults = _mapping(path, sheet)
    roll = read_roll(name, mapping, path.parent, around.catalogue, around.places)
    table = _table(path, roll, around.catalogue)
    floors = list(_floors(roll, around))
    own = f"{FOLDER}/" if path.resolve().parent.name != FOLDER else ""
    told = [_named(fault, own) for fault in (*roll.faults, *floors)]
    doubts = [_named(doubt, own) for doubt in roll.doubts]
    readable = table is not None or path.name.lower().endswith(SUFFIXES)
    return Seen(
        "register" if readable else "file",
        _facts(roll, table, stated=mapping.source != path.stem),
        None if table is None else _headings(table, roll, around.catalogue),
        tuple(dict.fromkeys([*faults, *sorted(told, key=_order)])),
        tuple(dict.fromkeys(doubts)),
    )


@dataclass
class _Around:
    """The community a register lies in, as far as it can be read."""

    path: Path
    places: Gazetteer | None = None
    known: Directory | None = None

    def __post_init__(self) -> None:
        root = self.path.resolve().parent.parent
        inside = (root / "community.toml").is_file()
        self.catalogue: Catalogue = load(root / "catalogue" if inside else None)
        if not inside:
            return
        faults: list[Fault] = []
        try:
            settings = read_declared(root / "community.toml", Settings, kind=DataFault)
        except DataFault:
            return
        maps = [
            read_layer(root, name, settings, self.catalogue, faults)
            for name in ("buildings", "entrances")
        ]
        if not faults and len(maps[0]):
            self.places = names_of(settings.name, maps[0])
            self.known = directory(maps[0], maps[1])


def _mapping(path: Path, sheet: str | None) -> tuple[str, RegisterMapping, tuple[Fault, ...]]:
    """Return what a mapping beside the file says of it, else one that states nothing."""
    faults: tuple[Fault, ...] = ()
    beside = path.parent / MAPPING
    if beside.is_file():
        try:
            stated = read_mapping(beside)
        except DataFault as error:
            stated, faults = {}, error.faults
        hits = [(name, one) for name, one in stated.items() if one.file == path.name]
        for name, one in sorted(hits, key=lambda hit: hit[1].sheet != sheet):
            chosen = one if sheet is None else one.model_copy(update={"sheet": sheet})
            return name, chosen, faults
    day = dt.date.fromtimestamp(path.stat().st_mtime)
    bare = RegisterMapping(
        file=path.name, sheet=sheet, role="other", source=path.stem or "?", as_of=day
    )
    return path.stem, bare, faults


def _table(path: Path, roll: Roll, catalogue: Catalogue) -> RawTable | None:
    mapping = roll.mapping
    try:
        return read_table(
            path,
            sheet=mapping.sheet,
            heading_row=mapping.heading_row,
            known=known_headings(aliases(catalogue), mapping),
        )
    except DataFault:
        return None


def _order(fault: Fault) -> tuple[int, str]:
    return fault.row or 0, fault.column or ""


def _named(fault: Fault, folder: str) -> Fault:
    """Name the file as the user does when it lies in no folder of registers."""
    return replace(fault, place=fault.place.removeprefix(folder)) if folder else fault


def _facts(roll: Roll, table: RawTable | None, *, stated: bool) -> dict[str, object]:
    mapping = roll.mapping
    facts: dict[str, object] = {}
    if table is not None:
        notes = [*table.notes]
        facts["read_as"] = Said("；".join(n.zh for n in notes), "; ".join(n.en for n in notes))
        facts |= {"heading_row": table.heading_row, "rows": len(table.rows)}
        if table.sheet is not None:
            facts["sheet"] = table.sheet
    if stated:
        facts |= {"register": roll.name, "role": mapping.role, "source": mapping.source}
    if roll.records:
        facts |= {
            "as_of": mapping.as_of.isoformat(),
            "with_valid_number": sum(1 for r in roll.records if r.number.valid),
            "with_room": sum(1 for r in roll.records if r.address.room is not None),
        }
    return facts


def _headings(table: RawTable, roll: Roll, catalogue: Catalogue) -> pd.DataFrame:
    """Return each heading, the column it gives, how that is known, and its filled cells.

    While hardly a heading is understood the row might be a resident: letters are shown.
    """
    words = aliases(catalogue)
    found = resolve(table.headings, words, roll.mapping, place=table.place, row=table.heading_row)
    guessed = {match.heading for match in found.guessed}
    near = {m.heading: m.target for m in guess(table.headings, words).proposals}
    trusted = len(found.columns) + len(found.ignored) >= min(LEAST_KNOWN, len(table.headings))
    rows = []
    for index, heading in enumerate(table.headings):
        how = "guessed" if heading in guessed else "stated"
        if heading in found.ignored:
            how = "ignored"
        elif heading not in found.columns:
            how = f"like {near[heading]}" if heading in near and trusted else "unknown"
        rows.append(
            {
                "heading": heading if trusted else column_letter(index),
                "column": found.columns.get(heading, ""),
                "how": how,
                "filled": sum(1 for cell in table.column(heading) if cell.strip()),
            }
        )
    return pd.DataFrame(rows)


def _floors(roll: Roll, around: _Around) -> Iterator[Fault]:
    """Yield addresses on a storey the unit does not have, or no building has."""
    heading = next((h for h, target in _columns(roll).items() if target == "address"), "address")
    allowed = next(c.allowed for c in around.catalogue.tables["dwellings"] if c.column == "floor")
    low, high = map(int, allowed.split(".."))
    for record in roll.records:
        placed = place(record.address, around.known) if around.known is not None else None
        if placed is not None and around.known is not None:
            wrong = impossible_floor(record, placed, around.known)
            if wrong is not None:
                yield replace(wrong, column=heading)
            continue
        floor = record.address.floor
        if floor is None and record.address.room is not None:
            floor = storey_told(record.address.room)
        if floor is not None and not low <= floor <= high:
            yield Fault(
                record.file,
                Said(f"{low} 到 {high} 层", f"a storey from {low} to {high}"),
                Said(f"{floor} 层", f"storey {floor}"),
                Said("核对楼层或房号。", "Check the storey or the room."),
                record.row,
                heading,
            )


def _columns(roll: Roll) -> dict[str, str]:
    return {**roll.mapping.columns, **roll.guessed}
