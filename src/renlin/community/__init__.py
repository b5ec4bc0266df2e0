"""Hold the facts of a place on a date: frozen tables, one walk network, edits of it."""
