"""Mutants that change a text but nothing that could be noticed, each with the reason and a proof that is run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Equivalent:
    """Why a mutant cannot be noticed.

    proof: SQL whose last statement returns the same rows, at least one, with the mutant and without it.
    """

    reason: str
    proof: str


EQUIVALENTS = {
    "body-mark_messages_as_read-clause-3": Equivalent(
        "SELECT INTO takes the first of several rows, so LIMIT 1 only saves work",
        """
        SELECT set_config('request.jwt.claims', '{"role": "service_role"}', false);
        CREATE TEMPORARY TABLE counted AS
          SELECT p.chat_id, p.user_id, r.updated_count
          FROM public.chat_participants p, public.mark_messages_as_read(p.chat_id, p.user_id) r;
        SELECT 'call', chat_id::text, user_id::text, updated_count::text FROM counted
          UNION ALL SELECT 'message', id::text, status, seq::text FROM public.chat_messages
          UNION ALL SELECT 'participant', id::text, last_read_at::text, NULL FROM public.chat_participants
          ORDER BY 1, 2, 3
        """,
    ),
    "body-mark_messages_as_delivered-condition-11": Equivalent(
        "FOR NO KEY UPDATE has checked the status of each pending row again, and locks the row from then on",
        """
        SELECT set_config('request.jwt.claims', '{"role": "service_role"}', false);
        CREATE TEMPORARY TABLE counted AS
          SELECT p.chat_id, p.user_id, d.updated_count
          FROM public.chat_participants p, public.mark_messages_as_delivered(p.chat_id, p.user_id) d;
        SELECT 'participant', chat_id::text, user_id::text, updated_count::text FROM counted
          UNION ALL SELECT 'message', id::text, status, seq::text FROM public.chat_messages
          ORDER BY 1, 2, 3
        """,
    ),
}
