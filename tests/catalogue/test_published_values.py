"""The numbers stand as they were published (keys of sources.bib)."""

from __future__ import annotations

import math

import pytest

from renlin.catalogue import Catalogue, load


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


LEVEL = [
    ("adult", 1.34, 0.26, None, "weidmann1993"),
    ("older", 1.12, None, None, "taiwan_elderly"),
    ("oldest", 0.80, None, (0.50, 1.10), "pyfds_evac"),
    ("child_infant", 0.60, None, None, "larusdottir2012"),
    ("child_small", 0.84, None, None, "larusdottir2012"),
    ("child", 1.10, None, (1.0, 1.2), "assumption"),
    ("impaired_no_aid", 0.95, 0.32, (0.24, 1.68), "boyce1999"),
    ("crutches", 0.94, 0.30, (0.63, 1.35), "boyce1999"),
    ("stick", 0.81, 0.38, (0.26, 1.60), "boyce1999"),
    ("frame", 0.57, 0.29, (0.10, 1.02), "boyce1999"),
    ("wheelchair_manual", 0.69, 0.35, (0.13, 1.35), "boyce1999"),
    ("wheelchair_electric", 0.89, None, None, "boyce1999"),
    ("wheelchair_pushed", 1.30, 0.34, (0.84, 1.98), "boyce1999"),
    ("assisted_ambulant", 0.78, 0.34, (0.21, 1.40), "boyce1999"),
    ("blind_guided", 0.85, None, (0.7, 1.0), "assumption"),
    ("blind_alone", 0.65, None, (0.5, 0.8), "assumption"),
]
STAIRS = [
    ("older", 0.69, None, 0.63, None),
    ("impaired_no_aid", 0.33, 0.16, 0.38, 0.14),
    ("stick", 0.32, 0.12, 0.35, 0.11),
    ("crutches", 0.22, None, 0.22, None),
    ("frame", 0.16, None, 0.14, None),
]
SPEEDS = [
    ("weidmann_adult", 1.34, 0.26, None),
    ("weidmann_age_20", 1.62, None, None),
    ("weidmann_age_30", 1.54, None, None),
    ("weidmann_age_40", 1.48, None, None),
    ("weidmann_age_50", 1.41, None, None),
    ("weidmann_age_60", 1.27, None, None),
    ("weidmann_age_70", 1.07, None, None),
    ("fds_adult", 1.25, None, (0.95, 1.55)),
    ("fds_male", 1.35, None, (1.15, 1.55)),
    ("fds_female", 1.15, None, (0.95, 1.35)),
    ("fds_child", 0.90, None, (0.60, 1.20)),
    ("fds_elderly", 0.80, None, (0.50, 1.10)),
    ("imo_f_under_30_level", None, None, (0.93, 1.55)),
    ("imo_f_30_50_level", None, None, (0.71, 1.19)),
    ("imo_f_over_50_level", None, None, (0.56, 0.94)),
    ("imo_f_impaired_1_level", None, None, (0.43, 0.71)),
    ("imo_f_impaired_2_level", None, None, (0.37, 0.61)),
    ("imo_m_under_30_level", None, None, (1.11, 1.85)),
    ("imo_m_30_50_level", None, None, (0.97, 1.62)),
    ("imo_m_over_50_level", None, None, (0.84, 1.40)),
    ("imo_m_impaired_1_level", None, None, (0.64, 1.06)),
    ("imo_m_impaired_2_level", None, None, (0.55, 0.91)),
    ("imo_f_under_30_down", None, None, (0.56, 0.94)),
    ("imo_f_30_50_down", None, None, (0.49, 0.81)),
    ("imo_f_over_50_down", None, None, (0.45, 0.75)),
    ("imo_f_impaired_1_down", None, None, (0.34, 0.56)),
    ("imo_f_impaired_2_down", None, None, (0.29, 0.49)),
    ("imo_f_under_30_up", None, None, (0.47, 0.79)),
    ("imo_f_30_50_up", None, None, (0.44, 0.74)),
    ("imo_f_over_50_up", None, None, (0.37, 0.61)),
    ("imo_f_impaired_1_up", None, None, (0.28, 0.46)),
    ("imo_f_impaired_2_up", None, None, (0.23, 0.39)),
    ("imo_m_under_30_down", None, None, (0.76, 1.26)),
    ("imo_m_30_50_down", None, None, (0.64, 1.07)),
    ("imo_m_over_50_down", None, None, (0.50, 0.84)),
    ("imo_m_impaired_1_down", None, None, (0.38, 0.64)),
    ("imo_m_impaired_2_down", None, None, (0.33, 0.55)),
    ("imo_m_under_30_up", None, None, (0.50, 0.84)),
    ("imo_m_30_50_up", None, None, (0.47, 0.79)),
    ("imo_m_over_50_up", None, None, (0.38, 0.64)),
    ("imo_m_impaired_1_up", None, None, (0.29, 0.49)),
    ("imo_m_impaired_2_up", None, None, (0.25, 0.41)),
    ("taiwan_older_level", 1.12, None, None),
    ("taiwan_older_down", 0.69, None, None),
    ("taiwan_older_up", 0.63, None, None),
    ("taiwan_older_door", None, None, (0.35, 0.38)),
    ("shanghai_older", None, None, (0.76, 0.82)),
    ("shanghai_middle", None, None, (0.92, 0.94)),
    ("shanghai_male", None, None, (1.05, 1.07)),
    ("shanghai_luggage_small", None, None, (0.97, 0.98)),
    ("shanghai_luggage_medium", None, None, (0.92, 0.95)),
    ("shanghai_luggage_large", None, None, (0.86, 0.90)),
    ("shanghai_luggage_trolley", None, None, (0.92, 0.97)),
    ("children_0_2", 0.60, None, None),
    ("children_3_6", 0.84, None, None),
    ("children_0_2_down", 0.13, None, None),
    ("children_3_6_down", 0.58, None, None),
    ("boyce_all_disabled", 1.00, 0.42, (0.10, 1.77)),
    ("weidmann_down", 0.694, None, None),
    ("weidmann_up", 0.610, None, None),
    ("sfpe_k_75_10", 1.00, None, None),
    ("sfpe_k_7_11", 1.08, None, None),
    ("sfpe_k_65_12", 1.16, None, None),
    ("sfpe_k_65_13", 1.23, None, None),
    ("assisted_living_down", 0.31, 0.16, (0.07, 0.91)),
    ("assisted_living_6_storeys", None, None, (0.11, 0.29)),
    ("assisted_living_13_storeys", None, None, (0.20, 0.42)),
    ("untrained_help_down", None, None, (0.11, 0.31)),
    ("devices_down", None, None, (0.60, 0.84)),
    ("wheelchair_pushed_ratio", None, None, (1.9, 2.6)),
]
DEVICES = [
    ("evacuation_chair", 0.83, 1.46, 33, (1, 2)),
    ("rescue_sheet", 0.62, 0.89, 65, None),
    ("carry_chair", 0.58, 1.50, 42, (3, 4)),
    ("stretcher", 0.57, 1.04, 78, None),
]
PARAMETERS = [
    ("boundary_door", 0.15),
    ("boundary_stair_wall", 0.15),
    ("boundary_handrail", 0.09),
    ("boundary_corridor_wall", 0.20),
    ("boundary_obstacle", 0.10),
    ("flow_door", 1.3),
    ("flow_level", 1.3),
    ("flow_stair_75_10", 0.94),
    ("flow_stair_7_11", 1.01),
    ("flow_stair_65_12", 1.09),
    ("flow_stair_65_13", 1.16),
    ("stair_constant", 51.8),
    ("jam_density", 5.4),
    ("jam_density_older", 3.33),
    ("infant_arms_level", 0.9),
    ("infant_arms_stairs", 0.8),
    ("infant_arms_size", 1.3),
    ("dark_speed_factor", 0.7),
    ("smoke_speed_slope", 0.34),
    ("smoke_speed_floor", 0.2),
    ("smoke_visibility_full", 3.0),
    ("visibility_factor_reflecting", 2.0),
    ("visibility_factor_light", 8.0),
    ("dose_co_factor", 4.607e-7),
    ("dose_co_exponent", 1.036),
    ("older_alone_factor", 1.5),
    ("asleep_delay", 120.0),
    ("time_step", 1.0),
    ("unfamiliar_cost_factor", 3.0),
    ("n_seeds", 30.0),
    ("n_seeds_max", 300.0),
    ("half_width_seconds", 5.0),
    ("half_width_share", 0.02),
]
STANDARDS = [
    ("accessible_width", 1.20, "at_least"),
    ("accessible_width_crowded", 1.80, "at_least"),
    ("cover_gap", 0.013, "at_most"),
    ("ramp_slope", 1 / 12, "at_most"),
    ("ramp_width", 1.20, "at_least"),
    ("ramp_rise_without_handrail", 0.30, "at_most"),
    ("ramp_slope_without_handrail", 0.05, "at_most"),
    ("entrance_platform", 1.50, "at_least"),
    ("door_threshold", 0.015, "at_most"),
    ("fire_lane_width", 4.0, "at_least"),
    ("fire_lane_height", 4.0, "at_least"),
    ("earthquake_shelter_area", 2000, "at_least"),
    ("earthquake_shelter_area_per_person", 1.5, "at_least"),
    ("shelter_unit_persons", 2000, "at_most"),
    ("shelter_separation_2000", 3, "at_least"),
    ("shelter_separation_8000", 6, "at_least"),
    ("shelter_separation_20000", 12, "at_least"),
    ("shelter_management_area", 50, "at_least"),
    ("shelter_radius_emergency", 500, "at_most"),
    ("shelter_radius_short", 1000, "at_most"),
    ("shelter_radius_medium", 1500, "at_most"),
    ("shelter_radius_long", 2500, "at_most"),
    ("shelter_area_emergency", 0.5, "at_least"),
    ("shelter_area_short", 2.0, "at_least"),
    ("shelter_area_medium", 3.0, "at_least"),
    ("shelter_area_long", 4.5, "at_least"),
    ("hydrant_spacing", 120, "at_most"),
    ("hydrant_radius", 150, "at_most"),
    ("fire_station_area", 7e6, "at_most"),
    ("fire_station_arrival", 300, "at_most"),
    ("life_circle_15", 1000, "at_most"),
    ("life_circle_10", 500, "at_most"),
    ("life_circle_5", 300, "at_most"),
]
FRAGILITY = [
    ("URML", (0.0024, 0.0048, 0.012, 0.028), (1.15, 1.20)),
    ("URMM", (0.0016, 0.0032, 0.008, 0.0187), (0.88, 1.00)),
    ("C3L", (0.0024, 0.0048, 0.012, 0.028), (0.92, 1.19)),
    ("C3M", (0.0016, 0.0032, 0.008, 0.0187), (0.86, 0.96)),
    ("C1L", (0.004, 0.0064, 0.016, 0.04), (None, None)),
    ("C1M", (0.0027, 0.0043, 0.0107, 0.0267), (None, None)),
    ("RM1L", (0.0032, 0.0051, 0.0128, 0.035), (None, None)),
]


@pytest.mark.parametrize(("code", "mean", "sd", "bounds", "source"), LEVEL)
def test_level_speed_of_a_class_is_the_published_one(
    catalogue: Catalogue, code: str, mean: float, sd: float | None, bounds: object, source: str
) -> None:
    speed = catalogue.classes[code].speed_level

    assert (speed.value, speed.source) == (mean, source)
    assert sd is None or speed.sd == sd
    assert bounds is None or (speed.low, speed.high) == bounds


@pytest.mark.parametrize(("code", "down", "sd_down", "up", "sd_up"), STAIRS)
def test_stair_speed_of_a_class_is_the_published_one(
    catalogue: Catalogue, code: str, down: float, sd_down: object, up: float, sd_up: object
) -> None:
    kind = catalogue.classes[code]

    assert (kind.speed_down.value, kind.speed_up.value) == (down, up)
    assert sd_down is None or (kind.speed_down.sd, kind.speed_up.sd) == (sd_down, sd_up)


@pytest.mark.parametrize(("code", "mean", "sd", "bounds"), SPEEDS)
def test_a_published_speed_is_kept_as_found(
    catalogue: Catalogue, code: str, mean: object, sd: object, bounds: object
) -> None:
    row = catalogue.speeds[code]

    assert (row.mean, row.sd) == (mean, sd)
    assert bounds is None or (row.low, row.high) == bounds
    assert not row.verified


@pytest.mark.parametrize(("code", "stairs", "level", "preparation", "handlers"), DEVICES)
def test_a_trained_device_has_the_published_speeds(
    catalogue: Catalogue,
    code: str,
    stairs: float,
    level: float,
    preparation: float,
    handlers: object,
) -> None:
    device = catalogue.devices[code]

    assert device.trained
    assert (device.speed_stairs.value, device.speed_level.value) == (stairs, level)
    assert device.preparation.value == preparation
    assert handlers is None or (device.n_handlers.low, device.n_handlers.high) == handlers


def test_neighbours_without_training_are_slower_than_every_trained_party(
    catalogue: Catalogue,
) -> None:
    trained = [d.speed_stairs.value for d in catalogue.devices.values() if d.trained]
    untrained = [d.speed_stairs.value for d in catalogue.devices.values() if not d.trained]

    assert max(untrained) < min(trained)
    assert catalogue.devices["untrained_arms"].speed_stairs.low == 0.11
    assert catalogue.devices["untrained_arms"].speed_stairs.high == 0.31


@pytest.mark.parametrize(("code", "value"), PARAMETERS)
def test_a_parameter_has_its_published_or_stated_value(
    catalogue: Catalogue, code: str, value: float
) -> None:
    assert catalogue.number(code) == value


@pytest.mark.parametrize(("code", "value", "rule"), STANDARDS)
def test_a_standard_has_its_value_and_direction(
    catalogue: Catalogue, code: str, value: float, rule: str
) -> None:
    row = catalogue.standards[code]

    assert row.value == pytest.approx(value, abs=1e-6)
    assert row.rule == rule
    assert not row.verified


@pytest.mark.parametrize(("kind", "medians", "betas"), FRAGILITY)
def test_fragility_medians_are_the_published_ones(
    catalogue: Catalogue, kind: str, medians: tuple[float, ...], betas: tuple[object, object]
) -> None:
    rows = [
        catalogue.fragility[f"{kind}_{s}"] for s in ("slight", "moderate", "extensive", "complete")
    ]

    assert tuple(row.median for row in rows) == medians
    assert {(row.beta_low, row.beta_high) for row in rows} == {betas}


def test_casualty_shares_are_the_published_percentages(catalogue: Catalogue) -> None:
    shares = {
        code: tuple(round(100 * getattr(row, f"severity_{i}"), 6) for i in (1, 2, 3, 4))
        for code, row in catalogue.casualties.items()
    }

    assert shares == {
        "slight": (0.05, 0, 0, 0),
        "moderate": (0.35, 0.4, 0.001, 0.001),
        "extensive": (2, 0.2, 0.002, 0.002),
        "complete": (10, 2, 0.02, 0.02),
        "collapse": (40, 20, 5, 10),
    }


def test_rubble_width_follows_the_published_bands(catalogue: Catalogue) -> None:
    rows = sorted(catalogue.debris.values(), key=lambda row: row.height)

    assert [row.height for row in rows] == [0, 24, 54, 100, 160, 250]
    assert [row.parallel for row in rows] == pytest.approx(
        [2 / 3, 2 / 3, 0.5, 0.5, 0.4, 0.3], abs=1e-6
    )
    assert [row.perpendicular for row in rows] == [0.5, 0.5, 0.3, 0.25, 0.2, 0.15]


@pytest.mark.parametrize(("people", "loss"), [("men", 0.386), ("women", 0.448)])
def test_walking_in_water_loses_the_measured_share(
    catalogue: Catalogue, people: str, loss: float
) -> None:
    assert catalogue.depth_speed[f"{people}_035"].factor == pytest.approx(1 - loss)


def test_deeper_water_is_never_faster(catalogue: Catalogue) -> None:
    for people in ("all", "men", "women"):
        rows = sorted(
            (row for row in catalogue.depth_speed.values() if row.people == people),
            key=lambda row: row.depth,
        )
        factors = [row.factor for row in rows]

        assert rows[0].depth == 0
        assert factors == sorted(factors, reverse=True)


def test_capacity_falls_with_slow_walkers_as_measured(catalogue: Catalogue) -> None:
    points = {row.share: row.factor for row in catalogue.slow_share if row.code == "path_1_2m"}

    assert (points[0.0], points[0.1], points[0.2]) == (1.0, 0.71, 0.61)
    assert sorted(points.values(), reverse=True) == [points[share] for share in sorted(points)]


def test_greatest_flow_of_the_weidmann_curve_is_the_one_stated(catalogue: Catalogue) -> None:
    row = catalogue.speed_density["weidmann"]
    assert row.gamma is not None
    flows = {
        d / 100: d / 100 * 1.34 * (1 - math.exp(-row.gamma * (100 / d - 1 / row.jam_density)))
        for d in range(1, int(100 * row.jam_density))
    }

    assert max(flows.values()) == pytest.approx(row.flow, abs=0.005)
    assert max(flows, key=lambda density: flows[density]) == pytest.approx(1.75, abs=0.02)


def test_greatest_flow_of_the_sfpe_curve_is_the_one_stated(catalogue: Catalogue) -> None:
    row = catalogue.speed_density["sfpe_level"]
    assert row.a is not None
    k = catalogue.number("sfpe_k_level")
    flows = {d / 100: d / 100 * k * (1 - row.a * d / 100) for d in range(1, 376)}

    assert max(flows.values()) == pytest.approx(row.flow, abs=0.005)
    assert max(flows, key=lambda density: flows[density]) == pytest.approx(1.88, abs=0.01)
    assert row.jam_density == pytest.approx(1 / row.a, abs=0.005)


def test_sfpe_stair_constants_agree_with_their_closed_form(catalogue: Catalogue) -> None:
    for code, riser, tread in (
        ("75_10", 7.5, 10),
        ("7_11", 7, 11),
        ("65_12", 6.5, 12),
        ("65_13", 6.5, 13),
    ):
        k = catalogue.number("stair_constant") * math.sqrt(tread / riser) / 60

        assert catalogue.number(f"sfpe_k_stair_{code}") == pytest.approx(k, abs=0.015)


def test_a_flight_is_as_long_as_its_steps(catalogue: Catalogue) -> None:
    rise = catalogue.number("storey_height") / catalogue.number("flights_per_storey")
    run = rise * catalogue.number("stair_tread") / catalogue.number("stair_riser")

    assert catalogue.number("flight_slope_length") == pytest.approx(math.hypot(rise, run), abs=0.01)
    assert catalogue.number("stair_slope_factor") == pytest.approx(
        math.hypot(rise, run) / run, abs=0.001
    )


@pytest.mark.parametrize(
    ("code", "mu"), [("imo_day", 3.44), ("imo_night", 3.95), ("fds_lognormal", 4.586)]
)
def test_the_median_of_a_lognormal_delay_is_that_of_its_mu(
    catalogue: Catalogue, code: str, mu: float
) -> None:
    assert catalogue.premovement[code].value == pytest.approx(math.exp(mu), rel=2e-3)


def test_delays_stand_as_published_or_stated(catalogue: Catalogue) -> None:
    delay = catalogue.premovement

    assert (delay["fds_gamma"].shape, delay["fds_gamma"].value) == (1.291, 103.9)
    assert (delay["fds_weibull"].value, delay["fds_weibull"].shape) == (139.3, 1.195)
    assert (delay["imo_night"].shift, delay["imo_night"].low, delay["imo_night"].high) == (
        400,
        400,
        700,
    )
    assert (delay["dwelling_alarm"].low, delay["dwelling_alarm"].high) == (300, 600)
    assert (delay["midrise_flats"].low, delay["midrise_flats"].high) == (150, 582)
    assert 60 <= delay["fire_same_stair"].value <= 120
    assert 180 <= delay["fire_other_stair"].value <= 300
    assert (delay["earthquake"].low, delay["earthquake"].high) == (20, 60)
    assert (delay["flood_warning"].low, delay["flood_warning"].high) == (600, 1800)


def test_water_for_all_uses_is_per_person_and_day(catalogue: Catalogue) -> None:
    total, drinking = catalogue.supplies["water_total"], catalogue.supplies["water_drinking"]

    assert (total.rate.value, total.rate.unit) == (15, "l/person/day")
    assert drinking.rate.value == 3
    assert not total.rate.verified


def test_the_categories_of_relief_were_read_in_the_text(catalogue: Catalogue) -> None:
    relief = catalogue.indicators["dibao"]

    assert relief.verified
    assert set(relief.levels) == {"none", "rigid", "edge", "dibao", "tekun"}
    assert [code for code, one in catalogue.indicators.items() if one.verified] == ["dibao"]


def test_care_levels_split_the_score_as_the_implementations_agree(catalogue: Catalogue) -> None:
    least = [catalogue.number(f"adl_score_level_{level}") for level in range(5)]

    assert least == [90, 66, 46, 30, 0]


def test_survival_after_collapse_stands_as_published(catalogue: Catalogue) -> None:
    given = catalogue.scenarios["personal_incident"].parameters

    assert [given[f"survival_{m}_min"].value for m in (4, 8, 10)] == [0.5, 0.1, 0.01]
    assert [given[f"larsen_{k}"].value for k in ("base", "cpr", "aed", "acls")] == [
        0.67,
        0.023,
        0.011,
        0.021,
    ]
    assert given["ambulance_response"].value == 744
