"""Views of the pages about the forward pass."""
