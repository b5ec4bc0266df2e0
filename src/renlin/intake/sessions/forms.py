"""Write a form: as XLSForm for ODK and Kobo, and on paper for where there is neither."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook  # type: ignore[import-untyped]

from renlin.catalogue.load import Catalogue
from renlin.errors import DataFault, Fault, Said
from renlin.intake.sessions.paper import Draw, paper
from renlin.intake.sessions.questions import Question, questions
from renlin.intake.sessions.stamped import workbook_bytes

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


def write_form(catalogue: Catalogue, form: str, path: Path, *, draw: Draw | None = None) -> Path:
    """Write form ``form`` to ``path``: ``.xlsx`` as XLSForm, ``.html`` to be printed on A4.

    Parameters
    ----------
    draw
        Name of a sign -> its SVG, for the paper; without it the paper is words alone.

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
        partial.write_bytes(workbook_bytes(_workbook(asked, form, (entry.zh, entry.en))))
    else:
        text = paper(asked, (entry.zh, entry.en), SECTIONS, draw)
        partial.write_text(text, encoding="utf-8")
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
