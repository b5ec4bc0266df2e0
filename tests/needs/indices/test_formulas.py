"""Formulas are arithmetic over columns and nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renlin.needs.indices.formulas import NotAFormula, in_order, read_formula, worked_out


def value(text, **columns):
    arrays = {name: np.array(cells, float) for name, cells in columns.items()}
    return worked_out(read_formula(text), arrays).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(A /B) * 100", 50.0),
        ("A +B +A", 4.0),
        ("= A - B", -1.0),
        ("A ^ 2 + B**2", 5.0),
        ("-A + +B", 1.0),
        ("max(A, B) + MIN(A, 3) + abs(-A)", 4.0),
        ("ln(exp(B)) + sqrt(4)", 4.0),
        ("  100 *\n A  ", 100.0),
    ],
)
def test_arithmetic_is_read_with_its_blanks_and_signs(text, expected):
    assert value(text, A=[1], B=[2]) == pytest.approx([expected])


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "A B", "__import__('os').system('x')", "A.real", "A[0]", "lambda: 1", "A if B else 1",
        "'x'", "True", "A and B", "A < B", "f(A)", "max(A)", "max(*A)", "abs(x=A)", "{A}", "A := 1",
        "1j", "A % 2", "(" * 300 + "A" + ")" * 300, "A" + "+A" * 3000, "-" * 200 + "A", "A;B", "\x00",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text):
    with pytest.raises(NotAFormula):
        read_formula(text)


def test_a_division_by_zero_is_unknown_and_so_is_what_rests_on_an_unknown():
    got = value("A / B", A=[1, 0, np.nan, 4], B=[0, 0, 2, 2])
    assert np.isnan(got[:3]).all()
    assert got[3] == 2


@given(st.permutations(["A", "B", "C", "D"]))
def test_what_is_used_comes_first_in_whatever_order_it_is_written(names):
    texts = {"A": "B + C", "B": "D * 2", "C": "D", "D": "x"}
    order, circles = in_order({name: read_formula(texts[name]) for name in names})
    assert circles == []
    assert order.index("D") < order.index("B") < order.index("A")


def test_a_circle_is_found_and_named_once():
    formulas = {name: read_formula(text) for name, text in {"A": "B", "B": "A", "C": "A"}.items()}
    order, circles = in_order(formulas)
    assert circles == [["A", "B"]]
    assert order == []
