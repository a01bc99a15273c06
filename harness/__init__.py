"""Finds out whether a Connect messaging database is right, and whether its migration can be taken back."""
