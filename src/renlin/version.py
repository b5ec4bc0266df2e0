"""State the version, at the ground floor, where everything may read it."""

VERSION = "0.1.0"
