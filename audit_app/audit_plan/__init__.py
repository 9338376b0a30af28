"""YAML files of the audit plan → plain rows; every fault with its file and line."""
