"""Move entities and swap sites in compiled loops: arrays in, arrays out, no tables."""
