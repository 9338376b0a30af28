"""Cycles: opening one, drawing its sample, and who has done theirs."""
