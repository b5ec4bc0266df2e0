"""State what an index definition may say: every choice a key, none hidden in code."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Literal

from pydantic import Field, model_validator

from renlin.community.settings import Declared
from renlin.needs.indices.aggregation import How, Missing
from renlin.needs.indices.ranking import Half, Ties

Convention = Literal["(rank-1)/(n-1)", "(rank-1)/n", "(rank-0.5)/n", "rank/n", "rank/(n+1)"]
Do = Literal[
    "round", "negate", "clip", "formula", "rank", "percentile", "share_of_rank", "exponential",
    "min_max", "z",
]  # fmt: skip
NEEDED: dict[str, tuple[str, ...]] = {
    "round": ("digits",), "rank": ("ties", "order"), "percentile": ("ties", "convention"),
    "z": ("ddof",), "exponential": ("scale",), "formula": ("formula",),
}  # fmt: skip
"""Step -> keys it must state."""
ALLOWED: dict[str, tuple[str, ...]] = {
    **NEEDED, "clip": ("low", "high"), "min_max": ("low", "high"), "share_of_rank": ("n",),
}  # fmt: skip
Bound = float | None


class Step(Declared):
    """One step a column goes through.

    ``round`` (``digits``) · ``negate`` · ``clip`` (``low``, ``high``) · ``formula`` of x and n ·
    ``rank`` (``ties``, ``order``) · ``percentile`` (``ties``, ``convention``) ·
    ``share_of_rank`` ((n - rank + 1) / n, ``n`` when the table is a part only) ·
    ``exponential`` (``scale``) · ``min_max`` (``low``, ``high``: goalposts, else the ends seen) ·
    ``z`` (``ddof``).
    """

    do: Do
    digits: int | None = Field(default=None, ge=0, le=12)
    ties: Ties | None = None
    order: Literal["ascending", "descending"] | None = None
    convention: Convention | None = None
    low: float | None = Field(default=None, allow_inf_nan=False)
    high: float | None = Field(default=None, allow_inf_nan=False)
    ddof: Literal[0, 1] | None = None
    scale: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    n: int | None = Field(default=None, gt=0)
    formula: str | None = None

    @model_validator(mode="after")
    def _told(self) -> Step:
        given = [name for name in self.model_fields_set if name != "do"]
        lost = [name for name in NEEDED.get(self.do, ()) if getattr(self, name) is None]
        more = [name for name in given if name not in ALLOWED.get(self.do, ())]
        if lost:
            raise ValueError(f"{self.do} states {', '.join(lost)} · 要写明")
        if more:
            raise ValueError(f"{self.do} knows no {', '.join(sorted(more))} · 没有这个键")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError("low below high · low 要小于 high")
        return self


Steps = tuple[Step, ...]


class Floor(Declared):
    """Units that are not ranked: those whose ``column`` is not above ``above``.

    Without the column in the table nobody is left out when it is ``optional``, and a unit
    whose value is unknown is not ranked.
    """

    column: str
    above: float = 0.0
    optional: bool = False


class Units(Declared):
    """What a row is, and among which rows it is ranked."""

    key: tuple[str, ...] = Field(min_length=1)
    """Names of the key column, the first one present counts."""
    key_after: str = ""
    """What stands before the key proper and goes, such as ``US`` of 0500000US42001."""
    key_lengths: tuple[int, ...] = ()
    """Lengths of a key of digits: one that lost its leading zero gets it back."""
    within: tuple[str, ...] = ()
    """Names of the column of groups; ranks are taken within each. Empty: all rows."""
    extent: str
    """Which units the file must hold so that ranks mean what they say."""
    missing: tuple[float | str, ...] = ()
    """Codes that mean unknown, beside an empty cell."""
    floor: Floor | None = None
    decimal: Literal[".", ","] = "."
    """Sign before the decimals in cells of text."""
    thousands: Literal["", ",", ".", " ", "'"] = ""
    """Sign between groups of three digits in cells of text."""
    signs: tuple[str, ...] = ()
    """What stands beside numbers and is dropped, such as ``%``: 12.5% counts as 12.5."""

    @model_validator(mode="after")
    def _apart(self) -> Units:
        if self.decimal == self.thousands:
            raise ValueError("decimal and thousands differ · 小数点和千位分隔要不同")
        return self


class Variable(Declared):
    """One variable of the index."""

    name: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    direction: Literal[1, -1]
    """1: more raises the index (worse, in one of vulnerability); -1: more lowers it. Of a given
    rank, 1 being the most deprived: -1."""
    digits: int | None = Field(default=None, ge=0, le=12)
    """Decimals the value is rounded to before anything else, instead of ``value_digits``."""
    weight: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    steps: Steps | None = None
    """Instead of those of ``[score]``."""
    short: str = ""
    """What stands for ``{}`` in the names of its columns; its name without the part before
    the first underscore when absent."""

    @property
    def stem(self) -> str:
        """Return what its columns are named by."""
        return self.short or self.name.partition("_")[2] or self.name


class Score(Declared):
    """What every variable goes through, and how one that is better when more is reversed.

    ``one_minus``: 1 - x right after the percentile, min_max or share; ``negate_value``: -x
    before the steps (``rank_of_negated`` is the same); ``in_steps``: the steps see to it.
    """

    steps: Steps
    reversal: Literal["one_minus", "negate_value", "rank_of_negated", "in_steps"]
    column: str = ""


class Joined(Declared):
    """How columns become one, and what the result goes through.

    ``how``: sum, mean, geometric, max, min; for the whole index also ``topsis`` and ``sovi``,
    which take the variables' own values. ``steps`` make ``score_column`` of ``column``.
    """

    how: How | Literal["topsis", "sovi"]
    missing: Missing = "missing"
    at_least: int = Field(default=1, ge=1)
    normalisation: Literal["min_max", "vector"] | None = None
    least_eigenvalue: float = Field(default=1.0, gt=0)
    digits: int | None = Field(default=None, ge=0, le=12)
    column: str
    steps: Steps = ()
    score_column: str = ""

    @model_validator(mode="after")
    def _named(self) -> Joined:
        if self.how == "topsis" and self.normalisation is None:
            raise ValueError("topsis states normalisation: min_max, vector · 要写明归一化")
        if bool(self.steps) != bool(self.score_column):
            raise ValueError("steps and score_column together · steps 和 score_column 要同时写")
        return self


class Theme(Joined):
    """Variables that are joined first."""

    code: str
    zh: str
    en: str
    variables: tuple[str, ...] = Field(min_length=1)
    weight: float = Field(default=1.0, ge=0, allow_inf_nan=False)


class Overall(Joined):
    """The index: of ``themes`` (their joined columns), ``theme_scores`` or ``variables``."""

    of: Literal["themes", "theme_scores", "variables"]


class Weights(Declared):
    """Where weights come from.

    ``stated``: the ``weight`` of variables and themes, which sum to ``sum_to`` or, when that
    is absent, are taken as ratios. ``equal``. ``entropy`` names normalisation, directed and
    shift; ``critic`` names directed; ``ahp`` gives ``judgements`` (upper triangle, by the
    names of what is joined) and the random index.
    """

    how: Literal["stated", "equal", "entropy", "critic", "ahp"]
    sum_to: float | None = Field(default=None, gt=0)
    normalisation: Literal["sum", "min_max"] | None = None
    directed: bool | None = None
    shift: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    judgements: dict[str, dict[str, float]] = Field(default_factory=dict)
    random_index: str | None = None
    most_inconsistent: float = Field(default=0.1, gt=0, le=0.1)

    @model_validator(mode="after")
    def _variant(self) -> Weights:
        needed = {"entropy": ("normalisation", "directed", "shift"), "critic": ("directed",),
                  "ahp": ("random_index",)}  # fmt: skip
        lost = [name for name in needed.get(self.how, ()) if getattr(self, name) is None]
        if lost:
            raise ValueError(f"{self.how} names its variant: {', '.join(lost)} · 要写明变体")
        if self.how == "ahp" and not self.judgements:
            raise ValueError("ahp gives judgements · 要给两两比较")
        return self


class Flags(Declared):
    """Units at or above a score; counted by theme and in all.

    An unknown score raises no flag and stays unknown. ``missing``: ``skip`` leaves it out of
    counts, and a count without a known flag is unknown; ``missing`` makes its counts unknown.
    """

    at_least: float
    missing: Missing = "skip"
    column: str = "F_{}"
    theme_column: str = ""
    total_column: str = ""


class Ranking(Declared):
    """Ranks of the index; ``descending``: 1 is the greatest value, the most deprived."""

    of: Literal["column", "score_column"] = "column"
    order: Literal["ascending", "descending"] = "descending"
    ties: Ties
    column: str


class Quantiles(Declared):
    """Classes by rank: ceil(rank / n * classes)."""

    classes: int = Field(gt=1)
    column: str


class Uncertainty(Declared):
    """What is drawn from when ranks are tried again."""

    normalisations: tuple[Literal["percentile", "min_max", "z"], ...] = (
        "percentile", "min_max", "z",
    )  # fmt: skip
    weights: tuple[Literal["stated", "equal", "random"], ...] = ("stated", "equal", "random")
    aggregations: tuple[How, ...] = ("mean", "geometric")
    top: int = Field(default=10, gt=0)
    """How many of the first ranks are watched for a change of order."""


class Definition(Declared):
    """A composite index, whole."""

    format: Literal[1] = 1
    code: str
    edition: str
    zh: str
    en: str
    source: str = Field(min_length=1)
    family: str
    note: str = ""
    note_zh: str = ""
    units: Units
    half: Half
    """What happens to a half in every rounding."""
    written_missing: float | str = ""
    """What stands in the output where nothing is known."""
    formulas: str = ""
    """A table of formulas beside the definition file."""
    formula: dict[str, str] = Field(default_factory=dict)
    """Name -> formula of a variable or a helping column the table may not hold."""
    value_digits: int | None = Field(default=None, ge=0, le=12)
    """Decimals every variable is rounded to before it is scored; absent: it is not."""
    digits: dict[str, int] = Field(default_factory=dict)
    """Pattern of names, such as ``EP_*`` -> decimals of helping columns that are worked out."""
    variables: tuple[Variable, ...] = Field(min_length=1)
    score: Score
    weights: Weights
    themes: tuple[Theme, ...] = ()
    overall: Overall
    flags: Flags | None = None
    ranking: Ranking
    quantiles: Quantiles | None = None
    uncertainty: Uncertainty = Uncertainty()

    def variable(self, name: str) -> Variable:
        """Return the variable ``name``."""
        return next(one for one in self.variables if one.name == name)

    def digits_of(self, one: Variable) -> int | None:
        """Return the decimals a variable is rounded to, None when it is not."""
        return self.value_digits if one.digits is None else one.digits

    def digits_by_name(self, name: str) -> int | None:
        """Return the decimals a column, variable or not, is rounded to when it is made."""
        for one in self.variables:
            if one.name == name:
                return self.digits_of(one)
        return next((n for shape, n in self.digits.items() if fnmatchcase(name, shape)), None)
