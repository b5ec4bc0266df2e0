"""Write the personal information protection impact assessment of a community.

Three parts of 个人信息保护法 art. 56: whether purpose and means are lawful, justified and
needed; what it does to people and what risk it brings; whether the protection is lawful,
works and fits the risk. Everything in it is read from the registers, so it is made anew
whenever they change; the office keeps it for three years.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from renlin.catalogue.field_register import Basis, FieldEntry, Sensitivity
from renlin.catalogue.load import Catalogue
from renlin.catalogue.rules import RuleSet
from renlin.community.community import Community
from renlin.community.folder import open_community
from renlin.community.read_log import ELSEWHERE, keys_folder
from renlin.community.vault import ring_of, sealed_identities
from renlin.needs.identify import rules_in_force
from renlin.report.dossier import style
from renlin.report.language import Language, speak
from renlin.report.numbers import Code
from renlin.version import VERSION

FILE = {"zh": "impact.html", "en": "impact.en.html"}


@dataclass(frozen=True)
class Group:
    """Fields that are used alike: one row of the table of what is processed."""

    sensitivity: str
    basis: str
    purposes: tuple[str, ...]
    roles: tuple[str, ...]
    years: float
    fields: tuple[str, ...]


def write_impact(folder: Path, out: Path, *, language: Code = "zh") -> Path:
    """Write the assessment of the community in ``folder`` into ``out``; return the path.

    Raises
    ------
    DataFault, CatalogueFault, SchemeFault
        When the community cannot be opened or a rule file cannot work.
    """
    place = open_community(folder)
    spoken = speak(language, place.catalogue)
    environment = Environment(
        loader=PackageLoader("renlin.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template("impact.html.j2").render(
        code=spoken.code,
        w=spoken.word,
        style=Markup(style()),
        place=place,
        name=place.settings.name if language == "zh" else place.settings.name_en,
        version=VERSION,
        purposes=place.catalogue.purposes.values(),
        groups=list(groups(place.catalogue, spoken)),
        roles=place.catalogue.roles.values(),
        rules=rules_in_force(place),
        approved=_approved,
        registers=_registers(place),
        consent=_consents(place),
        vault=_vault(folder),
        numbers=_numbers(place),
    )
    out.mkdir(parents=True, exist_ok=True)
    path = out / FILE[language]
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
    return path


def groups(catalogue: Catalogue, spoken: Language) -> Iterator[Group]:
    """Yield the fields of the register, those used alike together, most sensitive first."""
    alike: dict[tuple[Sensitivity, Basis, str, str, float], list[str]] = {}
    for code, entry in sorted(catalogue.fields.items()):
        key = (entry.sensitivity, entry.basis, entry.purpose, entry.role, entry.retention_days)
        alike.setdefault(key, []).append(_field(code, entry, catalogue, spoken))
    order = ("sensitive", "personal", "internal")
    for key in sorted(alike, key=lambda k: (order.index(k[0]), k[1:])):
        sensitivity, basis, purpose, role, days = key
        yield Group(
            spoken.word(f"sensitivity_{sensitivity}"),
            spoken.word(f"basis_{basis}"),
            tuple(_named(catalogue.purposes[one], spoken) for one in purpose.split("|")),
            tuple(_named(catalogue.roles[one], spoken) for one in role.split("|")),
            days / 365,
            tuple(alike[key]),
        )


def _field(code: str, entry: FieldEntry, catalogue: Catalogue, spoken: Language) -> str:
    known = catalogue.indicators.get(code) or catalogue.registers.get(code)
    return entry.code if known is None else _named(known, spoken)


def _named(entry: object, spoken: Language) -> str:
    return str(getattr(entry, "zh" if spoken.code == "zh" else "en"))


def _approved(rules: RuleSet) -> str:
    """Return who approved a rule set and when, or nothing."""
    when = "" if rules.approved_on is None else rules.approved_on.isoformat()
    return f"{rules.approved_by} {when}".strip()


def _registers(place: Community) -> list[dict[str, object]]:
    """Return where the facts come from: register, rows, newest day."""
    facts = place["facts"]
    grouped = facts.groupby("source", dropna=False)["observed_on"]
    made = grouped.agg(["size", "min", "max"]).reset_index()
    return [
        {"source": source, "n": int(n), "first": _day(first), "last": _day(last)}
        for source, n, first, last in made.itertuples(index=False)
    ]


def _day(value: object) -> str:
    return f"{value:%Y-%m-%d}" if value == value and value is not None else ""


def _consents(place: Community) -> dict[str, int]:
    counted = place["consents"]["decision"].value_counts()
    return {name: int(counted.get(name, 0)) for name in ("given", "withdrawn", "emergency")}


def _vault(folder: Path) -> dict[str, object]:
    sealed, ring = sealed_identities(folder), ring_of(folder)
    return {
        "persons": 0 if sealed is None else len(sealed),
        "key": "" if ring is None else f"{ring.writing.id} ({ring.writing.made_on})",
        "apart": keys_folder(folder).resolve().parent != folder.resolve(),
        "variable": ELSEWHERE,
    }


def _numbers(place: Community) -> dict[str, float]:
    number = place.catalogue.number
    sensitive = [c for c, e in place.catalogue.fields.items() if e.sensitivity == "sensitive"]
    ages = place["persons"]["age"]
    return {
        "persons": len(place["persons"]),
        "children": int((ages < number("guardian_age")).sum()),
        "unknown_age": int(ages.isna().sum()),
        "sensitive": len(sensitive),
        "sensitive_rows": int(place["facts"]["indicator"].isin(sensitive).sum()),
        "k": place.settings.k_persons,
        "h": place.settings.k_households,
        "width": number("published_width"),
        "guardian": number("guardian_age"),
        "notice": number("emergency_notice_days"),
        "epsilon": number("open_data_epsilon"),
    }
