"""Pictures of what the student kept, from its records."""
