"""Keep what identifies people apart, say who may see what and why, and publish safely.

Pure rules over tables and bytes: which key opens what, what was consented to, what is too
old to keep, which cells of a table may be shown. Whoever reads or writes files calls them.
"""
