"""Renlin 韧邻."""
