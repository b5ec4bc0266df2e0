"""The command line: one verb per stage, a folder as the argument.

Exit 0 fine, 1 faults in the data, 2 wrong use. Heavy imports stand inside the
commands, so that ``renlin --help`` answers at once.
"""

from renlin.cli.main import main

__all__ = ["main"]
