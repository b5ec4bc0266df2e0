"""Definitions as dictionaries, so that a test changes one key and says what follows."""

import copy

import pytest

from renlin.catalogue.load import load
from renlin.community.settings import declare
from renlin.errors import CatalogueFault
from renlin.needs.indices.stated import Definition

PLAIN = {
    "code": "plain", "edition": "1", "zh": "例", "en": "example", "source": "assumption",
    "family": "percentile_rank", "half": "half_up",
    "units": {"key": ["unit"], "extent": "all rows", "missing": [-999]},
    "score": {"column": "S_{}", "reversal": "one_minus",
              "steps": [{"do": "percentile", "ties": "min", "convention": "(rank-1)/(n-1)"}]},
    "variables": [
        {"name": "E_A", "zh": "甲", "en": "a", "direction": 1},
        {"name": "E_B", "zh": "乙", "en": "b", "direction": -1},
    ],
    "weights": {"how": "equal"},
    "overall": {"of": "variables", "how": "mean", "column": "total"},
    "ranking": {"ties": "min", "column": "rank"},
}  # fmt: skip


@pytest.fixture(scope="session")
def catalogue():
    return load()


@pytest.fixture
def fields():
    """Return a whole definition to change."""
    return copy.deepcopy(PLAIN)


@pytest.fixture(scope="session")
def defined():
    """Return a reader of fields as a definition."""
    return lambda fields: declare(fields, Definition, "x.toml", kind=CatalogueFault)
