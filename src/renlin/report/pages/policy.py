"""Fill the last page: the value choices in force and where every number comes from."""

from __future__ import annotations

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.cite import number
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Head, Page, Section, Table

MOST_PARENTS = 3


def policy(book: Book) -> Page:
    """Return the value choices in force, who made them, and where every number comes from."""
    word = book.language.word
    return Page(
        "policy", word("page_policy"), (_choices(book), _provenance(book)), foot(book),
    )  # fmt: skip


def _choices(book: Book) -> Section:
    word, chosen, code = book.language.word, book.community.policy, book.language.code
    services = [
        book.language.named(book.community.catalogue.facilities, s) for s in chosen.services
    ]
    rows = (
        (
            word("choice_epsilon"),
            f"ε = {numbers.percent(chosen.epsilon)}",
            word("choice_epsilon_says"),
        ),
        (
            word("choice_majority"),
            numbers.minutes(chosen.majority_loss, code),
            word("choice_majority_says").format(reference=book.group(chosen.reference)),
        ),
        (word("choice_reference"), book.group(chosen.reference), word("choice_reference_says")),
        (word("choice_worst"), numbers.percent(chosen.worst_share), word("choice_worst_says")),
        (
            word("choice_confidence"),
            numbers.percent(chosen.confidence),
            word("choice_confidence_says"),
        ),
        (word("choice_weight"), word(f"weight_{chosen.value_weight}"), word("choice_weight_says")),
        (
            word("choice_services"),
            book.language.list(services) if services else "–",
            word("choice_services_says"),
        ),
        (
            word("choice_rounds"),
            word(f"rounds_{chosen.door_round_order}"),
            word("choice_rounds_says"),
        ),
        (word("choice_risk"), numbers.percent(chosen.risk_percentile), word("choice_risk_says")),
        (
            word("choice_k"),
            word("choice_k_value").format(
                k=book.community.settings.k_persons, h=book.community.settings.k_households
            ),
            word("choice_k_says"),
        ),
    )
    heads = (
        Head(word("choice"), wide="130px"),
        Head(word("value"), wide="150px"),
        Head(word("meaning")),
    )
    title = word("policy_title").format(
        body=book.language.set(chosen.decided_by), date=chosen.decided_on
    )
    return Section(
        word("kicker_policy"),
        title,
        (
            Table(
                heads,
                rows,
                note=word("policy_note").format(
                    source=book.language.said(f"source_{chosen.source}", chosen.source)
                ),
            ),
        ),
    )


def _provenance(book: Book) -> Section:
    word = book.language.word
    heads = (
        Head(word("finding"), wide="92px"),
        Head(word("name"), wide="146px"),
        Head(word("rows"), True, "62px"),
        Head(word("rests_on")),
        Head(word("privacy"), wide="52px"),
    )
    rows = []
    for name in sorted(book.results.findings):
        found = book.results.findings[name]
        provenance = found.provenance
        parents = [*sorted(provenance.parents), *sorted(provenance.inputs)]
        told = book.language.list(parents[:MOST_PARENTS]) if parents else "–"
        left = len(parents) - MOST_PARENTS
        more = f" +{left}" if left > 0 else ""
        level = word(f"privacy_{provenance.privacy}") + (
            f" · {word('synthetic_short')}" if provenance.synthetic else ""
        )
        rows.append(
            (
                number(found.id, book.whole(name)),
                name,
                numbers.count(len(found.table), book.language.code),
                told + more,
                level,
            )
        )
    note = word("provenance_note").format(
        folder=book.folder,
        version=book.results.findings[sorted(book.results.findings)[0]].provenance.version
        if book.results.findings
        else "",
    )
    return Section(
        word("kicker_provenance"),
        word("provenance_title").format(n=len(rows)),
        (Table(heads, tuple(rows), note=note, css="dense ids"),),
    )
