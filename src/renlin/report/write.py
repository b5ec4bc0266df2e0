"""Write everything one run leaves behind: findings, report, cards, layers, maps, summary."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from renlin.community.vault import identities
from renlin.report.cards import write_cards
from renlin.report.dossier import write_report
from renlin.report.guidance import write_guidance
from renlin.report.layers import write_geopackage
from renlin.report.openmap.page import write_maps
from renlin.report.summary import write_summary
from renlin.simulation.ensemble import default_workers
from renlin.study.beside import both
from renlin.study.chain import silent
from renlin.study.results import Results, keep

OWNER_READS = 0o600
"""Permissions of the cards: they bear names."""


def write_all(
    results: Results, folder: Path, out: Path, *, workers: int | None = None
) -> dict[str, Path]:
    """Write all results of a run and return name -> path.

    Parameters
    ----------
    results
        What the run found.
    folder
        The community folder; names for the cards come from its vault.
    out
        Results folder.
    workers
        Processors used; None: as many as a run uses. From two on, half of the files are
        written by a process of its own; they stay the same.
    """
    out.mkdir(parents=True, exist_ok=True)
    names = names_for_cards(folder) if "governance.plans" in results.findings else None
    first, second = both(
        lambda: _reports(results, out),
        lambda _: _data(results, names, out),
        workers=workers or default_workers(),
        progress=silent,
    )
    return second | first


def _data(results: Results, names: pd.DataFrame | None, out: Path) -> dict[str, Path]:
    """Write findings, summary, layers, maps and, with ``names``, the cards."""
    written = {
        "findings": keep(results, out),
        "summary": write_summary(results, out),
        "layers": write_geopackage(results, out),
        **write_maps(results, out),
    }
    if names is not None:
        written["cards"] = write_cards(results, names, out)
        written["cards"].chmod(OWNER_READS)
    return written


def _reports(results: Results, out: Path) -> dict[str, Path]:
    """Write the report in both languages, and the guidance sheets where space was assessed."""
    sheets = {}
    if "space.contradictions" in results.findings:
        sheets = {
            "guidance_en": write_guidance(results, out, language="en"),
            "guidance": write_guidance(results, out, language="zh"),
        }
    return sheets | {
        "report_en": write_report(results, out, language="en"),
        "report": write_report(results, out, language="zh"),
    }


def names_for_cards(folder: Path) -> pd.DataFrame:
    """Return the names the cards are printed with; empty when the folder keeps none.

    Each home's card bears the name of its own resident and of those who come to help, and
    is handed to that home; reading the names is noted.
    """
    return identities(folder, columns=("name",), reader="cards", purpose="rescue")
