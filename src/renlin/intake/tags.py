"""Translate map tags into our words by the rows of ``tags.csv``, and list what was not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.maps import NOT_THIS, SAYS_NOTHING

Tags = Mapping[str, str]
ANY = "*"
NAME_KEYS = ("name", "name:zh", "official_name", "short_name", "alt_name", "ref")
COUNTED_KEYS = frozenset(
    {
        "access",
        "barrier",
        "building",
        "building:use",
        "elevator",
        "emergency",
        "entrance",
        "foot",
        "handrail",
        "highway",
        "kerb",
        "lit",
        "locked",
        "ramp",
        "ramp:wheelchair",
        "sidewalk",
        "smoothness",
        "surface",
        "tracktype",
        "wheelchair",
    }
)
"""Keys that decide how people get about or where they live: a value of theirs without a
row is listed. The values of other keys are mostly none of our business."""
UNKNOWN_COLUMNS = ("key", "value", "column", "n", "example")


class TagBook:
    """The words of ``tags.csv``, and a count of every value it does not know.

    Values joined by ``;`` are tried one after the other. Counting is the only thing
    that changes; what a tag means never does.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._keys: dict[tuple[str, str], list[str]] = {}
        self._words: dict[tuple[str, str, str], dict[str, str]] = {}
        rows = sorted(catalogue.tags.values(), key=lambda row: (row.rank, row.key, row.value))
        for row in rows:
            spot = (row.table, row.column)
            keys = self._keys.setdefault(spot, [])
            if row.key not in keys:
                keys.append(row.key)
            self._words.setdefault((*spot, row.key), {})[row.value] = row.target
        self._known_pairs = {(row.key, row.value) for row in rows}
        self._unknown: Counter[tuple[str, str, str]] = Counter()
        self._example: dict[tuple[str, str, str], str] = {}

    def keys(self) -> frozenset[str]:
        """Return every tag key that says something about any table."""
        return frozenset(key for _, _, key in self._words)

    def word(self, tags: Tags, table: str, column: str, *, of: str | None = None) -> str | None:
        """Return what ``tags`` say about a column, None when nothing or ``-`` (not here).

        The first key by rank wins. ``of`` names the object in the list of unknown
        values; without it nothing is counted, as for keys most of whose values are none
        of our business.
        """
        _, target = self._said(tags, table, column, of)
        return None if target in (None, NOT_THIS) else target

    def speaker(self, tags: Tags, table: str, column: str) -> str | None:
        """Return the key that decides a column, None when none of them says anything."""
        return self._said(tags, table, column, None)[0]

    def unknown(self, tags: Tags, key: str, column: str, *, of: str) -> None:
        """Count a value that could not be read as a quantity."""
        spot = (key, tags[key][:60], column)
        self._unknown[spot] += 1
        self._example[spot] = min(self._example.get(spot, of), of)

    def unknowns(self) -> pd.DataFrame:
        """Return every value met that has no row, with how often and one object that has it."""
        rows = [
            (key, value, column, n, self._example[key, value, column])
            for (key, value, column), n in sorted(self._unknown.items())
        ]
        return pd.DataFrame(rows, columns=list(UNKNOWN_COLUMNS))

    def _said(
        self, tags: Tags, table: str, column: str, of: str | None
    ) -> tuple[str | None, str | None]:
        """Return the deciding key and its target."""
        for key in self._keys.get((table, column), ()):
            if key not in tags:
                continue
            found = self._known(self._words[table, column, key], tags[key])
            if found is None and of is not None and self._counts(key, tags[key]):
                self.unknown(tags, key, f"{table}.{column}", of=of)
            if found not in (None, SAYS_NOTHING):
                return key, found
        return None, None

    def _counts(self, key: str, value: str) -> bool:
        """Return whether a value without a row here has none anywhere, and matters."""
        parts = {(key, part.strip().lower()) for part in value.split(";")}
        return key in COUNTED_KEYS and parts.isdisjoint(self._known_pairs)

    @staticmethod
    def _known(words: Mapping[str, str], value: str) -> str | None:
        """Return the target of the first part that has a row."""
        parts = [value, *value.split(";")] if ";" in value else [value]
        for part in parts:
            word = words.get(part.strip().lower())
            if word is not None:
                return word
        return words.get(ANY)


def called(tags: Tags) -> str | None:
    """Return the name people know the object by, None when the map gives none."""
    for key in NAME_KEYS:
        name = "".join(c for c in tags.get(key, "") if c.isprintable()).strip()
        if name:
            return name
    return None


def flag(word: str | None) -> bool | None:
    """Return yes and no as truth, anything else as unknown."""
    return {"yes": True, "no": False}.get(word or "")
