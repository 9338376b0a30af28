"""The history: who did what, and when."""
