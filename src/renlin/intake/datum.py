"""Bring coordinates of any datum used in China to WGS-84, for import only.

Public maps of China are moved by law: GCJ-02 by some 500 m, BD-09 by another 700 m.
What is read must be brought back before two layers can meet; nothing in the project
writes a moved map.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt

from renlin.errors import DataFault, Fault, Said, did_you_mean

Points = npt.NDArray[np.float64]
"""Longitude and latitude in degrees, or easting and northing in m, shape (n, 2)."""
Geographic = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]

_A = 6378245.0  # m, semi-major axis of Krasovsky 1940. Source: prcoords.
_EE = 0.00669342162296594323  # squared eccentricity of the same. Source: prcoords.
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
"""Degrees within which maps are moved. Source: prcoords."""
_BD_TURN = 3000 * np.pi / 180  # per degree
_ROUNDS = 30  # of the inverse; it needs 4 to 6
_SETTLED = 1e-10  # degrees, 0.01 mm: where the inverse stops
_GAUSS_KRUGER = re.compile(r"epsg:(449[1-9]|45[0-4]\d|455[0-4])")
_WORDS: dict[Geographic, tuple[str, ...]] = {
    "wgs84": ("wgs84", "epsg4326", "gps", "osm"),
    "cgcs2000": ("cgcs2000", "epsg4490", "国家2000", "2000国家大地坐标系", "天地图"),
    "gcj02": ("gcj02", "火星坐标", "高德", "腾讯"),
    "bd09": ("bd09", "bd09ll", "百度"),
}
_NAMES: dict[str, Geographic] = {word: code for code, words in _WORDS.items() for word in words}


def datum_code(text: str, *, place: str, column: str = "datum") -> str:
    """Return the code of a declared datum: wgs84, cgcs2000, gcj02, bd09 or ``epsg:45xx``.

    CGCS2000 in Gauss-Krüger coordinates is EPSG 4491-4512 (6° zones) or 4513-4554 (3°).

    Raises
    ------
    DataFault
        When the word is not known.

    Source: epsg.

    Examples
    --------
    >>> datum_code("GCJ-02", place="buildings.geojson")
    'gcj02'
    """
    plain = "".join(c for c in text.casefold() if c.isalnum())
    if plain in _NAMES:
        return _NAMES[plain]
    code = f"epsg:{plain.removeprefix('epsg')}"
    if _GAUSS_KRUGER.fullmatch(code):
        return code
    expected = Said(
        "wgs84、cgcs2000、gcj02、bd09 或 epsg:4491-4554",
        "wgs84, cgcs2000, gcj02, bd09 or epsg:4491-4554",
    )
    got = Said(f"「{text}」", text)
    raise DataFault(Fault(place, expected, got, did_you_mean(plain, _NAMES), column=column))


def to_wgs84(points: Points, datum: str) -> Points:
    """Return points of ``datum`` in WGS-84 longitude and latitude.

    CGCS2000 and WGS-84 differ by centimetres to decimetres and are taken as one. GCJ-02
    and BD-09 are undone by iterating the forward formula until it gives the point back
    (to 0.01 mm). Outside China all four are one.

    Parameters
    ----------
    points
        Shape (n, 2): longitude, latitude in degrees; for ``epsg:45xx`` easting, northing
        in m. NaN stays NaN.
    datum
        Code of :func:`datum_code`.

    Source: prcoords, epsg. Assumption: CGCS2000 equals WGS-84 at the accuracy of a map.
    """
    points = _shaped(points)
    if datum in ("wgs84", "cgcs2000"):
        return points.copy()
    if datum == "gcj02":
        return _undone(points, gcj02_from_wgs84)
    if datum == "bd09":
        return _undone(points, bd09_from_wgs84)
    return _from_gauss_kruger(points, datum)


def gcj02_from_wgs84(points: Points) -> Points:
    """Return WGS-84 points as GCJ-02 shows them; points outside China stay.

    With x = λ - 105, y = φ - 35 (degrees) and
    S(x) = 2/3 (20 sin 6πx + 20 sin 2πx):

    δφ = -100 + 2x + 3y + 0.2y² + 0.1xy + 0.2√|x| + S(x)
    + 2/3 (20 sin πy + 40 sin πy/3) + 2/3 (160 sin πy/12 + 320 sin πy/30)

    δλ = 300 + x + 2y + 0.1x² + 0.1xy + 0.1√|x| + S(x)
    + 2/3 (20 sin πx + 40 sin πx/3) + 2/3 (150 sin πx/12 + 300 sin πx/30)

    both in m; m = 1 - e² sin²φ; φ' = φ + 180 δφ / (π a (1-e²) / m^1.5),
    λ' = λ + 180 δλ / (π a cos φ / √m), with a and e² of Krasovsky 1940.

    Source: prcoords.
    """
    points = _shaped(points)
    x, y = points[:, 0] - 105.0, points[:, 1] - 35.0
    pi, root, cross = np.pi, np.sqrt(np.abs(x)), 0.1 * x * y
    wave = 2 / 3 * (20 * np.sin(6 * pi * x) + 20 * np.sin(2 * pi * x))
    north = -100 + 2 * x + 3 * y + 0.2 * y**2 + cross + 0.2 * root + wave
    north += 2 / 3 * (20 * np.sin(pi * y) + 40 * np.sin(pi * y / 3))
    north += 2 / 3 * (160 * np.sin(pi * y / 12) + 320 * np.sin(pi * y / 30))
    east = 300 + x + 2 * y + 0.1 * x**2 + cross + 0.1 * root + wave
    east += 2 / 3 * (20 * np.sin(pi * x) + 40 * np.sin(pi * x / 3))
    east += 2 / 3 * (150 * np.sin(pi * x / 12) + 300 * np.sin(pi * x / 30))
    phi = np.radians(points[:, 1])
    m = 1 - _EE * np.sin(phi) ** 2
    shift = np.column_stack(
        (
            180 * east / (pi * _A * np.cos(phi) / np.sqrt(m)),
            180 * north / (pi * _A * (1 - _EE) / m**1.5),
        )
    )
    return np.where(in_china(points)[:, None], points + shift, points)


def bd09_from_wgs84(points: Points) -> Points:
    """Return WGS-84 points as BD-09 shows them; points outside China stay.

    From GCJ-02 (λ, φ): z = √(λ² + φ²) + 2·10⁻⁵ sin(3000πφ/180),
    θ = atan2(φ, λ) + 3·10⁻⁶ cos(3000πλ/180); λ' = z cos θ + 0.0065, φ' = z sin θ + 0.006.

    Source: prcoords.
    """
    points = _shaped(points)
    longitude, latitude = gcj02_from_wgs84(points).T
    z = np.hypot(longitude, latitude) + 2e-5 * np.sin(_BD_TURN * latitude)
    theta = np.arctan2(latitude, longitude) + 3e-6 * np.cos(_BD_TURN * longitude)
    moved = np.column_stack((z * np.cos(theta) + 0.0065, z * np.sin(theta) + 0.006))
    return np.where(in_china(points)[:, None], moved, points)


def in_china(points: Points) -> npt.NDArray[np.bool_]:
    """Tell for each point whether maps move it, shape (n,). Source: prcoords."""
    longitude, latitude = points[:, 0], points[:, 1]
    inside = (longitude >= _WEST) & (longitude <= _EAST)
    return np.asarray(inside & (latitude >= _SOUTH) & (latitude <= _NORTH))


def _shaped(points: Points) -> Points:
    array = np.asarray(points, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError("points must have shape (n, 2)")
    return array


def _undone(points: Points, forward: Callable[[Points], Points]) -> Points:
    """Return where ``forward`` gives ``points``: w ← w - (forward(w) - points)."""
    found = points.copy()
    for _ in range(_ROUNDS):
        off = forward(found) - points
        found -= off
        if np.nan_to_num(np.abs(off)).max(initial=0.0) <= _SETTLED:
            break
    return np.where(in_china(points)[:, None], found, points)


def _from_gauss_kruger(points: Points, datum: str) -> Points:
    from pyproj import Transformer

    transformer = Transformer.from_crs(datum.upper(), "EPSG:4490", always_xy=True)
    longitude, latitude = transformer.transform(points[:, 0], points[:, 1])
    found = np.column_stack((longitude, latitude)).astype(np.float64)
    return np.where(np.isfinite(found), found, np.nan)
