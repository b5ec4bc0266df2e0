"""Lay a form out on A4 for residents: large words, large boxes, a sign beside each question.

What staff fill in stands apart: small at the top, and cases on a page of their own.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence

from renlin.intake.sessions.questions import MEASURE, PAIR, Question

Draw = Callable[[str], str]
"""Name of a sign -> its drawing as SVG."""
STAFF = ("session", "case", "mention")
ALONE = ("case",)
"""Sections that begin a page."""
MOST_BOXES = 12
SIGNS: Mapping[str, str] = {
    "big_plaza": "shelter", "daily_medicine": "medicine", "door_ramp": "wheelchair",
    "gate_open": "exit", "has_call_button": "button", "has_plan": "help",
    "has_smart_device": "phone", "hard_of_hearing": "deaf", "joined_drill": "route",
    "knock_first": "neighbour", "lives_alone": "alone", "low_vision": "blind",
    "power_dependent": "oxygen-device", "pregnant_infant": "pregnant",
    "stair_light": "stairs-down", "stick_slow": "walking-stick", "wheelchair": "wheelchair",
}  # fmt: skip
"""Indicator, wish or group -> sign; what has none is told in words alone."""
PAGE = (
    "@page{size:A4;margin:12mm 14mm}*{box-sizing:border-box}"
    "body{font:16pt/1.35 'Noto Sans SC','Noto Sans CJK SC','Source Han Sans SC',"
    "'Microsoft YaHei',sans-serif;color:#000;margin:0}"
    "h1{font-size:22pt;margin:0 0 2mm}small{font-size:10.5pt;display:block}"
    "h2{font-size:18pt;border-bottom:.6mm solid #000;margin:6mm 0 1mm;break-after:avoid}"
    "h2 small,h1 small{display:inline;margin-left:3mm;font-weight:400}"
    ".page{break-before:page}.q{display:flex;gap:5mm;padding:2.5mm 0;break-inside:avoid;"
    "border-bottom:.2mm solid #999}.q>svg{flex:none;width:17mm;height:17mm}.q>div{flex:1}"
    ".a{display:flex;flex-wrap:wrap;gap:2mm 7mm;margin-top:1.5mm}"
    ".a span{display:flex;align-items:center;gap:2mm}.a svg{width:11mm;height:11mm}"
    ".a b{flex:none;width:6.5mm;height:6.5mm;border:.5mm solid #000}"
    ".line{border-bottom:.3mm solid #000;height:9mm;width:100%}"
    ".staff{font-size:11.5pt;display:grid;grid-template-columns:1fr 1fr;gap:0 8mm}"
    ".staff small{font-size:8.5pt}.staff .q{padding:1.2mm 0;border:0}.staff .line{height:6mm}"
    ".staff .a{gap:1mm 4mm;margin-top:.5mm}.staff .a b{width:4mm;height:4mm;border-width:.3mm}"
)


def paper(
    asked: Sequence[Question],
    title: tuple[str, str],
    sections: Mapping[str, tuple[str, str]],
    draw: Draw | None = None,
) -> str:
    """Return the form as one page to print.

    Parameters
    ----------
    asked
        Questions in order.
    title, sections
        Words of the form and of its sections, Chinese and English.
    draw
        Draws a sign; without it the form is words alone.
    """
    parts = []
    for section, words in sections.items():
        own = [question for question in asked if question.section == section]
        if own:
            css = "staff" if section in STAFF else "own"
            page = ' class="page"' if section in ALONE else ""
            lines = "".join(_line(one, at, draw) for at, one in enumerate(own, start=1))
            parts.append(f'<h2{page}>{_both(*words)}</h2><div class="{css}">{lines}</div>')
    name = " · ".join(map(html.escape, title))
    return (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>{name}</title>'
        f"<style>{PAGE}</style><h1>{_both(*title)}</h1>"
        "<div>不写姓名、电话、证件号。不想答的可以不答。"
        "<small>No name, telephone or identity number. "
        "Leave out what you do not wish to say.</small></div>"
        f"{''.join(parts)}</html>\n"
    )


def _both(zh: str, en: str) -> str:
    return f"{html.escape(zh)}<small>{html.escape(en)}</small>"


def _line(question: Question, number: int, draw: Draw | None) -> str:
    """Return one question with its sign, its boxes or a line to write on."""
    sign = _sign(question.name.removeprefix(MEASURE), draw)
    few = 0 < len(question.choices) <= MOST_BOXES
    answer = '<div class="line"></div>'
    if few:
        boxes = "".join(_box(question, one, draw) for one in question.choices)
        answer = f'<div class="a">{boxes}</div>'
    words = f"{number}. {html.escape(question.zh)}<small>{html.escape(question.en)}</small>"
    return f'<div class="q">{sign}<div>{words}{answer}</div></div>'


def _box(question: Question, choice: tuple[str, str, str], draw: Draw | None) -> str:
    code, zh, en = choice
    pictured = question.name.startswith(PAIR) or question.name == "displays"
    sign = _sign(code, draw) if pictured else ""
    return f"<span><b></b>{sign}<i style='font-style:normal'>{_both(zh, en)}</i></span>"


def _sign(code: str, draw: Draw | None) -> str:
    return draw(SIGNS[code]) if draw is not None and code in SIGNS else ""
