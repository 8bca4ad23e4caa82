"""Views of the pages about what the student kept."""
