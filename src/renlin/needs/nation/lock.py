"""Let one run at a time write into a folder; a run that died holds nothing."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from renlin.community.staging import OWNER_ONLY
from renlin.errors import DataFault, Fault, Said

LOCK = "run.lock"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep other runs out of ``folder`` as long as the block lasts.

    The operating system keeps the lock and gives it back when the process ends in any way,
    so that the file that stays behind locks nobody out. It holds the number of the process.

    Raises
    ------
    DataFault
        When another run writes there now.
    """
    folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataFault(_busy(folder, os.read(file, 20).decode("ascii", "ignore"))) from None
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        yield
    finally:
        os.close(file)


def _busy(folder: Path, process: str) -> Fault:
    return Fault(
        f"{folder.name}/{LOCK}",
        Said("一个结果文件夹同时只有一个在算", "one run at a time in a folder of results"),
        Said(f"另一个正在算（进程 {process}）", f"another that is running (process {process})"),
        Said("等它算完，或换一个 --out。", "Wait for it to end, or take another --out."),
    )
