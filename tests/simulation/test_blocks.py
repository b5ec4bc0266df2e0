"""A job that was stopped goes on where it was, to the same bytes, and trusts no block of another."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from tests.simulation import court

from renlin.community.settings import Blow
from renlin.finding import content_hash
from renlin.simulation import blocks, ensemble, marks, person_times
from renlin.simulation.blocks import MANIFEST, Store
from renlin.simulation.fall import Fall
from renlin.simulation.population import Residents, residents
from renlin.simulation.traced import TABLES

FINDINGS = ("groups", "persons", "households", "clearance", "reach", "links", "routes", "stays",
            "shelters", "comparison", "replay")  # fmt: skip
QUAKE = court.quake(peak_ground_acceleration=1.0)
FIRE = court.scenario("stair_fire", 2.0, places={"entrance": "A-1"})
FALL = court.scenario("personal_incident", 9.0, horizon=7200.0)
EVENTS = (
    FIRE, QUAKE, FALL,
    court.scenario("flood", 14.0, horizon=9000.0, places={"walk": "path-a"}),
    court.scenario("local_incident", 14.0, places={"entrance": "A-1"}),
    QUAKE.model_copy(update={"also": (Blow(kind="aftershock", after=300.0),)}),
    court.scenario("building_fire", 14.0, places={"building": "A"}, horizon=3600.0),
    court.scenario("collapse", 14.0, places={"building": "A"}, warned=600.0),
    court.scenario("crowding", 14.0, places={"space": "ground"}, visitors=40.0),
    court.scenario("heat", 14.0, horizon=7200.0),
    court.scenario("kept_at_home", 9.0, horizon=86400.0),
    court.scenario("power_cut", 14.0, horizon=7200.0),
)  # fmt: skip
SEEDS = range(6)
BLOCK = 2


@pytest.fixture(autouse=True)
def short_blocks(monkeypatch):
    monkeypatch.setattr(blocks, "SIZE", BLOCK)


@pytest.fixture
def computed(monkeypatch):
    """Return the seeds of the runs that were worked out, as they come."""
    seen = []
    for room, name in ((ensemble, "run_whole"), (ensemble, "run_persons"), (Fall, "run")):
        run = getattr(room, name)

        def counted(*given, run=run):
            seen.append(given[-1].seed)
            return run(*given)

        monkeypatch.setattr(room, name, counted)
    return seen


def study(keep, *, place=None, scenarios=(FIRE, FALL), seeds=SEEDS, **options):
    """Run Willow as it stands and with its gate open."""
    place = place or court.willow()
    schemes = {"base": place, "gate": court.under(place, "gate")}
    return court.run(place, *scenarios, schemes=schemes, seeds=seeds, keep=keep, **options)


def bytes_of(found):
    told = {name: content_hash(getattr(found, name).table) for name in FINDINGS}
    ids = {name: getattr(found, name).id for name in FINDINGS}
    return told, ids, {key: time.tobytes() for key, time in found.times.items()}


class Stop(Exception):
    pass


def stopping_at(n):
    def progress(what, done, total):
        if done == n:
            raise Stop

    return progress


def remarks(said):
    return lambda what, done, total: said.append(what) if total == 0 else None


@pytest.fixture(scope="module")
def never_stopped():
    return bytes_of(study(None))


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("n", [1, 5, 11, 17, 23])
def test_a_job_stopped_anywhere_goes_on_to_the_same_bytes(
    tmp_path, never_stopped, computed, n, workers
):
    with pytest.raises(Stop):
        study(tmp_path, progress=stopping_at(n), workers=workers)
    whole_blocks = (n - 1) // BLOCK  # the run at which it stops is not handed on
    assert len(list(tmp_path.glob("*.arrow"))) == whole_blocks
    computed.clear()
    said = []
    again = study(tmp_path, progress=remarks(said))
    assert bytes_of(again) == never_stopped
    assert len(computed) == 4 * len(SEEDS) - BLOCK * whole_blocks
    assert said == ([] if not whole_blocks else [told_resumed(whole_blocks, 12)])


def told_resumed(n, m):
    zh, en = f"接着上次，{m} 块里有 {n} 块已经算好", f"resumed: {n} of {m} blocks"
    return f"灾中过程模拟 simulation: {zh} · {en}"


def test_a_finished_job_is_not_run_again_at_all(tmp_path, never_stopped, computed):
    assert bytes_of(study(tmp_path)) == never_stopped
    computed.clear()
    assert bytes_of(study(tmp_path)) == never_stopped
    assert computed == []


def test_progress_counts_kept_runs_as_done(tmp_path):
    study(tmp_path, scenarios=(FIRE,))
    seen = []
    study(tmp_path, scenarios=(FIRE,),
          progress=lambda what, done, total: seen.append((done, total)))  # fmt: skip
    assert [pair for pair in seen if pair[1]] == [(done, 12) for done in range(2, 13, 2)]


def changed_row(place):
    """Return Willow where one household has moved downstairs."""
    homes = place["households"].set_index("household")["dwelling"]
    return court.cell(place, "households", homes.index[0], "dwelling", homes.iloc[-1])


CHANGES = {
    "a row of a register": lambda place: (changed_row(place), QUAKE),
    "a number of the catalogue": lambda place: (court.numbers(place, stuck_time=61.0), QUAKE),
    "a class of the catalogue": lambda place: (
        court.kind(place, "adult", speed_level=court.point(0.9, "m/s")), QUAKE),
    "the relation of speed and density": lambda place: (
        replace(place, policy=place.policy.model_copy(
            update={"speed_density": {"level": "weidmann", "stair": "weidmann"}})), QUAKE),
    "the hour": lambda place: (place, court.quake(3.0, peak_ground_acceleration=1.0)),
    "how strong it is": lambda place: (place, court.quake(peak_ground_acceleration=2.0)),
    "a further event": lambda place: (
        place, QUAKE.model_copy(update={"also": (Blow(kind="aftershock", after=300.0),)})),
    "the horizon": lambda place: (place, QUAKE.model_copy(update={"horizon": 900.0})),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_a_run_is_run_again(tmp_path, computed, change):
    place = court.willow()
    court.run(place, QUAKE, seeds=SEEDS, keep=tmp_path)
    other, event = CHANGES[change](place)
    computed.clear()
    found = court.run(other, event, seeds=SEEDS, keep=tmp_path)
    assert sorted(computed) == list(SEEDS)
    assert bytes_of(found) == bytes_of(court.run(other, event, seeds=SEEDS))


def test_a_resident_of_another_class_has_every_run_again(tmp_path, computed):
    court.run(court.willow(), QUAKE, seeds=SEEDS, keep=tmp_path)
    profiles = court.needs().profiles
    table = profiles.table.copy()
    classes = sorted(set(table["class"]))
    table.loc[0, "class"] = next(code for code in classes if code != table.loc[0, "class"])
    told = {name: getattr(court.needs(), name) for name in ("indicators", "households")}
    who = SimpleNamespace(profiles=replace(profiles, table=table), **told)
    computed.clear()
    found = court.run(court.willow(), QUAKE, seeds=SEEDS, keep=tmp_path, who=who)
    assert sorted(computed) == list(SEEDS)
    assert bytes_of(found) == bytes_of(court.run(court.willow(), QUAKE, seeds=SEEDS, who=who))


def test_a_cell_of_one_scheme_has_only_that_scheme_run_again(tmp_path, computed):
    place = court.willow()
    gate = court.under(place, "gate")
    court.run(place, QUAKE, schemes={"gate": gate}, seeds=SEEDS, keep=tmp_path)
    wider = court.table(gate, "walks", width=gate["walks"]["width"] + 0.5)
    computed.clear()
    found = court.run(place, QUAKE, schemes={"gate": wider}, seeds=SEEDS, keep=tmp_path)
    assert sorted(computed) == list(SEEDS)
    fresh = court.run(place, QUAKE, schemes={"gate": wider}, seeds=SEEDS)
    assert bytes_of(found) == bytes_of(fresh)


def test_more_seeds_run_only_the_new_ones(tmp_path, computed):
    court.run(court.willow(), QUAKE, seeds=range(4), keep=tmp_path)
    computed.clear()
    found = court.run(court.willow(), QUAKE, seeds=range(7), keep=tmp_path)
    assert sorted(computed) == [4, 5, 6]
    assert bytes_of(found) == bytes_of(court.run(court.willow(), QUAKE, seeds=range(7)))


def test_words_for_people_and_the_code_of_a_scheme_change_no_run(tmp_path, computed):
    place = court.willow()
    gate = court.under(place, "gate")
    court.run(place, QUAKE, schemes={"gate": gate}, seeds=SEEDS, keep=tmp_path)
    computed.clear()
    told = QUAKE.model_copy(update={"zh": "大地震", "note": "drill"})
    court.run(place, told, schemes={"open": gate}, seeds=SEEDS, keep=tmp_path)
    assert computed == []


@pytest.mark.parametrize("name", [item.name for item in fields(Residents)])
def test_everything_known_of_residents_counts_to_the_last_one_of_many(name):
    place = court.willow()
    who = residents(place, court.needs())

    def mark(changed):
        made = marks.marks(changed, place.catalogue, {"base": place}, [QUAKE])
        return made["base", QUAKE.code]

    one, other = two_alike(getattr(who, name))
    assert mark(replace(who, **{name: one})) == mark(replace(who, **{name: one}))
    assert mark(replace(who, **{name: one})) != mark(replace(who, **{name: other}))


def two_alike(value):
    """Return two long values of the kind of ``value`` that differ in the middle only."""
    if isinstance(value, dict):
        assert value
        key = next(iter(value))
        one, other = two_alike(value[key])
        return {**value, key: one}, {**value, key: other}
    if isinstance(value, tuple):
        one = list(value) * 1000
        other = list(one)
        other[len(other) // 2] = "another" if isinstance(value[0], str) else value[-1].model_copy(
            update={"slow_walker": not value[-1].slow_walker})  # fmt: skip
        return tuple(one), tuple(other)
    one = np.zeros(5000, dtype=value.dtype)
    other = one.copy()
    other[2500] = 1
    return one, other


def test_what_cannot_be_told_exactly_is_refused_and_not_guessed():
    who = residents(court.willow(), court.needs())
    strange = replace(who, age=np.array([object()]))
    with pytest.raises(TypeError):
        marks.marks(strange, court.willow().catalogue, {"base": court.willow()}, [QUAKE])


def test_every_kind_of_event_is_among_those_that_are_watched():
    further = {blow.kind for event in EVENTS for blow in event.also}
    assert {event.kind for event in EVENTS} | further == set(court.willow().catalogue.scenarios)


def test_another_program_uses_nothing_that_this_one_kept(tmp_path, computed, monkeypatch):
    court.run(court.willow(), QUAKE, seeds=SEEDS, keep=tmp_path)
    computed.clear()
    monkeypatch.setattr(marks, "program", lambda: "another")
    court.run(court.willow(), QUAKE, seeds=SEEDS, keep=tmp_path)
    assert sorted(computed) == list(SEEDS)


def test_two_studies_share_a_folder_without_meeting(tmp_path, computed):
    slow = court.kind(court.willow(), "adult", speed_level=court.point(0.5, "m/s"))
    alone = {name: bytes_of(study(None, place=place)) for name, place in
             (("one", court.willow()), ("two", slow))}  # fmt: skip
    with pytest.raises(Stop):
        study(tmp_path, progress=stopping_at(9))
    with pytest.raises(Stop):
        study(tmp_path, place=slow, progress=stopping_at(13))
    computed.clear()
    assert bytes_of(study(tmp_path)) == alone["one"]
    assert len(computed) == 24 - 8
    computed.clear()
    assert bytes_of(study(tmp_path, place=slow)) == alone["two"]
    assert len(computed) == 24 - 12


def cut(path):
    path.write_bytes(path.read_bytes()[:-40])


def turn_a_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def empty(path):
    path.write_bytes(b"")


def another(path):
    """Put another block's runs in; of two worlds that fare alike the bytes may be the same."""
    own = path.read_bytes()
    every = (one.read_bytes() for one in sorted(path.parent.glob("*.arrow")))
    path.write_bytes(next(content for content in every if content != own))


@pytest.mark.parametrize("harm", [cut, turn_a_bit, empty, another, os.remove])
def test_a_damaged_block_is_run_again_and_said(tmp_path, never_stopped, computed, harm):
    study(tmp_path)
    harm(sorted(tmp_path.glob("*.arrow"))[3])
    computed.clear()
    said = []
    assert bytes_of(study(tmp_path, progress=remarks(said))) == never_stopped
    assert len(computed) == BLOCK
    assert said[1:] == [
        "灾中过程模拟 simulation: 1 块文件坏了，重算 · 1 damaged blocks are run again"
    ]
    computed.clear()
    assert bytes_of(study(tmp_path)) == never_stopped
    assert computed == []


def test_a_manifest_torn_in_the_middle_of_a_line_costs_that_block_only(
    tmp_path, never_stopped, computed
):
    study(tmp_path)
    path = tmp_path / MANIFEST
    path.write_bytes(path.read_bytes().rstrip()[:-7])
    computed.clear()
    assert bytes_of(study(tmp_path)) == never_stopped
    assert len(computed) == BLOCK
    computed.clear()
    assert bytes_of(study(tmp_path)) == never_stopped
    assert computed == []


def test_nothing_half_written_is_taken_for_a_block(tmp_path, never_stopped, monkeypatch):
    write = Store.write

    def dies(self, block, runs):
        (self.folder / f"{block.name}.1.partial").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(Stop):
        study(tmp_path, progress=stopping_at(3))
    monkeypatch.setattr(Store, "write", dies)
    with pytest.raises(OSError):
        study(tmp_path)
    monkeypatch.setattr(Store, "write", write)
    assert bytes_of(study(tmp_path)) == never_stopped


def test_times_alone_are_kept_too_and_apart_from_whole_runs(tmp_path, computed):
    place = court.willow()

    def light(keep):
        return person_times(place, court.needs(), schemes={"base": place}, scenario=QUAKE,
                            seeds=SEEDS, keep=keep)  # fmt: skip

    court.run(place, QUAKE, seeds=SEEDS, keep=tmp_path)
    first = light(tmp_path)
    computed.clear()
    again = light(tmp_path)
    assert computed == []
    fresh = light(None)
    for found in (first, again):
        assert found.time["base"].tobytes() == fresh.time["base"].tobytes()
        assert found.arrived["base"].tobytes() == fresh.arrived["base"].tobytes()


def test_seeds_that_are_added_for_precision_are_kept_like_the_first(tmp_path, computed):
    place = court.numbers(court.willow(), stop_half_width=1e-6, stop_half_width_share=0.0,
                          stop_block=3.0)  # fmt: skip
    night, schemes = court.quake(2.0), {"gate": court.under(court.willow(), "gate")}
    first = court.run(place, night, schemes=schemes, seeds=range(4), most=9, keep=tmp_path)
    assert sorted(set(computed)) == list(range(9))
    computed.clear()
    again = court.run(place, night, schemes=schemes, seeds=range(4), most=9, keep=tmp_path)
    assert computed == []
    assert bytes_of(again) == bytes_of(first)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_runs_read_no_table_and_no_choice_but_those_their_block_is_named_by(event):
    place = court.willow()
    seen, chosen = set(), set()

    class Tables(dict):
        def __getitem__(self, name):
            seen.add(name)
            return super().__getitem__(name)

    class Choices:
        def __getattr__(self, name):
            chosen.add(name)
            return getattr(place.policy, name)

    watched = replace(place, tables=Tables(place.tables), policy=Choices(), settings=None,
                      study=None, schemes={}, inputs={}, notes=None)  # fmt: skip
    bare = replace(watched, scenarios={event.code: event})
    person_times(bare, court.needs(), schemes={"base": bare}, scenario=event, seeds=range(2))
    assert seen <= set(TABLES)
    assert chosen <= {"speed_density", "door_round_order"}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_kept_runs_come_back_as_they_were_and_bear_no_ids(tmp_path, monkeypatch, event):
    given, write = [], Store.write
    monkeypatch.setattr(
        Store,
        "write",
        lambda self, block, runs: given.append((block, runs)) or write(self, block, runs),
    )
    court.run(court.willow(), event, seeds=range(3), keep=tmp_path)
    back = Store(tmp_path)
    assert len(given) == 2
    for block, runs in given:
        same(runs, back.read(block))
    place = court.willow()
    ids = {str(one) for name, key in (("persons", "person"), ("households", "household"))
           for one in place[name][key]}  # fmt: skip
    for path in tmp_path.glob("*.arrow"):
        table = pa.ipc.open_file(path).read_all()
        held = b"\0".join(cell for name in table.column_names if name not in ("seed", "counts")
                          for cell in table[name].to_pylist())  # fmt: skip
        assert not [one for one in ids if len(one) > 2 and one.encode() in held]


def same(one, other):
    """Assert that two values are equal to the byte, and of the same types."""
    if hasattr(one, "__dataclass_fields__"):
        assert type(one) is type(other)
        for item in fields(one):
            same(getattr(one, item.name), getattr(other, item.name))
    elif isinstance(one, np.ndarray):
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        assert one.tobytes() == other.tobytes()
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            same(a, b)
    else:
        assert type(one) is type(other)
        assert one == other
