"""Which SECURITY DEFINER functions of the API check their caller, or need not: the usual ways to write it."""

import pytest

RULE = "unguarded_definer_function"
TABLES = """
CREATE TABLE public.votes (id int PRIMARY KEY, user_id uuid, poll int);
CREATE TABLE public.plans (slug text PRIMARY KEY, price int);
CREATE TABLE public.offers (id int PRIMARY KEY, plan text REFERENCES public.plans);
CREATE TABLE public.receipts (id int PRIMARY KEY, vote int REFERENCES public.votes);
CREATE FUNCTION private.is_admin() RETURNS boolean LANGUAGE sql STABLE SET search_path = ''
  AS $$ SELECT auth.jwt() -> 'app_metadata' ->> 'role' = 'admin' $$;
CREATE FUNCTION private."IsAdmin"() RETURNS boolean LANGUAGE sql STABLE SET search_path = ''
  AS $$ SELECT auth.role() = 'service_role' $$;
CREATE FUNCTION private.me() RETURNS uuid LANGUAGE sql STABLE SET search_path = '' AS $$ SELECT auth.uid() $$;
CREATE FUNCTION private.may(who uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = ''
  AS $$ SELECT who IN (SELECT user_id FROM public.votes) $$;
CREATE FUNCTION private.assert_me(p_user uuid) RETURNS void LANGUAGE plpgsql SET search_path = ''
  AS $$ BEGIN IF p_user IS DISTINCT FROM auth.uid() THEN RAISE EXCEPTION 'not you'; END IF; END $$;
CREATE FUNCTION private.assert_all(p_user uuid) RETURNS void LANGUAGE plpgsql SET search_path = ''
  AS $$ BEGIN PERFORM private.assert_me(p_user); IF false THEN RAISE EXCEPTION 'never'; END IF; END $$;
CREATE FUNCTION private.log(p_what text) RETURNS void LANGUAGE plpgsql SET search_path = ''
  AS $$ BEGIN RAISE NOTICE 'by %', auth.uid(); END $$;
CREATE FUNCTION private.clean() RETURNS void LANGUAGE sql SET search_path = '' AS $$ DELETE FROM public.votes $$;
"""
DELETES = "DELETE FROM public.votes v WHERE v.user_id = p_user"
# Bodies of plpgsql; each function may be called with a user's id.
GUARDED = {
    "compared": f"{DELETES} AND p_user = auth.uid()",
    "compared in a sub-select": f"{DELETES} AND p_user = (SELECT auth.uid())",
    "refused": f"IF p_user <> auth.uid() THEN RAISE EXCEPTION 'no'; END IF; {DELETES}",
    "refused, NULL too": f"IF auth.uid() IS DISTINCT FROM p_user THEN RAISE EXCEPTION 'no'; END IF; {DELETES}",
    "by its role": f"IF auth.role() <> 'service_role' THEN RAISE EXCEPTION 'no'; END IF; {DELETES}",
    "by a claim": f"IF (auth.jwt() ->> 'role') IS DISTINCT FROM 'service_role' THEN RETURN; END IF; {DELETES}",
    "by a claim within one": f"IF auth.jwt() -> 'app_metadata' ->> 'role' = 'admin' THEN {DELETES}; END IF",
    "by a path of a claim": f"IF auth.jwt() #>> '{{app_metadata,role}}' = 'admin' THEN {DELETES}; END IF",
    "by the setting": f"{DELETES} AND v.user_id::text = current_setting('request.jwt.claim.sub', true)",
    "by the setting, first": f"{DELETES}"
    " AND current_setting('request.jwt.claims', true)::json ->> 'sub' = p_user::text",
    "by the setting that may be empty": f"{DELETES}"
    " AND nullif(current_setting('request.jwt.claim.sub', true), '')::uuid = p_user",
    "by the setting that may be missing": "IF coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')"
    f"::jsonb ->> 'role' = 'service_role' THEN {DELETES}; END IF",
    "by address": f"IF auth.email() LIKE '%@example.com' THEN {DELETES}; END IF",
    "one of several": f"{DELETES} AND auth.uid() IN (SELECT w.user_id FROM public.votes w)",
    "any of several": f"{DELETES} AND auth.uid() = ANY (ARRAY[p_user])",
    "in an array": f"{DELETES} AND ARRAY[p_user] @> ARRAY[auth.uid()]",
    "kept": f"SELECT auth.uid() INTO STRICT p_user; {DELETES}",
    "assigned": f"p_user := auth.uid(); {DELETES}",
    "stored": "INSERT INTO public.votes (id, user_id) VALUES (1, auth.uid())",
    "stored by a query": "INSERT INTO public.votes (id, user_id) SELECT v.id + 1, auth.uid() FROM public.votes v",
    "stored or changed": "INSERT INTO public.votes (id, user_id) VALUES (1, auth.uid())"
    " ON CONFLICT (id) DO UPDATE SET poll = 2",
    "handed to a statement": "EXECUTE 'DELETE FROM public.votes WHERE user_id = $1' USING auth.uid()",
    "handed to a check": f"IF NOT private.may(auth.uid()) THEN RAISE EXCEPTION 'no'; END IF; {DELETES}",
    "handed to a check in a query": f"{DELETES} AND private.may((SELECT auth.uid()))",
    "asked by a helper": f"IF NOT private.is_admin() THEN RAISE EXCEPTION 'no'; END IF; {DELETES}",
    "asked by a helper in a query": f"{DELETES} AND (SELECT private.is_admin())",
    "told by a helper": f"{DELETES} AND p_user = private.me()",
    "asked by a helper with capitals": f"IF NOT private.\"IsAdmin\"() THEN RAISE EXCEPTION 'no'; END IF; {DELETES}",
    "refused by a helper": f"PERFORM private.assert_me(p_user); {DELETES}",
    "refused by a helper of a helper": f"PERFORM private.assert_all(p_user); {DELETES}",
}
UNGUARDED = {
    "nothing": DELETES,
    "mentioned": f"PERFORM auth.uid(); {DELETES}",
    "in a comment": f"-- p_user = auth.uid()\n {DELETES}",
    "in a text": f"RAISE NOTICE 'p_user = auth.uid()'; {DELETES}",
    "signed in, but anybody": f"IF auth.uid() IS NULL THEN RAISE EXCEPTION 'no'; END IF; {DELETES}",
    "only logged": f"PERFORM private.log('x'); {DELETES}",
    "only logged in a table": f"INSERT INTO public.votes (id, user_id) VALUES (1, auth.uid()); {DELETES}",
    "the role of its owner": f"IF current_user = 'postgres' THEN {DELETES}; END IF",
    "a helper that does not ask": "PERFORM private.clean()",
    "a helper that is told whom": f"IF private.may(p_user) THEN {DELETES}; END IF",
    "reads a user's row": "PERFORM * FROM public.votes v WHERE v.user_id = p_user",
    "reads what belongs to a user's row": "PERFORM * FROM public.receipts",
    "reads the users": "PERFORM email FROM auth.users",
    "counts for a user": "PERFORM count(*) FROM public.votes v WHERE v.user_id = p_user",
    "writes what belongs to nobody": "UPDATE public.plans SET price = 0",
    "any statement": "EXECUTE 'SELECT 1'",
    "sends": "PERFORM realtime.send('{}'::jsonb, 'event', 'topic', true)",
    "reads passwords of roles": "PERFORM rolpassword FROM pg_catalog.pg_authid",
}
# Whole functions that are called without being told a user, in both languages.
HARMLESS = {
    "a constant": "poll() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "a calculation": "poll(a int, b int) RETURNS int LANGUAGE sql"
    " AS 'SELECT greatest(a, b) FROM generate_series(1, 2) x'",
    "a part of a time": "poll(t timestamptz) RETURNS numeric LANGUAGE sql AS 'SELECT extract(epoch FROM t)'",
    "its own words": "poll() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'DELETE FROM votes'; END $$",
    "what belongs to nobody": "poll(p text) RETURNS SETOF public.plans LANGUAGE sql"
    " AS 'SELECT * FROM public.plans p0 WHERE slug = p'",
    "what refers to that": "poll() RETURNS SETOF public.offers LANGUAGE sql AS 'SELECT * FROM public.offers'",
    "a count": "poll() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM public.votes'",
    "two counts": "poll() RETURNS json LANGUAGE sql AS $$ SELECT json_build_object("
    "'votes', (SELECT count(*) FROM public.votes), 'chats', (SELECT count(DISTINCT id) FROM chats)) $$",
    "a count that is kept": "poll() RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE n bigint; BEGIN"
    " SELECT count(*) INTO n FROM public.votes WHERE poll = 1; RETURN n; END $$",
    "in the standard's form": "poll() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM public.votes; END",
}
NOT_HARMLESS = {
    "rows without being told whose": "poll() RETURNS SETOF public.votes LANGUAGE sql AS 'SELECT * FROM public.votes'",
    "a count of one user's": "poll(p uuid) RETURNS bigint LANGUAGE sql"
    " AS 'SELECT count(*) FROM public.votes WHERE user_id = p'",
    "the last address": "poll() RETURNS text LANGUAGE sql AS 'SELECT max(email) FROM auth.users'",
    "a count of rows that it chose": "poll() RETURNS bigint LANGUAGE sql"
    " AS 'SELECT count(*) FROM (SELECT user_id FROM public.votes) v, public.votes w'",
    "a row with a lock": "poll() RETURNS text LANGUAGE sql AS 'SELECT slug FROM public.plans FOR UPDATE'",
}


def named(objects_after, function):
    made = (
        f"{TABLES} SET LOCAL search_path = public; SET LOCAL check_function_bodies = off; CREATE FUNCTION {function};"
    )
    grant = " GRANT EXECUTE ON FUNCTION poll TO anon; ALTER FUNCTION poll SECURITY DEFINER;"
    return bool(objects_after(RULE, f"{made}{grant} SET LOCAL search_path = pg_catalog"))


def with_body(body):
    return f"poll(p_user uuid) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN {body}; END $f$"


@pytest.mark.parametrize("body", GUARDED.values(), ids=GUARDED)
def test_a_check_of_the_caller_is_seen(objects_after, body):
    """However it is written, a function that checks its caller is not named."""
    assert not named(objects_after, with_body(body))


@pytest.mark.parametrize("body", UNGUARDED.values(), ids=UNGUARDED)
def test_what_only_looks_like_a_check_is_none(objects_after, body):
    """A function that reads or writes for whom it is told, or anything at all, is named."""
    assert named(objects_after, with_body(body))


@pytest.mark.parametrize("function", HARMLESS.values(), ids=HARMLESS)
def test_a_harmless_function_needs_no_check(objects_after, function):
    """What only reads rows of no user, or counts without being told what, is open to everybody for good."""
    assert not named(objects_after, function)


@pytest.mark.parametrize("function", NOT_HARMLESS.values(), ids=NOT_HARMLESS)
def test_what_only_looks_harmless_is_named(objects_after, function):
    """Rows of users, a count for one of them, and what keeps rows locked need a check."""
    assert named(objects_after, function)


def test_a_function_that_nobody_of_the_api_can_call_is_not_named(objects_after):
    """Neither is one outside the exposed schemas, with its caller's rights, or of a trigger."""
    body = "LANGUAGE sql SECURITY DEFINER AS $$ DELETE FROM public.chats $$"
    made = f"""
      CREATE FUNCTION public.a() RETURNS void {body}; REVOKE ALL ON FUNCTION public.a FROM PUBLIC;
      CREATE FUNCTION private.b() RETURNS void {body};
      CREATE FUNCTION public.c() RETURNS void {body}; ALTER FUNCTION public.c SECURITY INVOKER;
      CREATE FUNCTION public.d() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RETURN NEW; END $$
    """
    assert objects_after(RULE, made) == []
