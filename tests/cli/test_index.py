"""``renlin index``: a table and a definition in, ranks out; nothing half-written."""

import json
from pathlib import Path

import pandas as pd
import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "index"
TABLE, DEFINITION = EXAMPLE / "blocks.csv", EXAMPLE / "blocks.toml"


def test_the_example_ranks_by_hand(call):
    """N3 is worst in two of three; N4 has no residents; the income of N6 is unknown."""
    done = call("index", TABLE, "--definition", DEFINITION, "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert [row["rank"] for row in found["rows"]] == [2, 4, 1, None, 3, None]
    assert found["states"] == {"ranked": 4, "below_floor": 1, "unknown": 1}
    assert found["weights"][0] == {"item": "aged_share", "weight": 0.4}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_people_read_a_short_table_with_what_was_left_out(call, language):
    done = call("--lang", language, "index", TABLE, "--definition", DEFINITION)
    assert done.stdout.count("N3") == 1
    assert ("不排名" if language == "zh" else "not ranked") in done.stdout


@pytest.mark.parametrize("name", ["o.csv", "o.parquet"])
def test_the_output_is_written_with_intervals_beside_the_ranks(call, tmp_path, name):
    out = tmp_path / "new" / name
    assert (
        call(
            "index", TABLE, "--definition", DEFINITION, "--out", out, "--uncertainty", 50
        ).exit_code
        == 0
    )
    found = pd.read_csv(out) if name.endswith("csv") else pd.read_parquet(out)
    assert found["block"].tolist() == ["N1", "N2", "N3", "N4", "N5", "N6"]
    assert (found["rank_low"].dropna() <= found["rank_high"].dropna()).all()
    assert list(out.parent.iterdir()) == [out]


def test_the_same_seed_gives_the_same_bytes(call, tmp_path):
    for name in ("a.csv", "b.csv"):
        call(
            "index",
            TABLE,
            "--definition",
            DEFINITION,
            "--out",
            tmp_path / name,
            "--uncertainty",
            50,
            "--seed",
            3,
        )
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_the_unknown_is_written_as_the_edition_writes_it(call, tmp_path):
    heads = ["FIPS", "E_TOTPOP", *(f"EP_{v}" for v in ["POV150", "UNEMP", "HBURD", "NOHSDP", "UNINSUR", "AGE65", "AGE17", "DISABL", "SNGPNT", "LIMENG", "MINRTY", "MUNIT", "MOBILE", "CROWD", "NOVEH", "GROUPQ"])]  # fmt: skip
    rows = [["1", "5", *["1"] * 16], ["2", "6", *["2"] * 16], ["3", "0", *["-999"] * 16]]
    table = tmp_path / "t.csv"
    table.write_text("\n".join(",".join(row) for row in [heads, *rows]), encoding="utf-8")
    out = tmp_path / "o.csv"
    assert call("index", table, "--definition", "svi_2022", "--out", out).exit_code == 0
    assert pd.read_csv(out)["RPL_THEMES"].tolist() == [0, 1, -999]


def test_a_cell_that_looks_like_a_formula_stays_text_in_a_spreadsheet(call, tmp_path):
    table, out = tmp_path / "t.csv", tmp_path / "o.csv"
    table.write_text(TABLE.read_text(encoding="utf-8").replace("N1", "=cmd|x"), encoding="utf-8")
    assert call("index", table, "--definition", DEFINITION, "--out", out).exit_code == 0
    assert pd.read_csv(out)["block"][0] == "'=cmd|x"


def test_faults_of_every_kind_are_told_at_once_and_nothing_is_written(call, tmp_path):
    table, out = tmp_path / "t.csv", tmp_path / "o.csv"
    table.write_text(
        "block,residents,aged_80,living_alone,income\nA,10,x,1,1\nA,9,1,1,1,1\n,3,1,1,1\n",
        encoding="utf-8",
    )
    done = call("index", table, "--definition", DEFINITION, "--out", out, "--json")
    found = [(fault["row"], fault["column"]) for fault in json.loads(done.stdout)["faults"]]
    assert done.exit_code == 1
    assert sorted(found, key=str) == [(2, "aged_80"), (3, None), (4, "block")]
    assert not out.exists()


def test_a_definition_nobody_knows_offers_the_nearest(call):
    done = call("--lang", "en", "index", TABLE, "--definition", "svi_2O20")
    assert done.exit_code == 1
    assert "Did you mean svi_2020" in done.stderr


def test_an_output_of_another_kind_is_wrong_use(call, tmp_path):
    assert (
        call("index", TABLE, "--definition", DEFINITION, "--out", tmp_path / "o.doc").exit_code == 2
    )


def test_a_formulas_table_beside_the_definition_is_read(call, tmp_path):
    text = DEFINITION.read_text(encoding="utf-8").split("[formula]")
    rest = "[score]" + text[1].split("[score]", 1)[1]
    path = tmp_path / "own.toml"
    path.write_text(text[0].replace("half =", 'formulas = "f.csv"\nhalf ='), encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8") + rest, encoding="utf-8")
    (tmp_path / "f.csv").write_text(
        "name,formula\naged_share,aged_80 / residents * 100\nalone_share,living_alone/residents*100\n",
        encoding="utf-8",
    )
    own = json.loads(call("index", TABLE, "--definition", path, "--json").stdout)
    whole = json.loads(call("index", TABLE, "--definition", DEFINITION, "--json").stdout)
    assert [row["rank"] for row in own["rows"]] == [row["rank"] for row in whole["rows"]]
