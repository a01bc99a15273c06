"""Copies the schemas of real databases into a folder that is a project of its own, for replicas of them.

sources: a live database or a dump. dumps: what in a dump is not SQL. subjects: what a statement is about. sorting: what
belongs to the platform, and what may not be copied. trial: what runs on a replica, and in which order. contents: the
files. folder: how they get there.
"""
