"""One case file: its audits, who can see it and why, and audits of a practitioner's own."""
