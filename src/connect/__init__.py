"""Connect's chat as a project of pgproof: its schema, its sample rows, its defects, and how people use it."""
