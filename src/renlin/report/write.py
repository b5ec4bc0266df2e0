"""Write everything one run leaves behind: findings, report, cards, layers, summary."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from renlin.community.vault import identities
from renlin.report.cards import write_cards
from renlin.report.dossier import write_report
from renlin.report.layers import write_geopackage
from renlin.report.summary import write_summary
from renlin.study.results import Results, keep

OWNER_READS = 0o600
"""Permissions of the cards: they bear names."""


def write_all(results: Results, folder: Path, out: Path) -> dict[str, Path]:
    """Write all results of a run and return name -> path.

    Parameters
    ----------
    results
        What the run found.
    folder
        The community folder; names for the cards come from its vault.
    out
        Results folder.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = {
        "findings": keep(results, out),
        "summary": write_summary(results, out),
        "layers": write_geopackage(results, out),
    }
    if "governance.plans" in results.findings:
        written["cards"] = write_cards(results, names_for_cards(folder), out)
        written["cards"].chmod(OWNER_READS)
    written["report_en"] = write_report(results, out, language="en")
    written["report"] = write_report(results, out, language="zh")
    return written


def names_for_cards(folder: Path) -> pd.DataFrame:
    """Return the names the cards are printed with; empty when the folder keeps none.

    Each home's card bears the name of its own resident and of those who come to help, and
    is handed to that home; reading the names is noted.
    """
    return identities(folder, columns=("name",), reader="cards", purpose="rescue")
