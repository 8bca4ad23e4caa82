"""Pictures of a forward pass, from its records."""
