"""Pages of people and their roles, for administrators."""
