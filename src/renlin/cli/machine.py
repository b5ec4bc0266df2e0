"""Say whether this machine has what the product needs."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from renlin.cli.output import give, phrase
from renlin.cli.verb import verb

FREE_BYTES = 2 * 1024**3  # room for findings and caches of one community, with margin
SYNCS = 20


@dataclass(frozen=True)
class Answer:
    """One thing looked at."""

    what: str
    fine: bool
    found: str
    remedy: str = ""


@verb("doctor")
def doctor(as_json: bool) -> None:
    """Look at everything the product needs; exit 1 when something is missing."""
    answers = [look() for look in _LOOKS]
    lines = [
        f"{'✓' if a.fine else '✗'} {a.what}: {a.found}" + (f" → {a.remedy}" if a.remedy else "")
        for a in answers
    ]
    fine = all(answer.fine for answer in answers)
    if fine:
        lines.append(phrase("都齐了。", "Nothing is missing."))
    else:
        lines.append(phrase("有缺的，见上。", "Something is missing, see above."))
    give({"fine": fine, "answers": [asdict(a) for a in answers]}, as_json=as_json, text=lines)
    if not fine:
        sys.exit(1)


def _python() -> Answer:
    fine = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Answer(
        "Python 3.11–3.13", fine, platform.python_version(), "" if fine else "install Python 3.12"
    )


def _packages() -> Answer:
    wanted = [line.split(";")[0] for line in requires("renlin") or [] if "extra ==" not in line]
    names = [_name(line) for line in wanted]
    lost = [name for name in names if _lacks(name)]
    remedy = "make run" if lost else ""
    return Answer("packages", not lost, ", ".join(lost) if lost else f"{len(names)} found", remedy)


def _name(requirement: str) -> str:
    for index, character in enumerate(requirement):
        if not (character.isalnum() or character in "-_."):
            return requirement[:index]
    return requirement


def _lacks(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return True
    return False


def _font() -> Answer:
    try:
        from pylopdf_fonts_zh_cn import sans_path

        found = Path(sans_path())
    except ImportError:
        return Answer("Chinese font", False, "none", "make run")
    return Answer("Chinese font", found.is_file(), found.name)


def _disk() -> Answer:
    free = shutil.disk_usage(Path.cwd()).free
    return Answer(
        "free disk",
        free >= FREE_BYTES,
        f"{free / 1024**3:.1f} GiB",
        "" if free >= FREE_BYTES else "free 2 GiB",
    )


def _writing() -> Answer:
    try:
        with tempfile.NamedTemporaryFile(dir=Path.cwd()) as handle:
            started = time.perf_counter()
            for _ in range(SYNCS):
                handle.write(b"x")
                handle.flush()
                os.fsync(handle.fileno())
            rate = SYNCS / (time.perf_counter() - started)
    except OSError as error:
        return Answer("write", False, error.strerror or "no", "choose a folder you may write to")
    return Answer("write", True, f"{rate:.0f} fsync/s")


def _numba() -> Answer:
    cache = os.environ.get("NUMBA_CACHE_DIR", "")
    fine = not cache or os.access(cache, os.W_OK)
    return Answer(
        "kernel cache", fine, cache or "beside the package", "" if fine else "set NUMBA_CACHE_DIR"
    )


_LOOKS: tuple[Callable[[], Answer], ...] = (_python, _packages, _font, _disk, _writing, _numba)
