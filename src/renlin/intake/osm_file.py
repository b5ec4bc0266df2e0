"""Read the objects of an OpenStreetMap file, whatever its order, packing or identifiers.

Ways and relations come before the node positions they need, so that a file in any
order is read the same way, and an object that cannot be read costs only itself.
"""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast
from xml.etree import ElementTree

import osmium

from renlin.errors import DataFault, Fault, Said

Tags = Mapping[str, str]
_HEAD = 4096  # bytes that tell the format
_STATED_DATE = re.compile(rb'(?:osm_base|timestamp)="(\d{4}-\d{2}-\d{2})')
_FIRST_DATE = dt.date(2004, 8, 9)  # the map project began: earlier stamps are empty ones
_AREA_RELATIONS = ("multipolygon",)


@dataclass(frozen=True)
class Way:
    """A line of nodes; closed when the first node is also the last."""

    id: int
    nodes: tuple[int, ...]
    tags: Tags

    @property
    def closed(self) -> bool:
        """Return whether the way is a ring."""
        return len(self.nodes) > 3 and self.nodes[0] == self.nodes[-1]


@dataclass(frozen=True)
class Relation:
    """An area made of ways: members as (kind, id, role), kind ``n``, ``w`` or ``r``."""

    id: int
    members: tuple[tuple[str, int, str], ...]
    tags: Tags


@dataclass(frozen=True)
class MapFile:
    """The objects of one file.

    Attributes
    ----------
    positions
        Node -> (longitude, latitude), degrees; only nodes that something needs.
    points
        Tagged nodes: node -> tags.
    ways, relations
        Those with a tag asked for, and the ways their relations need.
    date
        Newest date the file states, None when it states none.
    read
        Objects in the file: node, way, relation -> count.
    broken
        Objects that could not be read, or stand twice in the file: (kind, id, reason).
    """

    positions: Mapping[int, tuple[float, float]]
    points: Mapping[int, Tags]
    ways: Mapping[int, Way]
    relations: Mapping[int, Relation]
    date: dt.date | None
    read: Mapping[str, int]
    broken: tuple[tuple[str, str, Said], ...] = ()


@dataclass
class _Gathered:
    """What one pass after the other has found."""

    positions: dict[int, tuple[float, float]] = field(default_factory=dict)
    points: dict[int, Tags] = field(default_factory=dict)
    ways: dict[int, Way] = field(default_factory=dict)
    relations: dict[int, Relation] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=lambda: {"node": 0, "way": 0, "relation": 0})
    broken: list[tuple[str, str, Said]] = field(default_factory=list)
    date: dt.date | None = None


def read_map_file(path: str | Path, *, keys: Collection[str]) -> MapFile:
    """Read the objects of ``path`` that carry one of ``keys``, and what they are made of.

    XML (plain, gzip or bzip2) and PBF are told apart by their content, not their name.

    Parameters
    ----------
    keys
        Tag keys that matter.

    Raises
    ------
    DataFault
        When the file is no map, is cut off or is packed wrongly.
    """
    source = Path(path)
    kind, head = _format(source)
    wanted = frozenset(keys)
    try:
        found = _gather(lambda which: _objects(source, kind, which), wanted)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        if kind == "pbf":
            raise DataFault(_unreadable(source, str(error))) from error
        found = _gather_leniently(source, kind, wanted, str(error))
    date = found.date or _stated(source, kind, head)
    if not any(found.read.values()):
        raise DataFault(_unreadable(source, "no node, way or relation"))
    return MapFile(
        found.positions,
        found.points,
        found.ways,
        found.relations,
        date,
        found.read,
        tuple(found.broken),
    )


def is_map_file(path: str | Path) -> bool:
    """Tell whether the first bytes of ``path`` are those of an OpenStreetMap file."""
    try:
        _format(Path(path))
    except DataFault:
        return False
    return True


def _format(path: Path) -> tuple[str, bytes]:
    """Return the packing (``osm``, ``osm.gz``, ``osm.bz2``, ``pbf``) and the first bytes."""
    try:
        with path.open("rb") as handle:
            start = handle.read(64)
        packing = {b"\x1f\x8b": "osm.gz", b"BZ": "osm.bz2"}.get(start[:2], "osm")
        if b"OSMHeader" in start:
            return "pbf", start
        with _opened(path, packing) as stream:
            head = stream.read(_HEAD)
    except FileNotFoundError as error:
        raise DataFault(_unreadable(path, "no such file")) from error
    except (OSError, EOFError) as error:
        raise DataFault(_unreadable(path, str(error))) from error
    if b"<osm" not in head:
        raise DataFault(_unreadable(path, "no <osm> element"))
    return packing, head


def _opened(path: Path, kind: str) -> IO[bytes]:
    if kind == "osm.gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    if kind == "osm.bz2":
        return bz2.open(path, "rb")
    return path.open("rb")


def _stated(path: Path, kind: str, head: bytes) -> dt.date | None:
    """Return the date in the heading of the file."""
    if kind != "pbf":
        hit = _STATED_DATE.search(head)
        return dt.date.fromisoformat(hit.group(1).decode()) if hit else None
    stamp = (
        osmium.io.Reader(str(path), osmium.osm.NOTHING)
        .header()
        .get("osmosis_replication_timestamp")
    )
    return dt.date.fromisoformat(stamp[:10]) if stamp else None


class _Twice:
    """Tell which objects stand in a file more than once; the last one holds."""

    def __init__(self, told: list[tuple[str, str, Said]]) -> None:
        self._seen: set[tuple[str, int]] = set()
        self._told = told

    def see(self, kind: str, key: int) -> None:
        """Note an object that was there before."""
        if (kind, key) in self._seen:
            why = Said("编号重复，用后一个", "its number stands twice: the last one holds")
            self._told.append((kind, f"{kind}{key}", why))
        self._seen.add((kind, key))


Pass = Callable[[str], Iterator[Any]]


def _gather(objects: Pass, keys: frozenset[str]) -> _Gathered:
    """Read relations, then ways, then nodes, so that each pass knows what it must keep."""
    found = _Gathered()
    members: set[int] = set()
    twice = _Twice(found.broken)
    for relation in objects("relation"):
        found.read["relation"] += 1
        twice.see("r", relation.id)
        tags = relation.tags
        if tags.get("type") in _AREA_RELATIONS and not keys.isdisjoint(tags):
            found.relations[relation.id] = relation
            members.update(ref for kind, ref, _ in relation.members if kind == "w")
    for way in objects("way"):
        found.read["way"] += 1
        twice.see("w", way.id)
        if way.id in members or not keys.isdisjoint(way.tags):
            found.ways[way.id] = way
    needed = {node for way in found.ways.values() for node in way.nodes}
    for node in objects("node"):
        found.read["node"] += 1
        twice.see("n", node.id)
        if node.tags:
            found.points[node.id] = node.tags
        if node.position is not None and (node.tags or node.id in needed):
            found.positions[node.id] = node.position
        if node.date is not None and (found.date is None or node.date > found.date):
            found.date = node.date
    return found


@dataclass(frozen=True)
class _Node:
    id: int
    position: tuple[float, float] | None
    tags: Tags
    date: dt.date | None


_ENTITY = {"node": osmium.osm.NODE, "way": osmium.osm.WAY, "relation": osmium.osm.RELATION}


def _objects(path: Path, kind: str, which: str) -> Iterator[Any]:
    """Yield the objects of one sort, read by osmium."""
    source = osmium.io.File(str(path), kind)
    for item in osmium.FileProcessor(source, _ENTITY[which]):
        if item.deleted or not item.visible:
            continue
        tags = {tag.k: tag.v for tag in item.tags}
        if which == "node":
            place = item.location
            position = (place.lon, place.lat) if place.valid() else None
            stamp = item.timestamp.date()
            yield _Node(item.id, position, tags, stamp if stamp >= _FIRST_DATE else None)
        elif which == "way":
            yield Way(item.id, tuple(node.ref for node in item.nodes), tags)
        else:
            yield Relation(item.id, tuple((m.type, m.ref, m.role) for m in item.members), tags)


def _gather_leniently(path: Path, kind: str, keys: frozenset[str], why: str) -> _Gathered:
    """Read XML element by element, keeping account of each that is wrong.

    Only well-formed XML is read so: a file that breaks off is refused whole, for the
    part that is missing cannot be named.
    """
    broken: dict[tuple[str, str], Said] = {}

    def objects(which: str) -> Iterator[Any]:
        with _opened(path, kind) as stream:
            for _, element in ElementTree.iterparse(stream):
                if element.tag == which:
                    try:
                        yield _element(element)
                    except (KeyError, ValueError) as error:
                        name = element.get("id", "?")
                        broken[which[0], f"{which[0]}{name}"] = Said(
                            f"写法有误：{error}", f"written wrongly: {error}"
                        )
                if element.tag in _ENTITY:
                    element.clear()

    try:
        found = _gather(objects, keys)
    except (ElementTree.ParseError, EOFError, OSError, UnicodeDecodeError) as error:
        raise DataFault(_unreadable(path, why)) from error
    found.broken += [(sort, name, reason) for (sort, name), reason in broken.items()]
    return found


def _element(element: ElementTree.Element) -> Any:
    identity = int(element.attrib["id"])
    tags = {tag.attrib["k"]: tag.attrib["v"] for tag in element.findall("tag")}
    if element.tag == "way":
        return Way(identity, tuple(int(nd.attrib["ref"]) for nd in element.findall("nd")), tags)
    if element.tag == "relation":
        members = tuple(
            (m.attrib["type"][:1], int(m.attrib["ref"]), m.get("role", ""))
            for m in element.findall("member")
        )
        return Relation(identity, members, tags)
    lon, lat = float(element.attrib["lon"]), float(element.attrib["lat"])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"lon {lon:g}, lat {lat:g}")
    return _Node(identity, (lon, lat), tags, None)


def _unreadable(path: Path, why: str) -> Fault:
    return Fault(
        path.name,
        Said("完整的 OSM 地图（XML、.gz、.bz2 或 PBF）", "a whole OSM map (XML, .gz, .bz2, PBF)"),
        Said(f"读不出来（{why[:120]}）", f"it cannot be read ({why[:120]})"),
        Said("重新下载或重新导出这个文件。", "Download or export the file again."),
    )
