"""Open the findings of one run for reading: tables, names, looks and citable numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from renlin.community.community import Community
from renlin.finding import Finding
from renlin.report.cite import Cite, keyed, number
from renlin.report.language import Language
from renlin.report.palette import BASE, Look, group_look, scheme_looks
from renlin.report.privacy import WHOLE as WHOLE
from renlin.report.privacy import Reader
from renlin.study.results import Results

NAMED = ("buildings", "gates", "spaces", "facilities")
"""Layers whose rows have names, the one that is asked first in front."""


@dataclass(frozen=True)
class Book:
    """One run, read in one language by one audience.

    Attributes
    ----------
    results
        What the run found.
    language, reader
        In which language, by whom.
    folder
        Results folder as named in the explain commands.
    """

    results: Results
    language: Language
    reader: Reader
    folder: str

    @property
    def community(self) -> Community:
        """Return the community as it stands."""
        return self.results.community

    def find(self, name: str) -> Finding | None:
        """Return a finding, None when this run has none of that name or it is empty."""
        found = self.results.findings.get(name)
        return found if found is not None and len(found.table) else None

    def rows(self, name: str, **where: Any) -> pd.DataFrame:
        """Return the rows of a finding whose columns have the values given; may be empty."""
        found = self.results.findings.get(name)
        if found is None:
            return pd.DataFrame()
        chosen = np.ones(len(found.table), dtype=bool)
        for column, value in where.items():
            chosen &= (found.table[column] == value).to_numpy(dtype=bool, na_value=False)
        return found.table[chosen] if where else found.table

    def cite(self, name: str, row: Mapping[str, Any], column: str) -> Cite:
        """Return where a cell comes from; a key that names a home is left out."""
        found = self.results.findings[name]
        private = {"household", "person", "helper", "subject"} & set(found.provenance.key)
        told = "" if private else keyed(row[key] for key in found.provenance.key)
        return Cite(self.id_of[name], told, column, self.folder)

    def number(self, words: object, name: str, row: Mapping[str, Any], column: str) -> Markup:
        """Return words that open the cell they state."""
        return number(words, self.cite(name, row, column))

    def whole(self, name: str) -> Cite | None:
        """Return a finding as a whole, None when the run has none."""
        known = self.id_of.get(name)
        return None if known is None else Cite(known, "", "", self.folder)

    def ids(self, *names: str) -> list[str]:
        """Return the ids of those findings the run has."""
        return [self.id_of[name] for name in names if self.find(name) is not None]

    @cached_property
    def id_of(self) -> dict[str, str]:
        """Return finding name -> id, worked out once."""
        return {name: found.id for name, found in self.results.findings.items()}

    @cached_property
    def doors(self) -> dict[str, tuple[str, str]]:
        """Return entrance -> (name of its building, name of the stairwell), as people say them."""
        place = self.community
        pairs = zip(place["buildings"]["building"], place["buildings"]["name"], strict=True)
        names = {str(b): self.language.set(str(n)) for b, n in pairs}
        doors = place["entrances"]
        return {
            str(e): (names.get(str(b), str(b)), self.language.set(str(n)))
            for e, b, n in zip(doors["entrance"], doors["building"], doors["name"], strict=True)
        }

    @cached_property
    def named(self) -> dict[str, str]:
        """Return code -> name of every building, gate, space and facility on the map."""
        made: dict[str, str] = {}
        for table in NAMED:
            frame = self.community[table]
            for code, name in zip(frame.iloc[:, 0], frame["name"], strict=True):
                made.setdefault(str(code), self.language.set(str(name)))
        return made

    @cached_property
    def lanes(self) -> dict[str, tuple[str, BaseGeometry]]:
        """Return code -> kind and line of every walk on the map."""
        walks = self.community["walks"]
        told = zip(walks["walk"], walks["kind"], walks["geometry"], strict=True)
        return {str(code): (str(kind), line) for code, kind, line in told}

    @cached_property
    def lived_in(self) -> tuple[npt.NDArray[np.object_], list[str]]:
        """Return the shapes of the buildings people live in that have a name, and the names."""
        buildings = self.community["buildings"]
        lived = buildings["building"].isin(set(self.community["entrances"]["building"]))
        homes = buildings[lived & buildings["name"].notna()]
        shapes = np.array(list(homes["geometry"]), dtype=object)
        return shapes, [self.language.set(str(name)) for name in homes["name"]]

    @cached_property
    def private(self) -> frozenset[str]:
        """Return the codes of households and persons, which no page may tell."""
        place = self.community
        homes, people = place["households"]["household"], place["persons"]["person"]
        return frozenset(map(str, [*homes, *people]))

    @cached_property
    def groups(self) -> dict[str, str]:
        """Return display code -> name, in catalogue order."""
        entries = self.community.catalogue.displays
        ordered = sorted(entries.values(), key=lambda entry: (entry.order, entry.code))
        return {entry.code: self.language.name(entry) for entry in ordered}

    @cached_property
    def group_looks(self) -> dict[str, Look]:
        """Return display code -> look."""
        return {
            code: group_look(entry) for code, entry in self.community.catalogue.displays.items()
        }

    def group(self, code: str) -> str:
        """Return the name of a group, of the whole or of the gap."""
        if code in self.groups:
            return self.groups[code]
        return self.language.said(f"group_{code}", code)

    @cached_property
    def scheme_codes(self) -> list[str]:
        """Return the schemes that were simulated, base first, then in the study's order."""
        table = self.rows("simulation.comparison")
        ran = set(table["scheme"]) if len(table) else set()
        study = self.community.study
        order = [*(study.schemes if study is not None else ()), *sorted(self.community.schemes)]
        listed = [code for code in dict.fromkeys(order) if code in ran]
        return [*listed, *sorted(ran - set(listed) - {BASE})]

    @cached_property
    def scheme_look(self) -> dict[str, Look]:
        """Return scheme code -> look, ``base`` included."""
        return scheme_looks(self.community.schemes, self.scheme_codes)

    def scheme(self, code: str) -> str:
        """Return a scheme as people call it: 现状, 方案 A."""
        if code == BASE:
            return self.language.word("base")
        look = self.scheme_look.get(code)
        if look is None or not look.letter:
            return self.language.said(f"scheme_{code}", code)
        return f"{self.language.word('scheme')} {look.letter}"

    def scheme_name(self, code: str) -> str:
        """Return the full name of a scheme."""
        return self.language.named(self.community.schemes, code)

    def scenario(self, code: str) -> str:
        """Return the name of a scenario."""
        return self.language.named(self.community.scenarios, code)

    def is_rescue(self, scenario: str) -> bool:
        """Return whether a scenario is about help that comes, not about a way out."""
        found = self.community.scenarios.get(scenario)
        kind = self.community.catalogue.scenarios.get(found.kind) if found is not None else None
        return kind is not None and kind.stay_put

    def event_word(self, code: str, scenario: str) -> str:
        """Return a word of the report as it is said of this kind of scenario."""
        return self.language.word(f"{code}_rescue" if self.is_rescue(scenario) else code)

    @cached_property
    def scenario_codes(self) -> list[str]:
        """Return the scenarios that were simulated, the main one first."""
        table = self.rows("simulation.groups")
        ran = list(dict.fromkeys(table["scenario"])) if len(table) else []
        study = self.community.study
        order = [] if study is None else [study.main_scenario, *study.scenarios]
        listed = [code for code in dict.fromkeys(order) if code in ran]
        return [*listed, *sorted(set(ran) - set(listed))]

    @cached_property
    def n_runs(self) -> dict[str, int]:
        """Return scenario -> how many runs each scheme had."""
        table = self.rows("simulation.groups")
        if len(table) == 0:
            return {}
        counted = table.groupby("scenario")["seed"].nunique()
        return {str(scenario): int(n) for scenario, n in counted.items()}

    @property
    def n_seeds(self) -> int:
        """Return how many runs the main scenario had, 0 when none was simulated."""
        return self.n_runs[self.scenario_codes[0]] if self.scenario_codes else 0
