"""The demo council: invented people and case files, put in through the store's own functions."""
