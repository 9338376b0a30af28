"""Pages for who need not audit in a cycle: asking, and another person's answer."""
