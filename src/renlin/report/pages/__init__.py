"""Fill each page of the report: read, draw, say; a page says so when there is nothing."""
