"""Sensors and ground floors: what reports is evidence, what is silent is not good news."""

import numpy as np
import pandas as pd
import pytest
from tests.community.drawn import building, drawn, entrance, home, willow

from renlin.space.risk.ground_floors import above, as_findings, in_use
from renlin.space.risk.inspections import current
from renlin.space.risk.sensors import readings, watched

CATALOGUE = willow().catalogue
DAY = pd.Timestamp("2026-11-01")
USES, KINDS = CATALOGUE.ground_floor_uses, CATALOGUE.hazards


def town(**rows):
    homes = [home(f"h{n}", f"A-{1 + n % 2}", 1 + n) for n in range(4)]
    return drawn(
        buildings=[building("A", 0, 4)],
        entrances=[entrance("A-1", "A", 0, 4), entrance("A-2", "A", 5, 4)],
        households=[h for h, _ in homes],
        dwellings=[d for _, d in homes],
        **rows,
    )


def sensor(name, place, table, **facts):
    known = {"kind": "electrical", "last_seen": "2026-11-01"}
    return {"sensor": name, "place": place, "place_table": table, **known, **facts}


def quality(*sensors):
    place = town(sensors=list(sensors))
    layers = (place[n] for n in ("sensors", "buildings", "entrances", "dwellings"))
    found = watched(*layers, CATALOGUE, DAY)
    return found.set_index(["building", "kind"])["quality"].to_dict()


class TestWatched:
    @pytest.mark.parametrize(
        ("place", "table", "share"),
        [("A", "buildings", 1.0), ("A-1", "entrances", 0.5), ("d-h0", "dwellings", 0.25)],
    )
    def test_a_sensor_watches_its_part_of_the_house(self, place, table, share):
        assert quality(sensor("s", place, table)) == {("A", "wiring"): pytest.approx(share)}

    def test_silence_halves_it_every_half_life(self):
        days = CATALOGUE.number("sensor_half_life")
        seen = (DAY - pd.Timedelta(days=2 * days)).date().isoformat()
        assert quality(sensor("s", "A", "buildings", last_seen=seen))["A", "wiring"] == 0.25

    def test_one_that_never_reported_or_reports_later_adds_nothing(self):
        assert quality(sensor("s", "A", "buildings", last_seen=None)) == {}
        assert quality(sensor("s", "A", "buildings", last_seen="2026-11-02")) == {}

    def test_many_make_nothing_more_than_known(self):
        many = [sensor(f"s{n}", "A", "buildings") for n in range(3)]
        assert quality(*many) == {("A", "wiring"): 1.0}


class TestReadings:
    def told(self, *sensors):
        place = town(sensors=list(sensors))
        return readings(place["sensors"], place["dwellings"], CATALOGUE, DAY)

    def test_an_alarm_is_a_finding_at_its_worst_and_a_warning_a_middling_one(self):
        found = self.told(
            sensor("s", "d-h0", "dwellings", reading="alarm"),
            sensor("t", "A", "buildings", reading="warning"),
        )
        rated = current(found, CATALOGUE, DAY).set_index("hazard")
        assert rated["rate"].to_dict() == {"s:wiring": 1.0, "t:wiring": 0.5}
        assert rated["place"].to_dict() == {"s:wiring": "A-1", "t:wiring": "A"}
        assert rated.loc["t:wiring", ["file", "row"]].tolist() == ["layers/sensors.csv", 3]

    def test_a_normal_reading_is_no_finding(self):
        assert len(self.told(sensor("s", "A", "buildings", reading="normal"))) == 0
        assert len(self.told(sensor("s", "A", "buildings"))) == 0


def room(name="g", use="workshop", **facts):
    known = {"building": "A", "seen_on": "2026-10-01", "source": "street"}
    return {"ground_floor": name, "use": use, **known, **facts}


class TestGroundFloors:
    def rooms(self, *rows, day=DAY):
        place = town(ground_floors=list(rows))
        return in_use(place["ground_floors"], CATALOGUE, day), place

    @pytest.mark.parametrize(
        ("separated", "rates"), [(True, "shut"), (False, "open"), (None, "both")]
    )
    def test_walls_that_keep_a_fire_out_make_it_less_bad(self, separated, rates):
        row = self.rooms(room(separated=separated))[0].iloc[0]
        use = USES["workshop"]
        expected = {
            "shut": (use.separated_rate,) * 3,
            "open": (use.rate,) * 3,
            "both": (use.separated_rate, use.rate, use.rate),
        }
        assert (row["low"], row["rate"], row["high"]) == expected[rates]

    def test_a_use_counts_from_the_day_it_was_seen_to_the_day_it_ended(self):
        ended = room(ended_on="2026-10-20")
        for day, n in (("2026-09-30", 0), ("2026-10-01", 1), ("2026-10-19", 1), ("2026-10-20", 0)):
            assert len(self.rooms(ended, day=pd.Timestamp(day))[0]) == n

    def test_an_office_is_a_room_and_no_hazard(self):
        rows, place = self.rooms(room(use="office"))
        assert len(rows) == 1
        assert len(as_findings(rows, CATALOGUE, DAY)) == 0
        assert len(above(rows, place["entrances"], lived(), CATALOGUE)) == 0

    def test_who_lives_above_is_the_stair_or_the_house(self):
        rows, place = self.rooms(room("g1", entrance="A-1"), room("g2"))
        found = above(rows, place["entrances"], lived(), CATALOGUE).set_index("ground_floor")
        assert found["households"].to_dict() == {"g1": 2, "g2": 4}
        assert found["persons"].to_dict() == {"g1": 2, "g2": 4}
        base = CATALOGUE.hazard_families["fire"].base.value
        added = base * 4 * (KINDS["use_mixed"].multiplier.value - 1) * USES["workshop"].rate
        assert found.loc["g2", "incidents"] == pytest.approx(added)

    def test_as_findings_they_keep_their_row(self):
        rows, _ = self.rooms(room("g1", "office"), room("g2", "kitchen", entrance="A-2"))
        found = as_findings(rows, CATALOGUE, DAY).iloc[0]
        assert (found["place_table"], found["place"], found["row"]) == ("entrances", "A-2", 3)
        assert found["quality"] == pytest.approx(
            0.5 ** (31 / KINDS["kitchen_shared"].half_life.value)
        )


def lived():
    return pd.DataFrame(
        {"person": [f"p{n}" for n in range(4)], "household": [f"h{n}" for n in range(4)],
         "entrance": [f"A-{1 + n % 2}" for n in range(4)]}
    )  # fmt: skip


def test_every_use_names_a_kind_of_hazard_that_starts_incidents():
    for use in USES.values():
        if use.hazard:
            assert not KINDS[use.hazard].aggravates
        assert 0 <= use.separated_rate <= use.rate <= 1
    assert np.isfinite([use.rate for use in USES.values()]).all()
