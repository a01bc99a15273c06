"""Fills a column in batches, so that nobody waits for more rows than one batch has."""

from __future__ import annotations

from typing import Any

from pgproof.alignment import texts
from pgproof.catalog.statements.aligned import literal
from pgproof.rehearsal import forms

# Pages of a table in one transaction: some thousand rows.
_PAGES = 100


def of(update: Any) -> str:
    """Return a block that does what an UPDATE does, page by page, each batch in a transaction of its own.

    update: its parse tree, of pglast. The block cannot run inside a transaction. It goes over the table again for as
    long as it finds rows, since a row that somebody changes meanwhile moves; so the UPDATE's condition must say which
    rows are still to be done. Interrupted, it goes on where it is run again.
    """
    table = forms.as_sql(update.relation)
    changed = forms.again(update)
    changed.relation.inh = False
    changed.whereClause = None
    what = forms.as_sql(changed)[len(f"UPDATE ONLY {table} ") :]
    what = f"{what} WHERE ({forms.as_sql(update.whereClause)})".replace("%", "%%")
    statement = f"UPDATE ONLY %s {what} AND ctid >= %L::tid AND ctid < %L::tid"
    body = f"""DECLARE
  part regclass;
  first bigint;
  pages bigint;
  done bigint;
  before bigint;
  found bigint;
BEGIN
  FOR part IN
    SELECT {literal(table)}::regclass
    UNION
    SELECT relid FROM pg_catalog.pg_partition_tree({literal(table)}) WHERE isleaf
  LOOP
    before := NULL;
    LOOP
      done := 0;
      first := 0;
      pages := pg_catalog.pg_relation_size(part) / pg_catalog.current_setting('block_size')::bigint;
      WHILE first < pages LOOP
        EXECUTE pg_catalog.format({literal(statement)}, part,
                                  pg_catalog.format('(%s,0)', first), pg_catalog.format('(%s,0)', first + {_PAGES}));
        GET DIAGNOSTICS found = ROW_COUNT;
        done := done + found;
        COMMIT;
        first := first + {_PAGES};
      END LOOP;
      -- As many again are rows that their new value leaves as they are.
      EXIT WHEN done = 0 OR done >= before;
      before := done;
    END LOOP;
  END LOOP;
END"""
    return texts.block(body, "batches")
