"""Laboratory means beside the model: rings hold what is put on them, errors by hand, the page."""

import re

import numpy as np
import pandas as pd
import pytest

from renlin.catalogue.load import load
from renlin.errors import DataFault
from renlin.report.pages.proof import quantity
from renlin.report.verification import write_verification
from renlin.verification import laboratory, left_out
from renlin.verification.laboratory import errors, measured
from renlin.verification.ring import ring

SPEED = {"weidmann": 1.34, "sfpe_level": 1.19}


@pytest.fixture(scope="module")
def lab():
    return laboratory()


def put(density, diagram="weidmann", **how):
    return ring(density, diagram=diagram, free_speed=SPEED[diagram], catalogue=load(None), **how)


def test_a_ring_holds_the_density_that_was_put_on_it():
    found = put(1.0)
    assert found.density == pytest.approx(1.0, rel=1e-3)
    assert found.flow == pytest.approx(found.density * found.speed)


def test_a_few_on_a_ring_walk_at_their_own_speed():
    assert put(0.1).speed == pytest.approx(1.34, rel=0.02)


def test_at_one_person_a_square_metre_the_speed_is_that_of_the_formula():
    """Weidmann, 1.34 (1 - exp(-1.913 (1/1 - 1/5.4))) = 1.058 m/s."""
    assert put(1.0).speed == pytest.approx(1.058, rel=0.02)


def test_the_greatest_flow_and_its_density_come_out(lab):
    found = lab.peaks.set_index("diagram")
    assert found["verdict"].tolist() == ["within", "within"]
    assert found.loc["weidmann", "flow"] == pytest.approx(1.22, rel=0.02)
    assert found.loc["sfpe_level", "density"] == pytest.approx(1.88, rel=0.03)
    assert found["shipped_flow"].to_numpy() == pytest.approx([1.22, 1.32], abs=0.01)


def test_the_error_of_the_rings_is_that_of_the_formula_within_a_hundredth(lab):
    stated = lab.errors.dropna(subset=["by_hand"])
    assert len(stated) == 4
    assert np.abs(stated["rmse_speed"] - stated["by_hand"]).max() < 0.01


def test_error_and_bias_are_those_worked_by_hand():
    """Model 1.0 and 2.0 against 1.3 and 1.6: errors -0.3 and 0.4, bias 0.05, RMSE 0.3536."""
    points = pd.DataFrame(
        {
            "experiment": "ring", "diagram": "weidmann", "speed": [1.3, 1.6],
            "model_speed": [1.0, 2.0], "flow": [1.0, 1.0], "model_flow": [1.0, 1.0],
        }
    )  # fmt: skip
    row = errors(points, measured("by_hand")).iloc[0]
    assert row["rmse_speed"] == pytest.approx(0.35355, abs=1e-5)
    assert row["bias_speed"] == pytest.approx(0.05)
    assert (row["rmse_flow"], row["bias_flow"], row["by_hand"]) == (0.0, 0.0, 0.149)


def test_bottlenecks_flow_linearly_and_per_effective_metre_at_most_as_the_catalogue_has_it(lab):
    """1.3 persons/(s m) x (width - 0.3 m)."""
    found = lab.bottlenecks
    most = 1.3 * (found["width"] - 0.3)
    assert (found["flow"] <= most * 1.01).all()
    assert (found["flow"] >= most * 0.97).all()


def test_what_is_not_compared_says_why_and_every_experiment_has_a_source(lab):
    told = lab.experiments.set_index("experiment")
    single = lab.means.loc[~lab.means["compared"], "experiment"].unique().tolist()
    assert single == ["single_file"]
    assert told.loc[single, ["reason_zh", "reason_en"]].ne("").to_numpy().all()
    assert set(lab.means["experiment"]) == set(told.index)
    assert told["source"].ne("").all()


def test_what_cannot_be_stated_is_listed_with_its_reason_in_both_languages():
    found = left_out()
    assert {"2.7", "3.2"} <= set(found["test"])
    assert found.ne("").to_numpy().all()


def test_a_folder_without_the_list_leaves_nothing_out(tmp_path):
    assert len(left_out(tmp_path)) == 0


def test_a_list_that_cannot_be_read_is_a_fault(tmp_path):
    (tmp_path / "not_applicable.csv").write_bytes("test,zh\n1,电梯\n".encode("gb18030"))
    with pytest.raises(DataFault):
        left_out(tmp_path)


@pytest.mark.parametrize("code", ["zh", "en"])
def test_the_page_tells_every_band_every_error_and_every_reason(lab, page, tmp_path, code):
    left = left_out()
    path = write_verification(page, tmp_path, left_out=left, laboratory=lab, language=code)
    text = path.read_text(encoding="utf-8")
    assert text.count('<span class="nb">') == len(page) + len(lab.peaks)
    assert text.count("<svg") == 3
    for row in lab.errors.to_dict("records"):
        assert f"{row['rmse_speed']:.3f}" in text
    assert len(re.findall(r"https?://", text)) == 0
    assert not [word for word in re.findall(r"(?:measure|across|proof)_[a-z_]+", text) if word]


def test_the_page_is_the_same_twice(lab, page, tmp_path):
    left = left_out()
    pages = [
        write_verification(page, tmp_path / name, left_out=left, laboratory=lab).read_bytes()
        for name in ("a", "b")
    ]
    assert pages[0] == pages[1]


def test_the_command_writes_the_page_of_a_folder_of_ones_own(tmp_path, run_cli):
    from renlin.verification import SHIPPED

    told = run_cli("verify", SHIPPED / "imo-01-corridor", "--out", tmp_path / "out")
    assert told.exit_code == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["verification.en.html", "verification.html"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (11189.7, "11190"), (4.71e-05, "0"), (0.9091, "0.9091"), (40.0, "40"), (-1.5, "−1.5"),
        (float("nan"), "–"), (float("inf"), "∞"), (28.137, "28.14"),
    ],
)  # fmt: skip
def test_numbers_of_the_page_need_no_powers_of_ten(value, told):
    assert quantity(value) == told


def test_every_column_and_every_measure_is_documented():
    from pathlib import Path

    from renlin.simulation.bare_tables import LINKS, NODES, PERSONS
    from renlin.verification.measures import MEASURES

    text = (Path(__file__).parents[2] / "docs" / "verification.md").read_text(encoding="utf-8")
    names = [*NODES, *LINKS, *PERSONS, *MEASURES]
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []
