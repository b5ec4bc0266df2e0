"""Turn messy registers and maps into the clean tables of a community."""
