"""Describe the open layers of a run by the Risk Data Library Standard, for catalogues of data.

The standard describes data sets about hazard, exposure, vulnerability and loss. Of a run
two parts fit: exposure (buildings and residents by unit) and socio-economic vulnerability
(who reaches which service on foot). Hazard and loss are left out, see ``docs/maps-out.md``.

Source: Risk Data Library Standard, schema 0.3 (GFDRR/rdl-standard), a JSON schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyproj

from renlin.community.community import Community
from renlin.errors import DataFault, Fault, Said
from renlin.finding import Finding
from renlin.report.layers import FILE as LAYERS
from renlin.report.openmap.layer import LONLAT, PLACES
from renlin.study.results import Results
from renlin.version import VERSION

SCHEMA = "https://docs.riskdatalibrary.org/en/0__3__0/rdls_schema.json"
ROLES = ("publisher", "creator", "contact_point")
"""Roles that every data set must name."""
ASKED = {"license": "许可证代码", "url": "网址", "email": "邮箱"}
OSM = "ODbL-1.0"
"""Licence of data derived from OpenStreetMap (Open Database License, share-alike)."""
RESTS_ON = ("space.hazard", "space.coverage", "space.points", "space.paper_only")


@dataclass(frozen=True)
class Publication:
    """How the layers are published: under which licence, where, and whom to ask.

    Attributes
    ----------
    license
        A code such as ``CC-BY-4.0`` or ``ODbL-1.0``: who publishes must choose it, and
        layers drawn from OpenStreetMap keep theirs.
    url
        Where ``community.gpkg`` can be fetched.
    email
        Of the holder of the data: the standard asks for a way to reach it.
    """

    license: str
    url: str
    email: str


def write_rdls(results: Results, path: Path, publication: Publication) -> Path:
    """Write the description of the public layers of a run and return its path.

    Raises
    ------
    DataFault
        When licence or an address is empty, layers of OpenStreetMap get another licence, or
        the run holds no coverage to describe.
    """
    told = dataset(results, publication)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    text = json.dumps({"datasets": [told]}, ensure_ascii=False, indent=1, sort_keys=True)
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(path)
    return path


def dataset(results: Results, publication: Publication) -> dict[str, Any]:
    """Return the description of the public layers of a run as the standard has it."""
    _checked(results, publication)
    place, settings = results.community, results.community.settings
    day = settings.survey_date.isoformat()
    found = [results.findings[name] for name in RESTS_ON if name in results.findings]
    return {
        "id": f"urn:renlin:{settings.code}:{day}:{'-'.join(sorted(one.id for one in found))}",
        "title": f"{settings.name} {settings.name_en}",
        "description": _describe(place),
        "risk_data_type": ["exposure", "vulnerability"],
        "version": day,
        "purpose": "Which residents of an old community are least protected, and why",
        "details": f"renlin {VERSION}; cells of fewer than {settings.k_persons} residents or "
        f"{settings.k_households} households are merged or empty.",
        "spatial": {"scale": "urban", "bbox": _box(place)},
        "license": publication.license,
        "attributions": _attributions(place, publication),
        "sources": [_map(place), *(_source(one) for one in found)],
        "resources": [_resource(place, publication)],
        "exposure": _exposure(),
        "vulnerability": {"socio_economic": list(_indices(results))},
        "links": [{"href": SCHEMA, "rel": "describedby"}],
    }


def _checked(results: Results, publication: Publication) -> None:
    faults = []
    remedy = Said("公开数据的人要写明。", "Who publishes the data must state it.")
    for name, words in ASKED.items():
        if not str(getattr(publication, name)).strip():
            expected = Said(words, name)
            faults.append(Fault("rdls", expected, Said("空的", "nothing"), remedy, column=name))
    if "OpenStreetMap" in results.community.settings.attribution:
        faults += _share_alike(publication)
    coverage = results.findings.get("space.coverage")
    if coverage is None or len(coverage.table) == 0:
        expected, got = Said("空间研判的结论", "a space assessment"), Said("没有", "none")
        run = Said("先运行 renlin run。", "Run renlin run first.")
        faults.append(Fault("rdls", expected, got, run))
    if faults:
        raise DataFault(faults)


def _share_alike(publication: Publication) -> list[Fault]:
    """Return the fault of another licence on layers drawn from OpenStreetMap."""
    if publication.license in ("", OSM):
        return []
    expected, got = Said(OSM, OSM), Said(publication.license, publication.license)
    remedy = Said(
        f"图层来自 OpenStreetMap，只能按 {OSM} 公开。",
        f"The layers come from OpenStreetMap: publish them under {OSM}.",
    )
    return [Fault("rdls", expected, got, remedy, column="license")]


def _describe(place: Community) -> str:
    settings = place.settings
    made = f"Buildings, residents by stairwell and reach of services on foot in {settings.name_en}"
    if settings.sample:
        return f"{made} (an invented place: sample data)"
    return f"{made} (synthetic residents)" if place.synthetic else made


def _box(place: Community) -> list[float]:
    west, south, east, north = place["buildings"].total_bounds
    turn = pyproj.Transformer.from_crs(place.settings.crs, LONLAT, always_xy=True)
    return [round(float(v), PLACES) for v in turn.transform_bounds(west, south, east, north)]


def _attributions(place: Community, publication: Publication) -> list[dict[str, Any]]:
    who = {"name": place.settings.holder, "email": publication.email}
    return [{"id": role, "role": role, "entity": who} for role in ROLES]


def _map(place: Community) -> dict[str, Any]:
    name = place.settings.attribution or place.settings.holder
    return {"id": "map", "name": name, "type": "dataset", "component": "exposure"}


def _source(found: Finding) -> dict[str, Any]:
    """Return a finding as a source: its id, and what it rests on."""
    parents = ", ".join(f"{name} {id_}" for name, (id_, _) in found.provenance.parents.items())
    return {
        "id": found.id, "name": found.name, "type": "model", "component": "vulnerability",
        "lineage": f"renlin {VERSION}" + (f"; from {parents}" if parents else ""),
    }  # fmt: skip


def _resource(place: Community, publication: Publication) -> dict[str, Any]:
    day = place.settings.survey_date.isoformat()
    return {
        "id": "layers", "title": LAYERS, "data_format": "GeoPackage (gpkg)",
        "description": "map_units: residents, risk and coverage by unit of display; "
        "buildings; coverage_by_entrance: residents covered, not covered, unknown by service",
        "access_modality": "file_download", "coordinate_system": place.settings.crs,
        "download_url": publication.url, "temporal": {"start": day, "end": day},
    }  # fmt: skip


def _exposure() -> list[dict[str, Any]]:
    return [
        {"id": "buildings", "category": "buildings", "taxonomy": "Custom",
         "metrics": [_metric("buildings", "structure")]},
        {"id": "residents", "category": "population",
         "metrics": [_metric("residents", "population")]},
    ]  # fmt: skip


def _metric(name: str, dimension: str) -> dict[str, str]:
    return {"id": f"{name}_count", "dimension": dimension, "quantity_kind": "count"}


def _indices(results: Results) -> Iterable[dict[str, Any]]:
    """Yield one indicator per service: residents who reach it in time at their own pace."""
    place = results.community
    for code in sorted(set(results.findings["space.coverage"].table["service"].unique())):
        entry = place.catalogue.facilities[code]
        limit = entry.walk_limit
        told = "" if limit is None else f"within {limit.value:g} s on foot"
        yield {
            "id": f"reach_{code}", "scheme": "Custom", "indicator_code": f"RENLIN_REACH_{code}",
            "indicator_name": f"Reach of {entry.en}",
            "description": f"Residents who reach it {told} at their own pace, with stairs and "
            "gates; covered, not covered or unknown",
            "reference_year": place.settings.survey_date.year,
            **({"threshold": told} if told else {}),
        }  # fmt: skip
