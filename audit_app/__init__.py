"""Case file audit: structured questionnaires for the audit of children’s case files."""
