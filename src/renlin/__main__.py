"""Run ``python -m renlin``."""

from renlin.cli import main

main()
