"""Stage 3 · 灾中过程模拟: what would happen to whom, minute by minute.

Every household walks, waits, is fetched or is left behind; schemes meet the same luck;
who does not get to safety is counted with the reason.
"""

from renlin.simulation.advice.advise import Advised, advise
from renlin.simulation.bare import NetworkRun, run_network
from renlin.simulation.cascade import Cascade, cascade
from renlin.simulation.elements.assess import KeyElements, key_elements
from renlin.simulation.simulate import PersonTimes, Simulated, person_times, simulate
from renlin.simulation.warning import WarningOrder, warning_effect, warning_order

__all__ = [
    "Advised",
    "Cascade",
    "KeyElements",
    "NetworkRun",
    "PersonTimes",
    "Simulated",
    "WarningOrder",
    "advise",
    "cascade",
    "key_elements",
    "person_times",
    "run_network",
    "simulate",
    "warning_effect",
    "warning_order",
]
