"""Fill the page of verification: cases against their bands, laboratories against the model."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from renlin.report.figures.scatter import Series, Words, scatter
from renlin.report.language import Language
from renlin.report.pages.blocks import (
    NOTHING,
    Figure,
    Head,
    Note,
    Page,
    Piece,
    Section,
    Side,
    Table,
    table,
)
from renlin.report.palette import Look
from renlin.verification import Laboratory

Row = Mapping[Hashable, Any]
MARKS = {"within": "✓", "outside": "✗", "known_deviation": "≈", "not_run": "–"}
HALF = (330.0, 300.0)
WHOLE = (682.0, 300.0)
DIAGRAMS = (Look("var(--sch-b)", "square"), Look("var(--sch-a)", "diamond", "6 3"))
"""Looks of the diagrams in their order; the dash keeps them apart without colour."""
EXPERIMENTS = (
    Look("var(--g4)", "disc"), Look("var(--g2)", "triangle"), Look("var(--g3)", "diamond"),
    Look("var(--g5)", "frame"), Look("var(--g8)", "wedge"),
)  # fmt: skip
LINES = (Look("var(--sch-a)", "disc", "6 3"), Look("var(--ink-3)", "disc"))


def cases_page(found: pd.DataFrame, language: Language) -> Page:
    """Return every band of every case: expected, got, verdict, source."""
    word = language.word
    n = found["verdict"].value_counts()
    said = word("proof_sum").format(
        n=len(found), within=int(n.get("within", 0)), known=int(n.get("known_deviation", 0)),
        outside=int(n.get("outside", 0)), not_run=int(n.get("not_run", 0)),
    )  # fmt: skip
    heads = (
        Head(word("proof_measure")), Head(word("proof_expected"), number=True),
        Head(word("proof_got"), number=True), Head(word("proof_verdict")),
        Head(word("proof_source"), wide="38%"),
    )  # fmt: skip
    rows: list[tuple[str | Markup, ...]] = []
    parts = set()
    for _, bands in found.groupby("case", sort=False):
        first = bands.iloc[0].to_dict()
        name = first["zh"] if language.code == "zh" else first["en"]
        parts.add(len(rows))
        rows.append((language.set(f"{name} · {first['case_source']}"), *[""] * 4))
        rows += [_band(row, language) for row in bands.to_dict("records")]
    body = Table(heads, tuple(rows), parts=frozenset(parts), css="dense")
    lead = Section("", said, (body,), sub=word("proof_how"))
    return Page("cases", word("proof_cases"), (lead,), "")


def _band(row: Row, language: Language) -> tuple[str | Markup, ...]:
    verdict = str(row["verdict"])
    why = str(row["deviation_zh"] if language.code == "zh" else row["deviation"])
    source = Markup("{}<br><small>{}</small>").format(row["source"], why) if why else row["source"]
    return (
        measure_words(row, language), band_words(row), quantity(float(row["got"])),
        verdict_words(verdict, language), source,
    )  # fmt: skip


def verdict_words(verdict: str, language: Language) -> Markup:
    """Return a verdict as sign and word on one line."""
    told = language.word(f"proof_{verdict}")
    return Markup('<span class="nb">{} {}</span>').format(MARKS[verdict], told)


def measure_words(row: Row, language: Language) -> str:
    """Return what is measured, of what, in which variant, in words."""
    told = language.said(f"measure_{row['measure']}", str(row["measure"]))
    details = of_words(str(row["of"]), language)
    if row["variant"] != "base":
        details.append(f"{language.word('proof_variant')} {row['variant']}")
    if row["across"] != "mean":
        details.append(language.word(f"across_{row['across']}"))
    told += " · " + " · ".join(details) if details else ""
    if row["over"]:
        told += f" {language.word('proof_over')} " + " · ".join(of_words(row["over"], language))
    return told


def of_words(of: str, language: Language) -> list[str]:
    """Return what a measure is taken of, its keys in words; what stands alone is a variant."""
    told = []
    for part in filter(None, of.split(", ")):
        key, _, value = part.partition("=")
        if not value:
            told.append(f"{language.word('proof_variant')} {key}")
        elif key == "at":
            told.append(language.said(f"at_{value}", value))
        elif value == "True":
            told.append(language.said(f"of_{key}", key))
        else:
            told.append(f"{language.said(f'of_{key}', key)} {value}")
    return told


def band_words(row: Row) -> str:
    """Return the band as it is read: both ends, or one with its sign."""
    low, high = float(row["low"]), float(row["high"])
    if math.isnan(low):
        return f"≤ {quantity(high)}"
    if math.isnan(high):
        return f"≥ {quantity(low)}"
    return quantity(low) if low == high else f"{quantity(low)}–{quantity(high)}"


def quantity(value: float) -> str:
    """Return a number with four digits that count, without powers of ten."""
    if math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) >= 1000 or value == int(value):
        return f"{value:.0f}".replace("-", "−")
    if abs(value) < 5e-4:
        return "0"
    places = max(0, 3 - math.floor(math.log10(abs(value))))
    return f"{value:.{min(places, 4)}f}".rstrip("0").rstrip(".").replace("-", "−")


def laboratory_page(lab: Laboratory, language: Language) -> Page:
    """Return speed and flow over density, their errors, the greatest flows, bottlenecks."""
    word = language.word
    pieces: tuple[Piece, ...] = (
        Note(word("proof_rings")),
        Side((_diagram(lab, language, "speed"),), (_diagram(lab, language, "flow"),), 334,
             even=True),
        _errors(lab, language), _peaks(lab, language), _bottlenecks(lab, language),
        _shapes(lab, language), _sources(lab, language),
    )  # fmt: skip
    return Page("laboratory", word("proof_laboratory"), pieces, "")


def _name(row: Row, language: Language) -> str:
    return language.set(str(row["zh"] if language.code == "zh" else row["en"]))


def _diagram(lab: Laboratory, language: Language, what: str) -> Figure:
    word = language.word
    series = []
    for look, row in zip(DIAGRAMS, lab.diagrams.to_dict("records"), strict=False):
        part = lab.curves[lab.curves["diagram"] == row["diagram"]]
        points = tuple(zip(part["density"], part[what], strict=True))
        series.append(Series(look, _name(row, language), points, line=True))
    first = lab.points[lab.points["diagram"] == lab.diagrams["diagram"].iloc[0]]
    names = {str(row["experiment"]): row for row in lab.experiments.to_dict("records")}
    for look, code in zip(EXPERIMENTS, dict.fromkeys(first["experiment"]), strict=False):
        part = first[first["experiment"] == code]
        points = tuple(zip(part["density"], part[what], strict=True))
        series.append(Series(look, _name(names[str(code)], language), points, marks=True))
    title = word(f"proof_{what}_title")
    words = Words(title, word("proof_density"), word(f"proof_{what}"))
    twin = _points(lab, language) if what == "speed" else None
    return Figure("", title, Markup(scatter(series, words, HALF)), twin=twin)


def _points(lab: Laboratory, language: Language) -> Table:
    """Return every measured mean beside what each diagram gives there."""
    word = language.word
    names = {str(r["experiment"]): _name(r, language) for r in lab.experiments.to_dict("records")}
    model = lab.points.set_index(["experiment", "run", "diagram"])["model_speed"]
    rows = []
    for row in lab.means.to_dict("records"):
        at = (row["experiment"], row["run"])
        got = [model.get((*at, code), math.nan) for code in lab.diagrams["diagram"]]
        rows.append((names[str(at[0])], str(at[1]), f"{row['density']:.2f}",
                     f"{row['speed']:.2f}", *(thousandth(value) for value in got)))  # fmt: skip
    heads = [(word("proof_experiment"), False), (word("proof_run"), False),
             (word("proof_density"), True), (word("proof_speed"), True),
             *((_name(r, language), True) for r in lab.diagrams.to_dict("records"))]  # fmt: skip
    return table(heads, rows, css="dense")


def _errors(lab: Laboratory, language: Language) -> Section:
    word = language.word
    experiments = {str(r["experiment"]): r for r in lab.experiments.to_dict("records")}
    diagrams = {str(r["diagram"]): r for r in lab.diagrams.to_dict("records")}
    rows = [
        (
            _name(experiments[str(row["experiment"])], language),
            _name(diagrams[str(row["diagram"])], language), str(row["n"]),
            thousandth(row["rmse_speed"]), thousandth(row["by_hand"]),
            signed(row["bias_speed"]), thousandth(row["rmse_flow"]), signed(row["bias_flow"]),
        )
        for row in lab.errors.to_dict("records")
    ]  # fmt: skip
    heads = [(word("proof_experiment"), False), (word("proof_diagram"), False), ("n", True)]
    heads += [(word(f"proof_{code}"), True) for code in
              ("rmse_speed", "by_hand", "bias_speed", "rmse_flow", "bias_flow")]  # fmt: skip
    made = table(heads, rows, note=word("proof_errors_note"), css="dense")
    return Section("", word("proof_errors_title"), (made,))


def thousandth(value: float) -> str:
    """Return a number to its thousandths, a dash where there is none."""
    return NOTHING if math.isnan(value) else f"{value:.3f}"


def signed(value: float) -> str:
    """Return a difference to its thousandths, with its sign."""
    return f"{value:+.3f}".replace("-", "−")


def _peaks(lab: Laboratory, language: Language) -> Section:
    word = language.word
    names = {str(r["diagram"]): _name(r, language) for r in lab.diagrams.to_dict("records")}
    rows = [
        (
            names[str(row["diagram"])],
            f"{row['expected_flow']:.2f} · {row['expected_density']:.2f}",
            f"{row['flow']:.2f} · {row['density']:.2f}", f"{row['shipped_flow']:.2f}",
            verdict_words(str(row["verdict"]), language),
            str(row["source"]),
        )
        for row in lab.peaks.to_dict("records")
    ]  # fmt: skip
    heads = [(word("proof_diagram"), False), (word("proof_peak_expected"), True),
             (word("proof_peak_got"), True), (word("proof_peak_shipped"), True),
             (word("proof_verdict"), False), (word("proof_source"), False)]  # fmt: skip
    made = table(heads, rows, note=word("proof_peaks_note"), css="dense")
    return Section("", word("proof_peaks_title"), (made,))


def _bottlenecks(lab: Laboratory, language: Language) -> Figure:
    word = language.word
    found = lab.bottlenecks
    points = tuple(zip(found["width"], found["flow"], strict=True))
    lines = {str(row["line"]): row for row in lab.lines.to_dict("records")}
    upper, lower, single = lines["upper"], lines["lower"], lines["seyfried"]
    between = Series(
        LINES[1], word("proof_handbooks"), _line(upper), band=_line(lower)
    )  # fmt: skip
    series = [between, Series(LINES[0], _name(single, language), _line(single), line=True)]
    model = Series(Look("var(--sch-b)", "square"), word("proof_model"), points, line=True,
                   marks=True)  # fmt: skip
    words = Words(word("proof_neck_title"), word("proof_width"), word("proof_neck_flow"))
    rows = [
        (f"{row['width']:.1f}", f"{row['flow']:.2f}", f"{row['per_metre']:.2f}")
        for row in found.to_dict("records")
    ]
    heads = [(word("proof_width"), True), (word("proof_neck_flow"), True),
             (word("proof_per_metre"), True)]  # fmt: skip
    picture = Markup(scatter([*series, model], words, WHOLE))
    return Figure("", word("proof_neck_title"), picture, note=word("proof_neck_note"),
                  twin=table(heads, rows))  # fmt: skip


def _line(row: Row) -> tuple[tuple[float, float], ...]:
    ends = (float(row["from_width"]), float(row["to_width"]))
    return tuple((at, float(row["per_metre"]) * at) for at in ends)


def _shapes(lab: Laboratory, language: Language) -> Section:
    word = language.word
    rows = [(_name(row, language), str(row["source"])) for row in lab.shapes.to_dict("records")]
    for row in lab.lines.to_dict("records"):
        told = f"{_name(row, language)}: {row['per_metre']:g} {word('proof_per_metre_unit')}"
        rows.append((told, str(row["source"])))
    heads = [(word("proof_what"), False), (word("proof_source"), False)]
    return Section("", word("proof_shape"), (table(heads, rows, css="dense"),))


def _sources(lab: Laboratory, language: Language) -> Section:
    word = language.word
    reason = "reason_zh" if language.code == "zh" else "reason_en"
    rows = [
        (_name(row, language), str(row["source"]), language.set(str(row[reason])) or word("yes"))
        for row in lab.experiments.to_dict("records")
    ]
    heads = [(word("proof_experiment"), False), (word("proof_source"), False),
             (word("proof_compared"), False)]  # fmt: skip
    return Section("", word("proof_measured_by"), (table(heads, rows, css="dense"),))


def left_out_page(left: pd.DataFrame, language: Language) -> Page:
    """Return the published cases that a network cannot state, each with the reason."""
    word = language.word
    reason = "reason_zh" if language.code == "zh" else "reason_en"
    rows = [
        (str(row["test"]), str(row["source"]), _name(row, language), language.set(str(row[reason])))
        for row in left.to_dict("records")
    ]
    heads = [(word("proof_test"), False), (word("proof_source"), False),
             (word("proof_what"), False), (word("proof_reason"), False)]  # fmt: skip
    return Page("left-out", word("proof_left_out"), (table(heads, rows),), "")
