"""Start the files that take longest first; draw few examples, or many in a campaign."""

import os
from pathlib import Path

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
settings.register_profile("short", max_examples=40, deadline=None)
settings.register_profile("full", max_examples=400, deadline=None)
settings.load_profile(os.environ.get("RENLIN_EXAMPLES", "short"))


def pytest_collection_modifyitems(items):
    order = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.relative_to(HERE).as_posix(), len(order)))
