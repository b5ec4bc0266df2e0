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


def districts(folder: Path, indicators: Mapping[str, Indicator]) -> list[District]:
    """Return the districts of the national table in ``folder``, by city and district.

    Files lie in ``city=<code>/district=<code>/``; a file that cannot be read, and columns
    that cannot be, are named, all of them at once. Nothing is judged while one is wrong:
    a country without one of its districts would look complete.

    Raises
    ------
    DataFault
        When there is no file, or one that is damaged or holds what no table may hold.
    """
    paths = sorted(folder.glob(PATTERN))
    faults: list[Fault] = []
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
    if not paths:
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


def _different(place: str) -> Fault:
    return Fault(
        place,
        Said("与本区别的文件同样的列和类型", "the columns and types of its district's other files"),
        Said("不同", "others"),
        Said("按同一格式重写。", "Write it in the same layout."),
    )
