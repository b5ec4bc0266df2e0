"""Keep finished blocks of runs on disk, so that a job that was stopped goes on where it was.

A block is some runs of one world under one scenario; its name is a hash of all that
determines them (:mod:`renlin.simulation.marks`), so that what is kept for something else is
never asked for. A file appears under its name only when it is whole. The manifest, one line
per block, gets the hash of the file after that; a file that does not match it is damaged:
it is run again, and that is said. Files hold arrays, no ids.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from renlin.community.staging import OWNER_ONLY
from renlin.simulation.observation import Households, Persons, Places, Run

SIZE = 16
"""Runs in a block. Assumption: a stop costs a few seconds of work, a file a few megabytes."""
MANIFEST = "manifest.jsonl"
PARTS: Mapping[str, type[Persons] | type[Households] | type[Places]] = {
    "persons": Persons,
    "households": Households,
    "places": Places,
}
GRIDLOCK = "places.gridlock"
FORM = b"renlin"
"""Key of the metadata of a file: column -> type and shape of the array in each of its cells."""

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Block:
    """Some runs of one world under one scenario: what names them, and their seeds."""

    name: str
    seeds: tuple[int, ...]


def blocks(mark: str, seeds: Sequence[int], *, whole: bool) -> list[Block]:
    """Return ``seeds`` in blocks of ``SIZE``, in their order.

    Parameters
    ----------
    mark
        Hash of what determines the run of a seed.
    whole
        Whether runs hold households and places too.
    """
    parts = [tuple(seeds[at : at + SIZE]) for at in range(0, len(seeds), SIZE)]
    return [Block(_hash(repr((mark, whole, part)).encode()), part) for part in parts]


class Store:
    """A folder of finished blocks.

    Attributes
    ----------
    folder
        Made, for its owner only, with the first block.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._hashes = _listed(folder / MANIFEST)

    def __contains__(self, block: Block) -> bool:
        """Tell whether the manifest lists ``block``."""
        return block.name in self._hashes

    def read(self, block: Block) -> tuple[Run, ...] | None:
        """Return the runs of ``block``, None when they are not there or damaged."""
        if block not in self:
            return None
        try:
            content = self._path(block).read_bytes()
        except OSError:
            content = b""
        if _hash(content) != self._hashes[block.name]:
            return None
        return tuple(_decoded(content))

    def write(self, block: Block, runs: Sequence[Run]) -> None:
        """Keep the runs of ``block``.

        Raises
        ------
        OSError
            When the folder cannot be written.
        """
        self.folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
        content = _encoded(runs)
        path = self._path(block)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        partial.write_bytes(content)
        partial.replace(path)
        self._hashes[block.name] = _hash(content)
        line = {"block": block.name, "seeds": block.seeds, "hash": self._hashes[block.name]}
        with (self.folder / MANIFEST).open("a", encoding="utf-8") as manifest:
            manifest.write(f"\n{json.dumps(line)}\n")  # a line torn before must not spoil this one

    def _path(self, block: Block) -> Path:
        return self.folder / f"{block.name}.arrow"


def _listed(manifest: Path) -> dict[str, str]:
    """Return block -> hash of its file; a torn line is as if it were not there."""
    found = {}
    if manifest.exists():
        for line in manifest.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                told = json.loads(line)
                found[str(told["block"])] = str(told["hash"])
            except (ValueError, KeyError, TypeError):
                continue
    return found


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


def _encoded(runs: Sequence[Run]) -> bytes:
    """Return runs as an Arrow file: one row per run, the bytes of one array in each cell."""
    rows = [dict(_arrays(run)) for run in runs]
    form = {name: [array.dtype.str, array.shape[1:]] for name, array in rows[0].items()}
    columns = {
        name: pa.array([row[name].tobytes() for row in rows], pa.large_binary()) for name in form
    }
    columns["seed"] = pa.array([run.seed for run in runs], pa.int64())
    columns["counts"] = pa.array([json.dumps(run.counts) for run in runs], pa.string())
    table = pa.table(columns).replace_schema_metadata({FORM: json.dumps(form)})
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_file(sink, table.schema, options=options) as file:
        file.write_table(table)
    return bytes(sink.getvalue())


def _arrays(run: Run) -> Iterator[tuple[str, Array]]:
    yield "channel", run.channel
    for part in PARTS:
        held = getattr(run, part)
        for item in fields(held) if held is not None else ():
            yield f"{part}.{item.name}", np.atleast_1d(getattr(held, item.name))


def _decoded(content: bytes) -> Iterator[Run]:
    """Yield the runs of a file that :func:`_encoded` made; their arrays cannot be written."""
    table = pa.ipc.open_file(pa.BufferReader(content)).read_all()
    form = json.loads(table.schema.metadata[FORM])
    for row in range(table.num_rows):
        held = {
            name: np.frombuffer(table[name][row].as_buffer(), kind).reshape(-1, *shape)
            for name, (kind, shape) in form.items()
        }
        parts = {part: _part(part, held) for part in PARTS}
        counts = json.loads(table["counts"][row].as_py())
        yield Run(table["seed"][row].as_py(), channel=held["channel"], counts=counts, **parts)


def _part(part: str, held: Mapping[str, Array]) -> Any:
    """Return one part of a run, None when the run was kept without it."""
    names = [item.name for item in fields(PARTS[part])]
    if f"{part}.{names[0]}" not in held:
        return None
    values: dict[str, Any] = {name: held[f"{part}.{name}"] for name in names}
    if part == "places":
        values["gridlock"] = int(held[GRIDLOCK][0])
    return PARTS[part](**values)
