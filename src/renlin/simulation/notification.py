"""Say when each household comes to know, and by what: a contact process, not a factor.

First message by the channels that reach a household; then neighbours who knock at the
next doors of their stair; then staff from door to door, highest tier or least time to spare
first (policy ``door_round_order``). Who hears none of it is never reached.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.simulation.luck import Luck
from renlin.simulation.population import asleep
from renlin.simulation.strike import Alert, Site

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

CHANNELS = (
    "none", "noticed", "alarm", "message", "loudspeaker", "neighbour", "door_round", "nobody_home"
)  # fmt: skip
NONE, NOTICED, ALARM, MESSAGE, LOUDSPEAKER, NEIGHBOUR, DOOR_ROUND, NOBODY = range(len(CHANNELS))


class Notice(NamedTuple):
    """What each household comes to know.

    Attributes
    ----------
    time
        When, s; infinite: never.
    channel
        By which of ``CHANNELS``.
    alert
        Which alert told it.
    delay
        Seconds that keep it at home all the same, such as a jammed door.
    """

    time: Floats
    channel: Whole
    alert: Whole
    delay: Floats


class Heard(NamedTuple):
    """What tells households apart when a warning goes out: who of those at home can take it."""

    somebody: Flags
    hears: Flags
    smart: Flags


def notify(site: Site, alert: Alert, home: Flags, luck: Luck) -> Notice:
    """Return when every household comes to know.

    Parameters
    ----------
    home
        Persons at home.

    Source: parameters ``warning_reach*``, ``first_message_ignored``, ``neighbour_knock_*``,
    ``knock_heard_*`` and ``door_round_*``.
    """
    who, catalogue = site.who, site.place.catalogue
    number, hour = catalogue.number, site.event.scenario.hour
    smart = luck("person", "smart") < who.smart
    at = Heard(who.any_of(home), who.any_of(home & ~who.deaf), who.any_of(home & smart))
    dull = number("warning_reach_asleep_factor") if asleep(catalogue, hour) else 1.0
    channel = np.full(len(who.households), NONE, dtype=np.int64)
    for code, reach in _first(alert, at, number).items():
        hit = luck("household", CHANNELS[code]) < reach * (1.0 if code == NOTICED else dull)
        channel[(channel == NONE) & hit] = code
    _ignore(channel, number, luck)
    time = np.where(channel != NONE, alert.time, np.inf)
    _neighbours(time, channel, at, site, luck)
    _door_round(time, channel, at, site, alert, luck)
    channel[~np.isfinite(alert.time)] = NONE
    channel[~at.somebody] = NOBODY
    time[~at.somebody] = np.inf
    return Notice(time, channel, np.zeros(len(channel), dtype=np.int64), alert.delay)


def first_told(alerts: Sequence[Alert], notices: Sequence[Notice]) -> Notice:
    """Return the first alert that tells each household what concerns it.

    Where none of those that concern it reaches it, the first one of any. A door that an
    event begun by then has jammed holds as long as that event would have it.
    """
    if len(notices) == 1:
        return notices[0]
    time = np.stack([notice.time for notice in notices])
    meant = np.stack(
        [np.ones(time.shape[1], dtype=bool) if a.concerns is None else a.concerns for a in alerts]
    )
    order = np.where(meant & np.isfinite(time), time, np.inf)
    best = np.where(np.isfinite(order).any(axis=0), order.argmin(axis=0), time.argmin(axis=0))
    row = np.arange(time.shape[1])
    told = time[best, row]
    delay = np.stack([notice.delay for notice in notices])
    start = np.array([alert.start for alert in alerts])[:, None]
    still = np.where((start <= told) & np.isfinite(told), start + delay - told, 0.0)
    held = np.where(np.isfinite(still), still, 0.0).max(axis=0)
    channel = np.stack([notice.channel for notice in notices])
    return Notice(told, channel[best, row], best, np.maximum(delay[best, row], held))


def _first(alert: Alert, at: Heard, number: Callable[[str], float]) -> dict[int, Floats]:
    """Return the chance that each channel reaches each household with the first message."""
    alarm = np.where(at.hears, number("warning_reach_alarm"), number("warning_reach_alarm_deaf"))
    return {
        NOTICED: alert.felt.astype(np.float64),
        ALARM: alarm * alert.alarm,
        MESSAGE: number("warning_reach") * at.smart * alert.message,
        LOUDSPEAKER: number("warning_reach_broadcast") * at.hears * alert.loudspeaker,
    }


def _ignore(channel: Whole, number: Callable[[str], float], luck: Luck) -> None:
    """Leave those as if not told who do nothing at a first message: they wait for a knock.

    Who notices the event by themselves does not ignore it.
    """
    share = number("first_message_ignored")
    if share > 0.0:
        told = (channel != NONE) & (channel != NOTICED)
        channel[told & (luck("household", "ignores") < share)] = NONE


def _heard(at: Heard, number: Callable[[str], float]) -> Floats:
    return np.where(at.hears, number("knock_heard_share"), number("knock_heard_share_deaf"))


def _neighbours(time: Floats, channel: Whole, at: Heard, site: Site, luck: Luck) -> None:
    """Let reached neighbours knock in their stair: nearest storeys first."""
    live, number = site.live, site.place.catalogue.number
    known = at.somebody & (live.entrance >= 0)
    knocks = known & (channel != NONE)
    knocks &= luck("household", "knocks") < number("neighbour_knock_share")
    waiting = np.flatnonzero(known & (channel == NONE))
    if not knocks.any() or not len(waiting):
        return
    storeys = int(live.floor.max()) + 1
    first = np.full((len(live.entrances), storeys), np.inf)
    np.minimum.at(first, (live.entrance[knocks], np.maximum(live.floor[knocks], 0)), time[knocks])
    apart = np.abs(live.floor[waiting][:, None] - np.arange(storeys)[None, :])
    comes = first[live.entrance[waiting]] + number("neighbour_knock_time") * (1 + apart)
    soonest = comes.min(axis=1)
    heard = luck("household", "hears_neighbour")[waiting] < _heard(at, number)[waiting]
    told = np.isfinite(soonest) & heard
    time[waiting[told]] = soonest[told]
    channel[waiting[told]] = NEIGHBOUR


def _door_round(
    time: Floats, channel: Whole, at: Heard, site: Site, alert: Alert, luck: Luck
) -> None:
    """Let pairs of staff knock at the doors that are left, in the order of their round."""
    left = np.flatnonzero(at.somebody & (channel == NONE))
    if not len(left):
        return
    number = site.place.catalogue.number
    order = site.who.turn if site.rounds is None else site.rounds
    left = left[np.argsort(order[left], kind="stable")]
    turn = np.arange(len(left)) // int(number("door_round_teams"))
    comes = number("door_round_start") + number("door_round_per_door") * (turn + 1)
    heard = luck("household", "hears_round")[left] < _heard(at, number)[left]
    time[left[heard]] = (alert.time[left] + comes)[heard]
    channel[left[heard]] = DOOR_ROUND
