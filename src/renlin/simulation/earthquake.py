"""Shake the buildings: damage, blocked stairs, jammed doors, rubble on lanes, people hurt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.special import ndtr

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Structure
from renlin.community.network import STAIR
from renlin.simulation.frames import Frame, Frames
from renlin.simulation.luck import Luck, sample
from renlin.simulation.strike import Alert, Site, Strike, indoors, no_rescue, one_case

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

LETHAL = 1e3  # doses/s: nobody survives under a building that falls
STATES = ("slight", "moderate", "extensive", "complete")
NONE, SLIGHT, MODERATE, EXTENSIVE, COMPLETE, COLLAPSE = range(6)
CASUALTY, COLLAPSED = 1, 2  # rows of LOST
CANNOT_WALK = ("severity_2", "severity_3", "severity_4")
PARALLEL = np.pi / 4  # rad: below this angle a lane runs along the long side


class Rubble(NamedTuple):
    """What a collapse puts on lanes: building, link, width covered, m; one row each."""

    building: Whole
    link: Whole
    covered: Floats


class Earthquake:
    """One earthquake under one community; every run draws its own damage.

    Damage: ``P(state >= i) = Phi(ln(x / theta_i) / beta_i)`` with drift ``x = drift_per_g``
    x peak ground acceleration; one draw per building. Complete damage collapses with the
    share of the structure.

    Source: hazus61; debris2020 for rubble; simulation reference 5.3 and 5.4.
    """

    LUCK = ""
    """What its draws are told apart by from those of another shock in the same run."""

    def __init__(self, site: Site) -> None:
        self.site = site
        catalogue = site.place.catalogue
        rows = site.place["buildings"].set_index("building").reindex(list(site.live.buildings))
        kinds = [catalogue.structures[_known(name)] for name in rows["structure"]]
        self.exceeds = structures_of(site)
        self.collapses = np.array([kind.collapse_given_complete.value for kind in kinds])
        self.rubble = rubble(site, rows)
        self.hurt = _hurt(catalogue)
        self.stairs, self.of_stair = self._stair_links()
        self.usable = np.ones(site.there.n, dtype=bool)

    def strike(self, luck: Luck, earlier: tuple[Strike, ...] = ()) -> Strike:
        """Return what the earthquake does in the run of ``luck``."""
        before = standing(earlier, len(self.site.live.buildings))
        damage = self.damage(luck, before)
        fresh = (damage > before) | (before == NONE)
        frames = Frames(self.site.ground)
        longer = self._stairs(frames, damage, fresh, luck)
        shut, tight = self._lanes(frames, (damage == COLLAPSE) & fresh)
        return Strike(
            longer=longer,
            powerless=self._drawn(luck, "building", "power") < self.site.event.number("power_out"),
            damage=damage,
            hazards=frames.hazards(),
            shut=np.repeat(shut[:, None], 2, axis=1),
            too_tight=tight,
            announced=np.inf,
            leaves=np.ones(len(self.site.who.households), dtype=bool),
            outdoors_leave=True,
            alerts=(self._alert()._replace(delay=self._delay(damage, fresh, luck)),),
            rescue=no_rescue(),
            lost=self._lost(damage, fresh, luck),
            counts=self._counts(damage, fresh, shut),
            tight_for_carried=True,
            unsafe_inside=(damage >= MODERATE) & (before < MODERATE),
            fallen=(damage == COLLAPSE) & fresh,
        )

    def damage(self, luck: Luck, before: Whole | None = None) -> Whole:
        """Return the state of every building: 0 none to 4 complete, 5 collapsed.

        What stood damaged ``before`` never stands better after.
        """
        drawn = self._drawn(luck, "building", "damage")[:, None]
        state = (drawn < self._reached(before)).sum(axis=1)
        falls = self._drawn(luck, "building", "collapse") < self.collapses
        now = np.where((state == COMPLETE) & falls, COLLAPSE, state)
        return np.asarray(now if before is None else np.maximum(now, before), dtype=np.int64)

    def _reached(self, before: Whole | None) -> Floats:  # noqa: ARG002
        """Return the probability that each building reaches each state."""
        return self.exceeds

    def _drawn(self, luck: Luck, kind: str, purpose: str) -> Floats:
        return luck(kind, f"{self.LUCK}{purpose}")

    def _alert(self) -> Alert:
        shaking = self.site.event.number("shaking")
        return one_case(self.site, shaking, "earthquake", felt=True, message=True)

    def _delay(self, damage: Whole, fresh: Flags, luck: Luck) -> Floats:
        """Return seconds of self-protection, and of a jammed door, per household."""
        site, number = self.site, self.site.event.number
        state = np.append(np.where(fresh, damage, NONE), NONE)[site.live.building]
        jams = np.zeros(COLLAPSE + 1)
        jams[MODERATE] = number("door_jammed_moderate")
        jams[EXTENSIVE:] = number("door_jammed_extensive")
        jammed = self._drawn(luck, "household", "door") < jams[state]
        drawn = self._drawn(luck, "household", "cover")
        cover = sample(site.event.value("self_protection"), drawn)
        return cover + np.where(jammed, number("door_free_time"), 0.0)

    def _lost(self, damage: Whole, fresh: Flags, luck: Luck) -> npt.NDArray[np.int8]:
        """Return who is too badly hurt to walk, and who lies under a collapsed building."""
        building = self.site.live.building[self.site.who.household]
        state = np.append(np.where(fresh, damage, NONE), NONE)[building]
        lost = np.zeros(self.site.who.n, dtype=np.int8)
        lost[state == COLLAPSE] = COLLAPSED
        lost[self._drawn(luck, "person", "hurt") < self.hurt[state]] = CASUALTY
        return lost

    def _stairs(self, frames: Frames, damage: Whole, fresh: Flags, luck: Luck) -> Floats:
        """Shut the stairs that are blocked; return how much longer the others take."""
        site, number = self.site, self.site.event.number
        state = np.where(fresh, damage, NONE)[site.live.of_entrance]
        blocks = np.zeros(COLLAPSE + 1)
        blocks[EXTENSIVE] = number("stair_blocked_extensive")
        blocks[COMPLETE], blocks[COLLAPSE] = number("stair_blocked_complete"), 1.0
        blocked = self._drawn(luck, "entrance", "stair") < blocks[state]
        frames.put(self.stairs[blocked[self.of_stair]], 0.0, Frame(closed=3))
        bury(frames, site, state == COLLAPSE)
        longer = np.ones(site.ground.n_links)
        strewn = (state >= MODERATE)[self.of_stair]
        longer[self.stairs[strewn]] = 1.0 / number("stair_debris_speed")
        return longer

    def _stair_links(self) -> tuple[Whole, Whole]:
        """Return the flights of all units, and the entrance of each."""
        links = self.site.ground.walks.links
        of = {name: at for at, name in enumerate(self.site.live.entrances)}
        rows = np.flatnonzero((links["kind"] == STAIR).to_numpy())
        return rows, np.array([of[str(name)] for name in links["place"].iloc[rows]], dtype=np.int64)

    def _lanes(self, frames: Frames, fallen: Flags) -> tuple[Flags, Flags]:
        """Put rubble on lanes; return where nobody passes, and where no wheelchair does."""
        ground, number = self.site.ground, self.site.event.number
        mine = fallen[self.rubble.building]
        covered = np.bincount(
            self.rubble.link[mine], self.rubble.covered[mine], minlength=ground.n_links
        )
        return strew(frames, ground.width, np.asarray(covered, dtype=np.float64), number)

    def _counts(self, damage: Whole, fresh: Flags, shut: Flags) -> dict[str, float]:
        return {
            "damaged": float((fresh & (damage >= MODERATE)).sum()),
            "collapsed": float((fresh & (damage == COLLAPSE)).sum()),
            "lanes_blocked": float(shut.sum()),
        }


def standing(earlier: tuple[Strike, ...], n_buildings: int) -> Whole:
    """Return the state earlier shocks left each building in; none: 0 for all."""
    for strike in reversed(earlier):
        if strike.damage is not None:
            return strike.damage
    return np.zeros(n_buildings, dtype=np.int64)


def bury(frames: Frames, site: Site, fallen: Flags, time: float = 0.0) -> None:
    """Let nobody pass or survive inside the units that fall, one flag per entrance."""
    if not fallen.any():
        return
    flagged = np.append(fallen, False)
    links, nodes = (np.flatnonzero(flagged[unit]) for unit in indoors(site))
    frames.put(links, time, Frame(closed=3, dose=LETHAL, unsafe=True))
    frames.put(frames.at_nodes(nodes), time, Frame(dose=LETHAL, unsafe=True))


def strew(
    frames: Frames,
    width: Floats,
    covered: Floats,
    number: Callable[[str], float],
    *,
    time: float = 0.0,
    unsafe: bool = False,
) -> tuple[Flags, Flags]:
    """Put rubble on lanes; return where nobody passes, and where no wheelchair does.

    Parameters
    ----------
    width, covered
        Clear width of every link, and what rubble covers of it, m.
    number
        Parameters of the earthquake.
    time, unsafe
        When it falls, and whether the closed lanes count as unsafe.
    """
    left = np.maximum(width - covered, 0.0)
    hit = covered > 0
    shut = hit & (left < number("foot_passable"))
    partly = np.flatnonzero(hit & ~shut)
    slow = Frame(speed=number("debris_partial_speed"), width=left[partly] / width[partly])
    frames.put(partly, time, slow)
    frames.put(np.flatnonzero(shut), time, Frame(closed=3, unsafe=unsafe))
    return shut, hit & (left < number("wheelchair_passable"))


def structures_of(site: Site, weak: float = 1.0) -> Floats:
    """Return the probability that each building reaches each state of damage.

    Parameters
    ----------
    weak
        Factor on the drift at which a state is reached; 1 for a sound building.

    Returns
    -------
    Shape (n_buildings, 4): slight, moderate, extensive, complete.
    """
    catalogue = site.place.catalogue
    rows = site.place["buildings"].set_index("building").reindex(list(site.live.buildings))
    kinds = [catalogue.structures[_known(name)] for name in rows["structure"]]
    floors = rows["floors"].to_numpy(dtype=np.float64, na_value=np.nan)
    ground = site.event.number("peak_ground_acceleration")
    default = site.event.number("fragility_beta_default")
    return np.array(
        [
            exceedance(kind, n, ground * kind.drift_per_g.value / weak, catalogue, default)
            for kind, n in zip(kinds, floors, strict=True)
        ]
    ).reshape(-1, len(STATES))


def exceedance(
    kind: Structure, floors: float, drift: float, catalogue: Catalogue, default: float
) -> Floats:
    """Return the probability that each damage state is reached or passed.

    Parameters
    ----------
    floors
        Storeys; not known counts as more than a low building, the weaker row.
    drift
        Storey drift as a share of height.
    default
        Spread where the fragility row gives none.
    """
    low = floors <= kind.low_floors
    name = kind.fragility_low if low else kind.fragility_mid
    found = []
    for state in STATES:
        row = catalogue.fragility[f"{name}_{state}"]
        spread = default
        if row.beta_low is not None and row.beta_high is not None:
            spread = (row.beta_low + row.beta_high) / 2.0
        found.append(float(ndtr(np.log(drift / row.median) / spread)) if drift > 0 else 0.0)
    return np.array(found)


def rubble(site: Site, buildings: pd.DataFrame) -> Rubble:
    """Return how much of each lane each building would cover if it collapsed.

    Influence width = K x height, with K by height and by whether the lane runs along the
    long side; what reaches beyond the distance to the lane covers it.

    Source: debris2020, table 7; simulation reference 5.4.
    """
    links = site.ground.walks.links
    rows = np.flatnonzero(site.ground.lanes)
    shapes = links.geometry.to_numpy()[rows]
    direction, tree = _direction(shapes), shapely.STRtree(shapes)
    building, link, covered = [], [], []
    for at, row in enumerate(buildings.to_dict("records")):
        along, across = _reach(site, row)
        near = np.sort(
            tree.query(row["geometry"], predicate="dwithin", distance=max(along, across))
        )
        turned = np.abs(direction[near] - _long_side(row["geometry"]))
        turned = np.minimum(turned, np.pi - turned)
        reach = np.where(turned < PARALLEL, along, across)
        wide = reach - shapely.distance(shapes[near], row["geometry"])
        hit = wide > 0
        building.append(np.full(int(hit.sum()), at, dtype=np.int64))
        link.append(rows[near[hit]])
        covered.append(wide[hit])
    none = [np.zeros(0)]
    return Rubble(
        np.concatenate(building or none).astype(np.int64),
        np.concatenate(link or none).astype(np.int64),
        np.concatenate(covered or none).astype(np.float64),
    )


def _reach(site: Site, building: dict[Any, Any]) -> tuple[float, float]:
    """Return how far rubble would reach beside the long side and beside the short side, m."""
    catalogue = site.place.catalogue
    table = sorted(catalogue.debris.values(), key=lambda row: row.height)
    height = building["height"]
    if pd.isna(height):
        floors = 1.0 if pd.isna(building["floors"]) else float(building["floors"])
        height = floors * catalogue.number("storey_height")
    steps = [row.height for row in table]
    along = np.interp(height, steps, [row.parallel for row in table])
    across = np.interp(height, steps, [row.perpendicular for row in table])
    return float(along * height), float(across * height)


def _direction(lines: npt.NDArray[np.object_]) -> Floats:
    """Return the direction of each line from end to end, 0 to pi."""
    first = shapely.get_coordinates(shapely.get_point(lines, 0))
    last = shapely.get_coordinates(shapely.get_point(lines, -1))
    return np.asarray(np.arctan2(last[:, 1] - first[:, 1], last[:, 0] - first[:, 0]) % np.pi)


def _long_side(outline: Any) -> float:
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(outline))
    sides = np.diff(corners[:3], axis=0)
    longest = sides[np.hypot(sides[:, 0], sides[:, 1]).argmax()]
    return float(np.arctan2(longest[1], longest[0]) % np.pi)


def _hurt(catalogue: Catalogue) -> Floats:
    """Return the share of those inside who can no longer walk, by state of damage.

    Source: casualties.csv (hazus61), severity 2 and above.
    """
    states = ("", *STATES, "collapse")
    return np.array(
        [
            sum(getattr(catalogue.casualties[state], name) for name in CANNOT_WALK)
            if state
            else 0.0
            for state in states
        ]
    )


def _known(structure: Any) -> str:
    return "unknown" if structure is None or pd.isna(structure) else str(structure)
