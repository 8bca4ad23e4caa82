"""Views of the pages about distillation."""
