"""Fill the first page: headline, scene, flag, dual view, key map, one household, how decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.figures.flag import flag_chart, sign
from renlin.report.figures.timeline import Step, Words, timeline
from renlin.report.numbers import MINUTE
from renlin.report.pages import headline
from renlin.report.pages.maps import key_map
from renlin.report.readings import compared, dual, naming
from renlin.report.readings.compared import Comparison
from renlin.report.readings.example import Example, example
from renlin.report.readings.places import Atlas
from renlin.report.text import sentences

MOST_MEASURES = 3
MAP = {"zh": (334.0, 235.0), "en": (334.0, 200.0)}
"""Size of the key map: English needs more lines beside it."""


def first(book: Book, atlas: Atlas | None) -> dict[str, Any]:
    """Return the first page."""
    main = book.scenario_codes[0] if book.scenario_codes else ""
    made = compared.compare(book, main) if main else None
    return {
        "headline": headline.lines(book, made),
        "scene": headline.scene(book, made),
        "flag": flag(book, made) if made is not None else None,
        "flag_none": sentences(book.language).flag_none(),
        "dual": two_views(book),
        "map": key_map(book, atlas, MAP[book.language.code]) if atlas is not None else None,
        "household": household(book),
        "household_none": _no_household(book),
        "decided": decided(book),
        "sources": sources(book),
    }


def flag(book: Book, made: Comparison) -> dict[str, Any] | None:
    """Return the paradox flag of the scheme to speak of, None when nothing was judged."""
    row = headline.judged(book, made)
    if row is None:
        return None
    say, code = sentences(book.language), book.language.code
    scheme, state = str(row["scheme"]), str(row["verdict"])
    hidden = str(row["worst_group"]) not in made.shown
    told = _flag_text(book, row, hidden=hidden)
    gap = Markup("") if hidden else say.gap_text(
        _number(book, row, "gap_before"), _number(book, row, "gap_after", unit=True),
        str(row["gap_state"]),
    )  # fmt: skip
    name = f"{book.scheme(scheme)}{book.language.word('band_note')}"
    rows = _flag_rows(book, made, row)
    forms = str(row["forms"]).split(";")
    said = state if state != "flagged" or "worst_off_loses" in forms else "gap_widens"
    return {
        "sign": Markup(sign(state)),
        "state": say.flag_state(said, book.scheme(scheme)),
        "text": Markup("{} {}").format(told, gap) if code == "en" else told + gap,
        "note": say.flag_note(forms),
        "chart": Markup(
            flag_chart(
                rows, compared.look(book, scheme), (told.striptags(), book.scheme("base"), name)
            )
        ),
        "foot": _axis_note(book, made),
    }


def _flag_text(book: Book, row: Any, *, hidden: bool) -> Markup:
    say, code = sentences(book.language), book.language.code
    group = str(row["worst_group"])
    mean = _took(book, row, "mean")
    if hidden:
        return cast(Markup, say.flag_text_hidden(mean, str(book.reader.k_persons)))
    worst = _took(book, row, "worst")
    span = numbers.plain_span(float(row["worst_low"]), float(row["worst_high"]), code)
    interval = say.interval(headline.level(book), span)
    opposed = _word(row, "mean") == "faster" and _word(row, "worst") == "slower"
    told: Markup = say.flag_text(mean, book.group(group), worst, interval, opposed=opposed)
    return told


def _took(book: Book, row: Any, name: str) -> Markup:
    say = sentences(book.language)
    change = float(row[f"{name}_change"])
    amount = numbers.size(change) + book.language.word("minute_after")
    cited = book.number(amount, "study.paradox", row, f"{name}_change")
    told: Markup = say.took(_word(row, name), cited)
    return told


def _word(row: Any, name: str) -> str:
    return {"better": "faster", "worse": "slower", "unchanged": "unchanged"}.get(
        str(row[f"{name}_state"]), "undecided"
    )


def _number(book: Book, row: Any, column: str, *, unit: bool = False) -> Markup:
    words = numbers.bare_minutes(float(row[column]))
    if unit or book.language.code == "en":
        words += book.language.word("minute_after")
    return book.number(words, "study.paradox", row, column)


def _flag_rows(book: Book, made: Comparison, row: Any) -> list[Any]:
    scheme, worst = str(row["scheme"]), str(row["worst_group"])
    reference = book.community.policy.reference
    listed = ["all", *dict.fromkeys(d for d in (reference, worst) if d in made.shown)]
    return [compared.row(book, made, display, (scheme,)) for display in listed]


def _axis_note(book: Book, made: Comparison) -> str:
    word = book.language.word
    n = made.counts.get("all", "")
    return word("axis_note").format(n=n, runs=book.n_runs[made.scenario])


def two_views(book: Book) -> dict[str, Any] | None:
    """Return the dual view with the price of fairness, None when no budget was divided."""
    rows = dual.rows(book)
    if not rows:
        return None
    found = dual.measures(book)
    return {
        "rows": rows,
        "measures": {view: _some_measures(book, found, view) for view in dual.VIEWS},
        "price": price(book),
    }


def _some_measures(book: Book, found: Mapping[str, list[str]], view: str) -> str:
    """Return the measures of a view, those the other view does not take first."""
    own = found.get(view, [])
    others = {name for other in dual.VIEWS if other != view for name in found.get(other, [])}
    ordered = sorted(own, key=lambda name: name in others)
    return naming.some(book, ordered, MOST_MEASURES) if own else "–"


def price(book: Book) -> Markup:
    """Say the price of fairness: what the average loses, who gives, what they keep."""
    say, code, word = sentences(book.language), book.language.code, book.language.word
    found = dual.givers(book)
    a, b = word("plan_universal"), word("plan_equity")
    parts: list[Markup | str] = []
    whole = next((g for g in found if g.display == "all"), None)
    unit = word("minute_after")
    if whole is not None:
        amount = dual.number(book, whole, "against_universal", numbers.size(whole.change) + unit)
        span = numbers.plain_span(whole.low, whole.high, code)
        parts.append(say.price_mean(a, b, whole.verdict, amount, span))
    giver = dual.loser(found)
    if giver is None:
        parts.append(say.price_none())
    else:
        amount = dual.number(book, giver, "against_universal", numbers.size(giver.change) + unit)
        kept = dual.number(book, giver, "against_base", numbers.size(giver.base_change) + unit)
        n = dual.number(book, giver, "n", numbers.persons(giver.n, code))
        keeps = say.keeps(giver.base_verdict, kept)
        parts.append(say.price_giver(book.group(giver.display), n, a, amount, keeps))
    parts.append(say.appeal())
    return Markup("" if code == "zh" else " ").join(parts)


def household(book: Book) -> dict[str, Any] | None:
    """Return the sample household, None when nobody has a plan."""
    found = example(book)
    if found is None:
        return None
    say, code = sentences(book.language), book.language.code
    word = book.language.word
    title = say.household_title(book.scenario(found.scenario), found.destination)
    most = numbers.whole_minutes(found.most, code)
    half = word("half_of_runs").format(minutes=numbers.whole_minutes(found.half, code))
    words = Words(title, half, word("most_of_runs").format(minutes=most), word("minute_short"))
    steps = [
        Step(sign, zh if code == "zh" else en, seconds / MINUTE)
        for sign, zh, en, seconds in found.steps
    ]
    note = say.household_note(found.n_runs, found.arrived, most, say.need_words(found.kind))
    return {
        "title": title,
        "figure": Markup(timeline(steps, found.half / MINUTE, found.most / MINUTE, words)),
        "helpers": _helpers(book, found),
        "note": book.language.set(note),
    }


def _no_household(book: Book) -> str:
    """Say why no household is shown: there is no plan, or too few to hide among."""
    word = book.language.word
    if len(book.rows("governance.plans")) == 0:
        return word("household_empty")
    return word("household_few")


def _helpers(book: Book, found: Example) -> list[dict[str, str]]:
    word, code = book.language.word, book.language.code
    return [
        {
            "role": word(f"role_{role}"),
            "words": word(f"helper_{origin}").format(minutes=numbers.whole_minutes(seconds, code)),
        }
        for role, seconds, origin in found.helpers
    ]


def decided(book: Book) -> str:
    """Say the rule in force and who set it."""
    policy = book.community.policy
    say = sentences(book.language)
    return book.language.set(
        say.decided(
            numbers.percent(policy.epsilon),
            f"{1 + policy.epsilon:g}",
            book.language.set(policy.decided_by),
            str(policy.decided_on),
        )
    )


def sources(book: Book) -> str:
    """Return the finding ids, seeds and dates the first page rests on."""
    word = book.language.word
    ids = book.ids("study.paradox", "study.dual_view", "simulation.comparison", "space.points")
    seeds = f"{word('seeds_used')} 0–{book.n_seeds - 1}" if book.n_seeds else ""
    as_of = word("data_until").format(date=book.community.settings.survey_date)
    listed = [f"{word('findings_used')} {book.language.list(ids)}" if ids else "", seeds, as_of]
    attribution = book.language.set(book.community.settings.attribution)
    listed += [attribution, word("not_a_warning")]
    return " · ".join(part for part in listed if part)
