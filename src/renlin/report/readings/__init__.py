"""Read findings into what figures and sentences need; nothing is decided here."""
