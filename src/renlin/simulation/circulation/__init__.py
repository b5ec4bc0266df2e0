"""微循环: how rescuers and the carried get through, and what opening lanes or vehicles would do."""
