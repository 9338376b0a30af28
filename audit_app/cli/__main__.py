"""`python -m audit_app.cli` is the `audit-app` command."""

from __future__ import annotations

from audit_app.cli.main import main

main()
