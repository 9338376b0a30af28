"""The rules of case-file audit: pure functions over frozen values, standard library only."""
