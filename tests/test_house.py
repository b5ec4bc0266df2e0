"""The house stands: floors, light imports, locks without addresses, commands that exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def tracked():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def python(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_package_loads_no_pandas():
    assert python("import sys, renlin; print('pandas' in sys.modules)").strip() == "False"


def test_help_loads_neither_pandas_nor_numpy():
    code = (
        "import sys\nfrom renlin.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print('HEAVY', [m for m in ('pandas', 'numpy', 'numba', 'ibis') if m in sys.modules])"
    )
    assert "HEAVY []" in python(code)


def test_every_command_of_the_help_can_be_loaded():
    code = (
        "import click\nfrom renlin.cli.main import COMMANDS, group\n"
        "for name in COMMANDS: assert group.get_command(click.Context(group), name).help, name"
    )
    python(code)


def test_an_unknown_command_is_wrong_use_and_offers_the_nearest():
    done = subprocess.run(
        [sys.executable, "-m", "renlin", "simulat"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "simulate" in done.stderr


def test_faults_in_the_data_exit_with_one_and_go_to_stderr(tmp_path):
    (tmp_path / "community.toml").write_text("code = 1\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "renlin", "check", str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert "community.toml" in done.stderr


@pytest.mark.parametrize("word", ["pypi.org", "pythonhosted", "index-url =", "simple/"])
def test_no_tracked_file_holds_the_address_of_a_package_index(word):
    for path in tracked():
        if (
            path.suffix in {".toml", ".lock", ".txt", ".cfg", ".md", ".sh"}
            or path.name == "Makefile"
        ):
            assert word.encode() not in path.read_bytes(), path


def test_the_readme_tells_only_commands_that_exist():
    from renlin.cli.main import COMMANDS

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.M))
    for command in re.findall(r"^renlin ([a-z]+)", text, flags=re.M):
        assert command in COMMANDS
    for target in re.findall(r"^make ([a-z]+)", text, flags=re.M):
        assert target in targets


def test_the_floors_hold():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_ci_calls_the_test_command_of_the_readme():
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")
