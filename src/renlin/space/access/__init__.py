"""Access: what each resident reaches on foot, and where the map cannot say."""
