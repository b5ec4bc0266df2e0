"""Draw each figure as SVG text; small pure functions from values to pictures."""
