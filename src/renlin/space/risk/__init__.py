"""Risk: what inspections found, what it means by building, and how it changes."""
