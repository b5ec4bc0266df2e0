"""Print an explanation as indented lines; what was said once is not said again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from renlin.report.explain import Node
from renlin.report.shelf import Entry

MOST_CODES = 8
"""Entries named of one source; more are counted."""


def lines(node: Node, language: str = "zh") -> Iterator[str]:
    """Return the tree as indented lines in ``language`` (``zh`` or ``en``)."""
    yield from _Printer(language).step(node, 0)


class _Printer:
    """Print one tree, saying each rule, source and input of a column once."""

    def __init__(self, language: str) -> None:
        self.words = _WORDS[language]
        self.told: set[tuple[object, ...]] = set()

    def step(self, node: Node, depth: int) -> Iterator[str]:
        pad = "  " * depth
        yield pad + (self._rest(node) if node.rest else self._head(node))
        if node.rest:
            return
        about = [("rule", node.rule)] if node.rule else []
        about += [("source", line) for line in self._sources(node.entries)]
        if node.inputs:
            listed = ", ".join(f"{name} {digest}" for name, digest in node.inputs.items())
            about.append(("read", listed))
        for kind, text in about:
            if (node.finding, kind, text) not in self.told:
                self.told.add((node.finding, kind, text))
                yield f"{pad}  {self.words[kind]}: {text}"
        for child in node.children:
            yield from self.step(child, depth + 1)

    def _rest(self, node: Node) -> str:
        lost = self.words["unknown_rows"].format(n=node.unknown) if node.unknown else ""
        return f"{self.words['more'].format(n=node.rows)} {node.finding}{lost}"

    def _head(self, node: Node) -> str:
        where = ", ".join(f"{name}={self._said(value)}" for name, value in node.row.items())
        place = f" [{where}]" if where else self.words["rows"].format(n=node.rows)
        if node.is_none:
            place = self.words["none"]
        cell = f" {node.column}" if node.column else ""
        cell += f" = {self._said(node.value)}" if node.column and node.row else ""
        return f"{node.id} {node.finding}{place}{cell}"

    def _sources(self, entries: Sequence[Entry]) -> Iterator[str]:
        """Yield one line per source: its title, whether verified, the entries it stands for."""
        cited: dict[tuple[str, bool], list[str]] = {}
        for entry in entries:
            work = entry["source"], entry["verified"] == "True"
            cited.setdefault(work, []).append(entry["code"])
        for (source, verified), codes in cited.items():
            named = ", ".join(codes[:MOST_CODES])
            if len(codes) > MOST_CODES:
                named += self.words["more_codes"].format(n=len(codes))
            if source == "assumption":
                yield f"{self.words['assumption']} – {named}"
            else:
                mark = self.words["verified" if verified else "unverified"]
                yield f"{source}{mark} – {named}"

    def _said(self, value: Any) -> str:
        if value is None:
            return self.words["unknown"]
        return f"{value:.6g}" if isinstance(value, float) else str(value)


_WORDS = {
    "zh": {
        "assumption": "假设",
        "more": "… 另有 {n} 行",
        "none": "（没有这样的行）",
        "more_codes": " … 共 {n} 条",
        "read": "读入",
        "rows": "（共 {n} 行）",
        "rule": "规则",
        "source": "依据",
        "unknown": "未知",
        "unknown_rows": "（全部行里 {n} 行未知）",
        "unverified": "（未核实）",
        "verified": "（已核实）",
    },
    "en": {
        "assumption": "assumption",
        "more": "… {n} more rows of",
        "none": " (no such row)",
        "more_codes": " … {n} in all",
        "read": "read",
        "rows": " ({n} rows)",
        "rule": "rule",
        "source": "source",
        "unknown": "unknown",
        "unknown_rows": " (unknown in {n} of all)",
        "unverified": " (not verified)",
        "verified": " (verified)",
    },
}
