"""A string that does not show itself."""


class Secret(str):
    """A connection string, key or token. Its repr, which tracebacks and reports print, is three stars."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"
