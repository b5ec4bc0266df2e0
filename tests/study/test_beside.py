"""Two things at the same time: same results, no process left over, faults raised as ever."""

import os
import signal
import subprocess
import sys
import time

import pytest
from tests.cli.conftest import WILLOW, hashes

from renlin.errors import DataFault, Fault, Said
from renlin.study import beside
from renlin.study.beside import both
from renlin.study.chain import silent

FAULT = Fault("a.csv", Said("一", "one"), Said("二", "two"), Said("改", "Correct it."))


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Let a fork be made whatever threads the runner of the tests has."""
    monkeypatch.setattr("threading.active_count", lambda: 1)
    monkeypatch.setenv(beside.ALONE, "1")


def pid(_=None):
    return os.getpid()


def gone(process):
    """Tell whether a process ends within some seconds."""
    for _ in range(200):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="forks are made on Linux only")
def test_with_two_workers_the_second_thing_has_a_process_of_its_own():
    here, there = both(pid, pid, workers=2, progress=silent)
    assert here == os.getpid() != there
    assert gone(there)


def test_with_one_worker_everything_is_done_in_this_process():
    assert both(pid, pid, workers=1, progress=silent) == (os.getpid(), os.getpid())


def test_beside_other_threads_and_on_other_systems_nothing_is_forked(monkeypatch):
    monkeypatch.setattr("threading.active_count", lambda: 2)
    assert both(pid, pid, workers=2, progress=silent)[1] == os.getpid()
    monkeypatch.setattr("threading.active_count", lambda: 1)
    monkeypatch.setattr(beside.sys, "platform", "win32")
    assert both(pid, pid, workers=2, progress=silent)[1] == os.getpid()


@pytest.mark.parametrize("said", ["0", "", None])
def test_a_process_that_does_more_than_one_command_never_forks(monkeypatch, said):
    if said is None:
        monkeypatch.delenv(beside.ALONE)
    else:
        monkeypatch.setenv(beside.ALONE, said)
    assert both(pid, pid, workers=2, progress=silent)[1] == os.getpid()


@pytest.mark.skipif(sys.platform != "linux", reason="forks are made on Linux only")
def test_what_a_process_that_stands_still_had_to_do_is_done_here(monkeypatch):
    monkeypatch.setattr(beside, "STILL", 0.3)
    mine = os.getpid()

    def stuck_elsewhere(_):
        if os.getpid() != mine:
            time.sleep(600)
        return "done"

    assert both(pid, stuck_elsewhere, workers=2, progress=silent) == (mine, "done")


@pytest.mark.skipif(sys.platform != "linux", reason="forks are made on Linux only")
def test_where_the_system_refuses_a_process_nothing_is_forked(monkeypatch):
    def refused():
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr("os.fork", refused)
    assert both(pid, pid, workers=2, progress=silent)[1] == os.getpid()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_of_the_second_thing_is_raised_as_it_is(workers):
    def faulty(_):
        raise DataFault(FAULT)

    with pytest.raises(DataFault) as raised:
        both(pid, faulty, workers=workers, progress=silent)
    assert raised.value.faults == (FAULT,)


def test_what_a_killed_process_had_to_do_is_done_here():
    mine = os.getpid()

    def killed_elsewhere(_):
        if os.getpid() != mine:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done"

    assert both(pid, killed_elsewhere, workers=2, progress=silent) == (mine, "done")


def test_a_stop_ends_the_other_process_before_it_writes(tmp_path):
    started, written = tmp_path / "started", tmp_path / "written"

    def slow(_):
        started.write_text(str(os.getpid()))
        time.sleep(60)
        written.write_text("")

    def stopped():
        while not (started.exists() and started.read_text()):
            time.sleep(0.01)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        both(stopped, slow, workers=2, progress=silent)
    assert gone(int(started.read_text()))
    assert not written.exists()


def test_a_process_whose_parent_was_killed_ends(tmp_path):
    code = (
        "import os, pathlib, signal, sys, time\n"
        "from renlin.study.beside import both\n"
        "note = pathlib.Path(sys.argv[1])\n"
        "def there(_):\n"
        "    note.with_suffix('.new').write_text(str(os.getpid()))\n"
        "    note.with_suffix('.new').rename(note)\n"
        "    time.sleep(60)\n"
        "def here():\n"
        "    while not note.exists(): time.sleep(0.01)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "both(here, there, workers=2, progress=print)\n"
    )
    note = tmp_path / "note"
    done = subprocess.run([sys.executable, "-c", code, str(note)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert gone(int(note.read_text()))


def test_the_other_process_tells_remarks_and_no_counts(capfd):
    def told(what, done, total):
        os.write(1, f"{what} {done}/{total}\n".encode())

    def there(progress):
        progress("count", 1, 2)
        progress("remark", 0, 0)

    both(pid, there, workers=2, progress=told)
    assert capfd.readouterr().out == "remark 0/0\n"


@pytest.fixture(scope="module")
def by_workers(tmp_path_factory):
    """Run Willow with one and with two workers, each in a process of its own."""
    found = {}
    for workers in (1, 2):
        out = tmp_path_factory.mktemp(f"with-{workers}") / "out"
        call = [sys.executable, "-m", "renlin", "run", WILLOW, "--out", out, "--seeds", 3]
        call = [*map(str, call), "--workers", str(workers)]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found[workers] = out
    return found


def test_a_whole_run_leaves_the_same_bytes_with_one_worker_and_with_two(by_workers):
    one, two = (hashes(out) for out in by_workers.values())
    assert {"summary.json", "report.html", "report.en.html"} <= set(one)
    assert one == two
