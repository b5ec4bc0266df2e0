"""Write a form: as XLSForm for ODK and Kobo, and on paper for where there is neither."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook  # type: ignore[import-untyped]

from renlin.catalogue.load import Catalogue
from renlin.errors import DataFault, Fault, Said
from renlin.intake.sessions.questions import Question, questions

ZH, EN = "中文 (zh)", "English (en)"
TYPES = {"text": "text", "date": "date", "whole": "integer"}
SECTIONS = {
    "session": ("这次会", "the session"),
    "person": ("你自己（不写姓名）", "yourself (no name)"),
    "measure": ("你家的情况", "your situation"),
    "wish": ("哪件更急", "which is more urgent"),
    "case": ("个案（本人同意才写）", "a case (with consent only)"),
    "mention": ("名册上可能没有的人", "who may be on no register"),
}
PAGE = (
    "@page{size:A4;margin:14mm}body{font:13pt/1.45 'Noto Sans SC',sans-serif;color:#000}"
    "h1{font-size:18pt;margin:0 0 4mm}"
    "h2{font-size:14pt;border-bottom:1px solid #000;margin:6mm 0 2mm}"
    "p{margin:2mm 0;break-inside:avoid}small{font-size:9.5pt;display:block}"
    "i{font-style:normal;margin-right:6mm;white-space:nowrap}u{display:inline-block;min-width:80mm}"
)


def write_form(catalogue: Catalogue, form: str, path: Path) -> Path:
    """Write form ``form`` to ``path``: ``.xlsx`` as XLSForm, ``.html`` to be printed on A4.

    Raises
    ------
    CatalogueFault
        When there is no such form.
    DataFault
        When the name ends in neither.
    """
    asked = questions(catalogue, form)
    entry = catalogue.forms[form]
    if path.suffix not in (".xlsx", ".html"):
        expected = Said(".xlsx（手机）或 .html（打印）", ".xlsx (telephone) or .html (to print)")
        remedy = Said("改文件名的结尾。", "Change the end of the name.")
        raise DataFault(Fault(path.name, expected, Said("别的结尾", "another end"), remedy))
    partial = path.with_name(path.name + ".partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".xlsx":
        _workbook(asked, form, (entry.zh, entry.en)).save(partial)
    else:
        partial.write_text(_paper(asked, (entry.zh, entry.en)), encoding="utf-8")
    partial.replace(path)
    return path


def _workbook(asked: tuple[Question, ...], form: str, title: tuple[str, str]) -> Workbook:
    """Return the sheets survey, choices and settings."""
    book = Workbook()
    survey = book.active
    survey.title = "survey"
    heads = [
        "type",
        "name",
        f"label::{ZH}",
        f"label::{EN}",
        "required",
        "constraint",
        f"constraint_message::{ZH}",
        f"constraint_message::{EN}",
        "default",
    ]
    survey.append(heads)
    for row in _survey(asked, form):
        survey.append(row)
    choices = book.create_sheet("choices")
    choices.append(["list_name", "name", f"label::{ZH}", f"label::{EN}"])
    for question in asked:
        for code, zh, en in question.choices:
            choices.append([f"l_{question.name}", code, zh, en])
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id", "version", "default_language"])
    settings.append([" ".join(title), f"renlin_{form}", "1", ZH])
    stamp = dt.datetime(2026, 1, 1)
    book.properties.created = book.properties.modified = stamp
    return book


def _survey(asked: tuple[Question, ...], form: str) -> Iterable[list[str]]:
    for section, (zh, en) in SECTIONS.items():
        own = [question for question in asked if question.section == section]
        if not own:
            continue
        yield ["begin_group", f"s_{section}", zh, en, "", "", "", "", ""]
        for one in own:
            kind = TYPES.get(one.kind) or (
                f"{'select_one' if one.kind == 'one' else 'select_multiple'} l_{one.name}"
            )
            default = form if one.name == "form" else ""
            yield [
                kind,
                one.name,
                one.zh,
                one.en,
                "yes" if one.required else "",
                one.constraint,
                *one.message,
                default,
            ]
        yield ["end_group", "", "", "", "", "", "", "", ""]


def _paper(asked: tuple[Question, ...], title: tuple[str, str]) -> str:
    """Return the form as one page to print: boxes to tick, lines to write on."""
    parts = []
    for section, (zh, en) in SECTIONS.items():
        own = [question for question in asked if question.section == section]
        if own:
            parts.append(f"<h2>{html.escape(zh)} <small>{html.escape(en)}</small></h2>")
            parts += [_line(question, number) for number, question in enumerate(own, start=1)]
    name = " · ".join(map(html.escape, title))
    return (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>{name}</title>'
        f"<style>{PAGE}</style><h1>{name}</h1>"
        "<p>不写姓名、电话、证件号。不想答的可以不答。"
        "<small>No name, telephone or identity number. "
        "Leave out what you do not wish to say.</small></p>"
        f"{''.join(parts)}</html>\n"
    )


def _line(question: Question, number: int) -> str:
    boxes = " ".join(
        f"<i>☐ {html.escape(zh)} <small style='display:inline'>{html.escape(en)}</small></i>"
        for _, zh, en in question.choices[:12]
    )
    answer = boxes or "<u>______________________________</u>"
    if len(question.choices) > 12:
        answer = "<u>______________________________</u>"
    asked = f"{number}. {html.escape(question.zh)}<small>{html.escape(question.en)}</small>"
    return f"<p>{asked}{answer}</p>"
