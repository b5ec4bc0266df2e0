"""Measure, compare and share out risk so that the worst-off are seen.

Pure arithmetic on arrays and tables. Rooms: ``samples`` (checked numbers),
``measures`` (one number for a distribution), ``groups`` (one row per group),
``intervals`` and ``contrasts`` (how sure), ``paradox`` (better on average, worse for
whom), ``allocation`` (who gets what for one budget), ``decomposition`` (which part is
due to what), ``uniformity`` (whom one rule for all fails), ``audit`` (whom a model fails).
"""
