"""Fills a column in batches, so that nobody waits for more rows than one batch has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pgproof.alignment import texts
from pgproof.catalog.statements.aligned import literal
from pgproof.rehearsal import forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgproof.catalog import Catalog

# Pages of a table in one transaction: some thousand rows.
_PAGES = 100
# As the catalogs have it: TRIGGER_TYPE_UPDATE, and the values of tgenabled with which a plain session fires it.
_ON_UPDATE = 1 << 4
_FIRES = "OA"
_KEPT = (
    "What was filled so far stays. Disable the trigger or the rule that keeps these rows as they are, then run this "
    "script again: it goes on where it stopped."
)


def of(update: Any) -> str:
    """Return a block that does what an UPDATE does, page by page, each batch in a transaction of its own.

    update: its parse tree, of pglast. The block cannot run inside a transaction. It goes over the table again for as
    long as it finds rows, since a row that somebody changes meanwhile moves; so the UPDATE's condition must say which
    rows are still to be done. Interrupted, it goes on where it is run again. It ends with an error where rows are still
    to be done that it could not update, because a trigger, a rule or a policy keeps it from them.
    """
    changed = forms.again(update)
    changed.relation.inh = True
    table = forms.as_sql(changed.relation)
    changed.relation.inh = False
    changed.whereClause = None
    what = forms.as_sql(changed)[len(f"UPDATE ONLY {table} ") :]
    what, to_do = (each.replace("%", "%%") for each in (what, f"WHERE ({forms.as_sql(update.whereClause)})"))
    statement = f"UPDATE ONLY %s {what} {to_do} AND ctid >= %L::tid AND ctid < %L::tid"
    waiting = f"SELECT count(*) FROM ONLY %s {to_do}"
    # All that have rows of the table: its partitions, and those that inherit from it.
    children = "SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN parts ON i.inhparent = parts.oid"
    parts = f"SELECT {literal(table)}::regclass::oid" + (f" UNION {children}" if update.relation.inh else "")
    body = f"""DECLARE
  part regclass;
  first bigint;
  pages bigint;
  done bigint;
  before bigint;
  found bigint;
  remaining bigint;
BEGIN
  FOR part IN
    WITH RECURSIVE parts (oid) AS ({parts})
    SELECT c.oid::regclass FROM parts JOIN pg_catalog.pg_class c ON c.oid = parts.oid WHERE c.relkind = 'r'
  LOOP
    before := NULL;
    LOOP
      done := 0;
      first := 0;
      pages := pg_catalog.pg_relation_size(part) / pg_catalog.current_setting('block_size')::bigint;
      WHILE first < pages LOOP
        -- A policy must not hide a row from this: then it is an error.
        PERFORM pg_catalog.set_config('row_security', 'off', true);
        EXECUTE pg_catalog.format({literal(statement)}, part,
                                  pg_catalog.format('(%s,0)', first), pg_catalog.format('(%s,0)', first + {_PAGES}));
        GET DIAGNOSTICS found = ROW_COUNT;
        done := done + found;
        COMMIT;
        first := first + {_PAGES};
      END LOOP;
      IF done = 0 OR done >= before THEN
        PERFORM pg_catalog.set_config('row_security', 'off', true);
        EXECUTE pg_catalog.format({literal(waiting)}, part) INTO remaining;
        -- As many again as before are rows that their new value leaves as they are.
        IF remaining > done THEN
          RAISE EXCEPTION '% has % row(s) that an UPDATE leaves as they are', part, remaining - done
            USING HINT = {literal(_KEPT)};
        END IF;
        EXIT;
      END IF;
      before := done;
    END LOOP;
  END LOOP;
END"""
    return texts.block(body, "batches")


def fired(relation: str, catalog: Catalog) -> list[str]:
    """Return the triggers, by identity, that fire where each row of a table is updated for a column that is new."""
    family = {relation}
    relations = catalog.of_kind("relation")
    while more := {name for name, each in relations.items() if family & {*(each.get("inherits from") or ())}} - family:
        family |= more
    on = {("relation", each) for each in family}
    return sorted(
        identity
        for identity, each in catalog.of_kind("trigger").items()
        if catalog.parents.get(("trigger", identity)) in on and each["enabled"] in _FIRES and _is_for_any_update(each)
    )


def _is_for_any_update(trigger: Mapping[str, Any]) -> bool:
    """Return whether a trigger fires for an UPDATE, also for one of a column that it does not name."""
    import pglast

    made: Any = pglast.parse_sql(trigger["definition"])[0].stmt
    return bool(made.events & _ON_UPDATE) and not made.columns
