"""Second readings: naming a reader, comparing two readings, agreeing or returning the audit."""
