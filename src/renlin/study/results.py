"""Hold everything one run found, and keep it on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Entry, Value
from renlin.community.community import Community
from renlin.finding import Finding, open_finding, save

CATALOGUE_FILE = "catalogue.json"


@dataclass(frozen=True)
class Results:
    """The findings of one run of a community.

    Attributes
    ----------
    community
        The community as it stands (scheme ``base``).
    findings
        Finding name -> finding, of all stages.
    """

    community: Community
    findings: Mapping[str, Finding]

    def __getitem__(self, name: str) -> Finding:
        """Return a finding by its dotted name."""
        return self.findings[name]


def gather(*stages: Any) -> dict[str, Finding]:
    """Return the findings held by stage results, name -> finding."""
    found: dict[str, Finding] = {}
    for stage in stages:
        if isinstance(stage, Finding):
            found[stage.name] = stage
        else:
            for item in fields(stage):
                value = getattr(stage, item.name)
                if isinstance(value, Finding):
                    found[value.name] = value
    return found


def keep(results: Results, folder: Path) -> Path:
    """Write all findings and the catalogue they cite into ``folder/findings``.

    Findings are written beside the old ones and moved when all are there.
    """
    final = folder / "findings"
    partial = folder / "findings.partial"
    _empty(partial)
    partial.mkdir(parents=True)
    for finding in results.findings.values():
        save(finding, partial)
    cited = dict(entries(results.community.catalogue))
    text = json.dumps(cited, ensure_ascii=False, sort_keys=True, indent=1)
    (partial / CATALOGUE_FILE).write_text(text, encoding="utf-8")
    _empty(final)
    partial.rename(final)
    return final


def reopen(community: Community, folder: Path) -> Results:
    """Return the results kept in ``folder/findings`` for ``community``."""
    paths = sorted((folder / "findings").glob("*.parquet"))
    return Results(community, {path.stem: open_finding(path) for path in paths})


def entries(catalogue: Catalogue) -> Iterator[tuple[str, dict[str, str]]]:
    """Return every entry as ``part/code`` -> code, words, source as cited, verified."""
    for item in fields(catalogue):
        part = getattr(catalogue, item.name)
        if not isinstance(part, Mapping):
            continue
        for code, entry in part.items():
            if isinstance(entry, Entry | Value) or hasattr(entry, "source"):
                name = f"{item.name}/{code if isinstance(code, str) else '/'.join(map(str, code))}"
                yield name, _cited(name, entry, catalogue)


def _cited(name: str, entry: Any, catalogue: Catalogue) -> dict[str, str]:
    source = catalogue.sources.get(entry.source)
    title = (
        entry.source if source is None else f"{source.author} {source.year} {source.title}".strip()
    )
    return {
        "code": name,
        "zh": str(getattr(entry, "zh", "")),
        "en": str(getattr(entry, "en", "")),
        "value": str(getattr(entry, "value", "")),
        "unit": str(getattr(entry, "unit", "")),
        "source": title,
        "verified": str(bool(getattr(entry, "verified", False))),
        "note": str(getattr(entry, "note", "")),
    }


def _empty(folder: Path) -> None:
    if folder.is_dir():
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
