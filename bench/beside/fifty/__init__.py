"""Tests that each need a migrated database of their own, as a user of each package writes them.

They are run by bench/beside/databases.py, which sets DATABASES (how many), FILES (the SQL that makes one, in order) and
PROGRAMS (the folder with the server's programs).
"""
