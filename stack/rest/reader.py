"""Reads one parameter from left to right: names, quoted texts, JSON paths."""

from __future__ import annotations

from contextlib import suppress
from typing import NoReturn

from stack.rest.errors import ApiError, not_parsed
from stack.rest.syntax import Field, Step

# Deeper than any honest request, and far from the end of Python's stack.
_DEEPEST = 30
_NAME = "field name (* or [a..z0..9_$])"
_KEY = '"-", digit or any non reserved character different from: .,>()'


class Reader:
    """A text and a position in it. what: names the kind of parameter in an error.

    before: how much is counted before the text, in the position that an error tells.
    """

    def __init__(self, what: str, text: str, before: int = 0) -> None:
        self._what, self._text, self._before = what, text, before
        self.position = 0
        self._depth = 0

    @property
    def rest(self) -> str:
        """What has not been read."""
        return self._text[self.position :]

    @property
    def ended(self) -> bool:
        """Whether everything has been read."""
        return self.position >= len(self._text)

    def sees(self, expected: str) -> bool:
        """Return whether this comes next."""
        return self._text.startswith(expected, self.position)

    def take(self, expected: str) -> bool:
        """Read this if it comes next, and return whether it did."""
        if not self.sees(expected):
            return False
        self.position += len(expected)
        return True

    def expect(self, expected: str) -> None:
        """Read this. Raises ApiError if it does not come next."""
        if not self.take(expected):
            self.fail(f'"{expected}"')

    def until(self, stops: str) -> str:
        """Read and return everything before the first of these characters, or to the end."""
        began = self.position
        while not self.ended and self._text[self.position] not in stops:
            self.position += 1
        return self._text[began : self.position]

    def end(self) -> None:
        """Raise ApiError if something is left."""
        if not self.ended:
            self.fail("end of input")

    def fail(self, expected: str) -> NoReturn:
        """Raise ApiError: something else was expected here."""
        found = "end of input" if self.ended else f'"{self._text[self.position]}"'
        raise not_parsed(
            self._what, self._text, self._before + self.position, f"unexpected {found} expecting {expected}"
        )

    def spaces(self) -> None:
        """Skip spaces and tabs."""
        while not self.ended and self._text[self.position] in " \t":
            self.position += 1

    def opened(self) -> None:
        """Read "(". Raises ApiError if it is nested too deeply."""
        self.expect("(")
        self._depth += 1
        if self._depth > _DEEPEST:
            self.fail(f"at most {_DEEPEST} levels of parentheses")

    def closed(self) -> None:
        """Read ")"."""
        self.expect(")")
        self._depth -= 1

    def quoted(self) -> str:
        """Read and return a text in double quotes, in which a backslash takes the next character as it is."""
        self.expect('"')
        read: list[str] = []
        while not self.take('"'):
            self.take("\\")
            if self.ended:
                self.fail('closing "')
            read.append(self._text[self.position])
            self.position += 1
        return "".join(read)

    def whole_quoted(self, stops: str) -> str | None:
        """Read and return a text in double quotes that ends before one of these characters, or at the end.

        Return None, and read nothing, if that does not come next.
        """
        began, value = self.position, ""
        if self.sees('"'):
            with suppress(ApiError):
                value = self.quoted()
                if self.ended or self._text[self.position] in stops:
                    return value
        self.position = began
        return None

    def braced(self) -> str | None:
        """Read and return an array such as {a,b}; return None, and read nothing, if it does not end."""
        end = self._text.find("}", self.position)
        if end < 0 or "{" in self._text[self.position + 1 : end]:
            return None
        found = self._text[self.position : end + 1]
        self.position = end + 1
        return found

    def name(self, expected: str = _NAME) -> str:
        """Read and return the name of a column, relation or constraint. Raises ApiError if there is none.

        Without quotes it has letters, digits, "_", "$", spaces, and "-" that does not begin an arrow.
        """
        self.spaces()
        if self.sees('"'):
            name = self.quoted()
            self.spaces()
        else:
            began = self.position
            while not self.ended and self._is_part_of_name():
                self.position += 1
            name = self._text[began : self.position].strip(" ")
        if not name:
            self.fail(expected)
        return name

    def field(self, expected: str = _NAME) -> Field:
        """Read and return a name and the JSON path after it. Raises ApiError if there is none: expected."""
        name = self.name(expected)
        steps: list[Step] = []
        while self.sees("->"):
            self.expect("->")
            as_text = self.take(">")
            steps.append(Step(self._key(), as_text))
        return Field(name, tuple(steps))

    def _key(self) -> str | int:
        began = self.position
        negative = self.take("-")
        digits = self._digits()
        if digits and (self.ended or self._text[self.position] in ".,)" or self.sees("->") or self.sees("::")):
            return int(self._text[began : self.position])
        if negative:
            # No key begins with a dash unless it is quoted.
            self.fail("digit")
        self.position = began
        if self.sees('"'):
            return self.quoted()
        while not self.ended and self._text[self.position] not in "(:.,>)" and not self.sees("->"):
            self.position += 1
        key = self._text[began : self.position].strip()
        if not key:
            self.fail(_KEY)
        return key

    def _digits(self) -> str:
        began = self.position
        # An index of more digits than an integer has is a key, if anything.
        while not self.ended and self._text[self.position] in "0123456789" and self.position - began < 9:
            self.position += 1
        return self._text[began : self.position]

    def _is_part_of_name(self) -> bool:
        character = self._text[self.position]
        if character == "-":
            return not self.sees("->")
        return character.isalnum() or character in "_$ "
