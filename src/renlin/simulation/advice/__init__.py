"""Advise ways: who should take another way than the shortest, so that the slowest win."""
