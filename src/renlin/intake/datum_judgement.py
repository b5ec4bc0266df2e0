"""Test a declared datum against the base map, and stop rather than shift a community.

GCJ-02 read as WGS-84 moves every door by some 500 m, as far as an emergency shelter
may lie; a declaration is therefore measured before it is believed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from renlin.errors import DataFault, Fault, Said
from renlin.intake.datum import Points, in_china, to_wgs84

LEAST_POINTS = 5
"""Points below which a median says nothing. Assumption."""
CLEARLY = 0.5
"""The declared datum's median offset must be at most this share of any other's.
Assumption: measured on 8 to 300 buildings of inner Nanjing drawn 3-15 m off, the right
datum leaves 2-13 m, a wrong one the way to some other building, 28-300 m."""
FARTHEST = 100.0
"""m; median offset above which the layer does not lie on the base map at all.
Assumption: buildings of a community stand closer than that to their neighbours."""
MIXED_SHARE = 0.1
"""Share of points that fit another datum as well as the rest fits the declared one."""
_DEGREE = 111_320.0  # m per degree of latitude
_SAME = 1.0  # m: readings closer than this are one
_OUTLIER = 3.0  # times the median offset (plus _SAME) that makes a point an outlier
_APART = 10_000.0  # m between a layer and its base map that only exchanged axes explain

_HYPOTHESES = ("wgs84", "gcj02", "bd09")


@dataclass(frozen=True)
class DatumJudgement:
    """Median distances from the layer to the base map under each datum.

    Parameters
    ----------
    declared
        The datum that was declared and accepted.
    offsets
        Datum -> median distance, m; cgcs2000 is judged with wgs84.
    n_points
        Points that could be measured.
    """

    declared: str
    offsets: dict[str, float]
    n_points: int


def judge_datum(
    layer_points: Points, base_points: Points, declared: str, *, place: str
) -> DatumJudgement:
    """Return the judgement on a declared datum, or refuse it with all figures.

    The layer is brought to WGS-84 as if each datum were true; the median distance from
    its points to the nearest base point is measured. The declared datum is accepted only
    when its median is small and clearly the smallest. Where several datums give the same
    places (outside China) they do not compete.

    Parameters
    ----------
    layer_points
        Points of the layer as it stands: centres of footprints or gates, shape (n, 2).
    base_points
        The same kind of points of the base map in WGS-84, shape (m, 2).
    declared
        Code of :func:`renlin.intake.datum.datum_code`.
    place
        Layer as named in faults.

    Raises
    ------
    DataFault
        When longitude and latitude are exchanged, the numbers are no degrees, there are
        too few points, the declared datum is not clearly the best, or a part of the
        layer is in another datum.

    Assumption: the thresholds above; no published method is known for small layers.
    """
    layer = layer_points[np.isfinite(layer_points).all(axis=1)]
    base = base_points[np.isfinite(base_points).all(axis=1)]
    if len(layer) < LEAST_POINTS or len(base) < LEAST_POINTS:
        raise DataFault(_too_few(place, min(len(layer), len(base))))
    projected = declared.startswith("epsg:")
    degrees = to_wgs84(layer, declared) if projected else layer
    if not projected:
        _refuse_no_degrees(degrees, base, place)
    elif not np.isfinite(degrees).all():
        raise DataFault(_outside_zone(place, declared))
    distances = _distances(degrees, base)
    offsets = {code: float(np.median(values)) for code, values in distances.items()}
    mine = _mine(declared)
    rivals = {code: offsets[code] for code in _rivals(degrees, mine)}
    best_rival = min(rivals.values(), default=np.inf)
    if offsets[mine] > FARTHEST or offsets[mine] > CLEARLY * best_rival:
        raise DataFault(_not_clear(place, declared, offsets))
    _refuse_mixed(distances, mine, rivals, place)
    return DatumJudgement(declared, offsets, len(layer))


def likely_datum(layer_points: Points, base_points: Points, *, place: str) -> DatumJudgement | None:
    """Return the judgement on the datum that fits best, None when none fits clearly.

    For looking into a layer whose datum nobody declared; what it says is no declaration.

    Parameters
    ----------
    layer_points, base_points, place
        As for :func:`judge_datum`.

    Raises
    ------
    DataFault
        When a part of the layer is in another datum than the rest.
    """
    layer = layer_points[np.isfinite(layer_points).all(axis=1)]
    base = base_points[np.isfinite(base_points).all(axis=1)]
    if min(len(layer), len(base)) < LEAST_POINTS or (np.abs(layer) > np.array([180.0, 90.0])).any():
        return None
    distances = _distances(layer, base)
    offsets = {code: float(np.median(values)) for code, values in distances.items()}
    best = min(_HYPOTHESES, key=lambda code: offsets[code])
    rivals = {code: offsets[code] for code in _rivals(layer, best)}
    if offsets[best] > FARTHEST or offsets[best] > CLEARLY * min(rivals.values(), default=np.inf):
        return None
    _refuse_mixed(distances, best, rivals, place)
    return DatumJudgement(best, offsets, len(layer))


def axes_exchanged(layer_points: Points, base_points: Points) -> bool:
    """Tell whether the layer gives latitude before longitude.

    True when it lies more than 10 km from the base map as it stands and within 10 km of
    it exchanged, by the middle of both.
    """
    layer, base = np.nanmedian(layer_points, axis=0), np.nanmedian(base_points, axis=0)
    as_is, exchanged = _metres(layer[None], base), _metres(layer[None, ::-1], base)
    far, near = np.hypot(*as_is[0]), np.hypot(*exchanged[0])
    return bool(far > _APART >= near)


def _mine(declared: str) -> str:
    """Return the hypothesis a declaration stands for; CGCS2000 is WGS-84's."""
    return declared if declared in _HYPOTHESES else "wgs84"


def _rivals(degrees: Points, mine: str) -> list[str]:
    """Return the datums that would put the layer elsewhere than ``mine`` does."""
    own = to_wgs84(degrees, mine)
    middle = np.median(own, axis=0)
    found = []
    for code in _HYPOTHESES:
        other = _metres(to_wgs84(degrees, code), middle) - _metres(own, middle)
        if code != mine and float(np.median(np.hypot(other[:, 0], other[:, 1]))) > _SAME:
            found.append(code)
    return found


def _distances(degrees: Points, base: Points) -> dict[str, npt.NDArray[np.float64]]:
    """Return datum -> distance of each point to the nearest base point, m, shape (n,)."""
    from scipy.spatial import cKDTree

    middle = np.median(base, axis=0)
    tree = cKDTree(_metres(base, middle))
    found = {}
    for code in _HYPOTHESES:
        distance, _ = tree.query(_metres(to_wgs84(degrees, code), middle))
        found[code] = np.asarray(distance, dtype=np.float64)
    return found


def _metres(points: Points, middle: npt.NDArray[np.float64]) -> Points:
    """Return points as metres east and north of ``middle``, on a plane that touches there."""
    scale = np.array([_DEGREE * np.cos(np.radians(middle[1])), _DEGREE])
    return np.asarray((points - middle) * scale)


def _refuse_no_degrees(degrees: Points, base: Points, place: str) -> None:
    """Raise when numbers are metres, or latitude comes before longitude."""
    limit = np.abs(degrees) > np.array([180.0, 90.0])
    metres = np.abs(degrees) > 180.0
    expected = Said("经度、纬度（度）", "longitude, latitude in degrees")
    if metres.any():
        got = Said(
            f"{int(metres.any(axis=1).sum())} 个点超出 180 度",
            f"{int(metres.any(axis=1).sum())} points beyond 180 degrees",
        )
        remedy = Said(
            "像是投影坐标（米）：请声明 epsg:45xx。",
            "They look like projected metres: declare epsg:45xx.",
        )
        raise DataFault(Fault(place, expected, got, remedy))
    if axes_exchanged(degrees, base) or (limit.any() and in_china(degrees[:, ::-1]).all()):
        got = Said("纬度在前、经度在后", "latitude before longitude")
        remedy = Said("请交换两列。", "Exchange the two columns.")
        raise DataFault(Fault(place, expected, got, remedy))


def _refuse_mixed(
    distances: dict[str, npt.NDArray[np.float64]],
    mine: str,
    rivals: dict[str, float],
    place: str,
) -> None:
    """Raise when the points that fit badly fit another datum as well as the rest fits."""
    own = distances[mine]
    median = float(np.median(own))
    outliers = own > _OUTLIER * (median + _SAME)
    if outliers.sum() < max(LEAST_POINTS, MIXED_SHARE * len(own)):
        return
    for code in rivals:
        fitting = float(np.median(distances[code][outliers]))
        if fitting <= 2 * median + _SAME:
            n = int(outliers.sum())
            got = Said(
                f"{n} 个点像是 {code}（中位偏移 {fitting:.1f} m）",
                f"{n} points that fit {code} (median offset {fitting:.1f} m)",
            )
            expected = Said(f"全部为 {mine}", f"{mine} throughout")
            remedy = Said("请按来源拆开两部分。", "Split the layer by its sources.")
            raise DataFault(Fault(place, expected, got, remedy))


def _too_few(place: str, n: int) -> Fault:
    return Fault(
        place,
        Said(f"至少 {LEAST_POINTS} 个可比对的点", f"at least {LEAST_POINTS} points to compare"),
        Said(f"{n} 个", f"{n}"),
        Said("请与建筑图层一起导入。", "Import it together with the buildings."),
    )


def _outside_zone(place: str, declared: str) -> Fault:
    return Fault(
        place,
        Said(
            f"{declared} 范围内的东坐标、北坐标（米）", f"easting, northing in m within {declared}"
        ),
        Said("超出范围的数值", "numbers outside it"),
        Said(
            "请核对分带，以及东、北坐标的先后。", "Check the zone and the order of the two columns."
        ),
    )


def _not_clear(place: str, declared: str, offsets: dict[str, float]) -> Fault:
    """Return the refusal with the median under every datum."""
    figures = ", ".join(f"{code} {metres:.0f} m" for code, metres in offsets.items())
    return Fault(
        place,
        Said(
            f"{declared} 明显最贴合底图（中位偏移不超过 {FARTHEST:.0f} m，"
            f"也不超过其他基准的 {CLEARLY:.0%}）",
            f"{declared} to fit the base map clearly best (median offset at most {CLEARLY:.0%} of "
            f"any other and {FARTHEST:.0f} m)",
        ),
        Said(f"中位偏移 {figures}", f"median offsets {figures}"),
        Said("请向来源单位确认坐标基准。", "Ask the layer's source for its datum."),
    )
