"""The audit plan of a year: its calendar, its entries, and changing them."""
