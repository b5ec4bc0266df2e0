"""Make registers nobody is in, with every error kind known, to try linkage on."""
