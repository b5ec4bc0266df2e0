"""The simulation of the example community: schemes x scenarios x seeds, on two threads."""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from benchmarks import Row
from renlin.community.community import Community
from renlin.community.folder import open_community
from renlin.community.scheme import apply
from renlin.finding import Finding
from renlin.kernels import movement
from renlin.needs import identify
from renlin.simulation import Simulated, person_times, simulate

LIULIN = Path(__file__).parents[1] / "examples" / "liulin"
SEEDS = 30
LIGHT_SEEDS = 12
WORKERS = (1, 2, 4)


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock and of the processors."""

    wall: float
    processors: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} s, {self.processors:.1f} CPU-s"


def rows() -> list[Row]:
    """Return the rows of the simulation."""
    place = open_community(LIULIN)
    needs = identify(place)
    movement.warm()
    study = place.study
    assert study is not None
    worlds = {"base": place} | {code: apply(place.schemes[code], place) for code in study.schemes}
    worlds["paired"] = worlds[study.schemes[-1]]
    n_persons = len(place.present())
    return [
        _whole(place, needs, worlds, n_persons),
        _light(place, needs, worlds, n_persons),
        *_workers(place, needs, worlds),
        *_kept(place, needs, worlds),
    ]


def _whole(place: Community, needs: object, worlds: dict[str, Community], n: int) -> Row:
    study = place.study
    assert study is not None
    scenarios = [place.scenarios[code] for code in study.scenarios]
    wall, spent = perf_counter(), process_time()
    simulate(place, needs, schemes=worlds, scenarios=scenarios, seeds=range(SEEDS))
    took = Spent(perf_counter() - wall, process_time() - spent)
    what = f"{len(worlds)} schemes x {len(scenarios)} scenarios x {SEEDS} seeds, {n:,} persons"
    return Row(f"simulation: {what}", str(took), "<= 25 s on 2 processors")


def _light(place: Community, needs: object, worlds: dict[str, Community], n: int) -> Row:
    study = place.study
    assert study is not None
    scenario = place.scenarios[study.main_scenario]
    wall, spent = perf_counter(), process_time()
    person_times(place, needs, schemes=worlds, scenario=scenario, seeds=range(LIGHT_SEEDS))
    took = Spent(perf_counter() - wall, process_time() - spent)
    each = 1000 * took.processors / (len(worlds) * LIGHT_SEEDS)
    return Row(
        f"simulation: times only, {len(worlds)} schemes x {LIGHT_SEEDS} seeds, {n:,} persons",
        f"{took}, {each:.0f} CPU-ms a run",
    )


def _workers(place: Community, needs: object, worlds: dict[str, Community]) -> list[Row]:
    """Run the main scenario on 1, 2 and 4 workers: the same bytes?"""
    assert place.study is not None
    scenario = place.scenarios[place.study.main_scenario]
    made = []
    for n in WORKERS:
        wall = perf_counter()
        found = simulate(
            place, needs, schemes=worlds, scenarios=[scenario], seeds=range(LIGHT_SEEDS), workers=n
        )
        told = f"{perf_counter() - wall:.1f} s, findings {_hash(found)}"
        made.append(Row(f"simulation: {scenario.code}, {n} at a time", told, "same hash"))
    return made


def _kept(place: Community, needs: object, worlds: dict[str, Community]) -> list[Row]:
    """Run without keeping blocks, with it, and on from all of them."""
    assert place.study is not None
    scenarios = [place.scenarios[code] for code in place.study.scenarios]
    made = []
    with TemporaryDirectory() as folder:
        keep = Path(folder) / "kept"
        for what, where in (("not kept", None), ("kept", keep), ("gone on from all", keep)):
            wall, spent = perf_counter(), process_time()
            found = simulate(
                place, needs, schemes=worlds, scenarios=scenarios, seeds=range(SEEDS), keep=where
            )
            took = Spent(perf_counter() - wall, process_time() - spent)
            size = sum(path.stat().st_size for path in keep.glob("*")) / 1e6
            told = f"{took}, {size:.0f} MB, findings {_hash(found)}"
            made.append(Row(f"simulation: blocks {what}", told, "<= 2 s more, same hash"))
    return made


def _hash(found: Simulated) -> str:
    """Return the hash of the ids and contents of all findings."""
    hashed = blake2b(digest_size=6)
    for item in fields(found):
        value = getattr(found, item.name)
        if isinstance(value, Finding):
            hashed.update(f"{value.id}{value.content}".encode())
    return hashed.hexdigest()
