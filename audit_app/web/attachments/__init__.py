"""Files attached to audits."""
