"""Reports: rows to plain values to a tagged PDF; the only room for WeasyPrint and pikepdf."""
