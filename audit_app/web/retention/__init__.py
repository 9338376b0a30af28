"""Keeping and deleting: what has passed its time, legal holds, and deleting by two people."""
