"""What stands on every page."""
