"""Rows for tables that nobody knew: what a caller gives, completed until PostgreSQL accepts it.

PostgreSQL itself is the judge: a row is tried, and what its error names is mended: a column that must not be null, a
check, a key of another table. tables: what a table demands. values: what to try. filler: rows. whole: all tables.
triggers: kept quiet.
"""

from pgproof.filling.filler import Filler, Unfit
from pgproof.filling.triggers import without_triggers
from pgproof.filling.whole import Filled, Listed, empty, everything, fill, listed, put

__all__ = ["Filled", "Filler", "Listed", "Unfit", "empty", "everything", "fill", "listed", "put", "without_triggers"]
