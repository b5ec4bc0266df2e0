"""Cases of published tables: what came out there, and what comes out here.

A case is a folder with ``case.toml``; its ``kind`` says what is run. A kind is one module of
:mod:`renlin.verification.published.kinds`; adding one adds a file and changes no other.
"""

from renlin.verification.published.page import SHIPPED, is_published, published
from renlin.verification.published.places import data_folder

__all__ = ["SHIPPED", "data_folder", "is_published", "published"]
