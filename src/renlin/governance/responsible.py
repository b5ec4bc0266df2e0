"""Say which body answers for shared parts, and who stands in for it.

Where nobody manages the property the body is worked out, never left open.
"""

from __future__ import annotations

from dataclasses import dataclass

from renlin.community.settings import Settings

COMMITTEE, STREET = "社区居委会", "街道办事处"
MANAGER = "物业服务企业"
SHARED_PARTS = "物业或产权单位"
"""What responses.toml calls the body that answers for the shared parts of buildings."""
MANAGER_WORDS = ("物业",)
"""By these words a duty names a property manager."""
NANYANG = "南阳"


@dataclass(frozen=True)
class Party:
    """A body that answers for something.

    Attributes
    ----------
    body, deputy
        One accountable body, and who stands in for it.
    rule
        How it was found: named, property_manager, owner_unit, no_manager, unknown_manager.
    basis
        Law it rests on; "" where the list or the catalogue names the body.
    """

    body: str
    deputy: str
    rule: str
    basis: str = ""


def for_shared_parts(settings: Settings) -> Party:
    """Return who answers for stairs, passages, lines and lanes that everybody uses.

    A property manager maintains them (消防法 18). Without one the unit that owns the
    buildings does. Without either, or where nobody has said, the sub-district office and
    the committee take over, as 南阳市居民住宅区消防安全管理条例 19 and 23 rule in their place:
    elsewhere a comparable rule, no law.

    Source: governance reference §2.3, A02 and §7.
    """
    if settings.property_manager:
        return Party(MANAGER, COMMITTEE, "property_manager", "消防法 18")
    if settings.owner_unit:
        return Party(settings.owner_unit, COMMITTEE, "owner_unit", "消防法 18")
    basis = "南阳市居民住宅区消防安全管理条例 19、23"
    if NANYANG not in settings.jurisdiction:
        basis += "（南阳以外仅供参照）"
    rule = "no_manager" if settings.property_manager is False else "unknown_manager"
    return Party(STREET, COMMITTEE, rule, basis)


def for_phase(phase: str, settings: Settings) -> Party:
    """Return who answers for a phase that nobody was named for.

    Inspection is for who answers for the shared parts; to warn and to respond falls to the
    committee, which handles what is urgent at once; recovery to the sub-district office.
    """
    if phase == "inspect":
        return for_shared_parts(settings)
    if phase == "recover":
        return Party(STREET, COMMITTEE, "by_law", "突发事件应对法 22")
    return Party(COMMITTEE, STREET, "by_law", "突发事件应对法 77")


def answering(named: str, settings: Settings) -> Party:
    """Return the one body behind an owner as the catalogue names it, with its deputy."""
    if named == SHARED_PARTS:
        return for_shared_parts(settings)
    return Party(named, STREET if named == COMMITTEE else COMMITTEE, "named")


def exists(body: str, settings: Settings) -> bool:
    """Return whether a named body can answer here: a property manager only where there is one."""
    manager = any(word in body for word in MANAGER_WORDS)
    return not (manager and settings.property_manager is False)
