"""What a senior manager reads of their service: findings, and counts without small ones."""
