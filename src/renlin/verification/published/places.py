"""Find the folder of data made by others, and the files of a case in it."""

from __future__ import annotations

import os
from pathlib import Path

from renlin.errors import Said
from renlin.verification.published.stated import Files

VARIABLE = "RENLIN_DATA"
BESIDE = Path("shared") / "data"


def data_folder(stated: Path | None = None) -> Path | None:
    """Return the data folder: the one stated, else ``RENLIN_DATA``, else ``shared/data``
    beside the working directory or one of its parents; None when there is none."""
    if stated is not None:
        return stated
    named = os.environ.get(VARIABLE, "")
    if named:
        return Path(named)
    here = Path.cwd()
    found = (folder / BESIDE for folder in (here, *here.parents))
    return next((folder for folder in found if folder.is_dir()), None)


def placed(files: Files, name: str) -> Path | None:
    """Return where a file of a case lies: beside it, or in the data folder; None if nowhere."""
    folders = [files.folder, *([] if files.data is None else [files.data])]
    for folder in folders:
        path = (folder / name).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            return path
    return None


def absent(files: Files, names: list[str]) -> Said | None:
    """Return why a case cannot be run when some of its files are nowhere, else None."""
    lost = [name for name in names if placed(files, name) is None]
    if not lost:
        return None
    told = ", ".join(lost)
    if files.data is None:
        return Said(
            f"没有数据文件夹（--data、{VARIABLE} 或 shared/data），缺 {told}",
            f"no data folder (--data, {VARIABLE} or shared/data); lacks {told}",
        )
    return Said(f"数据文件夹里没有 {told}", f"the data folder lacks {told}")
