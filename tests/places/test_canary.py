"""Nobody put into a register is found anywhere but in the vault and on the cards of a home.

A made-up resident stands in every register of a copy of the court, in every coding, in rows
that are right and in rows that are wrong; then everything is run and everything searched.
"""

import shutil
import sys
import zlib
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from renlin.cli import main
from renlin.privacy.traces import search_traces

WILLOW = Path(__file__).parent / "willow"
NAME, NUMBER, PHONE = "竺澹台婉", "110105195207144526", "13912345670"
NOTE, STREET = "左耳旧伤住院", "瓦窑头巷九十九号"
CANARIES = (NAME, NUMBER, PHONE, NOTE, STREET)
MADE = ("persons", "households", "dwellings", "facts", "ties", "corrections", "helpers", "pairs",
        "sensors", "duties", "measures", "confirmations", "overrides", "nominations",
        "attitudes")  # fmt: skip
HEAD = "姓名,身份证号,性别,出生日期,住址,联系电话,备注"
ROW = f"{NAME},{NUMBER},女,1952-07-14,柳树院1号楼1单元301,{PHONE},{NOTE}{STREET}"
MAPPING = """
[registers.hukou]
file = "hukou.csv"
role = "household"
source = "police"
as_of = 2026-10-01
ignore = ["备注"]
tolerate = ["identity_number", "date", "repeated", "word"]

[registers.civil]
file = "civil.csv"
role = "civil_affairs"
source = "civil affairs"
as_of = 2026-09-01
ignore = ["备注"]
tolerate = ["identity_number", "date", "repeated", "word"]

[registers.medical]
file = "medical.xlsx"
role = "medical"
source = "clinic"
as_of = 2026-09-01
ignore = ["备注"]
tolerate = ["identity_number", "date", "repeated", "word"]
"""


def register(*rows):
    return "\n".join([HEAD, *rows]) + "\n"


@pytest.fixture
def folder(tmp_path):
    root = shutil.copytree(WILLOW, tmp_path / "willow")
    for name in MADE:
        (root / "layers" / f"{name}.csv").unlink(missing_ok=True)
    for name in ("schemes", "scenarios/quake.toml"):
        path = root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    study = "schemes = []\nscenarios = ['fire-a']\nseeds = 2\nmain_scenario = 'fire-a'\nbudget = 2500.0\n"
    (root / "study.toml").write_text(study, encoding="utf-8")
    there = root / "registers"
    there.mkdir()
    other = ROW.replace(NUMBER, "110105195207144511")
    (there / "hukou.csv").write_text(register(ROW, other), encoding="utf-8")
    (there / "civil.csv").write_bytes(register(ROW).encode("gb18030"))
    book = openpyxl.Workbook()
    for line in register(ROW).splitlines():
        book.active.append(line.split(","))
    book.save(there / "medical.xlsx")
    (there / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    return root


@pytest.fixture
def said(capfd, monkeypatch):
    monkeypatch.setenv("RENLIN_ALONE", "0")  # the runner of the tests goes on after a command

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["renlin", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capfd.readouterr()
        assert not [one for one in CANARIES if one in told.out + told.err], arguments
        return ended.value.code, told

    return run


def test_a_resident_of_every_register_is_found_in_the_vault_only(folder, said, tmp_path):
    out = tmp_path / "out"
    assert said("build", folder)[0] == 0
    said("check", folder)
    for words in (["needs", folder, "--out", out], ["review", folder], ["vault", folder],
                  ["inspect", folder / "registers" / "hukou.csv"],
                  ["publish", folder, "--out", out / "counts.csv"],
                  ["publish", folder, "--rows", "entrance", "--out", out / "places.csv"],
                  ["view", folder, "--role", "planner", "--out", out / "none.csv"],
                  ["view", folder, "--role", "community_worker", "--purpose", "plan",
                   "--out", out / "seen.csv"],
                  ["impact", folder, "--out", out], ["confirm", folder],
                  ["retention", folder]):  # fmt: skip
        code, told = said(*words)
        assert code in (0, 1), (words, told.err)
        assert "Traceback" not in told.err, words
    left = search_traces(tmp_path, CANARIES)
    assert {trace.path.split("!")[0] for trace in left} == {
        "willow/registers/hukou.csv", "willow/registers/civil.csv",
        "willow/registers/medical.xlsx",
    }  # fmt: skip


def test_a_run_to_the_report_names_nobody_outside_the_cards(folder, said, tmp_path):
    out = tmp_path / "out"
    assert said("build", folder)[0] == 0
    code, told = said("run", folder, "--out", out)
    assert code == 0, told.err
    found = {trace.path for trace in search_traces(out, CANARIES)}
    assert {path for path in found if not path.startswith("cards")} == set()
    everywhere = {t.path.split("!")[0] for t in search_traces(folder, CANARIES)}
    assert {path for path in everywhere if not path.startswith("registers/")} == set()


@pytest.mark.parametrize(
    "row",
    [f"{NAME},{NUMBER}", f'"{ROW}', f"{ROW},{NAME},{PHONE}", ROW.replace("1952-07-14", NOTE),
     ROW.replace("女", STREET), f"合计{NAME},,,,,,", f"{ROW}\x00"],
)  # fmt: skip
def test_a_broken_row_is_told_by_its_place_and_shape_only(folder, said, row):
    text = MAPPING.replace('tolerate = ["identity_number", "date", "repeated", "word"]\n', "")
    (folder / "registers" / "mapping.toml").write_text(text, encoding="utf-8")
    (folder / "registers" / "hukou.csv").write_text(register(row), encoding="utf-8")
    for verb in ("build", "check"):
        code, told = said(verb, folder)
        assert code in (0, 1)
        assert "Traceback" not in told.err
    assert not (folder / "vault").exists() or not search_traces(folder / "layers", CANARIES)


def test_the_search_finds_what_is_hidden_in_codings_archives_and_names(tmp_path):
    (tmp_path / "a.txt").write_bytes(NAME.encode("gb18030"))
    (tmp_path / f"{PHONE}.txt").write_text("x")
    book = openpyxl.Workbook()
    book.active.append([NUMBER])
    book.save(tmp_path / "b.xlsx")
    table = pd.DataFrame({"person": [f"P-{n}" for n in range(3000)], "note": "nothing"})
    table.loc[1500, "note"] = NOTE
    table.to_parquet(tmp_path / "c.parquet", compression="zstd")
    (tmp_path / "d.html").write_text("".join(f"&#{ord(one)};" for one in STREET))
    packed = zlib.compress(PHONE.encode())
    (tmp_path / "e.pdf").write_bytes(b"%PDF-1.7\nstream\n" + packed + b"\nendstream")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    assert {(t.path.split("!")[0], t.value) for t in search_traces(tmp_path, CANARIES)} == {
        ("a.txt", 0), (f"{PHONE}.txt", 2), ("b.xlsx", 1), ("c.parquet", 3), ("d.html", 4),
        ("e.pdf", 2),
    }  # fmt: skip
