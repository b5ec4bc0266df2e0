"""Stage 3 · 灾中过程模拟: what would happen to whom, minute by minute.

Every household walks, waits, is fetched or is left behind; schemes meet the same luck;
who does not get to safety is counted with the reason.
"""

from renlin.simulation.advice.advise import Advised, advise
from renlin.simulation.bare import NetworkRun, run_network
from renlin.simulation.cascade import Cascade, cascade
from renlin.simulation.circulation.assess import Circulation, Rescue, circulation, rescue
from renlin.simulation.elements.assess import KeyElements, key_elements
from renlin.simulation.simulate import PersonTimes, Simulated, person_times, simulate
from renlin.simulation.warning import WarningOrder, warning_effect, warning_order

__all__ = [
    "Advised",
    "Cascade",
    "Circulation",
    "KeyElements",
    "NetworkRun",
    "PersonTimes",
    "Rescue",
    "Simulated",
    "WarningOrder",
    "advise",
    "cascade",
    "circulation",
    "key_elements",
    "person_times",
    "rescue",
    "run_network",
    "simulate",
    "warning_effect",
    "warning_order",
]
