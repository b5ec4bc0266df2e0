"""Forms of workshops and cases: out to paper and telephone, back into ``workshops/``."""
