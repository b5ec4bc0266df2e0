"""Look for private values in everything a folder holds: files, their names, their metadata.

Used to prove an erasure, and by the test that puts a made-up resident into every register
and looks for them everywhere afterwards.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_PACKED = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_PDF = b"%PDF"
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_DEPTH = 3
"""Archives inside archives that are opened."""


@dataclass(frozen=True, order=True)
class Trace:
    """Where a value was found: the file, never the value.

    Attributes
    ----------
    path
        Path inside the folder; ``!`` leads into an archive.
    value
        Number of the value in the list that was looked for.
    how
        ``name`` of the file, or ``content``.
    """

    path: str
    value: int
    how: str


def search_traces(folder: Path, values: Sequence[str], *, skip: Iterable[str] = ()) -> list[Trace]:
    """Return every file below ``folder`` whose name or content holds one of ``values``.

    Values are looked for in the usual Chinese encodings, quoted as in an address, as
    Python and HTML write them with escapes, and inside zip archives (workbooks), gzip files,
    Parquet files and the streams of PDF files. The glyphs of an embedded font are not read:
    what a PDF shows in such a font is found by a reader of PDF only.

    Parameters
    ----------
    skip
        Folders, relative to ``folder``, that are left out, such as ``vault``.
    """
    left_out = tuple(skip)
    needles = [(at, form) for at, text in enumerate(values) if text for form in _forms(text)]
    found: set[Trace] = set()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(name == one or name.startswith(f"{one}/") for one in left_out):
            continue
        found |= {
            Trace(name, at, "name") for at, text in enumerate(values) if text and text in name
        }
        if path.is_file():
            found |= set(_inside(name, path.read_bytes(), needles))
    return sorted(found)


def _forms(text: str) -> set[bytes]:
    """Return the byte strings a value may be written as."""
    numbers = "".join(f"&#{ord(one)};" for one in text)
    hexes = "".join(f"&#x{ord(one):x};" for one in text)
    escaped = text.encode("unicode_escape").decode()
    written = {text, quote(text), escaped, numbers, hexes, hexes.upper().replace("&#X", "&#x")}
    forms: set[bytes] = set()
    for one in written:
        for encoding in ENCODINGS:
            try:
                forms.add(one.encode(encoding))
            except UnicodeEncodeError:
                continue
    return forms


def _inside(
    name: str, content: bytes, needles: Sequence[tuple[int, bytes]], depth: int = 0
) -> Iterator[Trace]:
    for at, form in needles:
        if form in content:
            yield Trace(name, at, "content")
    if depth >= _DEPTH:
        return
    for inner, unpacked in _unpacked(content):
        yield from _inside(f"{name}!{inner}", unpacked, needles, depth + 1)


def _unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        if content.startswith(_PACKED):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                for inner in packed.namelist():
                    yield inner, packed.read(inner)
        elif content.startswith(_GZIP):
            yield "", gzip.decompress(content)
        elif content.startswith(_PARQUET):
            table = pq.read_table(io.BytesIO(content))
            yield "", table.to_pandas().to_csv(index=False).encode()
            yield "metadata", repr(table.schema.metadata).encode()
        elif content.startswith(_PDF):
            for number, hit in enumerate(_STREAM.finditer(content)):
                yield f"stream{number}", _inflated(hit.group(1))
    except (zipfile.BadZipFile, OSError, EOFError, pa.ArrowInvalid):
        return


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""
