"""Hold what we know, as files a planner can read and correct.

Every entry names its source (a key of ``sources.bib``) or says ``assumption``;
one that does neither does not load. A community overlays entries by a file of
the same name in its own ``catalogue/`` folder.
"""

from renlin.catalogue.load import Catalogue, load

__all__ = ["Catalogue", "load"]
