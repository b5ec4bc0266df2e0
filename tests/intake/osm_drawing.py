"""Draw a small OpenStreetMap file in metres."""

import math
from xml.sax.saxutils import quoteattr

LON, LAT = 118.78, 32.04
EAST = 1 / (111_320 * math.cos(math.radians(LAT)))  # degrees per metre
NORTH = 1 / 110_900


class Drawing:
    """A small map drawn in metres east and north of one place in Nanjing."""

    def __init__(self):
        self.parts, self.last = [], 0

    def _tags(self, tags):
        return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())

    def node(self, x, y, tags=None):
        self.last += 1
        lon, lat = LON + x * EAST, LAT + y * NORTH
        place = f'id="{self.last}" lon="{lon:.9f}" lat="{lat:.9f}"'
        self.parts.append(f"<node {place}>{self._tags(tags or {})}</node>")
        return self.last

    def way(self, nodes, tags=None):
        self.last += 1
        refs = "".join(f'<nd ref="{n}"/>' for n in nodes)
        self.parts.append(f'<way id="{self.last}">{refs}{self._tags(tags or {})}</way>')
        return self.last

    def ring(self, x, y, width, height, tags=None):
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        nodes = [self.node(*corner) for corner in corners]
        return self.way([*nodes, nodes[0]], tags)

    def relation(self, members, tags):
        self.last += 1
        inner = "".join(f'<member type="way" ref="{w}" role="{r}"/>' for w, r in members)
        text = self._tags({"type": "multipolygon", **tags})
        self.parts.append(f'<relation id="{self.last}">{inner}{text}</relation>')
        return self.last

    def text(self):
        return f'<osm version="0.6">{"".join(self.parts)}</osm>'
