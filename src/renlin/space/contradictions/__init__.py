"""Contradictions between space and need, by declared rules."""
