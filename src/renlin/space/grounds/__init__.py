"""Public grounds: room by the hour, fitness, conversion, leftover places, tiers."""
