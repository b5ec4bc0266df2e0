"""Read the spending of several communities from one file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.layer_files import LONLAT, Unreadable, read_file
from renlin.community.tables import conform
from renlin.errors import DataFault, raise_all

TABLE = "communities_spending"


def read_units(path: Path, catalogue: Catalogue) -> pd.DataFrame:
    """Return one row per community, for ``spending.compare``.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns of ``catalogue/tables/communities_spending.csv``.

    Raises
    ------
    DataFault
        With every fault of the file.
    """
    try:
        raw = read_file(path, TABLE, LONLAT)
    except Unreadable as error:
        raise DataFault(error.faults) from error
    done = conform(pd.DataFrame(raw), TABLE, catalogue, place=path.name)
    raise_all(done.faults)
    return done.table.assign(at_risk_high=done.table["at_risk_high"].fillna(done.table["at_risk"]))
