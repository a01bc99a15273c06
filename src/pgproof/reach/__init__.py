"""Whether a role can do what it must: every privilege on the way of a statement or a call, by reading only.

facts.sql reads what decides it, in one query. deriving.py walks from a statement to all that PostgreSQL asks: USAGE of
schemas, privileges of tables and columns, policies and what they call, defaults, checks, triggers, and the bodies of
functions, each with the rights of its caller or of its owner. needs.py says what is missing, and what mends it.
"""
