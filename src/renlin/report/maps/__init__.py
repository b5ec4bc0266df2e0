"""Draw static maps: ground, units of display, one theme at a time, labels kept apart."""
