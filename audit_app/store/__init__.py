"""The database room: tables, session, and one module of queries per noun."""
