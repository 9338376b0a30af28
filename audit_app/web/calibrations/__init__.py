"""Calibrations: everybody audits the same case file, then sees where they differ."""
