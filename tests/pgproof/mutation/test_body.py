"""One place of a text becomes weaker, and the rest stays as it is."""

import pytest

from pgproof.mutation.body import weakened

BODY = """
BEGIN
  -- IF a comment THEN
  IF a = 1 AND NOT EXISTS (SELECT FROM t WHERE b = 2) THEN
    RAISE EXCEPTION 'no; AND never';
  END IF;
  n := coalesce(last, 0) + 1;
  RETURN n;
END
"""
# By what is weakened: the words that stand in the text then.
BODIES = {
    "condition-1": "IF true AND NOT EXISTS (SELECT FROM t WHERE b = 2) THEN",
    "condition-2": "IF a = 1 AND true THEN",
    "condition-3": "IF a = 1 AND NOT EXISTS (SELECT FROM t WHERE true) THEN",
    "argument-1": "n := coalesce( 0) + 1;",
    "argument-2": "n := coalesce(last) + 1;",
    "term-1": "n := coalesce(last, 0) ;",
    "statement-1": "THEN\n    NULL;\n  END IF;",
    "statement-2": "END IF;\n  NULL;\n  RETURN",
    "statement-3": "NULL;\nEND",
}
QUERIES = {
    "SELECT 1 FROM t WHERE a AND b": ["SELECT 1 FROM t WHERE true AND b", "SELECT 1 FROM t WHERE a AND true"],
    "SELECT 1 FROM t WHERE a OR b": ["SELECT 1 FROM t WHERE false OR b", "SELECT 1 FROM t WHERE a OR false"],
    "((a = 1) AND f(b))": ["(true AND f(b))", "((a = 1) AND true)"],
    "SELECT 1 FROM t JOIN u ON a = b ORDER BY c DESC LIMIT 1": [
        "SELECT 1 FROM t JOIN u ON true ORDER BY c DESC LIMIT 1",
        "SELECT 1 FROM t JOIN u ON a = b  LIMIT 1",
        "SELECT 1 FROM t JOIN u ON a = b ORDER BY c DESC ",
    ],
    "WITH x AS (SELECT 1 FROM t FOR NO KEY UPDATE) SELECT greatest(a, b, c)": [
        "WITH x AS (SELECT 1 FROM t ) SELECT greatest(a, b, c)",
        "WITH x AS (SELECT 1 FROM t FOR NO KEY UPDATE) SELECT greatest( b, c)",
        "WITH x AS (SELECT 1 FROM t FOR NO KEY UPDATE) SELECT greatest(a, c)",
        "WITH x AS (SELECT 1 FROM t FOR NO KEY UPDATE) SELECT greatest(a, b)",
    ],
}


def test_each_place_of_a_body_is_weakened_once():
    """Conditions, arguments, terms and statements, numbered as they stand; comments and texts hold none."""
    assert {what: BODIES[what] in text for what, text in weakened(BODY, statements=True)} == dict.fromkeys(BODIES, True)


@pytest.mark.parametrize("query", QUERIES)
def test_each_place_of_a_query_is_weakened_once(query):
    """Conditions, clauses and arguments, and no statements."""
    assert [" ".join(text.split()) for _, text in weakened(query, statements=False)] == [
        " ".join(text.split()) for text in QUERIES[query]
    ]
