"""Immediate concerns for a child's safety: raising one, answering it, and who is told."""
