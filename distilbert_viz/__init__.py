"""See how BERT becomes DistilBERT: teacher and student, side by side, on any text."""
