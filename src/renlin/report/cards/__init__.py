"""Print the household cards: one A4 side per household that has a plan, as one PDF."""

from renlin.report.cards.printing import write_cards

__all__ = ["write_cards"]
