"""Findings: drafted from results, confirmed by a person."""
