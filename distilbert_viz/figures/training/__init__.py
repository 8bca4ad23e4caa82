"""Pictures of distillation, from its records."""
