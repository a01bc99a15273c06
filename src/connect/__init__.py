"""Connect's chat as a project of pgproof's: what its schema is, its sample rows, its defects, how people use it."""
