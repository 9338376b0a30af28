"""Reads question banks and audit forms from YAML into core values."""
