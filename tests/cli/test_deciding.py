"""Staff take decisions from a sheet in any coding, and take them back."""

import pandas as pd
import pytest


@pytest.fixture
def sheet(call, willow, tmp_path):
    path = tmp_path / "sheet.csv"
    assert call("confirm", willow, "--sheet", path).exit_code == 0
    table = pd.read_csv(path, dtype="str", keep_default_na=False)
    one = table["person"] == "zhao"
    table.loc[one, ["decision", "role", "note"]] = ["confirmed", "grid_head", "家访核对过"]
    return table, path


@pytest.mark.parametrize("coding", ["utf-8-sig", "gb18030"])
def test_a_filled_sheet_is_taken_and_a_decision_undone(call, read, willow, sheet, coding):
    table, path = sheet
    path.write_bytes(table.to_csv(index=False).encode(coding))
    before = (willow / "layers" / "confirmations.csv").read_text(encoding="utf-8")
    assert read("confirm", willow, "--take", path)["n_new"] == 1
    kept = pd.read_csv(willow / "layers" / "confirmations.csv", dtype="str")
    mine = kept[kept["person"] == "zhao"].iloc[0]
    assert (mine["decision"], mine["role"], mine["note"]) == (
        "confirmed", "grid_head", "家访核对过",
    )  # fmt: skip
    assert call("confirm", willow, "--undo", mine["confirmation"]).exit_code == 0
    after = pd.read_csv(willow / "layers" / "confirmations.csv", dtype="str")
    assert len(after) == len(kept) == len(before.splitlines())
    assert after.set_index("confirmation").loc[mine["confirmation"], "state"] == "undone"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nonsense", "人,等级\n甲,1\n".encode("gbk")])
def test_what_is_no_sheet_is_told_and_changes_nothing(call, willow, tmp_path, content):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    before = (willow / "layers" / "confirmations.csv").read_bytes()
    done = call("confirm", willow, "--take", path)
    assert done.exit_code == 1
    assert "bad.csv" in done.stderr
    assert (willow / "layers" / "confirmations.csv").read_bytes() == before


def test_made_up_registers_are_never_written_over_real_ones(call, willow):
    before = sorted(path.name for path in willow.iterdir())
    done = call("registers", willow, "--persons", "10")
    assert done.exit_code == 1
    assert sorted(path.name for path in willow.iterdir()) == before
