"""Views of the pages about what distillation saves."""
