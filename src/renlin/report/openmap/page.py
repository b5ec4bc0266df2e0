"""Write the map of one run as one file that opens from disk and asks for nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from renlin.report.book import Book
from renlin.report.dossier import STYLES, asset, place_name, stamps
from renlin.report.language import heading, speak
from renlin.report.numbers import Code
from renlin.report.openmap import legend
from renlin.report.openmap.layer import Layer
from renlin.report.openmap.layers import public_layers, wordless
from renlin.report.openmap.library import Library, library
from renlin.report.openmap.reach import views
from renlin.report.openmap.twins import twins
from renlin.report.openmap.units import ALL, FEW, NOT_KNOWN, displays, key
from renlin.report.pages import maps
from renlin.report.privacy import Audience, reader
from renlin.report.readings.places import Atlas, atlas, hover, services
from renlin.study.results import Results

FILE = {"zh": "map.html", "en": "map.en.html"}
STILL = (900.0, 600.0)
NAMES_FROM = 15.5
"""Zoom from which names are drawn; of a district they would cover everything else."""
NEAR = 0.25
"""A facility is in the first view when it lies within this share of its size beside it."""
CONTROLS = {
    "zh": {"NavigationControl.ZoomIn": "放大", "NavigationControl.ZoomOut": "缩小",
           "Map.Title": "地图：方向键移动，加减号缩放", "ScaleControl.Meters": "米",
           "ScaleControl.Kilometers": "公里"},
    "en": {"Map.Title": "Map: arrow keys move, plus and minus zoom"},
}  # fmt: skip
"""Words of the library's own controls."""


@dataclass(frozen=True)
class Sheet:
    """What the page is made of: book, atlas, layers, and the library where there is one."""

    book: Book
    atlas: Atlas
    layers: Mapping[str, Layer]
    library: Library | None


def write_maps(results: Results, folder: Path, *, audience: Audience = "public") -> dict[str, Path]:
    """Write ``map.html`` and ``map.en.html`` into ``folder`` and return name -> path.

    Each is one file without any reference out of itself: data, words, style and the map
    library are inside, and a policy in its head forbids every request. Without the library
    (package ``maplibre``), without WebGL or scripts, the static map in it stays.

    Parameters
    ----------
    results
        What the run found. Nothing is written when space was not assessed.
    folder
        Results folder; it is made when absent.
    audience
        As :func:`renlin.report.dossier.write_report` has it.
    """
    chinese, english = (_book(results, folder, code, audience) for code in ("zh", "en"))
    drawn = atlas(chinese)
    if drawn is None:
        return {}
    shared, found = wordless(chinese, drawn), library()
    made: dict[str, Path] = {}
    for name, book in (("map", chinese), ("map_en", english)):
        own = replace(drawn, says=hover(book, drawn.units, drawn.classes))
        sheet = Sheet(book, own, public_layers(book, own, shared), found)
        made[name] = _write(render(sheet, audience), folder, book.language.code)
    return made


def _book(results: Results, folder: Path, code: str, audience: Audience) -> Book:
    spoken = speak("zh" if code == "zh" else "en", results.community.catalogue)
    return Book(results, spoken, reader(audience, results.community.settings), folder.name)


def _write(text: str, folder: Path, code: Code) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE[code]
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
    return path


def render(sheet: Sheet, audience: Audience = "public") -> str:
    """Return the page as HTML."""
    book, word = sheet.book, sheet.book.language.word
    environment = Environment(
        loader=PackageLoader("renlin.report", "templates"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["heading"] = heading
    still = maps.key_map(book, sheet.atlas, STILL)
    found = sheet.library
    classes = class_words(book)
    view = key(services(book)[0], ALL)
    first = Counter(row["by"][view] for row in sheet.layers["units"].rows)
    return environment.get_template("map.html.j2").render(
        code=book.language.code,
        w=word,
        title=word("om_title").format(place=place_name(book)),
        head=still["title"],
        place=place_name(book),
        date=book.community.settings.survey_date,
        stamps=stamps(book, audience),
        services=_named(services(book), book.community.catalogue.facilities, book),
        groups=[{"code": d, "name": book.group(d)} for d in displays(book)],
        buildings=_buildings(sheet.layers["names"]),
        still=still["figure"],
        risk_words=(word("risk_low"), word("om_risk_middle"), word("risk_high")),
        counts={code: first.get(code, 0) for code in classes},
        few=word("om_few").format(k=book.reader.k_persons),
        breaks=legend.breaks(book, sheet.atlas),
        switches=legend.switches(book, sheet.layers),
        notes=legend.notes(book, found.version if found else ""),
        twins=twins(book, sheet.layers, classes),
        data=inline(_data(sheet, classes)),
        style=Markup("".join(asset(name) for name in (*STYLES, "map.css"))),
        script=Markup(asset("map.js")),
        library=Markup(found.script) if found else "",
        library_style=Markup(found.style) if found else "",
    )


def _named(codes: list[str], entries: Mapping[str, Any], book: Book) -> list[dict[str, str]]:
    return [{"code": code, "name": book.language.named(entries, code)} for code in codes]


def _buildings(names: Layer) -> list[str]:
    return list(dict.fromkeys(str(r["place"]) for r in names.rows if r["kind"] == "building"))


def class_words(book: Book) -> dict[str, str]:
    """Return class -> its words: 风险高，有人够不着."""
    word = book.language.word
    risks = (word("risk_low"), word("om_risk_middle"), word("risk_high"))
    covers = (word("om_good"), word("om_middle"), word("om_poor"))
    made = {
        f"r{r}c{c}": word("om_class").format(risk=risks[r - 1], cover=covers[c - 1])
        for r in (1, 2, 3)
        for c in (1, 2, 3)
    }
    few = word("om_few").format(k=book.reader.k_persons)
    return {**made, NOT_KNOWN: word("unknown"), FEW: few}


def _data(sheet: Sheet, classes: Mapping[str, str]) -> dict[str, Any]:
    """Return what the script of the page reads."""
    word = sheet.book.language.word
    west, south, east, north = _bounds(sheet.layers)
    said = ("no_library", "no_webgl", "not_found", "poor_all", "poor_group", "gain", "radius")
    others = ("risk", "unserved", "straight", "walked")
    return {
        "layers": {name: one.geojson() for name, one in sheet.layers.items()},
        "views": views(sheet.book),
        "classes": dict(classes),
        "bounds": [[west, south], [east, north]],
        "names_from": NAMES_FROM,
        "locale": CONTROLS[sheet.book.language.code],
        "words": {
            **{code: word(f"om_{code}") for code in said},
            **{code: word(code) for code in others},
            "group_view": word("om_group_view").format(k=sheet.book.reader.k_persons),
            "metre": word("metre_short"),
        },
    }


def _bounds(layers: Mapping[str, Layer]) -> tuple[float, float, float, float]:
    """Return the box in degrees around everything people live in, with facilities close by."""
    west, south, east, north = shapely.total_bounds(layers["units"].lonlat)
    wide, high = (east - west) * NEAR, (north - south) * NEAR
    around = shapely.box(west - wide, south - high, east + wide, north + high)
    spots = layers["facilities"].lonlat
    close = [spot for spot in spots if around.contains(spot)]
    made = shapely.total_bounds(np.array([shapely.box(west, south, east, north), *close]))
    return tuple(float(value) for value in made)  # type: ignore[return-value]


def inline(data: Mapping[str, Any]) -> Markup:
    """Return data as JSON that may stand inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028"))
