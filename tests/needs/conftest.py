"""Willow Court and its cast, opened once; facts are added to it row by row."""

from pathlib import Path

import pandas as pd
import pytest

from renlin.community.folder import open_community
from renlin.needs import identify
from renlin.needs.assessment import learn

WILLOW = Path(__file__).parents[1] / "places" / "willow"


@pytest.fixture(scope="session")
def willow():
    return open_community(WILLOW)


@pytest.fixture(scope="session")
def found(willow):
    return identify(willow)


@pytest.fixture
def tell(willow):
    """Return Willow with more facts: (subject, indicator, value, day) each."""

    def told(*rows, place=None, file="visit.csv"):
        place = place or willow
        facts = place["facts"]
        homes = set(place["households"]["household"])
        more = pd.DataFrame(
            [
                {
                    "fact": f"x{number}",
                    "subject": subject,
                    "subject_table": "households" if subject in homes else "persons",
                    "indicator": indicator,
                    "value": value,
                    "source": "visit",
                    "file": file,
                    "row": number + 2,
                    "observed_on": pd.Timestamp(day) if day else pd.NaT,
                }
                for number, (subject, indicator, value, day) in enumerate(rows)
            ]
        ).astype(facts.dtypes.to_dict())
        return place.with_tables(facts=pd.concat([facts, more], ignore_index=True))

    return told


@pytest.fixture
def correct(willow):
    """Return Willow with these corrections in place of its own."""

    def corrected(*rows, place=None):
        place = place or willow
        table = place["corrections"]
        usual = table.iloc[0].to_dict()
        made = [usual | {"correction": f"k{n}"} | row for n, row in enumerate(rows)]
        frame = pd.DataFrame(made, columns=table.columns).astype(table.dtypes.to_dict())
        return place.with_tables(corrections=frame)

    return corrected


@pytest.fixture(scope="session")
def rows():
    """Return a finding's table with its first key column as index."""

    def indexed(finding):
        return finding.table.set_index(finding.provenance.key[0])

    return indexed


@pytest.fixture(scope="session")
def learned():
    """Return what is known of a place: its evidence and its wide table."""

    def known(place):
        day = pd.Timestamp(place.settings.survey_date)
        return learn(
            place.tables, place.present(), place.catalogue, day, corrections=place["corrections"]
        )

    return known


@pytest.fixture(scope="session")
def value(learned):
    """Return what is known of one resident by one indicator; None when unknown."""

    def read(place, person, indicator):
        found = learned(place).table.set_index("person").loc[person, indicator]
        return None if pd.isna(found) else getattr(found, "item", lambda: found)()

    return read


@pytest.fixture(scope="session")
def state(learned):
    """Return the state of the evidence on one subject and indicator."""

    def read(place, subject, indicator):
        table = learned(place).evidence
        hit = table[(table["subject"] == subject) & (table["indicator"] == indicator)]
        return hit.iloc[0]["state"] if len(hit) else "never asked"

    return read
