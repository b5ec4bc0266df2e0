"""Find the districts of a national table, and what is wrong with their files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from renlin.catalogue.models import Indicator
from renlin.errors import DataFault, Fault, Said, raise_all
from renlin.needs.nation.columns import Layout, layout_of
from renlin.needs.nation.manifest import file_hash

PATTERN = "city=*/district=*/*.parquet"
FOLDERS = ("city=*", "city=*/district=*")
READ_AS_PATTERNS = frozenset("*?[]{}\\")
"""In a path these mean other files to DuckDB and Spark."""
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
"""What Hive and Spark write for a key that is missing."""


@dataclass(frozen=True, order=True)
class District:
    """The files of one district.

    Attributes
    ----------
    city, district
        Codes, as in the names of its folders.
    files
        Its Parquet files, sorted.
    layout
        Their columns, the same in every file of a district.
    n
        Rows, as the files say.
    """

    city: str
    district: str
    files: tuple[Path, ...]
    layout: Layout
    n: int

    @property
    def name(self) -> str:
        """Return ``city=…/district=…``."""
        return f"city={self.city}/district={self.district}"

    def content(self) -> str:
        """Return the hash of the bytes of its files."""
        parts = "".join(file_hash(path) for path in self.files)
        return blake2b(parts.encode(), digest_size=16).hexdigest()


def districts(
    folder: Path, indicators: Mapping[str, Indicator], *, apart: Path | None = None
) -> list[District]:
    """Return the districts of the national table in ``folder``, by city and district.

    Files lie in ``city=<code>/district=<code>/``; a file that cannot be read or lies
    elsewhere, a folder without one, and columns that cannot be, are named, all of them at
    once. Nothing is judged while one is wrong: a country without one of its districts would
    look complete.

    Parameters
    ----------
    apart
        A folder that may lie inside and is no part of the table.

    Raises
    ------
    DataFault
        When there is no file, or one that is damaged or holds what no table may hold.
    """
    paths = sorted(folder.glob(PATTERN))
    faults = _misplaced(folder, set(paths), apart)
    gathered: dict[tuple[str, str], list[tuple[Path, Layout, int]]] = {}
    for path in paths:
        place = path.relative_to(folder).as_posix()
        found = _opened(path, place, faults)
        if found is None:
            continue
        layout, wrong = layout_of(found.schema_arrow, place, indicators)
        faults += wrong
        city, district = (part.partition("=")[2] for part in path.parts[-3:-1])
        gathered.setdefault((city, district), []).append((path, layout, found.metadata.num_rows))
    if not paths and not faults:
        faults.append(_nothing())
    faults += [
        _different(path.relative_to(folder).as_posix())
        for parts in gathered.values()
        for path, layout, _ in parts[1:]
        if layout != parts[0][1]
    ]
    raise_all(faults, DataFault)
    return [
        District(*key, tuple(path for path, _, _ in parts), parts[0][1], sum(n for *_, n in parts))
        for key, parts in sorted(gathered.items())
    ]


def _misplaced(folder: Path, paths: set[Path], apart: Path | None) -> list[Fault]:
    """Return faults of folders without a file, of their names, and of files elsewhere."""
    faults = []
    for pattern in FOLDERS:
        for path in sorted(p for p in folder.glob(pattern) if p.is_dir()):
            place = path.relative_to(folder).as_posix()
            code = path.name.partition("=")[2]
            if not code or code == NO_VALUE or not code.isprintable() or READ_AS_PATTERNS & {*code}:
                faults.append(_no_code(ascii(place)[1:-1]))
            if not any(found.is_relative_to(path) for found in paths):
                faults.append(_no_file(place))
    for path in sorted(folder.rglob("*.parquet")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith((".", "_")) for part in inside.parts)
        own = apart is not None and path.resolve().is_relative_to(apart.resolve())
        if path not in paths and not hidden and not own:
            faults.append(_elsewhere(inside.as_posix()))
    return faults


def _opened(path: Path, place: str, faults: list[Fault]) -> pq.ParquetFile | None:
    try:
        with pq.ParquetFile(path) as file:
            return file
    except (pa.ArrowException, OSError):
        faults.append(damaged(place))
    return None


def damaged(place: str) -> Fault:
    """Return the fault of a file that cannot be read."""
    return Fault(
        place,
        Said("完整的 Parquet 文件", "a whole Parquet file"),
        Said("读不了，可能没写完", "one that cannot be read, perhaps cut short"),
        Said("请该区重新导出这个文件。", "Have the district write the file again."),
    )


def _nothing() -> Fault:
    wanted = "city=<code>/district=<code>/*.parquet"
    remedy = Said("按城市和区县分好文件夹。", "Part the table by city and district.")
    return Fault(".", Said(wanted, wanted), Said("没有", "none"), remedy)


def _no_code(place: str) -> Fault:
    wanted = Said("代码：文字、数字、- _ . 之类", "a code: letters, digits, - _ . and the like")
    got = Said(
        "空的，或有 * ? [ ] { } \\ 或看不见的字符", "none, or one of * ? [ ] { } \\ or unseen"
    )
    return Fault(place, wanted, got, Said("改文件夹的名字。", "Rename the folder."))


def _no_file(place: str) -> Fault:
    return Fault(
        place,
        Said("至少一个 .parquet 文件", "at least one .parquet file"),
        Said("没有", "none"),
        Said(
            "放进该区的文件（没有居民就放一个零行的），或去掉这个文件夹。",
            "Put its file there (one without rows if nobody lives there), or remove the folder.",
        ),
    )


def _elsewhere(place: str) -> Fault:
    wanted = Said("city=<代码>/district=<代码>/ 里的文件", "a file in city=<code>/district=<code>/")
    return Fault(
        place, wanted, Said("放在别处", "one that lies elsewhere"),
        Said("移到它的区里，或移出这个文件夹。", "Move it to its district, or out of the folder."),
    )  # fmt: skip


def _different(place: str) -> Fault:
    return Fault(
        place,
        Said("与本区别的文件同样的列和类型", "the columns and types of its district's other files"),
        Said("不同", "others"),
        Said("按同一格式重写。", "Write it in the same layout."),
    )
