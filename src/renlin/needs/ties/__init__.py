"""Network ties, sense of community and readiness to act together.

``describe`` is the room's last step; the others take and return tables.
"""
