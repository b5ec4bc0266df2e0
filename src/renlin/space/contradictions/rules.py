"""Bind each declared rule of the catalogue to the small function that looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from renlin.catalogue.load import Catalogue
from renlin.catalogue.place_rules import ContradictionRule, Tested, parts
from renlin.errors import CatalogueFault, Fault, Said, did_you_mean, raise_all
from renlin.space.contradictions import management, measures, planning, use
from renlin.space.contradictions.ground import Clash, Ground

Check = Callable[[Ground, ContradictionRule], Iterator[Clash]]
NOT_CHECKED = "not_checked"
"""Check of a row that says why a standard is not applied."""
CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        measures.measured,
        measures.need_unmet,
        measures.stated,
        use.crowded,
        use.group_absent,
        use.group_excluded,
        use.modes_conflict,
        use.over_crowded_use,
        use.taken_at_need,
        use.told_by_residents,
        use.uses_collide,
        use.way_taken,
        management.duty_two_bodies,
        management.duty_without_body,
        management.duty_without_deputy,
        management.inspection_overdue,
        management.locked_at_night,
        management.no_keyholder,
        management.no_manager,
        management.two_managers,
        management.use_forbidden,
        planning.allocation,
        planning.beyond_radius,
        planning.group_short,
        planning.shelter_management,
        planning.shelter_small,
        planning.shelter_unit_large,
        planning.shelter_units_close,
        planning.spacing,
    )
}
DERIVED = {
    "walks": ("built_width", "steepness", "rails_due", "walked"),
    "entrances": ("level", "clear_stair"),
    "spaces": ("refuge",),
    "facilities": ("refuge",),
}
"""Columns the rules may name beside those of the layers."""


def in_force(catalogue: Catalogue) -> list[ContradictionRule]:
    """Return the rules that look at something, in order of their codes.

    Raises
    ------
    CatalogueFault
        With every row of rules or needs that names a check, table, column, standard,
        parameter, remedy or group the catalogue does not have.
    """
    faults = [
        fault
        for part in ("contradiction_rules", "place_needs")
        for row in getattr(catalogue, part).values()
        for fault in _faults(row, f"{part}.csv", catalogue)
    ]
    raise_all(faults, CatalogueFault)
    listed = sorted(catalogue.contradiction_rules.items())
    return [rule for _, rule in listed if rule.check != NOT_CHECKED]


def _faults(row: Tested, file: str, catalogue: Catalogue) -> Iterator[Fault]:
    checks = (*CHECKS, NOT_CHECKED)
    asked: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
        ("remedy", (row.remedy,), tuple(catalogue.remedies)),
        ("standard", parts(row.standard), tuple(catalogue.standards)),
        ("parameter", parts(row.parameter), tuple(catalogue.parameters)),
        ("table", parts(row.table), tuple(catalogue.tables)),
        ("hazards", parts(row.hazards), tuple(catalogue.scenarios)),
    ]
    if isinstance(row, ContradictionRule):
        asked.append(("check", (row.check,), checks))
        asked.append(("evidence", parts(row.evidence), tuple(catalogue.tables)))
    else:
        groups = ("all", *catalogue.displays, *catalogue.classes)
        asked.append(("group", (str(getattr(row, "group", "")),), groups))
    asked += [(name, (column,), _columns(row.table, catalogue)) for name, column in _named(row)]
    for column, cells, known in asked:
        for cell in cells:
            if cell not in known:
                expected = Said("目录里有的", "one of the catalogue")
                got = Said(f"{row.code}：{cell}", f"{row.code}: {cell}")
                yield Fault(file, expected, got, did_you_mean(cell, known), None, column)


def _named(row: Tested) -> Iterator[tuple[str, str]]:
    """Yield the columns of its table that a row names."""
    if row.table and row.column:
        yield "column", row.column
    for condition in row.where.split(";") if row.table else ():
        if condition.strip():
            yield "where", condition.partition("=")[0].strip()


def _columns(table: str, catalogue: Catalogue) -> tuple[str, ...]:
    own = tuple(column.column for column in catalogue.tables.get(table, ()))
    return (*own, *DERIVED.get(table, ()))
