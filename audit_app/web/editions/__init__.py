"""Editions: compiling a report, reading it, approving and publishing it."""
