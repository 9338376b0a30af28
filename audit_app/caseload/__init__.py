"""Caseload files (Ofsted Annex A workbooks, CSV) read into frozen values; no database, no web."""
