"""Secrets go from logs and from statements, and ordinary text stays."""

import pytest

from pgproof import scrub_sql
from pgproof.scrub import STARS, Scrubber
from tests.pgproof.secret_cases import IN_STATEMENTS, ORDINARY, SECRETS


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_scrubbed(name):
    """Three stars stand for what looks like a secret in a text."""
    text, secret = SECRETS[name]
    assert secret in text
    clean = Scrubber().text(text)
    assert STARS in clean
    assert secret not in clean


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_left_alone(text):
    """A log stays readable, and a function the function that it is."""
    assert Scrubber().text(text) == text
    assert scrub_sql.replaced(text) == text


@pytest.mark.parametrize("name", SECRETS)
def test_what_is_clean_stays_as_it_is(name):
    """A text that was scrubbed before is not changed again."""
    clean = Scrubber().text(SECRETS[name][0])
    assert Scrubber().text(clean) == clean


@pytest.mark.parametrize("name", IN_STATEMENTS)
def test_a_secret_of_a_statement_is_replaced(name):
    """The value of a setting with such a name goes, and a role's password, however short they are."""
    text, secret = IN_STATEMENTS[name]
    clean = scrub_sql.replaced(text)
    assert STARS in clean
    assert secret not in clean


def test_what_playwright_could_not_fill_in_is_a_secret_of_logs_only():
    """In a log the text of a field goes; in a statement it may be a call."""
    text = 'SELECT fill("Name")'
    assert Scrubber().text(text) == 'SELECT fill("***")'
    assert scrub_sql.replaced(text) == text
