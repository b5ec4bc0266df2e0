"""Text is set so that nothing breaks, collides or leaves the page."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.report.labels import Wish, apart, leads, overlap, place
from renlin.report.spacing import NO_BREAK, bound, spaced, width, wrapped

WORDS = st.text("3号楼 单元A6分钟，、", min_size=1, max_size=30)


def test_chinese_and_latin_stand_one_space_apart():
    assert spaced("3号楼2单元") == "3 号楼 2 单元"
    assert spaced("方案A快1.3分钟") == "方案 A 快 1.3 分钟"


def test_a_number_stays_beside_its_unit():
    assert bound("慢 1.5 分钟") == f"慢 1.5{NO_BREAK}分钟"
    assert bound("6.3 min sooner") == f"6.3{NO_BREAK}min sooner"


@given(WORDS)
@settings(deadline=None, max_examples=40)
def test_spacing_twice_changes_nothing_more(text):
    assert spaced(spaced(text)) == spaced(text)


@given(WORDS)
@settings(deadline=None, max_examples=40)
def test_wrapped_lines_keep_to_the_limit_and_start_with_no_closing_mark(text):
    lines = wrapped(text, 10.0, 60.0, lines=20)
    assert all(width(line, 10.0) <= 60.0 or len(line) == 1 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_text_that_does_not_fit_ends_with_an_ellipsis():
    assert wrapped("一二三四五六七八", 10.0, 30.0) == ["一二三", "四五…"]


SPOTS = st.lists(
    st.tuples(st.floats(0, 300), st.floats(0, 200), st.floats(8, 60)), min_size=1, max_size=14
)


@given(SPOTS)
@settings(deadline=None, max_examples=30)
def test_labels_that_may_be_left_out_never_cover_another(spots):
    wishes = [Wish((x, y), (w, 12.0), (4.0, 4.0)) for x, y, w in spots]
    boxes = [b for b in place(wishes, [], (0, 0, 300, 200)) if b is not None]
    pairs = [(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :]]
    assert all(overlap(a, b) == 0 for a, b in pairs)
    assert all(b[0] >= 0 and b[2] <= 300 and b[1] >= 0 and b[3] <= 200 for b in boxes)


def test_a_needed_label_goes_farther_off_and_is_led_to_before_it_covers_a_sign():
    signs = [(20.0, 20.0, 80.0, 80.0)]
    needed = Wish((50, 50), (20, 12), (4, 4), needed=True)
    (box,) = place([needed], [], (-50, -50, 200, 200), signs)
    assert overlap(box, signs[0]) == 0
    assert leads(needed, box)
    assert not leads(needed, place([needed], [], (0, 0, 300, 200))[0])
    assert place([replace(needed, needed=False)], [], (-50, -50, 200, 200), signs) == [None]


def test_a_needed_label_is_placed_even_where_it_collides():
    taken = [(-100.0, -100.0, 400.0, 300.0)]
    needed = Wish((50, 50), (20, 12), (4, 4), needed=True)
    spare = Wish((50, 50), (20, 12), (4, 4))
    assert place([needed, spare], taken, (0, 0, 300, 200))[0] is not None
    assert place([spare], taken, (0, 0, 300, 200)) == [None]


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(10, 60)), min_size=1, max_size=6))
@settings(deadline=None, max_examples=40)
def test_labels_along_a_line_are_pushed_apart_in_their_order(labels):
    centres, sizes = [c for c, _ in labels], [s for _, s in labels]
    made = apart(centres, sizes, 0, 600)
    order = sorted(range(len(labels)), key=lambda i: (centres[i], i))
    for a, b in pairwise(order):
        assert made[b] - made[a] >= (sizes[a] + sizes[b]) / 2 - 2.0
