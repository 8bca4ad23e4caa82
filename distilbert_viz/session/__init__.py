"""What a visitor chose, what was computed, and who is served next."""
