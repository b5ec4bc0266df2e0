"""A call ends in one way: a code, faults on stderr, never a traceback or a value of somebody."""

import errno
import json
import os
import subprocess
import sys

import pytest

from renlin.cli import ending
from renlin.cli.ending import unreadable
from renlin.errors import DataFault, Fault, Said

FAULTS = (
    Fault("b.csv", Said("甲", "a"), Said("乙", "b"), Said("丙。", "c."), 3, "名"),
    Fault("a.csv", Said("丁", "d"), Said("戊", "e"), Said("己。", "f.")),
)


def raising(monkeypatch, error):
    """Let the check of a folder end with an error."""

    def failing(folder):
        raise error

    monkeypatch.setattr("renlin.intake.folder_inspection.checked", failing)


def test_faults_exit_with_one_each_on_its_line_of_stderr_and_their_number(
    call, willow, monkeypatch
):
    raising(monkeypatch, DataFault(FAULTS))
    done = call("check", willow)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.split("\n")[:3] == [
        "b.csv 第 3 行「名」：应为甲，实为乙。丙。",
        "a.csv：应为丁，实为戊。己。",
        "共 2 处要改。",
    ]
    assert (
        "b.csv row 3, column 名: expected a, got b. c."
        in call("check", willow, "--lang", "en").stderr
    )


def test_faults_with_json_are_one_object_on_stdout_and_lines_on_stderr(call, willow, monkeypatch):
    raising(monkeypatch, DataFault(FAULTS))
    done = call("check", willow, "--json", "--lang", "en")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {
        "n_faults": 2,
        "faults": [
            {
                "place": "b.csv", "row": 3, "column": "名", "expected": "a", "got": "b",
                "remedy": "c.", "text": "b.csv row 3, column 名: expected a, got b. c.",
            },
            {
                "place": "a.csv", "row": None, "column": None, "expected": "d", "got": "e",
                "remedy": "f.", "text": "a.csv: expected d, got e. f.",
            },
        ],
    }  # fmt: skip
    assert "2 to correct." in done.stderr


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        (errno.EACCES, "没有权限", "no permission"),
        (errno.ENOSPC, "磁盘满了", "a full disk"),
        (errno.EROFS, "只读", "read-only"),
        (errno.EISDIR, "文件夹", "a folder"),
    ],
)
def test_what_the_system_refuses_is_a_fault_of_the_file_and_no_traceback(
    call, willow, monkeypatch, code, zh, en
):
    raising(monkeypatch, OSError(code, os.strerror(code), str(willow / "community.toml")))
    for language, told in (("zh", zh), ("en", en)):
        done = call("check", willow, "--lang", language)
        assert done.exit_code == 1
        assert "community.toml" in done.stderr
        assert told in done.stderr
        assert "Traceback" not in done.stderr


def test_a_refusal_nobody_foresaw_is_told_in_the_words_of_the_system():
    fault = unreadable(OSError(errno.EPIPE, "Broken pipe", "x.csv"))
    assert fault.place == "x.csv"
    assert fault.got.en == "Broken pipe"


def test_a_file_that_may_not_be_read_is_told_and_nothing_is_written(call, willow, monkeypatch):
    from pathlib import Path

    read_bytes = Path.read_bytes

    def refused(path):
        if path.name == "persons.csv":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    done = call("needs", willow)
    assert done.exit_code == 1
    assert "persons.csv" in done.stderr
    assert "没有权限" in done.stderr


def test_a_folder_without_a_community_is_told_how_to_make_one(call, tmp_path):
    for name in ("check", "needs", "run", "build"):
        done = call(name, tmp_path)
        assert done.exit_code == 1
        assert done.stdout == ""
        assert "community.toml：应为有这个文件" in done.stderr
        assert "renlin new" in done.stderr


def test_results_that_are_not_there_are_told(call, willow, tmp_path):
    for arguments in (["explain", tmp_path, "needs.tiers"], ["report", willow, tmp_path / "out"]):
        (tmp_path / "out").mkdir(exist_ok=True)
        done = call(*arguments)
        assert done.exit_code == 1
        assert "renlin run" in done.stderr


def test_a_stop_by_the_user_exits_with_130_and_says_so(call, willow, monkeypatch):
    raising(monkeypatch, KeyboardInterrupt())
    done = call("check", willow)
    assert done.exit_code == 130
    assert "已停下" in done.stderr
    assert "Stopped" in call("check", willow, "--lang", "en").stderr


def test_an_error_of_the_program_shows_its_place_and_no_value(call, willow, monkeypatch):
    raising(monkeypatch, KeyError("欧阳桂兰 110105194912310021"))
    done = call("check", willow)
    assert done.exit_code == 70
    assert done.stdout == ""
    assert "renlin/cli/data.py" in done.stderr
    assert "KeyError" in done.stderr
    assert "欧阳" not in done.stderr
    assert "110105" not in done.stderr


def test_an_error_of_the_program_shows_whole_where_a_developer_asks(willow, monkeypatch):
    monkeypatch.setenv(ending.DEBUG, "1")
    with pytest.raises(KeyError, match="x"):
        ending.ended(KeyError("x"), as_json=False)


def test_a_reader_that_goes_away_ends_the_call_in_silence(willow):
    command = f'"{sys.executable}" -m renlin --help | true; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.stdout.strip() in ("0", "141")
