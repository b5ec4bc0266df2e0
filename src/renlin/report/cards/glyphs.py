"""Read which characters a font can draw, so that no card comes out with empty boxes."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from renlin.errors import DataFault, Fault, Said

_UNICODE = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3))
"""Platform and encoding of the tables that map Unicode, best first."""
INVISIBLE = frozenset("\n\t \u00a0\u200b\u2060\ufeff")


@lru_cache(maxsize=4)
def drawable(font: Path) -> frozenset[int]:
    """Return the code points ``font`` (OpenType or TrueType) has a glyph for.

    Source: OpenType specification, table cmap, formats 4 and 12.
    """
    data = font.read_bytes()
    start = _table(data, b"cmap")
    n = struct.unpack_from(">H", data, start + 2)[0]
    found = {}
    for i in range(n):
        platform, encoding, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * i)
        found[platform, encoding] = start + offset
    for wanted in _UNICODE:
        if wanted in found:
            return frozenset(_mapped(data, found[wanted]))
    return frozenset()


def _table(data: bytes, name: bytes) -> int:
    n = struct.unpack_from(">H", data, 4)[0]
    for i in range(n):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * i)
        if tag == name:
            return int(offset)
    raise ValueError(f"the font has no table {name!r}")


def _mapped(data: bytes, at: int) -> Iterable[int]:
    kind = struct.unpack_from(">H", data, at)[0]
    if kind == 12:
        n = struct.unpack_from(">I", data, at + 12)[0]
        for i in range(n):
            first, last, glyph = struct.unpack_from(">III", data, at + 16 + 12 * i)
            yield from range(first + (1 if glyph == 0 else 0), last + 1)
    elif kind == 4:
        yield from _segments(data, at)


def _segments(data: bytes, at: int) -> Iterable[int]:
    n = struct.unpack_from(">H", data, at + 6)[0] // 2
    ends = struct.unpack_from(f">{n}H", data, at + 14)
    starts = struct.unpack_from(f">{n}H", data, at + 16 + 2 * n)
    for first, last in zip(starts, ends, strict=True):
        yield from range(first, min(last, 0xFFFE) + 1)


def check(texts: Iterable[tuple[str, str]], font: Path) -> None:
    """Refuse texts with characters ``font`` cannot draw.

    Parameters
    ----------
    texts
        Pairs of where a text stands on the card and the text.

    Raises
    ------
    DataFault
        With one fault per part of the card, the characters by number, never the text.
    """
    known = drawable(font)
    missing: dict[str, set[int]] = {}
    for part, text in texts:
        lacking = {ord(c) for c in text if c not in INVISIBLE} - known
        if lacking:
            missing.setdefault(part, set()).update(lacking)
    if missing:
        raise DataFault([_fault(part, points) for part, points in sorted(missing.items())])


def _fault(part: str, points: set[int]) -> Fault:
    listed = " ".join(f"U+{point:04X}" for point in sorted(points))
    return Fault(
        "cards.pdf",
        Said("字体里有的字", "characters the font has"),
        Said(f"{len(points)} 个画不出的字 {listed}", f"{len(points)} it cannot draw: {listed}"),
        Said(
            "把登记里的这个字改成通用写法，或换一种收字更多的字体。",
            "Correct the character in the register, or use a font that holds it.",
        ),
        None,
        part,
    )
