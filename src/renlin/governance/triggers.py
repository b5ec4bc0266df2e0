"""Evaluate the triggers that call for a response; each hit carries its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from renlin.governance.duties import GAP, NO_DEPUTY, NOBODY, OVER_LOAD, OVERLAP
from renlin.governance.evidence import Evidence, Hit, Trigger
from renlin.governance.triggers_homes import HOMES
from renlin.governance.triggers_places import PLACES

DUTIES = "governance.duties"


def duty(statuses: tuple[str, ...]) -> Trigger:
    """Return a trigger for hazards of whose phases at least ``least`` are not in order."""

    def trigger(evidence: Evidence, least: float) -> Iterator[Hit]:
        table = evidence.table(DUTIES)
        wrong = table[table["status"].isin(statuses)]
        everybody = len(evidence.homes)
        for hazard, part in wrong.groupby("hazard"):
            if len(part) >= least:
                rows = [f"{hazard}|{phase}" for phase in part["phase"]]
                yield Hit(str(hazard), everybody, 0, "all", evidence.cite(DUTIES, rows))

    return trigger


TRIGGERS: Mapping[str, Trigger] = {
    **HOMES,
    **PLACES,
    "duty_gap": duty((GAP, OVERLAP, NOBODY, OVER_LOAD)),
    "night_gap": duty((NO_DEPUTY,)),
}
"""Code in responses.toml -> what decides it here."""
