"""The guide's criteria: what must hold in any Connect project, however else it differs from this repository's baseline.

Each function says in words what is wrong with one thing of a catalog, or returns None. Names of constraints, further
columns, indexes, triggers and functions, defaults and the rest are a project's own affair.
"""
