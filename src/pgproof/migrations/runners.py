"""How each migration tool runs a file: in a transaction or not, once or not, as one query or statement by statement.

Read from the tools' own sources and manuals; docs/rehearse.md has the table for people. Several statements in one
simple query are one transaction even without BEGIN (PostgreSQL's manual, "Multiple Statements in a Simple Query").
No tool sets lock_timeout for the statements of a migration.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgproof.scripts.script import Script

PSQL = "psql"


@dataclass(frozen=True)
class Runner:
    """How a tool runs one file.

    begins: a transaction around it, unless the file says otherwise. whole: it sends the file as one query. once: each
    file is applied once. by_psql: it has psql run the file, which reads the rows after COPY … FROM stdin. apart:
    statements that it takes out of the transaction. way_out: how a file gets out of the transaction.
    """

    name: str
    begins: bool = False
    whole: bool = False
    once: bool = True
    by_psql: bool = False
    apart: frozenset[str] = frozenset()
    way_out: str | None = None

    @property
    def manner(self) -> str:
        """How it runs a file, for people."""
        if self.begins:
            return "each file in one transaction unless the file says otherwise, and once"
        if self.whole:
            return "each file as one query, which is one transaction, and once"
        return "each file statement by statement, and once" if self.once else "each file statement by statement"

    def run(self, script: Script, transaction: bool | None) -> Script:
        """Return a script as this tool runs it. transaction: what the file itself says, None for nothing."""
        outside = [each for each in script.statements if each.outside]
        if self.begins and transaction is not False and not self._leaves_alone(script, len(outside)):
            statements = script.statements
            if self.apart:
                statements = tuple(replace(each, apart=each.outside in self.apart) for each in statements)
            return replace(script, statements=statements, wrapped=True, way_out=self.way_out)
        wrapped = self.whole and len(script.statements) > 1
        return replace(script, wrapped=wrapped, way_out=self.way_out if wrapped else None)

    def _leaves_alone(self, script: Script, outside: int) -> bool:
        """Return whether the tool sees for itself that a file cannot run in a transaction."""
        return self.name == "flyway" and outside == len(script.statements)


_ALONE = "put the statement alone in a file"
RUNNERS = {
    each.name: each
    for each in (
        Runner(PSQL, once=False, by_psql=True),
        Runner(
            "supabase",
            begins=True,
            apart=frozenset(
                {
                    "ALTER SYSTEM",
                    "CLUSTER",
                    "CREATE INDEX CONCURRENTLY",
                    "DROP INDEX CONCURRENTLY",
                    "REINDEX CONCURRENTLY",
                    "VACUUM",
                }
            ),
            way_out="run it outside of the migrations, by psql or in the SQL editor: the CLI has no other way",
        ),
        Runner(
            "dbmate",
            begins=True,
            whole=True,
            way_out=f"{_ALONE}, under -- migrate:up transaction:false or -- migrate:down transaction:false",
        ),
        Runner("goose", begins=True, way_out="put it in a file of its own that begins with -- +goose NO TRANSACTION"),
        Runner(
            "sql-migrate",
            begins=True,
            way_out="put it in a file of its own, under -- +migrate Up notransaction (Down likewise)",
        ),
        Runner("golang-migrate", whole=True, way_out=f"{_ALONE}: several statements in a file are one transaction"),
        Runner("sqitch", by_psql=True),
        Runner(
            "flyway",
            begins=True,
            way_out="put it in a file of its own, or executeInTransaction=false into FILE.sql.conf beside the file",
        ),
        Runner(
            "node-pg-migrate",
            begins=True,
            whole=True,
            way_out="write this migration in JavaScript with pgm.noTransaction(): a file in SQL has no way out",
        ),
        Runner(
            "diesel",
            begins=True,
            whole=True,
            way_out=f"{_ALONE}, with run_in_transaction = false in a metadata.toml beside it",
        ),
        Runner("prisma"),
        Runner(
            "prisma-7.3",
            whole=True,
            way_out=f"{_ALONE}: Prisma up to 7.3 makes one transaction of several statements",
        ),
        Runner("drizzle", begins=True, way_out="run it outside of the migrations: Drizzle has no other way"),
    )
}
