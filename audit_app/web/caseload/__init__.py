"""Importing the council's caseload, and the extracts that were imported."""
