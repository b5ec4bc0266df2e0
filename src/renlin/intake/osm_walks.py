"""Read the walkable ways of a map, cut where they share a node.

Ways belong together only where they share a node: a bridge over a street, a tunnel
under it and a corridor on another storey stay apart. Nothing is joined here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from renlin.errors import Said
from renlin.intake.layers import Reading, Row
from renlin.intake.opening_hours import closed_days, every_day
from renlin.intake.osm_file import Tags, Way
from renlin.intake.outlines import Outlines
from renlin.intake.quantities import count, descends, incline, length, levels

TABLE = "walks"
ORIGIN = "OpenStreetMap"
WIDTH_KEYS = (
    "maxwidth:physical",
    "width",
    "footway:width",
    "path:width",
    "sidewalk:width",
    "sidewalk:both:width",
    "est_width",
    "width:est",
    "width:carriageway",
)
FOOT_WIDTH_KEYS = (*WIDTH_KEYS, "maxwidth")
"""On a street ``maxwidth`` speaks of vehicles."""
_NO = {"no", "none"}
_STEPPED = ("steps",)
_DRIVEN = ("road", "lane", "crossing")
_LIFT = "lift"
_TALLEST_KERB = 1.0  # m; a greater number is in another unit
_ONE_WAY = {"yes": "forward", "1": "forward", "-1": "backward", "reverse": "backward"}
_TURNED = {"forward": "backward", "backward": "forward"}
_CONVEYS = {"forward": "forward", "backward": "backward", "reversible": "none", "yes": "none"}


@dataclass(frozen=True)
class Walkable:
    """A walkable line of the map before it is cut.

    Attributes
    ----------
    key
        ``w`` and the number of the way.
    nodes
        Its nodes in drawn order.
    facts
        Columns of ``walks`` without key, steps and geometry.
    steps
        Steps of the whole line, None unknown.
    """

    key: str
    nodes: tuple[int, ...]
    facts: Row
    steps: int | None


def walkable_ways(outlines: Outlines, reading: Reading) -> list[Walkable]:
    """Return every line of the map that a resident may walk; list those that nobody may."""
    found = []
    for way in sorted(outlines.file.ways.values(), key=lambda w: w.id):
        kind = reading.book.word(way.tags, TABLE, "kind", of=f"w{way.id}")
        if kind is None or is_plaza(way.tags, closed=way.closed):
            continue
        why = _closed_to_walkers(way.tags, kind, f"w{way.id}", reading)
        if why is not None:
            reading.dropped.add(TABLE, f"w{way.id}", why)
        elif outlines.far(way.nodes):
            reading.dropped.add(
                TABLE, f"w{way.id}", Said("离地图主体太远", "far from the map's main part")
            )
        else:
            found.append(_walkable(way, kind, outlines, reading))
    return found


def is_plaza(tags: Tags, *, closed: bool) -> bool:
    """Return whether a closed line is an area people walk across, not a path around it."""
    return closed and "highway" in tags and tags.get("area") == "yes"


def cut(ways: Sequence[Walkable], outlines: Outlines, reading: Reading) -> list[Row]:
    """Return one row per part of a way between nodes that it shares with another part."""
    shared = shared_nodes(way.nodes for way in ways)
    rows: list[Row] = []
    for way in ways:
        runs = outlines.runs(way.nodes)
        if not runs:
            why = Said("缺点的坐标，连不成线", "too few node positions for a line")
            reading.dropped.add(TABLE, way.key, why)
            continue
        if len(runs) > 1:
            why = Said("中间缺点的坐标，在缺口处断开", "cut where node positions are missing")
            reading.mended.add(TABLE, way.key, why)
        rows.extend(_parts(way, [p for run in runs for p in _split(run, shared)], outlines))
    return rows


def shared_nodes(lines: Iterable[Sequence[int]]) -> set[int]:
    """Return the nodes that more than one line passes, or one line twice."""
    uses: Counter[int] = Counter()
    for nodes in lines:
        ring = len(nodes) > 2 and nodes[0] == nodes[-1]
        uses.update(nodes[:-1] if ring else nodes)
    return {node for node, n in uses.items() if n > 1}


def level_of(tags: Tags, kind: str) -> float | None:
    """Return the level a way lies on, None for what joins levels.

    The indoor level comes first, then the layer; a bridge without either lies on 1, a
    tunnel on -1, all else on the ground. Assumption: that is what mappers mean.
    """
    if "level" in tags:
        known = levels(tags["level"])
        return known[0] if known is not None and len(known) == 1 else None
    if kind in (*_STEPPED, _LIFT):
        return None
    layer = levels(tags.get("layer", ""))
    if layer is not None and len(layer) == 1:
        return layer[0]
    if tags.get("tunnel", "no") not in {*_NO, "building_passage", "avalanche_protector"}:
        return -1.0
    return 1.0 if tags.get("bridge", "no") not in _NO else 0.0


def hours(tags: Tags, table: str, key: str, reading: Reading) -> str | None:
    """Return ``opening_hours`` as the hours of every day; list what cannot be read so."""
    text = tags.get("opening_hours")
    if text is None:
        return None
    known = every_day(text)
    if known is None:
        reading.book.unknown(tags, "opening_hours", f"{table}.open_hours", of=key)
    closed = closed_days(text)
    if known is not None and closed:
        days = "、".join(closed)
        reading.mended.add(
            table,
            key,
            Said(
                f"{days} 不开放，表里写不下",
                f"closed on {', '.join(closed)}: the table holds no days",
            ),
        )
    return known


def _closed_to_walkers(tags: Tags, kind: str, key: str, reading: Reading) -> Said | None:
    """Return why nobody may walk here, None when one may."""
    word = reading.book.word(tags, TABLE, "walkable", of=key)
    if word == "no":
        said = reading.book.speaker(tags, TABLE, "walkable") or "highway"
        return Said(f"不许步行（{said}={tags[said]}）", f"no walking ({said}={tags[said]})")
    in_tunnel = tags.get("tunnel", "no") not in {*_NO, "building_passage"}
    if kind == "road" and in_tunnel and word is None:
        return Said("车行隧道，没有人行道记录", "a road tunnel without a word about walkers")
    return None


def _walkable(way: Way, kind: str, outlines: Outlines, reading: Reading) -> Walkable:
    tags, key = way.tags, f"w{way.id}"
    book = reading.book
    slope = reading.quantity(tags, _sloped(tags), f"{TABLE}.slope", incline, of=key)
    steps = reading.quantity(tags, ("step_count",), f"{TABLE}.steps", count, of=key)
    wheelchair = passable(_with_crossing(way, kind, outlines), TABLE, key, reading)
    if wheelchair is None and kind == _LIFT:
        wheelchair = "yes"
    if (
        steps is None
        and kind not in _STEPPED
        and (kind in (*_DRIVEN, _LIFT) or wheelchair == "yes")
    ):
        steps = 0
    upwards = descends(tags.get("incline", "")) is False and slope is None
    oneway = one_way(tags, key, reading)
    widths = WIDTH_KEYS if kind in ("road", "lane") else FOOT_WIDTH_KEYS
    facts: Row = {
        "kind": kind if kind in _STEPPED or not _bridge(tags) else "bridge",
        "width": reading.quantity(tags, widths, f"{TABLE}.width", length, of=key),
        "slope": slope,
        "surface": book.word(tags, TABLE, "surface", of=key),
        "lit": book.word(tags, TABLE, "lit", of=key),
        "barrier": book.word(tags, TABLE, "barrier", of=key),
        "wheelchair": wheelchair,
        "handrail": book.word(tags, TABLE, "handrail", of=key),
        "level": level_of(tags, kind),
        "open_hours": hours(tags, TABLE, key, reading),
        "access": book.word(tags, TABLE, "access", of=key),
        "oneway": _TURNED.get(oneway or "", oneway) if upwards else oneway,
        "inferred": False,
        "origin": ORIGIN,
    }
    nodes = tuple(reversed(way.nodes)) if upwards else way.nodes
    return Walkable(key, nodes, facts, None if steps is None else int(steps))


def _sloped(tags: Tags) -> tuple[str, ...]:
    """Return the key of the slope unless it only says up or down.

    A line that goes up by an unknown slope is turned, for a line of unknown slope is
    taken to fall from its first to its last vertex.
    """
    return () if tags.get("incline", "").strip().lower() in ("up", "down", "yes") else ("incline",)


def _bridge(tags: Tags) -> bool:
    return tags.get("bridge", "no") not in _NO


def _with_crossing(way: Way, kind: str, outlines: Outlines) -> Tags:
    """Return the way's tags, for a crossing with what the crossing's node says of its kerbs."""
    if kind != "crossing":
        return way.tags
    spoken: dict[str, str] = {}
    for node in way.nodes:
        tags = outlines.file.points.get(node, {})
        if tags.get("highway") == "crossing":
            spoken.update({k: tags[k] for k in ("kerb", "wheelchair") if k in tags})
    return {**spoken, **way.tags}


def passable(tags: Tags, table: str, key: str, reading: Reading) -> str | None:
    """Return whether wheels pass: as tagged, else the worst of ramp, kerb and smoothness.

    A ramp bypasses a kerb. A measured height of the kerb outweighs its word: up to the
    threshold of an accessible door ``yes``, up to a lip that one gets over with help
    ``limited``, above it ``no``.

    Source: gb55019, clause 2.5.3; parameter ``kerb_lip_assisted``.
    """
    book = reading.book
    word = book.word(tags, table, "wheelchair", of=key)
    if book.speaker(tags, table, "wheelchair") in ("wheelchair", "barrier"):
        return word
    said = {
        name: book.word({name: tags[name]}, table, "wheelchair")
        for name in ("ramp:wheelchair", "kerb", "smoothness")
        if name in tags
    }
    if "kerb:height" in tags:
        said["kerb"] = _over(tags, table, key, reading)
    if said.get("ramp:wheelchair") == "yes":
        said["kerb"] = None
    return next((one for one in ("no", "limited", "yes") if one in said.values()), None)


def _over(tags: Tags, table: str, key: str, reading: Reading) -> str | None:
    """Return whether wheels get over a kerb of the height stated."""
    lip = length(tags["kerb:height"])
    if lip is None or not 0.0 <= lip < _TALLEST_KERB:
        reading.book.unknown(tags, "kerb:height", f"{table}.wheelchair", of=key)
        return None
    if lip <= reading.catalogue.standards["door_threshold"].value:
        return "yes"
    return "limited" if lip <= reading.catalogue.number("kerb_lip_assisted") else "no"


def one_way(tags: Tags, key: str, reading: Reading) -> str | None:
    """Return the direction in which a way is walked, None where nobody states one.

    ``oneway`` alone speaks of vehicles; on an escalator or moving walk the belt decides.
    """
    stated = tags.get("oneway:foot", tags.get("foot:oneway"))
    if stated is not None:
        return _ONE_WAY.get(stated.strip().lower(), "none")
    belt = tags.get("conveying", "no").strip().lower()
    if belt in ("no", "none"):
        return None
    why = Said(
        f"自动扶梯或步道（conveying={belt}），按停运时步行计",
        f"an escalator or moving walk (conveying={belt}): counted as walked while it stands",
    )
    reading.mended.add(TABLE, key, why)
    direction = _CONVEYS.get(belt)
    return direction or "none"


def _split(run: Sequence[int], shared: set[int]) -> list[list[int]]:
    """Return the parts of a run between shared nodes."""
    parts = [[run[0]]]
    for node in run[1:]:
        parts[-1].append(node)
        if node in shared:
            parts.append([node])
    return [part for part in parts if len(part) > 1]


def _parts(way: Walkable, parts: list[list[int]], outlines: Outlines) -> list[Row]:
    """Return the rows of one way; its steps are shared out by length, in whole steps."""
    shapes = [outlines.line(part) for part in parts]
    steps = shared_out(way.steps, [shape.length for shape in shapes])
    names = [way.key] if len(parts) == 1 else [f"{way.key}-{n}" for n in range(1, len(parts) + 1)]
    return [
        {**way.facts, "walk": name, "steps": n, "geometry": shape}
        for name, n, shape in zip(names, steps, shapes, strict=True)
    ]


def shared_out(total: int | None, weights: Sequence[float]) -> list[int | None]:
    """Return ``total`` in whole shares by weight, sums kept; all None when unknown.

    Examples
    --------
    >>> shared_out(10, [1.0, 2.0, 1.0])
    [3, 5, 2]
    """
    if total is None:
        return [None] * len(weights)
    whole = sum(weights)
    ideal = [total * weight / whole for weight in weights]
    shares = [int(value) for value in ideal]
    order = sorted(range(len(ideal)), key=lambda i: (shares[i] - ideal[i], i))
    for i in order[: total - sum(shares)]:
        shares[i] += 1
    return list(shares)
