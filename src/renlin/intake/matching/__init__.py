"""Link any two tables, or one with itself: which records are one, how likely, and why."""

from renlin.intake.matching.guessing import guess
from renlin.intake.matching.linking import Linked, link_tables
from renlin.intake.matching.model import Model, load
from renlin.intake.matching.prediction import predict
from renlin.intake.matching.scoring import check_labelled, pairs_of_clusters, scored
from renlin.intake.matching.spec import LinkField, Spec, read_spec, stated, written
from renlin.intake.matching.training import train

__all__ = [
    "LinkField",
    "Linked",
    "Model",
    "Spec",
    "check_labelled",
    "guess",
    "link_tables",
    "load",
    "pairs_of_clusters",
    "predict",
    "read_spec",
    "scored",
    "stated",
    "train",
    "written",
]
