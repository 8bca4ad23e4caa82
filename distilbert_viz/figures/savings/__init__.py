"""Pictures of what distillation saves, from its records."""
