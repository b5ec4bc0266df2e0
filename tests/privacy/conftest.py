"""Willow Court and what is found there, worked out once."""

from pathlib import Path

import pytest

from renlin.community.folder import open_community
from renlin.needs import identify

WILLOW = Path(__file__).parents[1] / "places" / "willow"


@pytest.fixture(scope="session")
def willow():
    return open_community(WILLOW)


@pytest.fixture(scope="session")
def found(willow):
    return identify(willow)
