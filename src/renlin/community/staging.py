"""Let new files take the place of old ones only when all of them are there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

OWNER_ONLY = 0o700
EVERYBODY = 0o777  # as far as the user's own mask allows


@contextmanager
def staged(folder: str | Path, *, mode: int = EVERYBODY) -> Iterator[Path]:
    """Yield an empty folder; what is in it at the end takes its place in ``folder``.

    The empty folder stands beside ``folder`` and bears its name. When anything fails, or
    the user stops the program, ``folder`` is as it was. Files in it that no new one
    replaces stay.

    Parameters
    ----------
    folder
        Where the files belong; it is made when absent.
    mode
        Permissions of the folder when it is made.

    Raises
    ------
    OSError
        When a file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> out = Path(tempfile.mkdtemp()) / "out"
    >>> with staged(out) as fresh:
    ...     _ = (fresh / "a.txt").write_text("a")
    >>> [path.name for path in out.iterdir()]
    ['a.txt']
    """
    final = Path(folder).resolve()
    room = final.with_name(f".{final.name}.partial")
    fresh = room / final.name
    shutil.rmtree(room, ignore_errors=True)
    above = _missing_above(final)
    room.mkdir(mode=OWNER_ONLY, parents=True)
    fresh.mkdir()
    try:
        yield fresh
        _exchange(fresh, final, room / "old", mode)
    except BaseException:
        if not any((room / "old").glob("*")):  # else it holds what could not be put back
            shutil.rmtree(room, ignore_errors=True)
            for parent in above:
                parent.rmdir()
        raise
    shutil.rmtree(room, ignore_errors=True)


def _missing_above(final: Path) -> list[Path]:
    """Return the parents of ``final`` that are not there, the nearest first."""
    return [parent for parent in final.parents if not parent.exists()]


def _exchange(fresh: Path, final: Path, old: Path, mode: int) -> None:
    """Move every entry of ``fresh`` into ``final``; put all back when one cannot be moved."""
    made = not final.exists()
    final.mkdir(mode=mode, exist_ok=True)
    old.mkdir()
    done: list[str] = []
    try:
        for entry in sorted(fresh.iterdir()):
            done.append(entry.name)
            if (final / entry.name).exists():
                (final / entry.name).rename(old / entry.name)
            entry.rename(final / entry.name)
    except BaseException:
        for name in reversed(done):
            with suppress(OSError):
                _put_back(final / name, old / name, fresh / name)
        if made:
            final.rmdir()
        raise


def _put_back(place: Path, old: Path, new: Path) -> None:
    """Take the new entry away from ``place``, if it got there, and bring the old one back."""
    if place.exists() and not new.exists():
        place.rename(new)
    if old.exists():
        old.rename(place)
