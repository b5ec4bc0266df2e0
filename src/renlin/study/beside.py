"""Do two things at the same time, the second in a process of its own."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeVar

ALONE = "RENLIN_ALONE"
"""Environment variable the command line sets to 1: this process does one command and nothing
else. A library with threads of its own (such as the one that sets cards) that was used before
a fork stands still after it, so a process that lives longer never forks."""
STILL = 20.0
"""Seconds without any work of the other process after which it counts as stuck. Assumption."""
Progress = Callable[[str, int, int], None]
Here = TypeVar("Here")
There = TypeVar("There")


def both(
    here: Callable[[], Here],
    there: Callable[[Progress], There],
    *,
    workers: int,
    progress: Progress,
) -> tuple[Here, There]:
    """Return what ``here`` and ``there`` give, whichever process made it.

    With two workers or more, a command of its own (``ALONE``) runs ``there`` in a fork of
    this process while ``here`` runs in this one: it reads what is in memory already and
    hands back only its result. With one, and where no safe fork can be made, ``there``
    follows ``here`` in this process. So it does when the other process ended without a
    result or stands still, because it failed, was killed for want of memory or waits for
    what does not come: what is wrong is then raised here, as it always is.

    Parameters
    ----------
    here
        Whatever it raises stops the other process too.
    there
        Gets the ``progress`` to report to; safe to repeat. In a process of its own it
        tells remarks only, since there is one bar.
    workers
        Processors to use.
    progress
        As :func:`renlin.simulation.simulate` has it.

    Examples
    --------
    >>> both(lambda: 1, lambda told: 2, workers=2, progress=lambda what, done, total: None)
    (1, 2)
    """
    apart = _apart(there, progress) if workers > 1 and _forks() else None
    if apart is None:
        return here(), there(progress)
    process, receiver = apart
    try:
        made = here()
        with suppress(EOFError, OSError):
            if _answers(process, receiver):
                return made, receiver.recv()
    finally:
        process.kill()
        process.join()
        receiver.close()
    return made, there(progress)


def _apart(
    there: Callable[[Progress], object], progress: Progress
) -> tuple[BaseProcess, Connection] | None:
    """Start ``there`` in a fork; None when the system has no room for one."""
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_hand_back, args=(there, progress, sender))
    with sender, warnings.catch_warnings():  # Python 3.12 and later warn of threads: see _forks
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            process.start()
        except OSError:
            receiver.close()
            return None
    return process, receiver


def _forks() -> bool:
    """Tell whether a fork is safe: on Linux, in a process of one command, while no other thread
    of Python holds a lock."""
    alone = os.environ.get(ALONE) == "1"
    return alone and sys.platform == "linux" and threading.active_count() == 1


def _answers(process: BaseProcess, receiver: Connection) -> bool:
    """Wait for the other process as long as it works; tell whether there is something to read."""
    worked, since = -1, time.monotonic()
    while not receiver.poll(STILL / 10):
        now = _ticks(process.pid)
        if now != worked:
            worked, since = now, time.monotonic()
        elif time.monotonic() - since > STILL:
            return False
    return True


def _ticks(pid: int | None) -> int:
    """Return the processor time a process has taken, in ticks; -1 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return -1
    return int(fields[11]) + int(fields[12])


def _hand_back(there: Callable[[Progress], object], progress: Progress, sender: Connection) -> None:
    """Send what ``there`` gives; end without a word when it fails or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops this process
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(BaseException):
        sender.send(there(partial(_remark, progress)))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _remark(progress: Progress, what: str, done: int, total: int) -> None:
    """Hand on a remark; counts belong to the bar of the other process."""
    if total == 0:
        progress(what, done, total)
