"""Results of a cycle: themes, questions, teams, months, and the answers behind each figure."""
