"""Who is present on one topic. No input or output."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Metas = dict[str, Any]


class Presence:
    """One meta for each member that tracks; several members may share a key. The shapes are Phoenix's."""

    def __init__(self) -> None:
        self._metas: dict[object, tuple[str, Metas]] = {}

    def state(self) -> dict[str, Any]:
        """Return who is there: {key: {"metas": [{"phx_ref", …}]}}, the payload of presence_state."""
        state: dict[str, Any] = {}
        for key, meta in self._metas.values():
            state.setdefault(key, {"metas": []})["metas"].append(meta)
        return state

    def track(self, member: object, key: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Set what is known of a member, and return {"joins", "leaves"}, the payload of presence_diff."""
        before = self._metas.get(member)
        meta = {**payload, "phx_ref": secrets.token_urlsafe(12)}
        if before is not None:
            meta["phx_ref_prev"] = before[1]["phx_ref"]
        self._metas[member] = (key, meta)
        return {"joins": {key: {"metas": [meta]}}, "leaves": _shape(before)}

    def untrack(self, member: object) -> dict[str, Any] | None:
        """Forget a member, and return the same; None if it was not known."""
        before = self._metas.pop(member, None)
        return None if before is None else {"joins": {}, "leaves": _shape(before)}


def _shape(entry: tuple[str, Metas] | None) -> dict[str, Any]:
    return {} if entry is None else {entry[0]: {"metas": [entry[1]]}}
