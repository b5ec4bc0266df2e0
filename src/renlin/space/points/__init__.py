"""Points: where high risk meets low coverage."""
