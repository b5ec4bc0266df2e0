"""A document number says what it is, and a wrong digit removes nobody."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.intake.identity_number import check_digit, eighteen, read_number, repeated

GOOD = "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        (GOOD, True),
        ("110105194912310021", False),
        ("44052418800101001X", False),
        ("110101199902300018", False),
        ("810000199408230021", True),
    ],
)
def test_the_published_test_numbers(text, valid):
    assert read_number(text).valid is valid


def test_a_failed_check_digit_downgrades_and_keeps_what_it_says():
    number = read_number("110105194912310021")
    assert (number.kind, number.valid, number.evidence) == ("citizen", False, "weak")
    assert (number.birth, number.sex) == (dt.date(1949, 12, 31), "female")
    assert [doubt.got.en for doubt in number.reasons] == ["a check digit that does not fit"]


def test_every_reason_of_a_number_is_given():
    reasons = [doubt.got.en for doubt in read_number("170101199902300018").reasons]
    assert reasons == [
        "a birth date that does not exist",
        "a region code that does not exist",
        "a check digit that does not fit",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'11010519491231002X",
        "11010519491231002×",
        "\u202d11010519491231002X\u202c",
    ],
)
def test_width_blanks_and_a_small_x_are_read_as_meant(text):
    number = read_number(text)
    assert (number.valid, number.key, number.evidence) == (True, GOOD, "strong")


def test_an_old_15_digit_number_is_its_own_kind_and_links_to_its_long_form():
    number = read_number("110105491231002")
    assert (number.kind, number.valid, number.evidence) == ("citizen_15", True, "weak")
    assert (number.birth, number.sex) == (dt.date(1949, 12, 31), "female")
    assert number.key == eighteen("110105491231002") == GOOD
    assert number.reasons


def test_a_15_digit_number_with_an_impossible_date_is_not_valid():
    assert read_number("110105490231002").key is None


@pytest.mark.parametrize(
    "text",
    [
        "1.1010519491231E+17", "1.10105E+17", "1.10105194912310e+17", "110105194912310000",
        "110105194912310020.0",
    ],
)  # fmt: skip
def test_a_number_turned_to_a_float_is_damaged_and_never_valid(text):
    number = read_number(text)
    assert (number.kind, number.valid, number.key, number.evidence) == (
        "damaged",
        False,
        None,
        "none",
    )
    assert number.sex is None


def test_a_damaged_number_is_not_saved_by_a_check_digit_that_happens_to_fit():
    fitting = [f"110105{year}1231100" for year in range(1930, 1990)]
    fitting = [first_17 for first_17 in fitting if check_digit(first_17) == "0"]
    assert fitting
    assert {read_number(first_17 + "0").kind for first_17 in fitting} == {"damaged"}


def test_the_birth_date_of_a_damaged_number_is_kept_only_when_no_digit_was_rounded():
    assert read_number("1.10105194912310E+17").birth == dt.date(1949, 12, 31)
    assert read_number("1.1010519491231E+17").birth is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("E12345678", "passport"),
        ("EA1234567", "passport"),
        ("H12345678", "travel_permit"),
        ("M1234567801", "travel_permit"),
        ("HKG123456789012", "permanent_resident"),
        ("110105********002X", "masked"),
        ("110105XXXXXXXX002X", "masked"),
        ("无", "missing"),
        ("", "missing"),
        ("-", "missing"),
        ("19491231", "unknown"),
        ("林桂兰", "unknown"),
        ("1101051949123100", "unknown"),
    ],
)
def test_other_documents_are_told_apart(text, kind):
    assert read_number(text).kind == kind


def test_a_missing_cell_has_no_reason_and_no_evidence():
    number = read_number(None)
    assert (number.kind, number.reasons, number.evidence) == ("missing", (), "none")


def test_a_birth_after_the_register_or_beyond_any_life_is_doubted():
    day = dt.date(2026, 3, 1)
    future = "11010520270101" + "002"
    old = "11010518800101" + "002"
    for first_17 in (future, old):
        number = read_number(first_17 + check_digit(first_17), as_of=day)
        assert (number.valid, number.birth) == (False, None)


def test_a_number_used_twice_is_found_also_in_its_old_form():
    numbers = [
        read_number(t) for t in (GOOD, "E12345678", "110105491231002", "无", "无", "E12345678")
    ]
    assert repeated(numbers) == ((0, 2), (1, 5))


def test_a_wrong_number_twice_is_no_proof_that_two_records_are_one():
    assert repeated([read_number("110105194912310021")] * 2) == ()


DIGITS = st.text(st.sampled_from("0123456789"), min_size=3, max_size=3)
BIRTHS = st.dates(dt.date(1900, 1, 1), dt.date(2025, 12, 31))


@settings(max_examples=60, deadline=None)
@given(BIRTHS, DIGITS, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(birth, order, place, step):
    first_17 = f"110105{birth:%Y%m%d}{order}"
    good = first_17 + check_digit(first_17)
    assert read_number(good).valid or good.endswith("000")
    if place == 17:
        changed = good[:17] + "0123456789X"[("0123456789X".index(good[17]) + step) % 11]
    else:
        changed = good[:place] + str((int(good[place]) + step) % 10) + good[place + 1 :]
    assert not read_number(changed).valid
