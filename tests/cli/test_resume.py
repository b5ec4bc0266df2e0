"""A run that is killed leaves what is done; the same command goes on to the same files."""

import shutil
import signal
import subprocess
import sys

import pytest
from tests.cli.conftest import WILLOW, hashes

from renlin.cli.results import UNFINISHED

KILLED_AFTER = """
import os, signal, sys
from renlin.simulation import blocks, ensemble

blocks.SIZE = 2
left, step = int(sys.argv[1]), ensemble.Counter.step

def counted(self):
    global left
    step(self)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

ensemble.Counter.step = counted
from renlin.cli import main
main(sys.argv[2:])
"""
NEVER = 10**9


def command(runs, *arguments):
    """Call the command in a process of its own that dies after so many runs."""
    call = [sys.executable, "-c", KILLED_AFTER, str(runs), *map(str, arguments), "--seeds", "4"]
    return subprocess.run(call, capture_output=True, text=True, check=False)


def findings(out):
    return hashes(out / "findings")


@pytest.fixture(scope="module")
def never_killed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")

    def made(verb):
        if not (folder / verb).exists():
            done = command(NEVER, verb, WILLOW, "--out", folder / verb)
            assert done.returncode == 0, done.stderr
            assert "resumed" not in done.stderr
            assert not (folder / verb / UNFINISHED).exists()
        return folder / verb

    return made


IN_THE_STAGE, IN_THE_DUAL_VIEW = 9, 40


@pytest.mark.parametrize(
    ("verb", "runs"),
    [
        ("simulate", IN_THE_STAGE),
        pytest.param("run", IN_THE_DUAL_VIEW, marks=pytest.mark.campaign),
    ],
)
def test_a_command_killed_outright_goes_on_to_the_same_findings(tmp_path, never_killed, verb, runs):
    out = tmp_path / "out"
    killed = command(runs, verb, WILLOW, "--out", out)
    assert killed.returncode == -signal.SIGKILL
    assert [path.name for path in out.iterdir()] == [UNFINISHED]
    assert (out / UNFINISHED).stat().st_mode & 0o077 == 0
    done = command(NEVER, verb, WILLOW, "--out", out, "--workers", 1)
    assert done.returncode == 0, done.stderr
    assert "resumed: " in done.stderr
    assert "damaged" not in done.stderr
    assert findings(out) == findings(never_killed(verb))
    assert not (out / UNFINISHED).exists()


def test_results_that_were_there_stay_until_the_new_ones_are(tmp_path, never_killed):
    out = tmp_path / "out"
    shutil.copytree(never_killed("simulate"), out)
    assert command(IN_THE_STAGE, "simulate", WILLOW, "--out", out).returncode < 0
    assert sorted(path.name for path in out.iterdir()) == [UNFINISHED, "findings"]
    assert findings(out) == findings(never_killed("simulate"))


def test_a_number_of_workers_that_cannot_be_is_wrong_use(call):
    assert call("simulate", WILLOW, "--workers", 0).exit_code == 2
