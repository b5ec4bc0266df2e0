"""Inequality between groups: gaps, who moved, money, disagreement, type of place, change.

Arithmetic lives in ``renlin.equity``; here tables of a community are joined to it.
"""
