"""Read records of workshops and cases into sessions: every fault first, then all or nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from renlin.catalogue.load import Catalogue
from renlin.catalogue.rule_files import read_rules
from renlin.community.community import Community
from renlin.community.folder import open_community
from renlin.community.sessions import ACTIVE, session_tables
from renlin.errors import Fault, Said, raise_all
from renlin.intake.reading import Doubt
from renlin.intake.sessions.cells import Record, read_records
from renlin.intake.sessions.questions import BETWEEN, MEASURE, PAIR, every_question
from renlin.intake.sessions.resolver import Vault, found_by_name, open_vault, resolve, token
from renlin.intake.sessions.store import write

HEAD = ("session", "form", "held_on", "venue", "recruitment", "method", "signed_by")
CELLS = ("age_band", "living", "tenure", "impairment")
Row = dict[str, Any]


@dataclass(frozen=True)
class Brought:
    """What was read in: files written, and rows of each kind."""

    paths: tuple[Path, ...]
    counts: Mapping[str, int]


def read_sessions(folder: str | Path, files: Sequence[Path]) -> Brought:
    """Read record files and write one file per session into ``workshops/``.

    A row is one paper (answers of one participant), one line of the minutes (counts of a
    group), one case or one mention; it may be several at once. What the head of a session
    says may stand in its first row only. Names and addresses find a record and are dropped.

    Parameters
    ----------
    folder
        Community folder.
    files
        CSV in any encoding, XLSX, XLS, ODS; exports of ODK and Kobo too.

    Raises
    ------
    DataFault
        With every fault of every file, by row and column; nothing is written then.
    """
    root = Path(folder)
    place = open_community(root)
    vault = open_vault(root, place["persons"])
    asked = every_question(place.catalogue)
    faults: list[Fault] = []
    records = [
        record
        for path in files
        for record in read_records(path, asked, place.catalogue, vault.names, faults)
    ]
    digest = blake2b(digest_size=16)
    for content in sorted(path.read_bytes() for path in files if path.is_file()):
        digest.update(content)
    grouped = _by_session(records, faults)
    versions = _versions(place)
    made = [
        _session(code, rows, place, vault, versions, digest.hexdigest(), faults)
        for code, rows in grouped.items()
    ]
    if not faults:
        for one in made:
            faults += session_tables(one, place.catalogue, f"workshops/{one['session']}.toml")[1]
    raise_all(faults)
    paths = write(root, made)
    counts = Counter({part: sum(len(one[part]) for one in made) for part in PARTS_READ})
    return Brought(tuple(paths), dict(counts))


PARTS_READ = ("participants", "statements", "answers", "preferences", "mentions")


def _by_session(records: Sequence[Record], faults: list[Fault]) -> dict[str, list[Record]]:
    """Return session -> records; a row without a code belongs to the one above it."""
    grouped: dict[str, list[Record]] = defaultdict(list)
    current: dict[str, str] = {}
    for record in records:
        code = record.answers.get("session") or current.get(record.place)
        if not record.answers:
            continue
        if code is None:
            expected = Said("会的编号", "the code of the session")
            remedy = Said("在第一行写上。", "Write it in the first row.")
            faults.append(record.fault("session", expected, Said("空", "nothing"), remedy))
            continue
        current[record.place] = code
        grouped[code].append(record)
    return dict(sorted(grouped.items()))


def _session(
    code: str,
    records: list[Record],
    place: Community,
    vault: Vault,
    versions: Mapping[str, str],
    digest: str,
    faults: list[Fault],
) -> Row:
    """Return one session as its file holds it."""
    head = _head(code, records, place, faults)
    made: Row = {**head, "state": ACTIVE, "digest": digest}
    made["participants"] = _participants(records, faults)
    made["statements"] = [
        *_counted(records, place.catalogue, faults),
        *_cases(records, place.catalogue, vault, versions, faults),
    ]
    made["answers"] = _answers(records)
    made["preferences"] = _preferences(records)
    made["mentions"] = _mentions(records, vault, faults)
    return made


def _head(code: str, records: list[Record], place: Community, faults: list[Fault]) -> Row:
    made: Row = {"session": code}
    for name in HEAD[1:]:
        told = [(record, record.answers[name]) for record in records if name in record.answers]
        if not told:
            expected, remedy = (
                Said("有值", "a value"),
                Said("在第一行写上。", "Write it in the first row."),
            )
            faults.append(records[0].fault(name, expected, Said("空", "nothing"), remedy))
            continue
        made[name] = told[0][1]
        for record, value in told:
            if value != made[name]:
                expected = Said("同一个会只有一种说法", "the same throughout a session")
                remedy = Said("改成一样，或另编一个会。", "Make them alike, or give another code.")
                faults.append(
                    record.fault(name, expected, Said("不同的说法", "something else"), remedy)
                )
    if "held_on" in made:
        made["held_on"] = dt.date.fromisoformat(made["held_on"])
        if made["held_on"] > place.settings.survey_date:
            day = place.settings.survey_date.isoformat()
            expected = Said(f"不晚于资料日期 {day}", f"not after the survey date {day}")
            remedy = Said(
                "改日期，或改 community.toml 的资料日期。", "Correct the date or the survey date."
            )
            faults.append(
                records[0].fault("held_on", expected, Said("更晚的日期", "a later date"), remedy)
            )
    return made


def _participants(records: list[Record], faults: list[Fault]) -> list[Row]:
    """Return counts by group: as the minutes say, else as many as filled in a paper."""
    stated: dict[str, int] = {}
    for record in records:
        group, n = record.answers.get("came"), record.answers.get("came_n")
        if group and n:
            if group in stated and stated[group] != int(n):
                expected = Said("每个人群一个人数", "one count for each group")
                remedy = Said("删去一个。", "Delete one of them.")
                faults.append(record.fault("came_n", expected, Said("两个", "two"), remedy))
            stated[group] = int(n)
    papers = [record for record in records if _is_paper(record)]
    counted = Counter(g for one in papers for g in one.answers.get("displays", "").split())
    if papers and "all" not in stated:
        counted["all"] = len(papers)
    made = {**{g: n for g, n in counted.items() if g not in stated}, **stated}
    return [{"display": group, "n": n} for group, n in sorted(made.items())]


def _is_paper(record: Record) -> bool:
    return any(
        name.startswith((MEASURE, PAIR)) or name in CELLS or name == "displays"
        for name in record.answers
    )


def _counted(records: list[Record], catalogue: Catalogue, faults: list[Fault]) -> list[Row]:
    """Return counts of groups: from papers, group by group, and from the minutes."""
    asked: Counter[tuple[str, str]] = Counter()
    yes: Counter[tuple[str, str]] = Counter()
    for record in records:
        for name, answer in record.answers.items():
            if not name.startswith(MEASURE):
                continue
            field = name.removeprefix(MEASURE)
            for group in record.answers.get("displays", "").split():
                asked[group, field] += 1
                yes[group, field] += answer == "yes"
    made = [
        {
            "kind": "prevalence",
            "subject": g,
            "field": f,
            "is": "true",
            "n_asked": n,
            "n_yes": yes[g, f],
        }
        for (g, f), n in sorted(asked.items())
        if catalogue.indicators[f].kind == "boolean"
    ]
    for record in records:
        told = {
            n.removeprefix("count_"): v for n, v in record.answers.items() if n.startswith("count_")
        }
        if told:
            made += _minute(record, told, catalogue, faults)
    return made


def _minute(
    record: Record, told: Mapping[str, str], catalogue: Catalogue, faults: list[Fault]
) -> list[Row]:
    """Return the count of one line of the minutes."""
    lacking = [name for name in ("group", "indicator", "value", "asked", "yes") if name not in told]
    for name in lacking:
        expected, remedy = Said("有值", "a value"), Said("补上这一格。", "Fill in the cell.")
        faults.append(record.fault(f"count_{name}", expected, Said("空", "nothing"), remedy))
    if lacking:
        return []
    n, yes = int(told["asked"]), int(told["yes"])
    if yes > n:
        expected = Said(f"不多于 {n}", f"at most {n}")
        remedy = Said("改人数。", "Correct the counts.")
        faults.append(record.fault("count_yes", expected, Said(str(yes), str(yes)), remedy))
    row: Row = {"kind": "prevalence", "subject": told["group"], "field": told["indicator"]}
    value = _canonical(record, "count_value", told["value"], told["indicator"], catalogue, faults)
    return [{**row, "is": value, "n_asked": n, "n_yes": yes}]


def _cases(
    records: list[Record],
    catalogue: Catalogue,
    vault: Vault,
    versions: Mapping[str, str],
    faults: list[Fault],
) -> list[Row]:
    """Return the cases, each of one resident found through the vault."""
    made = []
    for record in records:
        told = {n: v for n, v in record.answers.items() if n.startswith("case_")}
        if not told:
            continue
        who = resolve(vault, told)
        if isinstance(who, Doubt):
            column = "case_subject" if "case_subject" in told else "case_name"
            faults.append(record.fault(column, who.expected, who.got, who.remedy))
            continue
        row = _case(record, told, who, catalogue, versions, faults)
        made += [row] if row else []
    return made


def _case(
    record: Record,
    told: Mapping[str, str],
    who: str,
    catalogue: Catalogue,
    versions: Mapping[str, str],
    faults: list[Fault],
) -> Row:
    """Return one case: what is true of the resident, and which rule it speaks against."""
    for name, other in (("case_indicator", "case_value"), ("case_rule", "case_direction")):
        for one, beside in ((name, other), (other, name)):
            if beside in told and one not in told:
                expected, remedy = (
                    Said("有值", "a value"),
                    Said("补上这一格。", "Fill in the cell."),
                )
                faults.append(record.fault(one, expected, Said("空", "nothing"), remedy))
    field, rule = told.get("case_indicator"), told.get("case_rule")
    if field is None and rule is None:
        expected = Said("一项更正，或一份规则", "a correction or a rule")
        remedy = Said("写指标和实际，或规则和方向。", "Give indicator and value, or rule and way.")
        faults.append(record.fault("case_indicator", expected, Said("都没有", "neither"), remedy))
        return {}
    value = told.get("case_value", "")
    if field is not None and value:
        value = _canonical(record, "case_value", value, field, catalogue, faults)
    made: Row = {"kind": "person" if field else "rule", "subject": who, "field": field or "tier"}
    made |= {"is": value, "why": told.get("case_why", "")}
    if rule is not None:
        made |= {"rule": rule, "rule_version": versions.get(rule, "")}
        made["direction"] = told.get("case_direction", "")
    return made


def _canonical(
    record: Record,
    name: str,
    value: str,
    field: str,
    catalogue: Catalogue,
    faults: list[Fault],
) -> str:
    """Return a stated value if the indicator can have it; the words stay as they were said."""
    entry = catalogue.indicators[field]
    if entry.kind == "boolean":
        plain = entry.values.get(value, value)
        if plain in ("true", "false"):
            return plain
    elif value in entry.values or value in entry.levels:
        return entry.values.get(value, value)
    else:
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        low = float("-inf") if entry.low is None else entry.low
        high = float("inf") if entry.high is None else entry.high
        if entry.kind != "category" and low <= number <= high:
            return f"{number:g}"
        if entry.kind == "category" and not entry.levels:
            return value
    expected = Said(f"「{entry.zh}」能有的值", f"a value {entry.code} can have")
    remedy = Said("查目录里这个指标的词。", "See the words of the indicator in the catalogue.")
    got = Said("读不懂的回答", "an answer that cannot be read")
    faults.append(record.fault(name, expected, got, remedy))
    return ""


def _answers(records: list[Record]) -> list[Row]:
    """Return answers by cell of age, living, tenure and impairment; without one of them none."""
    asked: Counter[tuple[str, ...]] = Counter()
    yes: Counter[tuple[str, ...]] = Counter()
    for record in records:
        if any(name not in record.answers for name in CELLS):
            continue
        cell = tuple(record.answers[name] for name in CELLS)
        for name, answer in record.answers.items():
            if name.startswith(MEASURE):
                asked[(name.removeprefix(MEASURE), *cell)] += 1
                yes[(name.removeprefix(MEASURE), *cell)] += answer == "yes"
    return [
        {**dict(zip(("field", *CELLS), key, strict=True)), "n_asked": n, "n_yes": yes[key]}
        for key, n in sorted(asked.items())
    ]


def _preferences(records: list[Record]) -> list[Row]:
    """Return the answers on pairs; a voter of several groups speaks for the first named."""
    made = []
    for number, record in enumerate(records, start=1):
        voter = record.answers.get("voter") or f"r{number:04d}"
        group = (record.answers.get("displays") or "general").split()[0]
        for name, answer in sorted(record.answers.items()):
            if name.startswith(PAIR):
                first, second = name.removeprefix(PAIR).split(BETWEEN)
                made.append(
                    {
                        "voter": voter,
                        "display": group,
                        "first": first,
                        "second": second,
                        "preferred": answer,
                    }
                )
    return made


def _mentions(records: list[Record], vault: Vault, faults: list[Fault]) -> list[Row]:
    """Return who was named, by a mark that no one can turn back; known ones are told apart."""
    found: dict[tuple[str, str], bool] = {}
    for record in records:
        told = {n: v for n, v in record.answers.items() if n.startswith("seen_")}
        if not told:
            continue
        listed, name, at = (told.get(f"seen_{n}", "") for n in ("list", "name", "address"))
        if not listed or not (name or at):
            expected = Said("名单，和姓名或住址", "the list, and a name or an address")
            remedy = Said("补上。", "Fill it in.")
            faults.append(
                record.fault("seen_list", expected, Said("缺一项", "one missing"), remedy)
            )
            continue
        if not vault.key:
            expected = Said("vault/key", "vault/key")
            remedy = Said("先运行 renlin build。", "Run renlin build first.")
            faults.append(record.fault("seen_name", expected, Said("没有", "none"), remedy))
            continue
        known = found_by_name(vault, name, at)
        found[listed, known[0] if len(known) == 1 else token(vault, name, at)] = bool(known)
    return [
        {"listed": listed, "token": mark, "registered": known}
        for (listed, mark), known in sorted(found.items())
    ]


def _versions(place: Community) -> dict[str, str]:
    """Return rule file -> version now in the catalogue."""
    catalogue = place.catalogue
    rules = read_rules(catalogue.tier_files, indicators=catalogue.indicators, needs=catalogue.needs)
    return {one.file: one.version for one in rules}
