"""Actions: given out, kept up by their owners, verified by another."""
