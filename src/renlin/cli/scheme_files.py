"""Write schemes as files of a folder: all of them or none, and never over what is there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from renlin.community.staging import staged
from renlin.errors import Fault, Said, SchemeFault, raise_all

if TYPE_CHECKING:
    from renlin.community.settings import Scheme

SUFFIX = ".toml"


def free_for(folder: Path, codes: Iterable[str]) -> None:
    """Raise when a file of one of ``codes`` stands in ``folder``.

    Raises
    ------
    SchemeFault
        With every such file.
    """
    expected = Said("还没有的文件", "a file that is not there yet")
    got = Said("已有的文件", "one that is there")
    remedy = Said("先移走它，或换一个文件夹。", "Move it away, or choose another folder.")
    faults = [
        Fault(f"{folder.name}/{code}{SUFFIX}", expected, got, remedy)
        for code in codes
        if (folder / f"{code}{SUFFIX}").exists()
    ]
    raise_all(faults, SchemeFault)


def write_schemes(folder: Path, schemes: Iterable[Scheme]) -> tuple[Path, ...]:
    """Write each scheme under its code and return the files, all of them or none.

    Raises
    ------
    SchemeFault
        With every file that is there already.
    """
    from renlin.community.scheme_text import scheme_text

    made = {scheme.code: scheme_text(scheme) for scheme in schemes}
    free_for(folder, made)
    with staged(folder) as fresh:
        for code, text in made.items():
            (fresh / f"{code}{SUFFIX}").write_text(text, encoding="utf-8")
    return tuple(folder / f"{code}{SUFFIX}" for code in made)
