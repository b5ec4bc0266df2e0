"""Find the key spatial elements: what would be lost without them, what would be gained."""
