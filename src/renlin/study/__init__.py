"""Run schemes × scenarios × seeds, keep the findings, and answer with both views."""

from renlin.study.results import Results
from renlin.study.run import run

__all__ = ["Results", "run"]
