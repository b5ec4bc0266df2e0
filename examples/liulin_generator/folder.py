"""Write the whole community folder, byte for byte the same every time."""

from __future__ import annotations

from pathlib import Path

from liulin_generator import (
    decisions,
    duties,
    events,
    lanes,
    measures,
    mutual_aid,
    neighbours,
    opinions,
    pipes,
    places,
    plan,
    sessions,
    settings,
    supply,
    surveys,
    workshops,
)
from liulin_generator.frame import geojson, table
from liulin_generator.pseudonyms import register_files
from liulin_generator.report import faults_file, readme


def files() -> dict[str, bytes]:
    """Return path within the folder -> content."""
    made = {**register_files(), **_declared(), **_layers(), **_participation()}
    made["registers/faults.toml"] = faults_file().encode()
    made["README.md"] = readme(made).encode()
    return made


def write(folder: Path) -> list[Path]:
    """Write the folder and return the paths written; nothing else in it is touched."""
    written = []
    for name, content in sorted(files().items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    return written


def _declared() -> dict[str, bytes]:
    texts = {
        "policy.toml": settings.POLICY,
        "study.toml": settings.STUDY,
        "catalogue/parameters.toml": settings.OVERLAY,
        "catalogue/sources.bib": settings.SOURCES,
    }
    texts |= {f"scenarios/{name}": text for name, text in events.scenarios().items()}
    texts |= {f"schemes/{name}": text for name, text in measures.scheme_files().items()}
    return {name: text.encode() for name, text in texts.items()}


def _layers() -> dict[str, bytes]:
    shapes = {
        "buildings": plan.buildings(),
        "entrances": plan.entrances(),
        "walks": lanes.walks(),
        "gates": lanes.gates(),
        "spaces": places.spaces(),
    }
    rows = {
        "facilities": places.facilities(),
        "uses": places.uses(),
        "utilities": supply.utilities(),
        "assets": pipes.assets(),
        "ground_floors": pipes.ground_floors(),
        "conversions": places.conversions(),
        "hazards": surveys.hazards(),
        "sensors": surveys.sensors(),
        "duties": duties.duties(),
        "helpers": mutual_aid.helper_rows(),
        "pairs": mutual_aid.pair_rows(),
        "measures": measures.measure_rows(),
        "corrections": workshops.corrections(),
        "confirmations": decisions.confirmations(),
        "overrides": decisions.overrides(),
        "consents": decisions.consents(),
        "renewals": opinions.renewals(),
        "spending": opinions.spending(),
        "survey": opinions.survey(),
        "series": opinions.series(),
        "nominations": neighbours.nominations(),
        "attitudes": neighbours.attitudes(),
    }
    made = {f"layers/{name}.geojson": geojson(name, part) for name, part in shapes.items()}
    made["background/walls.geojson"] = geojson("walls", lanes.walls())
    return made | {f"layers/{name}.csv": table(part) for name, part in rows.items()}


def _participation() -> dict[str, bytes]:
    made = {f"workshops/{name}": text.encode() for name, text in workshops.minutes().items()}
    return made | {f"workshops/{name}": content for name, content in sessions.files().items()}
