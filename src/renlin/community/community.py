"""The facts of a place on a date, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.assembly import assemble
from renlin.community.network import Network
from renlin.community.settings import Policy, Scenario, Scheme, Settings, Study
from renlin.finding import content_hash

GEOMETRY_TABLES = (
    "buildings",
    "entrances",
    "walks",
    "gates",
    "spaces",
    "facilities",
    "ways_in",
    "assets",
)
PLAIN_TABLES = (
    "households",
    "persons",
    "dwellings",
    "facts",
    "ties",
    "residences",
    "links",
    "doubtful",
    "vouched",
    "hazards",
    "helpers",
    "pairs",
    "sensors",
    "uses",
    "ground_floors",
    "utilities",
    "conversions",
    "duties",
    "consents",
    "corrections",
    "confirmations",
    "overrides",
    "objections",
    "measures",
    "renewals",
    "spending",
    "survey",
    "series",
    "nominations",
    "attitudes",
)
TABLES = GEOMETRY_TABLES + PLAIN_TABLES


@dataclass(frozen=True)
class Community:
    """The facts of a place on a date; edits make a new one.

    Attributes
    ----------
    settings, policy, study
        What the folder's TOML files declare.
    catalogue
        The catalogue with the community's overlay and the scheme's parameter edits.
    tables
        Table name -> frame with the columns of ``catalogue/tables``. Geometry tables
        are GeoDataFrames in ``settings.crs`` (``facilities`` too: its x and y become
        points). Frames must not be changed.
    schemes, scenarios
        Candidate schemes and scenarios by code.
    inputs
        File relative to the folder -> content hash.
    notes
        Objects dropped or repaired when the map was read: columns table, id, reason.
    scheme
        Code of the scheme applied; ``base`` when none.
    """

    settings: Settings
    policy: Policy
    study: Study | None
    catalogue: Catalogue
    tables: Mapping[str, pd.DataFrame]
    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    notes: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["table", "id", "reason"])
    )
    scheme: str = "base"

    def __getitem__(self, table: str) -> pd.DataFrame:
        """Return a table by name."""
        return self.tables[table]

    def present(self) -> pd.DataFrame:
        """Return the persons who live here on the survey date.

        Who left before the date stays on record but is not present; an unknown date
        of leaving counts as still here.
        """
        persons = self.tables["persons"]
        day = pd.Timestamp(self.settings.survey_date)
        gone = (persons["until"].notna()) & (persons["until"] < day)
        return persons[~gone].reset_index(drop=True)

    @property
    def synthetic(self) -> bool:
        """Return whether any resident is synthetic."""
        return self.settings.synthetic or bool(
            (self.tables["persons"]["origin"] == "synthetic").any()
        )

    @cached_property
    def network(self) -> Network:
        """Return the walk network of this community, assembled on first use."""
        return assemble(self.tables, self.catalogue)

    @cached_property
    def hashes(self) -> Mapping[str, str]:
        """Return table -> content hash."""
        return {name: content_hash(frame) for name, frame in self.tables.items()}

    def with_tables(self, **tables: pd.DataFrame) -> Community:
        """Return a community in which the named tables are replaced."""
        return replace(self, tables={**self.tables, **tables})
