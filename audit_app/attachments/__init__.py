"""Files attached to audits: what they are by their content, and where they lie."""
