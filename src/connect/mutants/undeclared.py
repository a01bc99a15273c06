"""Mutants with one undeclared object of each kind, on a messaging table or beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.mutants import mutant, parity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connect.mutants import Mutant

_ADDED = {
    "relation": "CREATE VIEW public.added WITH (security_invoker = on) AS SELECT id FROM public.chats",
    "column": "ALTER TABLE public.chats ADD COLUMN added text",
    "constraint": "ALTER TABLE public.chat_messages ADD CONSTRAINT added CHECK (length(message_text) < 1000000)",
    "index": "CREATE INDEX added ON public.chat_messages (created_at)",
    "sequence": "CREATE SEQUENCE public.added OWNED BY public.chats.name",
    "trigger": "CREATE TRIGGER added AFTER UPDATE ON public.chats"
    " FOR EACH ROW EXECUTE FUNCTION public.update_chat_last_message_at()",
    "rule": "CREATE RULE added AS ON DELETE TO public.chats DO ALSO NOTHING",
    "policy": "CREATE POLICY added ON public.chats AS RESTRICTIVE FOR SELECT TO authenticated USING (true)",
    "function": "CREATE FUNCTION public.added() RETURNS int LANGUAGE sql SET search_path = '' AS 'SELECT 1';"
    " REVOKE ALL ON FUNCTION public.added() FROM PUBLIC, anon, authenticated",
    "type": "CREATE TYPE public.added AS ENUM ('one')",
    "grant": "GRANT SELECT ON public.chats TO pg_monitor",
    "statistics": "CREATE STATISTICS public.added ON chat_id, sender_id FROM public.chat_messages",
}
# Kinds in which two environments may differ, because the object lies beside the messaging tables.
_BESIDE = ("relation", "function", "type")


def mutants() -> Iterator[Mutant]:
    """Yield mutants named undeclared-KIND."""
    for kind, change in _ADDED.items():
        strict = f"tests/schema/own_baseline/test_undeclared.py::test_nothing_undeclared_is_there[{{env}}-{kind}]"
        compared = () if kind in _BESIDE else (parity(kind),)
        yield mutant(f"undeclared-{kind}", change, strict, *compared)
