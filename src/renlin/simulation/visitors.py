"""Let a crowd that is on no register leave with the residents: strangers, on foot."""

from __future__ import annotations

import numpy as np

from renlin.simulation.behaviour import ADULT, staff_speeds
from renlin.simulation.crew import Crew
from renlin.simulation.luck import Luck, keys_of, sample
from renlin.simulation.parties import Draft
from renlin.simulation.routing import ON_FOOT, OWN, UNHELPED_BIT
from renlin.simulation.scene import Scene


def set_visitors(draft: Draft, scene: Scene, made: Crew, luck: Luck) -> None:
    """Set where visitors stand, when they set out and how they walk: as adults who are strangers.

    Each has luck of its own, so that every scheme meets the same crowd.
    """
    if not len(made.visitors):
        return
    catalogue, how = scene.site.place.catalogue, scene.movers
    own = luck.also({"visitor": keys_of([f"visitor-{k}" for k in range(len(made.visitors))])})
    crowds = made.strike.visitors
    node = np.concatenate([crowd.node for crowd in crowds])
    waits = own("visitor", "premovement")
    at = np.concatenate([[0], np.cumsum([len(crowd.node) for crowd in crowds])])
    for crowd, first, last in zip(crowds, at[:-1], at[1:], strict=True):
        rows = made.visitors[first:last]
        draft.release[rows] = crowd.time + sample(crowd.case, waits[first:last])
    adult = next(k for k, kind in enumerate(scene.site.who.kinds) if kind.code == ADULT)
    pattern = int(how.pattern[adult, OWN])
    strange = any(m.unfamiliar and m.pattern == pattern and m.pace == ON_FOOT for m in how.listed)
    mover = how.codes(np.array([pattern]), np.array([ON_FOOT]), np.array([strange]))[0]
    draft.origin[made.visitors] = node
    draft.speed[made.visitors] = staff_speeds(catalogue, own("visitor", "speed"))[:, None, :]
    draft.size[made.visitors] = catalogue.classes[ADULT].size.value
    draft.mover[made.visitors] = mover
    draft.barred[made.visitors] = (1 << pattern) | UNHELPED_BIT
