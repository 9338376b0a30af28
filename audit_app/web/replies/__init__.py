"""The practice's replies to audits, disputes of grades, and what families say."""
