"""Each guard refuses the rows that its step could not take, by name, and lets all others pass."""

from dataclasses import dataclass

import pytest

ROOMS = (
    'CREATE SCHEMA "Chat Rooms"; CREATE TABLE "Chat Rooms"."Rooms" (id int PRIMARY KEY, "User" text, bad_count int);'
)
SEATS = "CREATE SCHEMA app; CREATE TABLE app.seats (room int, seat int, name text, PRIMARY KEY (room, seat));"
EVENTS = """
CREATE SCHEMA app;
CREATE TABLE app.events (at date NOT NULL, kind text, n int) PARTITION BY RANGE (at);
CREATE TABLE app.events_old PARTITION OF app.events FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
CREATE TABLE app.events_rest PARTITION OF app.events DEFAULT;
"""


@dataclass(frozen=True)
class Case:
    """A statement, rows that it takes, rows that it could not, and the words that name these. has: what is there."""

    name: str
    has: str
    step: str
    good: str
    bad: str
    said: str
    # Whether PostgreSQL itself runs the step on the bad rows, and loses something.
    silent: bool = False
    hint: str = "then run this script again, which has changed nothing so far."


CASES = [
    Case(
        "not null",
        ROOMS,
        'ALTER TABLE "Chat Rooms"."Rooms" ALTER COLUMN "User" SET NOT NULL',
        """INSERT INTO "Chat Rooms"."Rooms" VALUES (1, 'ann', 7)""",
        """INSERT INTO "Chat Rooms"."Rooms" VALUES (2, NULL), (3, NULL)""",
        '"Chat Rooms"."Rooms" has 2 row(s) without a "User": id=2, id=3',
    ),
    Case(
        "not null, in a column named like a variable of the guard",
        ROOMS,
        'ALTER TABLE "Chat Rooms"."Rooms" ALTER bad_count SET NOT NULL',
        """INSERT INTO "Chat Rooms"."Rooms" VALUES (1, 'ann', 0)""",
        """INSERT INTO "Chat Rooms"."Rooms" VALUES (2, 'ben', NULL)""",
        "has 1 row(s) without a bad_count: id=2",
    ),
    Case(
        "not null, with a composite key",
        SEATS,
        "ALTER TABLE app.seats ALTER COLUMN name SET NOT NULL",
        "INSERT INTO app.seats VALUES (1, 1, 'ann')",
        "INSERT INTO app.seats VALUES (1, 2, NULL)",
        "app.seats has 1 row(s) without a name: room=1, seat=2",
    ),
    Case(
        "not null, partitioned and without a key",
        EVENTS,
        "ALTER TABLE app.events ALTER COLUMN kind SET NOT NULL",
        "INSERT INTO app.events VALUES ('2025-01-01', 'x'), ('2026-01-01', 'y')",
        "INSERT INTO app.events VALUES ('2025-01-02', NULL), ('2026-01-02', NULL)",
        "app.events has 2 row(s) without a kind: app.events_old ctid=(0,2), app.events_rest ctid=(0,2)",
    ),
    Case(
        "a foreign key",
        SEATS + ROOMS,
        'ALTER TABLE app.seats ADD CONSTRAINT k FOREIGN KEY (room) REFERENCES "Chat Rooms"."Rooms" (id)',
        """INSERT INTO "Chat Rooms"."Rooms" VALUES (1); INSERT INTO app.seats VALUES (1, 1), (1, 2)""",
        "INSERT INTO app.seats VALUES (9, 1)",
        'app.seats has 1 row(s) whose (room) is not in "Chat Rooms"."Rooms" (id): room=9, seat=1',
    ),
    Case(
        "a foreign key to itself, of two columns, one of them NULL",
        SEATS + "ALTER TABLE app.seats ADD COLUMN next_room int, ADD COLUMN next_seat int;",
        "ALTER TABLE app.seats ADD FOREIGN KEY (next_room, next_seat) REFERENCES app.seats",
        "INSERT INTO app.seats (room, seat, next_room, next_seat) VALUES (1, 1, 9, NULL), (2, 1, 1, 1)",
        "INSERT INTO app.seats (room, seat, next_room, next_seat) VALUES (3, 1, 1, 2)",
        "app.seats has 1 row(s) whose (next_room, next_seat) is not in app.seats (room, seat): room=3, seat=1",
    ),
    Case(
        "a foreign key that is full",
        "CREATE SCHEMA app; CREATE TABLE app.a (x int, y int, PRIMARY KEY (x, y));"
        "CREATE TABLE app.referenced (id int PRIMARY KEY, x int, y int);",
        "ALTER TABLE app.referenced ADD FOREIGN KEY (x, y) REFERENCES app.a (x, y) MATCH FULL",
        "INSERT INTO app.a VALUES (1, 2); INSERT INTO app.referenced VALUES (1, 1, 2), (2, NULL, NULL)",
        "INSERT INTO app.referenced VALUES (3, 1, NULL), (4, 2, 2)",
        "app.referenced has 2 row(s) whose (x, y) is not in app.a (x, y): id=3, id=4",
    ),
    Case(
        "a foreign key of an extension's type",
        "CREATE SCHEMA app; CREATE TABLE app.names (name extensions.citext PRIMARY KEY);"
        "CREATE TABLE app.users (id int PRIMARY KEY, name extensions.citext)",
        "ALTER TABLE app.users ADD FOREIGN KEY (name) REFERENCES app.names (name)",
        "INSERT INTO app.names VALUES ('Ann'); INSERT INTO app.users VALUES (1, 'ANN'), (2, NULL)",
        "INSERT INTO app.users VALUES (3, 'ben')",
        "app.users has 1 row(s) whose (name) is not in app.names (name): id=3",
    ),
    Case(
        "unique",
        SEATS,
        "ALTER TABLE app.seats ADD CONSTRAINT u UNIQUE (seat, name)",
        "INSERT INTO app.seats VALUES (1, 1, 'x'), (1, 2, 'x'), (2, 1, NULL), (3, 1, NULL)",
        "INSERT INTO app.seats VALUES (5, 1, 'x'), (6, 2, 'x')",
        "app.seats has 4 row(s) with the same (seat, name) as another one: room=1, seat=1 and room=5, seat=1; "
        "room=1, seat=2 and room=6, seat=2",
    ),
    Case(
        "unique, where NULL is a value, too",
        SEATS,
        "ALTER TABLE app.seats ADD UNIQUE NULLS NOT DISTINCT (name)",
        "INSERT INTO app.seats VALUES (1, 1, NULL)",
        "INSERT INTO app.seats VALUES (2, 1, NULL)",
        "app.seats has 2 row(s) with the same (name) as another one: room=1, seat=1 and room=2, seat=1",
    ),
    Case(
        "unique, without regard to case, by the type",
        "CREATE SCHEMA app; CREATE TABLE app.users (id int PRIMARY KEY, name extensions.citext)",
        "ALTER TABLE app.users ADD UNIQUE (name)",
        "INSERT INTO app.users VALUES (1, 'ann'), (2, NULL), (3, NULL)",
        "INSERT INTO app.users VALUES (4, 'ANN')",
        "with the same (name) as another one: id=1 and id=4",
    ),
    Case(
        "a unique index on an expression, of some rows",
        ROOMS,
        'CREATE UNIQUE INDEX u ON "Chat Rooms"."Rooms" (lower("User") COLLATE "C") WHERE bad_count > 0',
        """INSERT INTO "Chat Rooms"."Rooms" VALUES (1, 'Ann', 1), (2, 'ann', 0), (3, 'ann', NULL)""",
        """INSERT INTO "Chat Rooms"."Rooms" VALUES (4, 'ANN', 2)""",
        "where bad_count > 0 as another one: id=1 and id=4",
    ),
    Case(
        "a table with one row",
        ROOMS,
        'CREATE UNIQUE INDEX one ON "Chat Rooms"."Rooms" ((true))',
        """INSERT INTO "Chat Rooms"."Rooms" VALUES (1, 'ann', 1)""",
        """INSERT INTO "Chat Rooms"."Rooms" VALUES (2, 'ben', 1)""",
        "has 2 row(s) with the same ((TRUE)) as another one: id=1 and id=2",
    ),
    Case(
        "a unique index on a number, which is not a place in a list, and a column that is called like a term",
        "CREATE SCHEMA app; CREATE TABLE app.one (term_1 int, part int, place text)",
        "CREATE UNIQUE INDEX one_each ON app.one ((2), term_1, (('x'::text)))",
        "INSERT INTO app.one VALUES (1, 1, 'x'), (2, 1, 'x'), (NULL, 1, 'x'), (NULL, 1, 'x')",
        "INSERT INTO app.one VALUES (2, 2, 'y')",
        "as another one: ctid=(0,2) and ctid=(0,5)",
    ),
    Case(
        "a unique index over partitions, without a key",
        EVENTS,
        "CREATE UNIQUE INDEX u ON app.events (at, kind)",
        "INSERT INTO app.events VALUES ('2025-01-01', 'x'), ('2026-01-01', 'x')",
        "INSERT INTO app.events VALUES ('2026-01-01', 'x')",
        "as another one: app.events_rest ctid=(0,1) and app.events_rest ctid=(0,2)",
    ),
    Case(
        "names with dollar signs",
        'CREATE SCHEMA "a$p"; CREATE TABLE "a$p"."se$ats" ("i$d" int PRIMARY KEY, "n$" text)',
        'ALTER TABLE "a$p"."se$ats" ALTER COLUMN "n$" TYPE varchar(3) USING "n$"::varchar(3)',
        """INSERT INTO "a$p"."se$ats" VALUES (1, 'ann')""",
        """INSERT INTO "a$p"."se$ats" VALUES (2, 'anna')""",
        '"a$p"."se$ats" has 1 row(s) whose "n$" would lose a part as character varying(3): i$d=2',
        silent=True,
    ),
    Case(
        "a foreign key of arrays of an enum",
        "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('glad', 'sad');"
        "CREATE TABLE app.moods (m app.mood[] PRIMARY KEY);"
        "CREATE TABLE app.days (id int PRIMARY KEY, m app.mood[])",
        "ALTER TABLE app.days ADD FOREIGN KEY (m) REFERENCES app.moods (m)",
        "INSERT INTO app.moods VALUES ('{glad}'); INSERT INTO app.days VALUES (1, '{glad}')",
        "INSERT INTO app.days VALUES (2, '{sad}')",
        "app.days has 1 row(s) whose (m) is not in app.moods (m): id=2",
    ),
    Case(
        "a table and a column named like a record of the guard",
        "CREATE SCHEMA app; CREATE TABLE app.one (place int PRIMARY KEY, part int, name int)",
        "ALTER TABLE app.one ALTER COLUMN part TYPE smallint",
        "INSERT INTO app.one VALUES (1, 1)",
        "INSERT INTO app.one VALUES (2, 70000)",
        "app.one has at least 1 row(s) whose part does not become a smallint: place=2",
    ),
    Case(
        "a type that is not null, by its base",
        SEATS + "CREATE DOMAIN app.called AS text NOT NULL; CREATE DOMAIN app.title AS app.called",
        "ALTER TABLE app.seats ALTER COLUMN name TYPE app.title",
        "INSERT INTO app.seats VALUES (1, 1, 'ann')",
        "INSERT INTO app.seats VALUES (1, 2, NULL)",
        "app.seats has 1 row(s) without a name: room=1, seat=2",
    ),
    Case(
        "a unique index, concurrently",
        SEATS,
        "CREATE UNIQUE INDEX CONCURRENTLY u ON app.seats (name text_pattern_ops)",
        "INSERT INTO app.seats VALUES (1, 1, 'x')",
        "INSERT INTO app.seats VALUES (5, 1, 'x')",
        "app.seats has 2 row(s) with the same (name)",
    ),
    Case(
        "a primary key",
        "CREATE SCHEMA app; CREATE TABLE app.log (a int, b int)",
        "ALTER TABLE app.log ADD PRIMARY KEY (a)",
        "INSERT INTO app.log VALUES (1), (2)",
        "INSERT INTO app.log VALUES (2)",
        "app.log has 2 row(s) with the same (a) as another one: ctid=(0,2) and ctid=(0,3)",
    ),
    Case(
        "a primary key on what may be NULL",
        "CREATE SCHEMA app; CREATE TABLE app.log (a int, b int)",
        "ALTER TABLE app.log ADD PRIMARY KEY (a, b)",
        "INSERT INTO app.log VALUES (1, 1), (1, 2)",
        "INSERT INTO app.log VALUES (2, NULL)",
        "app.log has 1 row(s) without a b: ctid=(0,3)",
    ),
    Case(
        "a check with quotes and percent signs",
        SEATS,
        "ALTER TABLE app.seats ADD CONSTRAINT c CHECK (name LIKE 'a%' OR name = '$guard$')",
        "INSERT INTO app.seats VALUES (1, 1, 'ann'), (1, 2, '$guard$'), (1, 3, NULL)",
        "INSERT INTO app.seats VALUES (2, 1, 'ben')",
        "app.seats has 1 row(s) that violate CHECK (name LIKE 'a%' OR name = '$guard$'): room=2, seat=1",
    ),
    Case(
        "a check of the whole row",
        ROOMS,
        """ALTER TABLE "Chat Rooms"."Rooms" ADD CHECK (("Rooms".id > 0) AND ("Rooms".* IS NOT NULL))""",
        """INSERT INTO "Chat Rooms"."Rooms" VALUES (1, 'x', 1)""",
        """INSERT INTO "Chat Rooms"."Rooms" VALUES (2, NULL, 1)""",
        "id=2",
    ),
    Case(
        "a constraint that is validated",
        SEATS + "ALTER TABLE app.seats ADD CONSTRAINT c CHECK (seat > 0) NOT VALID;"
        "ALTER TABLE app.seats ALTER COLUMN name SET DEFAULT ''",
        "ALTER TABLE app.seats VALIDATE CONSTRAINT c",
        "INSERT INTO app.seats VALUES (1, 1)",
        "ALTER TABLE app.seats DROP CONSTRAINT c; INSERT INTO app.seats VALUES (1, -1);"
        "ALTER TABLE app.seats ADD CONSTRAINT c CHECK (seat > 0) NOT VALID",
        "app.seats has 1 row(s) that violate CHECK (seat > 0): room=1, seat=-1",
    ),
    Case(
        "rows that exclude each other",
        "CREATE SCHEMA app; CREATE TABLE app.stays (id int PRIMARY KEY, room int, during tstzrange)",
        "ALTER TABLE app.stays ADD EXCLUDE USING gist"
        " (room WITH OPERATOR(pg_catalog.=), during WITH &&) WHERE (room > 0)",
        "INSERT INTO app.stays VALUES (1, 1, '[2026-01-01,2026-01-03)'), (2, 1, '[2026-01-03,2026-01-04)'),"
        " (3, 2, '[2026-01-01,2026-01-03)'), (4, 0, '[2026-01-01,2026-01-03)'), (5, 0, '[2026-01-01,2026-01-03)')",
        "INSERT INTO app.stays VALUES (6, 1, '[2026-01-02,2026-01-03)')",
        "app.stays has 1 pair(s) of rows that exclude each other: id=1 and id=6",
    ),
    Case(
        "a text that becomes a number",
        SEATS,
        "ALTER TABLE app.seats ALTER COLUMN name TYPE integer USING name::integer",
        "INSERT INTO app.seats VALUES (1, 1, '12'), (1, 2, NULL)",
        "INSERT INTO app.seats VALUES (2, 1, 'twelve')",
        "app.seats has 1 row(s) whose name is no integer: room=2, seat=1",
    ),
    Case(
        "a text that becomes an enum",
        SEATS + "CREATE TYPE app.\"Mood\" AS ENUM ('glad', 'sad')",
        'ALTER TABLE app.seats ALTER COLUMN name TYPE app."Mood" USING name::text::app."Mood"',
        "INSERT INTO app.seats VALUES (1, 1, 'glad')",
        "INSERT INTO app.seats VALUES (2, 1, 'angry')",
        'whose name is no app."Mood": room=2, seat=1',
    ),
    Case(
        "an enum with fewer labels",
        "CREATE SCHEMA app; CREATE TYPE app.old AS ENUM ('glad', 'sad'); CREATE TYPE app.new AS ENUM ('glad');"
        "CREATE TABLE app.days (id int PRIMARY KEY, mood app.old)",
        "ALTER TABLE app.days ALTER COLUMN mood TYPE app.new USING mood::text::app.new",
        "INSERT INTO app.days VALUES (1, 'glad')",
        "INSERT INTO app.days VALUES (2, 'sad')",
        "app.days has 1 row(s) whose mood is no app.new: id=2",
    ),
    Case(
        "a shorter text",
        SEATS,
        "ALTER TABLE app.seats ALTER COLUMN name TYPE character varying(3)",
        "INSERT INTO app.seats VALUES (1, 1, 'ann'), (1, 2, 'ann  ')",
        "INSERT INTO app.seats VALUES (2, 1, 'anna')",
        "app.seats has 1 row(s) whose name is no character varying(3): room=2, seat=1",
    ),
    Case(
        "a shorter text by an expression, which cuts",
        SEATS,
        "ALTER TABLE app.seats ALTER COLUMN name TYPE varchar(3) USING name::varchar(3)",
        "INSERT INTO app.seats VALUES (1, 1, 'ann')",
        "INSERT INTO app.seats VALUES (2, 1, 'anna')",
        "app.seats has 1 row(s) whose name would lose a part as character varying(3): room=2, seat=1",
        silent=True,
    ),
    Case(
        "a smaller number",
        SEATS,
        "ALTER TABLE app.seats ALTER COLUMN seat TYPE smallint",
        "INSERT INTO app.seats VALUES (1, 1)",
        "INSERT INTO app.seats VALUES (1, 70000)",
        "has at least 1 row(s) whose seat does not become a smallint: room=1, seat=70000 (smallint out of range)",
    ),
    Case(
        "a number without its digits",
        "CREATE SCHEMA app; CREATE TABLE app.prices (id int PRIMARY KEY, price numeric)",
        "ALTER TABLE app.prices ALTER COLUMN price TYPE integer",
        "INSERT INTO app.prices VALUES (1, 2.0), (2, NULL)",
        "INSERT INTO app.prices VALUES (3, 2.5)",
        "app.prices has 1 row(s) whose price would lose a part as integer: id=3",
        silent=True,
    ),
    Case(
        "a time without its hour",
        "CREATE SCHEMA app; CREATE TABLE app.days (id int PRIMARY KEY, at timestamp)",
        "ALTER TABLE app.days ALTER COLUMN at TYPE date",
        "INSERT INTO app.days VALUES (1, '2026-01-01')",
        "INSERT INTO app.days VALUES (2, '2026-01-01 10:00')",
        "app.days has 1 row(s) whose at would lose a part as date: id=2",
        silent=True,
    ),
    Case(
        "another type by an expression",
        SEATS,
        "ALTER TABLE app.seats ALTER COLUMN name TYPE integer USING (100 / length(name))",
        "INSERT INTO app.seats VALUES (1, 1, 'ann')",
        "INSERT INTO app.seats VALUES (1, 2, '')",
        "whose name does not become a integer: room=1, seat=2 (division by zero)",
    ),
    Case(
        "a new column without a value",
        SEATS,
        'ALTER TABLE app.seats ADD COLUMN "Since" date NOT NULL',
        "",
        "INSERT INTO app.seats VALUES (1, 1), (1, 2)",
        'app.seats has 2 row(s) and none has a value for the new column "Since", which is NOT NULL without a default: '
        "room=1, seat=1, room=1, seat=2",
        hint='Add "Since" by hand, without NOT NULL, and fill it, then run align again instead of this script, '
        "which has changed nothing so far.",
    ),
    Case(
        "a new column of a domain without a value",
        SEATS + "CREATE DOMAIN app.name AS text NOT NULL",
        "ALTER TABLE app.seats ADD COLUMN called app.name",
        "",
        "INSERT INTO app.seats VALUES (1, 1)",
        "none has a value for the new column called",
        hint="Add called by hand, with a DEFAULT for these rows, then run align again instead of this script, "
        "which has changed nothing so far.",
    ),
    Case(
        "a new column that is worked out",
        SEATS,
        "ALTER TABLE app.seats ADD COLUMN share int GENERATED ALWAYS AS (100 / seat) STORED",
        "INSERT INTO app.seats VALUES (1, 1)",
        "INSERT INTO app.seats VALUES (1, 0)",
        "for which the new column share cannot be worked out: room=1, seat=0 (division by zero)",
    ),
    Case(
        "a column that is worked out otherwise",
        "CREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY, c int, d int GENERATED ALWAYS AS (c) STORED)",
        "ALTER TABLE app.t ALTER COLUMN d SET EXPRESSION AS (100 / c)",
        "INSERT INTO app.t VALUES (1, 1), (2, NULL)",
        "INSERT INTO app.t VALUES (3, 0)",
        "for which the column d cannot be worked out: id=3 (division by zero)",
    ),
    Case(
        "a domain's check",
        "CREATE SCHEMA app; CREATE DOMAIN app.short AS text; CREATE DOMAIN app.shorter AS app.short;"
        'CREATE TABLE app.words (id int PRIMARY KEY, value app.shorter, "The Word" app.short)',
        "ALTER DOMAIN app.short ADD CONSTRAINT c CHECK (length(VALUE) < 5)",
        "INSERT INTO app.words VALUES (1, 'word', NULL)",
        "INSERT INTO app.words VALUES (2, 'longer', 'word')",
        "app.words has 1 row(s) whose value violates CHECK (length(value) < 5) of app.short: id=2",
    ),
    Case(
        "a domain that is not null",
        "CREATE SCHEMA app; CREATE DOMAIN app.short AS text;"
        'CREATE TABLE app.words (id int PRIMARY KEY, "The Word" app.short)',
        "ALTER DOMAIN app.short SET NOT NULL",
        "INSERT INTO app.words VALUES (1, 'word')",
        "INSERT INTO app.words VALUES (2, NULL)",
        'app.words has 1 row(s) without a "The Word": id=2',
    ),
    Case(
        "a partition's bounds",
        EVENTS + "CREATE TABLE app.new (at date NOT NULL, kind text, n int)",
        "ALTER TABLE app.events ATTACH PARTITION app.new FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        "INSERT INTO app.new VALUES ('2026-01-01'); INSERT INTO app.events VALUES ('2027-01-01')",
        "INSERT INTO app.new VALUES ('2027-01-01')",
        "app.new has 1 row(s) outside the bounds that it gets as a partition of app.events: ctid=(0,2)",
    ),
    Case(
        "what the default partition has",
        EVENTS,
        "CREATE TABLE app.events_new PARTITION OF app.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        "INSERT INTO app.events VALUES ('2025-01-01'), ('2027-01-01')",
        "INSERT INTO app.events VALUES ('2026-05-01')",
        "app.events_rest has 1 row(s) within the bounds of a new partition of app.events: ctid=(0,2)",
    ),
    Case(
        "a list of values",
        "CREATE SCHEMA app; CREATE TABLE app.t (a text, b int) PARTITION BY LIST (lower(a));"
        "CREATE TABLE app.p (a text, b int)",
        "ALTER TABLE app.t ATTACH PARTITION app.p FOR VALUES IN ('x', NULL)",
        "INSERT INTO app.p VALUES ('X'), (NULL)",
        "INSERT INTO app.p VALUES ('y')",
        "outside the bounds that it gets as a partition of app.t: ctid=(0,3)",
    ),
    Case(
        "a part of a hash",
        "CREATE SCHEMA app; CREATE TABLE app.t (a int) PARTITION BY HASH (a); CREATE TABLE app.p (a int)",
        "ALTER TABLE app.t ATTACH PARTITION app.p FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
        "INSERT INTO app.p SELECT n FROM generate_series(1, 40) n"
        " WHERE satisfies_hash_partition('app.t'::regclass, 2, 0, n)",
        "INSERT INTO app.p SELECT n FROM generate_series(1, 40) n"
        " WHERE NOT satisfies_hash_partition('app.t'::regclass, 2, 0, n) LIMIT 1",
        "has 1 row(s) outside the bounds",
    ),
    Case(
        "a range of two columns with an open end",
        "CREATE SCHEMA app; CREATE TABLE app.t (a int, b int) PARTITION BY RANGE (a, b);"
        "CREATE TABLE app.p (a int, b int)",
        "ALTER TABLE app.t ATTACH PARTITION app.p FOR VALUES FROM (1, 5) TO (3, MAXVALUE)",
        "INSERT INTO app.p VALUES (1, 5), (1, 6), (2, -1), (3, 1000)",
        "INSERT INTO app.p VALUES (1, 4), (4, 0), (NULL, 1)",
        "app.p has 3 row(s) outside the bounds that it gets as a partition of app.t: "
        "ctid=(0,5), ctid=(0,6), ctid=(0,7)",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[each.name for each in CASES])
def test_bad_rows_are_refused_by_name_and_all_others_pass(tried, case):
    """On an empty table and on good rows a guard lets the step run; it names the rows on which that would fail."""
    tried.execute(case.has)
    blocks = tried.guards(case.step)
    assert blocks or not case.said
    step = case.step.replace("CONCURRENTLY ", "")
    operators = "SET LOCAL search_path = pg_catalog, extensions, pg_temp"
    assert tried.refusal(*blocks, operators, step) is None
    if case.good:
        tried.execute(case.good)
        assert tried.refusal(*blocks, operators, step) is None
    if case.bad:
        tried.execute(case.bad)
        assert (tried.refusal(operators, step) is None) == case.silent, "what PostgreSQL itself does"
        refused = tried.refusal(*blocks)
        assert refused is not None
        assert case.said in refused.message_primary
        assert refused.message_hint.endswith(case.hint)


# A type, what becomes of it, values that it takes, and values of which a part would go without an error.
LOSSES = [
    ("integer", "varchar(3)", "100", "1000"),
    ("uuid", "varchar(8)", None, "'b5a1c1d2-0000-4000-8000-000000000000'"),
    ("text", "name", "'x'", "repeat('x', 64)"),
    ("text[]", "varchar(3)[]", "'{abc,NULL}'", "'{{abc},{abcd}}'"),
    ("numeric[]", "integer[]", "'{2,3.0}'", "'{2.5}'"),
    ("bit(8)", "bit varying(4)", None, "B'10100000'"),
    ("bit varying(8)", "bit(4)", "B'1010'", "B'10100001'"),
    ("inet", "cidr", "'10.0.0.0/8'", "'10.0.0.1/8'"),
    ("interval", "time", "'1 hour'", "'1 day 1 hour'"),
    ("interval", "interval(0)", "'1 second'", "'1.25 seconds'"),
    ("interval", "interval year to month", "'1 year'", "'1 year 1 day'"),
    ("text", "date", "'2026-01-01'", "'2026-01-01 10:00'"),
    ("varchar(30)", "timestamp(0)", "'2026-01-01 10:00'", "'2026-01-01 10:00:00.7'"),
    ("text", "numeric(5,2)", "'2.50'", "'2.555'"),
    ("bigint", "double precision", "5", "9223372036854775807"),
    ("integer", "real", "16777216", "2147483647"),
    ("numeric", "money", "5.5", "5.555"),
    ("numeric", "app.tenths", "1.5", "1.55"),
    ("integer", "boolean", "1", "2"),
]


@pytest.mark.parametrize(("was", "new", "good", "bad"), LOSSES, ids=[f"{was} to {new}" for was, new, *_ in LOSSES])
def test_what_a_cast_would_cut_or_round_is_refused(tried, was, new, good, bad):
    """PostgreSQL itself runs the step without a word; with what keeps its value the guard lets it run."""
    step = f"ALTER TABLE app.t ALTER COLUMN c TYPE {new} USING c::{new}"
    tried.execute("CREATE SCHEMA app; CREATE DOMAIN app.tenths AS numeric(5, 1);")
    tried.execute(f"CREATE TABLE app.t (id int PRIMARY KEY, c {was}); INSERT INTO app.t VALUES (0, NULL)")
    blocks = tried.guards(step)
    if good:
        tried.execute(f"INSERT INTO app.t VALUES (1, {good})")
    assert tried.refusal(*blocks, step) is None
    tried.execute(f"INSERT INTO app.t VALUES (2, {bad})")
    assert tried.refusal(step) is None
    refused = tried.refusal(*blocks).message_primary
    assert "app.t has 1 row(s) whose c would lose a part as " in refused
    assert refused.endswith(": id=2")


# The table that others inherit from, what refuses it, and what does not concern those others.
ALONE = {
    "a unique constraint": "ALTER TABLE app.t ADD UNIQUE (room)",
    "a unique index": "CREATE UNIQUE INDEX ON app.t (room)",
    "an exclusion": "ALTER TABLE app.t ADD EXCLUDE USING gist (room WITH OPERATOR(pg_catalog.=))",
}


@pytest.mark.parametrize("step", ALONE.values(), ids=ALONE)
def test_rows_of_tables_that_inherit_are_in_nobodys_way(tried, step):
    """An index is on one table, so that a row of a table which inherits from it is not a duplicate."""
    tried.execute(
        "CREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY, room int); CREATE TABLE app.u () INHERITS (app.t);"
        "INSERT INTO app.t VALUES (1, 5); INSERT INTO app.u VALUES (2, 5)"
    )
    blocks = tried.guards(step)
    operators = "SET LOCAL search_path = pg_catalog, extensions, pg_temp"
    assert tried.refusal(*blocks, operators, step) is None
    tried.execute("INSERT INTO app.t VALUES (3, 5)")
    assert tried.refusal(operators, step) is not None
    assert "id=1 and id=3" in tried.refusal(*blocks).message_primary


def test_a_foreign_key_is_from_one_table_and_to_one(tried):
    """Neither the rows of a table that inherits are looked at, nor are they what a key may refer to."""
    step = "ALTER TABLE app.t ADD FOREIGN KEY (room) REFERENCES app.rooms (id)"
    tried.execute(
        "CREATE SCHEMA app; CREATE TABLE app.rooms (id int PRIMARY KEY); CREATE TABLE app.more () INHERITS (app.rooms);"
        "CREATE TABLE app.t (id int PRIMARY KEY, room int); CREATE TABLE app.u () INHERITS (app.t);"
        "INSERT INTO app.rooms VALUES (1); INSERT INTO app.more VALUES (2); INSERT INTO app.t VALUES (1, 1);"
        "INSERT INTO app.u VALUES (2, 7)"
    )
    blocks = tried.guards(step)
    assert tried.refusal(*blocks, step) is None
    tried.execute("INSERT INTO app.t VALUES (3, 2)")
    assert tried.refusal(step) is not None
    assert "app.t has 1 row(s) whose (room) is not in app.rooms (id): id=3" in tried.refusal(*blocks).message_primary


# Nothing to guard: no row can make these fail.
NOTHING = {
    "a constraint that is not validated": "ALTER TABLE app.seats ADD CHECK (seat > 0) NOT VALID",
    "a column with a default": "ALTER TABLE app.seats ADD COLUMN since date NOT NULL DEFAULT now()",
    "a column that may be NULL": "ALTER TABLE app.seats ADD COLUMN since date DEFAULT NULL",
    "a column that is worked out when it is read": (
        "ALTER TABLE app.seats ADD COLUMN share int GENERATED ALWAYS AS (100 / seat) VIRTUAL"
    ),
    "a numbered column": "ALTER TABLE app.seats ADD COLUMN n bigint NOT NULL GENERATED ALWAYS AS IDENTITY",
    "a serial column": "ALTER TABLE app.seats ADD COLUMN n bigserial NOT NULL",
    "a wider number": "ALTER TABLE app.seats ALTER COLUMN seat TYPE bigint",
    "any value as text": "ALTER TABLE app.seats ALTER COLUMN seat TYPE text USING seat::text",
    "an index that is not unique": "CREATE INDEX ON app.seats (name)",
    "a constraint that goes": "ALTER TABLE app.seats DROP CONSTRAINT seats_pkey",
    "a table that is not there yet": "ALTER TABLE app.new ALTER COLUMN a SET NOT NULL",
    "a new table": "CREATE TABLE app.new (a int NOT NULL)",
    "a materialized view without data": "CREATE UNIQUE INDEX ON app.unread (name)",
    "a view": "CREATE VIEW app.v AS SELECT 1 AS one",
    "what is not allowed to lose anything": "DROP TABLE app.seats",
}


@pytest.mark.parametrize("sql", NOTHING.values(), ids=NOTHING)
def test_nothing_is_read_where_no_row_can_be_in_the_way(tried, sql):
    """No guard stands before a step that takes every row."""
    tried.execute(SEATS + "CREATE MATERIALIZED VIEW app.unread AS SELECT name FROM app.seats WITH NO DATA")
    assert tried.guards(sql) == ()


def test_a_drop_that_was_allowed_says_how_much_goes(tried):
    """Before a table or a column is dropped, it is told how many rows go, or rows with a value."""
    tried.execute(SEATS + "INSERT INTO app.seats VALUES (1, 1, 'ann'), (1, 2, NULL), (1, 3, 'ben')")
    dropped = tried.guards("DROP TABLE app.seats", destructive=True)
    column = tried.guards("ALTER TABLE app.seats DROP COLUMN name", destructive=True)
    assert tried.notices(*dropped) == ["app.seats: the table with all of 3 row(s) will be gone"]
    assert tried.notices(*column) == ["app.seats: what name says of 2 row(s) will be gone"]
    tried.execute("DELETE FROM app.seats")
    assert tried.notices(*dropped, *column) == []


def test_of_a_large_table_the_estimate_is_told(tried):
    """Nobody waits for the rows of a large table to be counted; the number is called an estimate."""
    tried.execute(
        SEATS + "ALTER TABLE app.seats ALTER COLUMN name SET STORAGE PLAIN;"
        "INSERT INTO app.seats SELECT 1, n, repeat('x', 3000) FROM generate_series(1, 3000) n;"
        "ANALYZE app.seats (room)"
    )
    blocks = tried.guards("ALTER TABLE app.seats DROP COLUMN name", destructive=True)
    assert tried.notices(*blocks) == ["app.seats: what name says of about 3000 row(s) will be gone (an estimate)"]


def test_what_was_never_counted_is_told_by_its_size(tried):
    """Of a large table without an estimate its size is told, of a partitioned one that of all its partitions."""
    tried.execute(
        "CREATE SCHEMA app; CREATE TABLE app.p (a int, b text STORAGE PLAIN) PARTITION BY LIST (a);"
        "CREATE TABLE app.p1 PARTITION OF app.p FOR VALUES IN (1); CREATE TABLE app.p2 PARTITION OF app.p DEFAULT;"
    )
    blocks = tried.guards("DROP TABLE app.p", destructive=True)
    assert tried.notices(*blocks) == []
    tried.execute("INSERT INTO app.p VALUES (1), (2)")
    assert tried.notices(*blocks) == ["app.p: the table with all of 2 row(s) will be gone"]
    tried.execute("INSERT INTO app.p SELECT n % 2, repeat('x', 3000) FROM generate_series(1, 3000) n")
    (said,) = tried.notices(*blocks)
    assert said.startswith("app.p: the table with all of rows that were never counted will be gone, in 1")
    tried.execute("ANALYZE app.p1, app.p2")
    (said,) = tried.notices(*blocks)
    assert said == "app.p: the table with all of about 3002 row(s) will be gone (an estimate)"


def test_bounds_are_compared_by_the_collation_of_the_key(tried):
    """A partition key may have another collation than its column."""
    tried.execute(
        'CREATE SCHEMA app; CREATE TABLE app.p (a text, "B" text) PARTITION BY RANGE (a COLLATE "POSIX", "B");'
        'CREATE TABLE app.n (a text, "B" text)'
    )
    (block,) = tried.guards("ALTER TABLE app.p ATTACH PARTITION app.n FOR VALUES FROM ('A', 'x') TO ('Z', 'x')")
    assert """ROW(a COLLATE "POSIX", "B") >= ROW('A', 'x')""" in block
    tried.execute("INSERT INTO app.n VALUES ('B', 'x')")
    assert tried.refusal(block) is None
    tried.execute("INSERT INTO app.n VALUES ('b', 'x')")
    assert "app.n has 1 row(s) outside the bounds" in tried.refusal(block).message_primary


def test_a_word_that_another_version_does_not_reserve_is_found(tried):
    """PostgreSQL 16 spells a name without quotes that a later version has as a keyword; its guard is the same."""
    from dataclasses import replace

    tried.execute('CREATE SCHEMA app; CREATE TABLE app."json" (id int PRIMARY KEY, "json" int)')

    def older(identity):
        return identity.replace('"json"', "json")

    known = tried.catalog()
    objects = {(kind, older(name)): value for (kind, name), value in known.objects.items()}
    parents = {(kind, older(name)): (on, older(of)) for (kind, name), (on, of) in known.parents.items()}
    sql = 'ALTER TABLE app."json" ALTER COLUMN "json" TYPE smallint'
    blocks = tried.guards(sql, known=replace(known, objects=objects, parents=parents))
    tried.execute('INSERT INTO app."json" VALUES (1, 70000)')
    assert 'whose "json" does not become a smallint: id=1' in tried.refusal(*blocks).message_primary


def test_what_a_constraint_proves_is_not_read_again(tried):
    """After a CHECK was validated SET NOT NULL reads no row, and neither does its guard."""
    tried.execute(SEATS)
    sql = "ALTER TABLE app.seats ALTER COLUMN name SET NOT NULL"
    tried.execute("ALTER TABLE app.seats ADD CONSTRAINT n CHECK (name IS NOT NULL) NOT VALID")
    assert len(tried.guards(sql)) == 1
    tried.execute("ALTER TABLE app.seats VALIDATE CONSTRAINT n")
    assert tried.guards(sql) == ()
    assert len(tried.guards("ALTER TABLE app.seats ADD CONSTRAINT u UNIQUE (name)")) == 1


def test_a_loss_that_was_allowed_is_not_refused(tried):
    """Where the user allows it, digits may go; what cannot be cast at all is still refused."""
    tried.execute("CREATE SCHEMA app; CREATE TABLE app.prices (id int PRIMARY KEY, price numeric)")
    blocks = tried.guards("ALTER TABLE app.prices ALTER COLUMN price TYPE smallint", destructive=True)
    tried.execute("INSERT INTO app.prices VALUES (1, 2.5)")
    assert tried.refusal(*blocks) is None
    tried.execute("INSERT INTO app.prices VALUES (2, 70000)")
    assert "id=2" in tried.refusal(*blocks).message_primary


def test_no_more_than_ten_rows_are_named(tried):
    """A million bad rows are counted, and the first ones named."""
    tried.execute(SEATS + "INSERT INTO app.seats SELECT 1, n FROM generate_series(1, 12) n")
    refused = tried.refusal(*tried.guards("ALTER TABLE app.seats ALTER COLUMN name SET NOT NULL"))
    assert "has 12 row(s)" in refused.message_primary
    assert refused.message_primary.count("seat=") == 10


def test_a_key_that_an_earlier_step_drops_is_not_asked_for(tried):
    """A guard still works where a step before it has renamed a column of the key."""
    tried.execute(SEATS + "INSERT INTO app.seats VALUES (1, 1, NULL)")
    blocks = tried.guards("ALTER TABLE app.seats ALTER COLUMN name SET NOT NULL")
    refused = tried.refusal("ALTER TABLE app.seats RENAME COLUMN room TO place", *blocks)
    assert "without a name: seat=1" in refused.message_primary


def test_a_policy_hides_no_row_from_a_guard(tried):
    """Where a policy would hide rows from the role that runs a guard, it fails instead of passing."""
    tried.execute(
        SEATS + "INSERT INTO app.seats VALUES (1, 1, NULL); CREATE ROLE owner_of_seats;"
        "GRANT USAGE, CREATE ON SCHEMA app TO owner_of_seats; ALTER TABLE app.seats OWNER TO owner_of_seats;"
        "ALTER TABLE app.seats ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
    )
    blocks = tried.guards("ALTER TABLE app.seats ALTER COLUMN name SET NOT NULL")
    refused = tried.refusal("SET LOCAL ROLE owner_of_seats", *blocks)
    assert "row-level security policy" in refused.message_primary


def test_an_older_server_tries_each_value(tried):
    """Where PostgreSQL cannot be asked whether a text is valid, as before 16, each value is tried."""
    from dataclasses import replace

    tried.execute(SEATS + "INSERT INTO app.seats VALUES (1, 1, '12'), (2, 1, 'x'), (3, 1, 'y')")
    older = replace(tried.catalog(), major=15)
    sql = "ALTER TABLE app.seats ALTER COLUMN name TYPE integer USING name::integer"
    blocks = tried.guards(sql, known=older)
    assert "pg_input_is_valid" not in "".join(blocks)
    message = tried.refusal(*blocks).message_primary
    assert message.startswith("app.seats has at least 2 row(s) whose name does not become a integer: room=2, seat=1 (")
