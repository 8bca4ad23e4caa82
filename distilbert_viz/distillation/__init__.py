"""How the student is made: text, masking, initialisation, losses, training. Knows nothing of pages or figures."""
