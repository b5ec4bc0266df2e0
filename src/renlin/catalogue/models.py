"""Shape every kind of catalogue entry; unknown keys are refused."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

ASSUMPTION = "assumption"

Distribution = Literal["point", "normal", "lognormal", "uniform", "gamma", "weibull"]


class Model(BaseModel):
    """Refuse unknown keys and never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Value(Model):
    """One number with its spread, bounds, unit and origin.

    ``value`` is the mean (normal), the median (lognormal) or the point itself;
    for uniform it is the middle of ``low`` and ``high``. ``sd`` is the standard
    deviation, for lognormal that of the logarithm; gamma and weibull carry their
    ``shape`` and use ``value`` as scale. ``low`` and ``high`` cut every draw; ``shift``
    is added to a draw before it is cut.
    """

    value: float
    unit: str
    source: str
    sd: float | None = None
    shape: float | None = None
    low: float | None = None
    high: float | None = None
    shift: float = 0.0
    distribution: Distribution = "point"
    confidence: Literal["A", "B", "C"] = "C"
    verified: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Value:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low must not exceed high")
        if self.distribution in ("normal", "lognormal") and self.sd is None:
            raise ValueError(f"{self.distribution} needs sd")
        if self.distribution in ("gamma", "weibull") and self.shape is None:
            raise ValueError(f"{self.distribution} needs shape")
        if self.distribution == "uniform" and (self.low is None or self.high is None):
            raise ValueError("uniform needs low and high")
        return self


class Entry(Model):
    """Name an entry in both languages and say where it comes from."""

    code: str
    zh: str
    en: str
    source: str
    verified: bool = False
    note: str = ""


class Condition(Model):
    """Compare one indicator with one value."""

    indicator: str
    op: Literal["=", "!=", ">=", "<=", ">", "<", "in"]
    value: bool | int | float | str | list[str]


class BehaviourClass(Entry):
    """How one kind of resident moves (reference: the six behaviour parameters)."""

    display: str
    when: list[list[Condition]] = Field(default_factory=list)
    """Any of these lists, all conditions of one list; first class that holds wins."""
    rank: int
    takes_steps: Literal["yes", "carried", "no"] = "yes"
    needs_handrail: bool = False
    """Whether steps out of doors without any handrail may stop them. Assumption."""
    help: Literal["none", "guide", "assist", "carry"] = "none"
    n_helpers: int = 0
    speed_level: Value
    speed_down: Value
    speed_up: Value
    size: Value
    min_width: Value
    max_slope: Value | None = None
    companions: Value
    n_stops: Value
    dwell: Value
    carried_l: Value
    reaction_factor: Value
    preparation: Value
    slow_walker: bool = False
    view: Literal["live", "distance", "unfamiliar"] = "distance"
    """What they know: closures and queues live, distances only, or main streets only."""


class CarryDevice(Entry):
    """A way to bring somebody down stairs who cannot walk them."""

    speed_stairs: Value
    speed_level: Value
    preparation: Value
    n_handlers: Value
    size: Value
    """Space the whole party takes, in persons."""
    min_width: Value
    trained: bool


class DisplayGroup(Entry):
    """A group as people read it: name, order, colour token, dash and marker."""

    order: int
    token: str
    marker: str
    vulnerable: bool
    member_when: list[list[Condition]] = Field(default_factory=list)
    """Overlapping membership: any list, all conditions of it."""


class Indicator(Entry):
    """One thing that may be known of a person or household."""

    subject: Literal["persons", "households"]
    kind: Literal["boolean", "level", "number", "category"]
    unit: str = ""
    low: float | None = None
    high: float | None = None
    levels: list[str] = Field(default_factory=list)
    risk_when: list[Condition] = Field(default_factory=list)
    """All must hold for the indicator to count as a risk factor."""
    expiry: Value
    group: str
    phase: list[Literal["prevention", "response", "recovery"]] = Field(default_factory=list)
    capacity: Literal["prevention", "response", "recovery", "none"] = "none"
    dimension: Literal["exposure", "sensitivity", "adaptive", "none"] = "none"
    met_when: list[Condition] = Field(default_factory=list)
    """The capacity item is met when all hold."""
    aliases: list[str] = Field(default_factory=list)
    values: dict[str, str] = Field(default_factory=dict)
    """Word in a register -> value."""
    needs: list[str] = Field(default_factory=list)
    missing: str = "unknown"
    applies_when: list[list[Condition]] = Field(default_factory=list)
    """For whom it is asked: any of these lists, all conditions of one; empty is everybody."""
    otherwise: str = ""
    """Value of those it surely does not apply to; empty leaves it unknown."""
    derived_from: str = ""
    """``table.column`` it is counted or read from when no fact states it."""
    direction: Literal["", "higher", "lower", "listed", "none"] = ""
    """Which answers are worse, where ``risk_when`` cannot say; see :meth:`worse`."""

    def allows(self, value: object) -> bool:
        """Return whether a number lies within the bounds; of anything else nothing is said."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return True
        above = self.low is None or value >= self.low
        return above and (self.high is None or value <= self.high)

    def worse(self) -> Literal["higher", "lower", "listed", "none"]:
        """Return which answers are worse.

        ``higher`` (yes, of yes and no) or ``lower`` numbers, ``listed`` words, or ``none``
        where no answer is worse than another by itself. From ``direction``, else from the
        conditions on the indicator itself in ``risk_when``, else from ``met_when`` turned
        round.
        """
        if self.direction:
            return self.direction
        for conditions, turned in ((self.risk_when, False), (self.met_when, True)):
            own = [one for one in conditions if one.indicator == self.code]
            if own and self.kind == "category":
                return "listed"
            for one in own:
                up = one.value is True if self.kind == "boolean" else one.op in (">", ">=")
                return "higher" if up != turned else "lower"
        return "none"


class Answer(Model):
    """A word by which registers say yes, no or not known; holds for every boolean indicator."""

    code: str
    value: Literal["true", "false", "unknown"]


class RegisterColumn(Entry):
    """A column of identity in a register: the headings and words used for it."""

    aliases: list[str] = Field(default_factory=list)
    values: dict[str, str] = Field(default_factory=dict)
    """Word in a register -> value."""


class Need(Entry):
    """A need that a tier or an indicator brings."""

    unit: str
    phase: list[Literal["prevention", "response", "recovery"]]
    per: Literal["person", "household"]
    kind: Literal["service", "supply", "space"]
    quantity: float = 1.0
    """Units each person or household needs at a time."""
    when: list[list[Condition]] = Field(default_factory=list)
    """An indicator brings it only where one of these lists holds; empty is wherever it is a
    risk. A tier brings it always."""


class Supply(Entry):
    """A supply with its rate per person (or household) and day."""

    unit: str
    per: Literal["person", "household"]
    rate: Value
    days: Value
    when: list[list[Condition]] = Field(default_factory=list)
    once: bool = False
    """True: one issue, not per day."""
    rate_from: str = ""
    """Indicator whose known value replaces the rate of a person, in the same unit."""


class Hazard(Entry):
    """A hazard found by inspection, with how a measure becomes a 0-1 rate."""

    family: Literal[
        "fire", "structure", "flood", "access", "gas", "electric", "earthquake", "health"
    ]
    unit: str = ""
    measure_low: float | None = None
    measure_high: float | None = None
    """Measured value that maps to 0 and to 1; reversed when low > high."""
    severity_rate: list[float] = Field(default_factory=list)
    """Rate for inspector's grades 1-5."""
    aggravates: list[str] = Field(default_factory=list)
    """Families whose incidents do more harm with it; empty: it causes those of its own."""
    multiplier: Value
    """How many times as often (or as harmful) incidents are with it at its worst."""
    sensors: list[str] = Field(default_factory=list)
    """Kinds of sensor that would notice it."""
    half_life: Value
    """Days after which an unrepeated inspection counts half as certain."""
    scenarios: list[str] = Field(default_factory=list)
    source_rate: str = ASSUMPTION

    @model_validator(mode="after")
    def _never_safer(self) -> Hazard:
        bounds = (self.multiplier.value, self.multiplier.low, self.multiplier.high)
        if min(bound for bound in bounds if bound is not None) < 1:
            raise ValueError("multiplier must be 1 or more: a finding never makes safer")
        if any(not 0 <= rate <= 1 for rate in self.severity_rate):
            raise ValueError("severity_rate must lie within 0..1")
        if self.family == "access" and not self.aggravates:
            raise ValueError("access has no incident of its own: name what it aggravates")
        return self


class Facility(Entry):
    """A kind of facility: what it serves and the limits of a fair reach."""

    radius: Value | None = None
    """Service radius of the standard, straight line, m."""
    walk_limit: Value | None = None
    """Walking time within which it counts as reached, s."""
    area_per_person: Value | None = None
    standard: str = ""
    hazards: list[str] = Field(default_factory=list)
    reached_by: Literal["residents", "responders"] = "residents"
    moves: Literal["walk", "fetch", "hose", "engine"] = "walk"
    """``fetch`` goes there and back; ``hose`` is laid along the ways, whatever their width and
    steps; ``engine`` drives as far as lanes allow and goes on on foot."""
    way_limit: Value | None = None
    """Length along the ways within which it counts as reached, m; for what is laid."""
    symbol: str = ""


class Standard(Entry):
    """A clause with its value."""

    standard: str
    clause: str
    value: float
    unit: str
    rule: Literal["at_least", "at_most"]
    binding: Literal["mandatory", "recommended"]


class RandomIndexRow(Model):
    """Mean consistency index of random pairwise judgements of ``n`` things, by author."""

    code: str
    series: str
    n: int
    value: float
    source: str
    confidence: Literal["A", "B", "C"] = "C"
    verified: bool = False
    note: str = ""


class SpeedDensityRow(Model):
    """One relation between density and speed, walked on one kind of link."""

    code: str
    link: Literal["level", "stair"]
    form: Literal["weidmann", "sfpe", "table"]
    gamma: float | None = None
    jam_density: float
    a: float | None = None
    flat_below: float | None = None
    flat_factor: float | None = None
    floor: float
    flow: float
    """Greatest specific flow, persons/(s·m)."""
    source: str
    confidence: Literal["A", "B", "C"] = "B"
    verified: bool = False
    note: str = ""


class SlowShareRow(Model):
    """Capacity factor at a share of slow walkers (piecewise linear)."""

    code: str
    share: float
    factor: float
    source: str
    confidence: Literal["A", "B", "C"] = "C"
    verified: bool = False
    note: str = ""


class BottleneckRow(Model):
    """Flow through one place of the map at a share of slow walkers (piecewise linear)."""

    code: str
    """``table/place``, such as ``gates/east``."""
    share: float = Field(ge=0.0, le=1.0)
    flow: float = Field(gt=0.0)
    """Persons/(s·m of clear width)."""
    low: float | None = None
    high: float | None = None
    source: str
    confidence: Literal["A", "B", "C"] = "C"
    verified: bool = False
    note: str = ""


class Structure(Entry):
    """What a building is made of: how it shakes, and whether it burns from house to house."""

    fragility_low: str
    """Type of ``fragility.csv`` up to ``low_floors`` storeys."""
    fragility_mid: str
    low_floors: int
    drift_per_g: Value
    """Storey drift, as a share of height, per g of peak ground acceleration."""
    collapse_given_complete: Value
    spreads_fire: bool


class ScenarioKind(Entry):
    """A kind of event with its own mechanism and default parameters."""

    family: Literal["natural", "safety", "health", "personal"]
    mechanism: str
    """What works in it; a kind whose mechanism does not exist is refused when it is run."""
    parameters: dict[str, Value] = Field(default_factory=dict)
    targets: list[str] = Field(default_factory=list)
    """Facility kinds residents walk to, first choice first."""
    stay_put: bool = False
    at_risk_when: list[list[Condition]] = Field(default_factory=list)
    """Who the event endangers at home: any of the lists holds as a whole."""
    spared_when: list[list[Condition]] = Field(default_factory=list)
    """Who of them surely is provided for at home all the same."""
    fits_as: str = ""
    """Kind whose places of refuge serve this one too; empty: its own."""


class Response(Entry):
    """A response of planning, construction or governance, chosen by a rule."""

    strategy: str
    dimension: Literal["spatial", "social", "institutional", "technological"]
    phase: Literal["planning", "construction", "governance"]
    order: Literal["prevent", "buffer", "learn", "transform"]
    trigger: str
    """Code of the trigger rule that governance evaluates."""
    threshold: Value | None = None
    lever: str
    prior: Value | None = None
    """Range swept for the lever: never evidence."""
    cost: Value | None = None
    owner: str
    deputy: str = ""
    review_months: int
    basis: str
    causes: list[str] = Field(default_factory=list)
    """Why residents are not covered that it takes away; the cheapest is a point's fix."""


class Lever(Model):
    """What a strategy moves in the model: the tables and columns an edit may touch.

    ``table``, ``column`` and ``operation`` are lists separated by ``|``; a column that is a
    path (``parameters/carry_speed_stairs``) is an entry of the catalogue. ``kinds`` are the
    kinds of row it moves, all when empty.
    """

    code: str
    zh: str
    en: str
    table: str
    column: str = ""
    operation: str = Field(pattern=r"^(set|row|parameter)(\|(set|row|parameter))*$")
    source: str
    kinds: str = ""

    @property
    def operations(self) -> frozenset[str]:
        """Return what an edit may do: set a cell, add or remove a row, move a parameter."""
        return frozenset(self.operation.split("|"))

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the tables an edit may touch."""
        return tuple(self.table.split("|")) if self.operation != "parameter" else ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns an edit may set."""
        return tuple(name for name in self.column.split("|") if name and "/" not in name)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the entries of the catalogue an edit may move, or branches of them."""
        return tuple(name for name in self.column.split("|") if "/" in name)

    def moves_kind(self, kind: str) -> bool:
        """Return whether it moves rows of ``kind``."""
        return not self.kinds or kind in self.kinds.split("|")


class Word(Model):
    """A word of the product in both languages."""

    code: str
    zh: str
    en: str


class Column(Model):
    """One column of a table."""

    column: str
    zh: str
    type: Literal[
        "id",
        "text",
        "integer",
        "number",
        "boolean",
        "date",
        "category",
        "list",
        "hours",
        "point",
        "line",
        "polygon",
    ]
    unit: str
    required: bool
    allowed: str
    privacy: Literal["open", "internal", "personal", "sensitive", "identity"]
    description: str


class Source(Model):
    """A source as cited."""

    key: str
    kind: str
    title: str
    author: str = ""
    year: str = ""
    note: str = ""
