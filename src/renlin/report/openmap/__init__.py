"""Write the map people open from disk: one file, no network, Chinese first."""
