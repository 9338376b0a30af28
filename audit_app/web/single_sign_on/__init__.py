"""The pages that a mailed link opens, and asking for one."""
