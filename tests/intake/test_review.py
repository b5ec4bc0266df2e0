"""People decide about pairs of rows; history stays, and every decision can be undone."""

import datetime as dt

import pandas as pd
import pytest

from renlin.community.read_log import READS
from renlin.community.vault import COLUMNS, keep_ring, ring_or_new, write_identities
from renlin.errors import DataFault
from renlin.intake.decisions import FILE, Decision, read_decisions, record, standing
from renlin.intake.review import decide, pair_of, queue, undo, values

A, B = ("registers/a.csv", 2), ("registers/b.csv", 5)
DAY = dt.date(2026, 3, 1)


@pytest.fixture
def folder(tmp_path):
    for name in ("layers", "registers", "vault"):
        (tmp_path / name).mkdir()
    (tmp_path / "layers" / "links.csv").write_text(
        "link,person,file,row\nl1,P-1,registers/a.csv,2\nl2,P-2,registers/b.csv,5\n"
    )
    (tmp_path / "layers" / "doubtful.csv").write_text(
        "doubt,file,row,person,with_file,with_row\nd0001,registers/b.csv,5,P-1,registers/a.csv,2\n"
    )
    ring = ring_or_new(tmp_path)
    keep_ring(ring, tmp_path)
    known = pd.DataFrame(
        [["P-1", "甲", "1", "2", "3"], ["P-2", "乙", "4", "5", "6"]], columns=COLUMNS
    )
    write_identities(known, ring, tmp_path / "vault")
    return tmp_path


def stands(folder):
    return [(one.word, one.by) for one in standing(read_decisions(folder)).values()]


def test_a_decision_keeps_who_and_when(folder):
    decide(folder, pair_of(folder, "d0001"), "same", by="王", on=DAY)
    assert read_decisions(folder) == (Decision(B, A, "same", "王", "2026-03-01"),)


def test_undo_takes_back_the_last_decision_and_keeps_the_history(folder):
    decide(folder, (B, A), "same", by="王", on=DAY)
    decide(folder, (A, B), "different", by="李", on=DAY)
    assert stands(folder) == [("different", "李")]
    undo(folder, (B, A), by="李", on=DAY)
    assert stands(folder) == [("same", "王")]
    undo(folder, pair_of(folder, "h0001"), by="王", on=DAY)
    assert stands(folder) == []
    assert len(read_decisions(folder)) == 4
    with pytest.raises(DataFault):
        undo(folder, (B, A), by="王", on=DAY)


def test_a_row_that_is_in_no_register_cannot_be_decided_about(folder):
    with pytest.raises(DataFault):
        decide(folder, (("registers/b.csv", 99), A), "same", by="王", on=DAY)
    assert not (folder / "registers" / FILE).exists()


def test_an_unknown_pair_names_the_nearest(folder):
    with pytest.raises(DataFault, match="d0001"):
        pair_of(folder, "d0002")


def test_names_are_read_from_the_vault_and_the_read_is_noted_without_them(folder):
    found = queue(folder).doubts
    assert "甲" not in found.to_csv()
    shown = values(folder, by="王")
    assert shown.loc["P-1", "name"] == "甲"
    noted = (folder / "vault" / READS).read_text(encoding="utf-8")
    assert "王" in noted
    assert "甲" not in noted


@pytest.mark.parametrize(
    "line", ["registers/a.csv,x,same,registers/b.csv,5", "registers/a.csv,2,maybe,,", "a,2,same,,"]
)
def test_a_line_that_cannot_be_read_is_told_with_its_row(folder, line):
    text = "file,row,decision,with_file,with_row\n" + line + "\n"
    (folder / "registers" / FILE).write_text(text)
    with pytest.raises(DataFault) as caught:
        read_decisions(folder)
    assert [fault.row for fault in caught.value.faults] == [2]


def test_recording_keeps_lines_written_before_there_were_names(folder):
    old = "file,row,decision,with_file,with_row\nregisters/a.csv,2,ask,registers/b.csv,5\n"
    (folder / "registers" / FILE).write_text(old)
    record(folder, Decision(B, A, "same", "王", "2026-03-01"))
    assert [one.word for one in read_decisions(folder)] == ["ask", "same"]
