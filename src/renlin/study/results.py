"""Hold everything one run found, and keep it on disk."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from renlin.catalogue.load import Catalogue
from renlin.community.community import Community
from renlin.finding import Finding, open_finding, save

CATALOGUE_FILE = "catalogue.json"
FOLDER, PARTIAL, BEFORE = "findings", "findings.partial", "findings.before"


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
        held = [stage] if isinstance(stage, Finding) else _held(stage)
        found |= {finding.name: finding for finding in held}
    return found


def _held(stage: Any) -> Iterator[Finding]:
    for item in fields(stage):
        value = getattr(stage, item.name)
        if isinstance(value, Finding):
            yield value


def keep(results: Results, folder: Path) -> Path:
    """Write all findings and the catalogue they cite into ``folder/findings``; return it.

    Everything is written beside the old findings first. They step aside only when the new
    ones are complete, and are put back should that fail: a reader never sees half of a run.
    """
    final, partial, before = (folder / name for name in (FOLDER, PARTIAL, BEFORE))
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for finding in results.findings.values():
        save(finding, partial)
    cited = dict(entries(results.community.catalogue))
    text = json.dumps(cited, ensure_ascii=False, sort_keys=True, indent=1)
    (partial / CATALOGUE_FILE).write_text(text, encoding="utf-8")
    shutil.rmtree(before, ignore_errors=True)
    if final.exists():
        final.rename(before)
    try:
        partial.rename(final)
    except OSError:
        if before.exists():
            before.rename(final)
        raise
    shutil.rmtree(before, ignore_errors=True)
    return final


def reopen(community: Community, folder: Path) -> Results:
    """Return the results kept in ``folder/findings`` for ``community``."""
    paths = sorted((folder / FOLDER).glob("*.parquet"))
    opened = [open_finding(path) for path in paths]
    return Results(community, {finding.name: finding for finding in opened})


def entries(catalogue: Catalogue) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every sourced entry as ``part/code`` -> code, words, source as cited, verified."""
    for item in fields(catalogue):
        part = getattr(catalogue, item.name)
        for code, entry in _entries(part):
            if hasattr(entry, "source"):
                name = f"{item.name}/{code}"
                yield name, _cited(name, entry, catalogue)
    for name, text in sorted(catalogue.tier_files.items()):
        yield f"tiers/{name}", _rule_file(f"tiers/{name}", text)


def _entries(part: Any) -> Iterable[tuple[str, Any]]:
    """Return code -> entry of one part of the catalogue, whatever shape it has."""
    if isinstance(part, Mapping):
        return [
            (code if isinstance(code, str) else "/".join(map(str, code)), entry)
            for code, entry in part.items()
        ]
    if isinstance(part, tuple):
        return [(f"{row.code}/{row.share:g}", row) for row in part]
    return []


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
        "rests_on": " ".join(_asked(entry)),
    }


def _asked(entry: Any) -> list[str]:
    """Return the indicators that decide who is of a class or a group."""
    rules = [*getattr(entry, "when", ()), *getattr(entry, "member_when", ())]
    return sorted({one.indicator for rule in rules for one in rule if hasattr(one, "indicator")})


def _rule_file(name: str, text: str) -> dict[str, str]:
    """Return a tier rule file as an entry: its name, version and what it rests on."""
    told = yaml.safe_load(text)
    basis = told.get("依据") or []
    return {
        "code": name,
        "zh": str(told.get("规则集", name)),
        "en": str(told.get("英文", told.get("规则集", name))),
        "value": str(told.get("版本", "")),
        "unit": "",
        "source": "; ".join(map(str, basis if isinstance(basis, list) else [basis])),
        "verified": str(bool(told.get("审批"))),
        "note": "",
    }
