"""Choose the headline the run supports, from the strongest to the plainest."""

from __future__ import annotations

from typing import Any

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.palette import code_view
from renlin.report.readings import compared, dual
from renlin.report.readings.compared import Comparison
from renlin.report.readings.today import today
from renlin.report.tables import rows_of
from renlin.report.text import sentences


def lines(book: Book, made: Comparison | None) -> list[str]:
    """Return the headline in two lines."""
    found = _dual(book) or (_scheme(book, made) if made is not None else None)
    found = found or _base(book) or _space(book) or (book.language.name(_Name(book)), "")
    return [book.language.set(line) for line in found if line]


class _Name:
    """Name a community in both languages."""

    def __init__(self, book: Book) -> None:
        self.zh = book.community.settings.name
        self.en = book.community.settings.name_en


def _dual(book: Book) -> tuple[str, ...] | None:
    budget, givers = dual.budget(book), dual.givers(book)
    if budget is None or not givers:
        return None
    say, code, word = sentences(book.language), book.language.code, book.language.word
    money = numbers.money(budget, code)
    a, b = word("plan_universal"), word("plan_equity")
    gain, loss = dual.gainer(givers), dual.loser(givers)
    if gain is None:
        return tuple(say.headline_undecided(money, a, b))
    gained = (book.group(gain.display), _minutes(book, gain.change))
    if loss is not None:
        given = (book.group(loss.display), _minutes(book, loss.change))
        return tuple(say.headline_dual(money, a, b, gained, given))
    open_ones = any(g.verdict == "undecided" for g in givers if g.display != "all")
    return tuple(say.headline_gain(money, a, b, gained, "undecided" if open_ones else "none"))


def _minutes(book: Book, seconds: float) -> str:
    return numbers.size(seconds) + book.language.word("minute_after")


def _scheme(book: Book, made: Comparison) -> tuple[str, ...] | None:
    """Return what the scheme does that helps the group now worst off most, if any surely does."""
    worst = compared.worst_group(made, "base")
    if worst is None:
        return None
    cells = {s: made.cell(s, worst) for s in made.ran if made.has(s, worst)}
    sure = {s: float(c["difference"]) for s, c in cells.items() if c["verdict"] == "faster"}
    if not sure:
        return None
    scheme = min(sorted(sure), key=lambda s: sure[s])
    gain = (book.group(worst), _minutes(book, sure[scheme]))
    mean = made.cell(scheme, "all")
    told = numbers.change(float(mean["difference"]), str(mean["verdict"]), book.language.code)
    if str(mean["verdict"]) != "undecided" and book.language.code == "zh":
        told += " 分钟"
    return tuple(sentences(book.language).headline_scheme(book.scheme(scheme), gain, told))


def _base(book: Book) -> tuple[str, ...] | None:
    """Return how it stands today, from the simulation of the base."""
    if not book.scenario_codes:
        return None
    found = today(book, book.scenario_codes[0])
    reference = book.community.policy.reference
    if reference not in found.shown or found.shown[0] == reference:
        return None
    code = book.language.code
    told = [
        (book.group(d), numbers.minutes(found.levels[d].mean, code))
        for d in (found.shown[0], reference)
    ]
    return tuple(sentences(book.language).headline_base(*told))


def _space(book: Book) -> tuple[str, ...] | None:
    if book.find("space.coverage_groups") is None:
        return None
    found = {
        str(r["service"]): r for r in rows_of(book.rows("space.coverage_groups", display="all"))
    }
    services = [s for s in (*book.community.policy.services, *sorted(found)) if s in found]
    if not services:
        return None
    row = found[services[0]]
    facility = book.language.named(book.community.catalogue.facilities, str(row["service"]))
    share = numbers.percent(float(row["covered"]) / max(1.0, float(row["n"])))
    return tuple(sentences(book.language).headline_space(share, facility))


def scene(book: Book, made: Comparison | None) -> str:
    """Return the paragraph under the headline."""
    if not book.scenario_codes:
        return ""
    say = sentences(book.language)
    scenario = book.community.scenarios.get(book.scenario_codes[0])
    if scenario is None:
        return ""
    n = 0 if made is None else len(book.scheme_codes)
    told = say.scene(scenario.hour, book.scenario(scenario.code), n, book.n_seeds)
    row = judged(book, made) if made is not None else None
    if made is None or row is None or row["verdict"] != "flagged":
        return book.language.set(told)
    group = str(row["worst_group"])
    if "worst_off_loses" in str(row["forms"]) and group in made.shown:
        n_words = made.counts.get(group, "")
        flagged = say.scene_flag(book.scheme(str(row["scheme"])), book.group(group), n_words)
        told += flagged if book.language.code == "zh" else f" {flagged}"
    return book.language.set(told)


def judged(book: Book, made: Comparison) -> Any | None:
    """Return the verdict to speak of: a flagged scheme first, then undecided, then any.

    Among equals the universal view comes first: it is the one the flag is about.
    """
    table = book.rows("study.paradox", scenario=made.scenario)
    if len(table) == 0:
        return None
    order = {"flagged": 0, "undecided": 1, "not_found": 2}
    schemes = book.community.schemes
    ranked = sorted(
        rows_of(table),
        key=lambda r: (
            order[str(r["verdict"])],
            code_view(schemes, str(r["scheme"])) != "universal",
            str(r["scheme"]),
        ),
    )
    return ranked[0]


def level(book: Book) -> str:
    """Return the confidence in force, such as 95%."""
    return numbers.percent(book.community.policy.confidence)
