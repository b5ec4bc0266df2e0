"""Types of residents: found again where they were put in, unknown never filled in, deciding nothing."""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.catalogue import load
from renlin.needs import personas
from renlin.needs.personas import answers, choose, describe, fit, probabilities
from renlin.random_streams import draw

CATALOGUE = load()
CODES = ["lives_alone", "tenant", "wheelchair", "no_hukou", "bedridden", "group_rental"]
ENTRIES = {code: CATALOGUE.indicators[code] for code in CODES}
HIGH, LOW = 0.9, 0.1


def two_types(n, unknown, seed=3):
    """Return n residents, half of either type: yes to the first or to the last three."""
    ids = np.arange(n)
    first = ids % 2 == 0
    chance = np.where(first[:, None], [HIGH] * 3 + [LOW] * 3, [LOW] * 3 + [HIGH] * 3)
    data = (draw(seed, "test.answers", ids, count=6) < chance).astype(float)
    data[draw(seed, "test.unknown", ids, count=6) < unknown] = np.nan
    return data, first


def wide(data):
    columns = {
        code: pd.array([pd.NA if np.isnan(v) else bool(v) for v in data[:, at]], dtype="boolean")
        for at, code in enumerate(CODES)
    }
    ids = [f"p{n}" for n in range(len(data))]
    return pd.DataFrame({"person": ids, "household": ids, **columns})


def told(data, k_persons=10, **more):
    numbers = {"seed": 1, "most": 4, "starts": 3, "sample": 2000} | more
    return describe(wide(data), ENTRIES, k_persons=k_persons, **numbers)


@pytest.mark.parametrize("unknown", [0.0, 0.4])
def test_two_types_put_in_come_out_with_their_chances(unknown):
    data, first = two_types(600, unknown)
    found = choose(data, most=4, seed=1, starts=3)
    assert found.k == 2
    order = np.argsort(-found.chances[:, 0])
    wanted = np.array([[HIGH] * 3 + [LOW] * 3, [LOW] * 3 + [HIGH] * 3])
    assert np.abs(found.chances[order] - wanted).max() < 0.1
    given_type = probabilities(data, found)[:, order].argmax(axis=1)
    assert (given_type == np.where(first, 0, 1)).mean() > (0.95 if not unknown else 0.85)


def test_residents_who_are_all_alike_by_chance_are_one_type():
    ids = np.arange(400)
    data = (draw(5, "test.alike", ids, count=6) < 0.4).astype(float)
    assert choose(data, most=4, seed=1, starts=3).k == 1


def test_the_likelihood_of_one_class_is_that_of_the_known_shares():
    data = np.array([[1.0, 0.0], [1.0, np.nan], [0.0, np.nan], [1.0, 1.0]])
    found = fit(data, 1, seed=1, starts=1)
    wanted = 3 * np.log(0.75) + np.log(0.25) + 2 * np.log(0.5)
    assert found.loglik == pytest.approx(wanted, abs=1e-5)
    assert found.bic == pytest.approx(-2 * wanted + 2 * np.log(4), abs=1e-4)


def test_who_answers_nothing_is_of_each_type_as_likely_as_the_type_is_large():
    data, _ = two_types(400, 0.2)
    found = fit(data, 2, seed=1, starts=3)
    nothing = probabilities(np.full((1, 6), np.nan), found)
    assert nothing[0] == pytest.approx(found.shares)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31), st.integers(12, 60), st.floats(0, 0.9))
def test_probabilities_sum_to_one_and_no_type_shown_is_small(seed, n, unknown):
    data, _ = two_types(n, unknown, seed)
    types, members = told(data, most=3, starts=2)
    assert (types["n_persons"] >= 10).all()
    assert members["probability"].dropna().between(0, 1).all()
    counted = members.groupby("persona").size()
    assert all(counted[name] == k for name, k in types[["persona", "n_persons"]].to_numpy())
    fitted = fit(data, 2, seed=1, starts=1)
    assert probabilities(data, fitted).sum(axis=1) == pytest.approx(1)


def test_the_order_of_residents_changes_nothing():
    data, _ = two_types(200, 0.3)
    types, members = told(data)
    table = wide(data).iloc[::-1].reset_index(drop=True)
    turned = describe(table, ENTRIES, k_persons=10, seed=1, most=4, starts=3, sample=2000)
    pd.testing.assert_frame_equal(turned[0], types)
    pd.testing.assert_frame_equal(
        turned[1].sort_values("person").reset_index(drop=True),
        members.sort_values("person").reset_index(drop=True),
    )


def test_the_summary_rule_is_short_bilingual_and_fits_its_own_type():
    data, _ = two_types(400, 0.1)
    types, _ = told(data)
    for row in types.to_dict("records"):
        assert 1 <= row["rule_zh"].count("且") + 1 <= 3 + 1
        assert row["rule_en"]
        assert row["traits_en"]
        assert row["rule_agrees"] > 0.7
        assert "不决定" in row["note_zh"]


@pytest.mark.parametrize("n", [0, 1, 9])
def test_a_community_too_small_for_a_type_has_none(n):
    data, _ = two_types(max(n, 1), 0.0)
    types, members = told(data[:n])
    assert (len(types), len(members)) == (0, 0)


def test_answers_everybody_gives_alike_tell_nothing():
    data = np.ones((30, 6))
    found, codes = answers(wide(data), ENTRIES)
    assert (found.shape, codes) == ((30, 0), [])
    assert told(data)[0].empty


def test_a_wrong_type_of_missing_is_never_a_no():
    data = np.full((40, 6), np.nan)
    data[:20, 0], data[20:, 0] = 1.0, 0.0
    found, codes = answers(wide(data), ENTRIES)
    assert codes == ["lives_alone"]
    assert set(found[:, 0]) == {0.0, 1.0}


def test_nothing_that_decides_reads_the_types():
    rooms = Path(personas.__file__).parents[1]
    readers = set()
    for path in rooms.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import | ast.ImportFrom)
                else []
            )
            whole = f"{getattr(node, 'module', '') or ''} {' '.join(names)}"
            if names and "personas" in whole.replace("traced_people", ""):
                readers.add(path.relative_to(rooms).as_posix())
            if isinstance(node, ast.Constant) and node.value in (
                "needs.personas",
                "needs.persona_members",
            ):
                readers.add(path.relative_to(rooms).as_posix())
    allowed = {"needs/identify.py", "needs/traced_people.py", "report/pages/profiles.py"}
    assert readers <= allowed


def test_other_findings_do_not_rest_on_the_types(found):
    from dataclasses import fields

    for item in fields(found):
        if not item.name.startswith("persona"):
            parents = getattr(found, item.name).provenance.parents
            assert not [name for name in parents if name.startswith("needs.persona")]


def test_the_fit_is_at_least_as_likely_as_that_of_stepmix():
    stepmix = pytest.importorskip("stepmix", reason="the oracle is in the development group")
    data, _ = two_types(300, 0.3)
    oracle = stepmix.StepMix(
        n_components=2,
        measurement="binary_nan",
        random_state=1,
        n_init=5,
        progress_bar=0,
        verbose=0,
    )
    oracle.fit(data)
    theirs = float(oracle.score(data)) * len(data)
    assert fit(data, 2, seed=1, starts=4).loglik >= theirs - 0.05
