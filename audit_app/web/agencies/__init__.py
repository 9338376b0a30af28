"""Parts that agencies answer, brought together once all are in."""
