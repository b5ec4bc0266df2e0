"""New files take their place together, or not at all."""

import stat
from pathlib import Path

import pytest

from renlin.community.staging import OWNER_ONLY, staged


def tree(folder):
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_new_files_replace_those_of_their_name_and_the_rest_stays(tmp_path):
    out = tmp_path / "out"
    (out / "findings").mkdir(parents=True)
    (out / "findings" / "old").write_text("old")
    (out / "own.txt").write_text("own")
    with staged(out) as fresh:
        (fresh / "findings").mkdir()
        (fresh / "findings" / "new").write_text("new")
    assert tree(out) == {"findings/new": "new", "own.txt": "own"}
    assert list(tmp_path.iterdir()) == [out]


def test_the_folder_to_write_into_bears_the_name_of_the_one_it_replaces(tmp_path):
    with staged(tmp_path / "out") as fresh:
        assert fresh.name == "out"
        assert list(fresh.iterdir()) == []


def write(out, error=None, **texts):
    """Write texts into ``out`` by way of the stage, and fail before the end if asked to."""
    with staged(out) as fresh:
        for name, text in texts.items():
            (fresh / name).write_text(text)
        if error is not None:
            raise error


FAILURES = [KeyboardInterrupt(), OSError(28, "No space left"), ValueError("x")]


@pytest.mark.parametrize("error", FAILURES, ids=repr)
def test_when_anything_fails_nothing_is_left_behind(tmp_path, error):
    with pytest.raises(type(error)):
        write(tmp_path / "deep" / "er" / "out", error, half="half")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", FAILURES, ids=repr)
def test_when_anything_fails_old_files_are_as_they_were(tmp_path, error):
    write(tmp_path / "out", a="old")
    with pytest.raises(type(error)):
        write(tmp_path / "out", error, a="new", b="new")
    assert tree(tmp_path) == {"out/a": "old"}


def failing_moves(monkeypatch, fails):
    rename = Path.rename

    def renamed(path, target):
        if fails(path, Path(target)):
            raise OSError(28, "No space left")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", renamed)


def test_when_a_file_cannot_be_moved_those_before_it_are_put_back(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write(out, a="old a", b="old b")
    failing_moves(monkeypatch, lambda path, to: path.name == "b" and path.parent.name == "out"
                  and to.parent == out)  # fmt: skip
    with pytest.raises(OSError, match="No space"):
        write(out, a="new a", b="new b")
    assert tree(tmp_path) == {"out/a": "old a", "out/b": "old b"}


def test_what_cannot_be_put_back_is_kept_beside_the_folder(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write(out, a="old a", b="old b")
    failing_moves(monkeypatch, lambda path, to: path.name == "b" and to.parent == out)
    with pytest.raises(OSError, match="No space"):
        write(out, a="new a", b="new b")
    assert tree(tmp_path)["out/a"] == "old a"
    assert tree(tmp_path)[".out.partial/old/b"] == "old b"


def test_what_a_killed_run_left_behind_is_cleared_by_the_next(tmp_path):
    left = tmp_path / ".out.partial" / "out"
    left.mkdir(parents=True)
    (left / "half").write_text("half")
    with staged(tmp_path / "out") as fresh:
        (fresh / "a").write_text("a")
    assert tree(tmp_path) == {"out/a": "a"}


def test_a_folder_for_its_owner_is_made_so(tmp_path):
    with staged(tmp_path / "vault", mode=OWNER_ONLY) as fresh:
        (fresh / "key").write_text("k")
        assert stat.S_IMODE(fresh.parent.stat().st_mode) == OWNER_ONLY
    assert stat.S_IMODE((tmp_path / "vault").stat().st_mode) == OWNER_ONLY
