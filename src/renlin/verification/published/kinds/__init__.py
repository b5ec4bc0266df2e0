"""Kinds of published cases: each module has ``KIND`` and is named as in ``case.toml``."""
