"""Every example in the docstrings runs and says what it prints."""

import doctest
import importlib

import pytest

ROOMS = [
    "allocation",
    "audit",
    "contrasts",
    "decomposition",
    "groups",
    "intervals",
    "kolm_pollak",
    "levels",
    "measures",
    "outcomes",
    "paradox",
    "problem",
    "resampling",
    "samples",
    "theil",
    "uniformity",
]


@pytest.mark.parametrize("room", ROOMS)
def test_the_examples_of_a_room_run(room):
    module = importlib.import_module(f"renlin.equity.{room}")
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
