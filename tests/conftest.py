"""Start the files that take longest first; draw few examples, or many in a campaign."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

LONGEST = (
    "verification/test_verify.py",
    "simulation/test_levers.py",
    "study/test_run_willow.py",
    "needs/nation/test_spark.py",
    "needs/nation/test_run.py",
    "cli/test_resume.py",
    "verification/test_laboratory.py",
    "study/test_beside.py",
    "simulation/test_blocks.py",
    "study/test_uncertainty_order.py",
    "places/test_liulin.py",
    "places/test_liulin_space.py",
    "cli/test_contradictions.py",
    "verification/test_published.py",
    "report/openmap/test_page.py",
    "docs/test_docs.py",
    "cli/test_run.py",
)
"""Files by what they took together on two processors, longest first."""
HERE = Path(__file__).parent
settings.register_profile("short", max_examples=12, deadline=None)
settings.register_profile("full", max_examples=400, deadline=None)
SHORT = os.environ.get("RENLIN_EXAMPLES", "short") == "short"
MOST = 12
"""Examples of one property in the short form, whatever it asks for."""
settings.load_profile("short" if SHORT else "full")


def pytest_collection_modifyitems(items):
    order = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.relative_to(HERE).as_posix(), len(order)))
    if SHORT:
        for item in items:
            shorten(item)


def shorten(item):
    """Draw fewer examples of a property; leave repetitions to the campaign, and say so."""
    drawn = getattr(getattr(item, "obj", None), "_hypothesis_internal_use_settings", None)
    if drawn is not None and drawn.max_examples > MOST:
        function = getattr(item.obj, "__func__", item.obj)
        function._hypothesis_internal_use_settings = settings(drawn, max_examples=MOST)
    if item.get_closest_marker("campaign"):
        item.add_marker(pytest.mark.skip(reason="a repetition: make campaign runs it"))
