"""Policies that a project writes on tables of the platform are judged like those on its own."""

import pytest

WRITE = "CREATE POLICY w ON storage.objects "
READ = "CREATE POLICY r ON realtime.messages "
TWO_BUCKETS = "INSERT INTO storage.buckets (id, name, public) VALUES ('shop', 'shop', true), ('chat', 'chat', false); "
# By policy: the rules that name it.
STORAGE = {
    # Had been silent, while the same policy on a table of public was named.
    f"{WRITE}FOR ALL TO anon USING (true) WITH CHECK (true)": {
        "rls_policy_always_true",
        "public_bucket_allows_listing",
    },
    f"{WRITE}FOR INSERT TO authenticated WITH CHECK (true)": {"rls_policy_always_true"},
    f"{WRITE}FOR DELETE USING (1 = 1)": {"rls_policy_always_true"},
    f"{WRITE}FOR UPDATE TO authenticated USING (bucket_id = 'chat')": {"storage_files_open_to_all"},
    f"{WRITE}FOR DELETE USING (bucket_id = 'chat' AND (storage.foldername(name))[1] = 'public')": {
        "storage_files_open_to_all"
    },
    f"{WRITE}FOR DELETE TO authenticated USING (auth.role() = 'authenticated')": {
        "auth_rls_initplan",
        "storage_files_open_to_all",
    },
    f"{WRITE}FOR DELETE TO authenticated USING ((SELECT auth.uid()) IS NOT NULL)": {"storage_files_open_to_all"},
    f"{WRITE}FOR INSERT WITH CHECK (bucket_id = 'chat')": {"storage_files_open_to_all"},
    f"{WRITE}FOR INSERT TO authenticated WITH CHECK (bucket_id = 'chat')": set(),
    f"{WRITE}FOR SELECT TO authenticated USING (bucket_id = 'chat')": {"storage_files_open_to_all"},
    f"{WRITE}FOR SELECT TO authenticated USING (bucket_id = 'shop')": {"public_bucket_allows_listing"},
    f"{WRITE}FOR SELECT USING (bucket_id = ANY (ARRAY['shop', 'chat']))": {
        "public_bucket_allows_listing",
        "storage_files_open_to_all",
    },
    f"{WRITE}FOR SELECT USING (true)": {"public_bucket_allows_listing", "storage_files_open_to_all"},
    f"{WRITE}FOR SELECT TO service_role USING (true)": set(),
    f"{WRITE}AS RESTRICTIVE FOR ALL USING (true)": set(),
    f"{WRITE}FOR SELECT USING (bucket_id = 'shop' AND name LIKE 'open/%')": set(),
    f"{WRITE}FOR ALL TO authenticated USING (bucket_id = 'chat' AND owner_id = (SELECT auth.uid())::text)": set(),
    f"{WRITE}FOR ALL TO authenticated USING ((storage.foldername(name))[1] = (SELECT auth.uid())::text)": set(),
    f"{WRITE}FOR ALL USING (private.is_chat_member((storage.foldername(name))[1]::uuid))": set(),
    f"{WRITE}FOR ALL USING (EXISTS (SELECT FROM public.chats c"
    " WHERE c.id::text = (storage.foldername(name))[1]))": set(),
    f"{WRITE}FOR ALL USING (owner = auth.uid())": {"auth_rls_initplan"},
    f"{WRITE}FOR DELETE USING ((SELECT auth.jwt()) -> 'user_metadata' ->> 'admin' = 'true')": {
        "rls_references_user_metadata"
    },
    f"{WRITE}FOR DELETE USING (EXISTS (SELECT FROM storage.objects o WHERE o.owner = (SELECT auth.uid())));"
    " CREATE POLICY o ON storage.objects FOR SELECT USING (EXISTS (SELECT FROM storage.objects o))": {
        "recursive_policy"
    },
    # Each bucket has its own, as the platform intends.
    f"{WRITE}FOR DELETE USING (owner = (SELECT auth.uid()) AND bucket_id = 'a');"
    " CREATE POLICY v ON storage.objects FOR DELETE USING (owner = (SELECT auth.uid()) AND bucket_id = 'b')": set(),
    "CREATE POLICY w ON storage.buckets FOR ALL USING (true)": {"rls_policy_always_true"},
    "ALTER TABLE storage.objects DISABLE ROW LEVEL SECURITY": set(),
}
REALTIME = {
    f"{READ}FOR SELECT TO authenticated USING (true)": {"realtime_channel_open_to_all"},
    f"{READ}FOR SELECT USING (extension = 'broadcast')": {"realtime_channel_open_to_all"},
    f"{READ}FOR SELECT TO authenticated USING (realtime.topic() LIKE 'chat:%')": {"realtime_channel_open_to_all"},
    f"{READ}FOR SELECT TO authenticated USING ((SELECT auth.uid()) IS NOT NULL)": {"realtime_channel_open_to_all"},
    f"{READ}FOR INSERT TO authenticated WITH CHECK (extension IN ('broadcast', 'presence'))": {
        "realtime_channel_open_to_all"
    },
    f"{READ}FOR INSERT TO authenticated WITH CHECK (true)": {"rls_policy_always_true"},
    f"{READ}FOR INSERT TO authenticated WITH CHECK ('foo' = auth.role())": {"auth_rls_initplan"},
    f"{READ}FOR SELECT TO authenticated USING (realtime.topic() = 'lobby')": set(),
    f"{READ}FOR SELECT TO authenticated USING (topic IN ('lobby', 'news'))": set(),
    f"{READ}FOR SELECT TO authenticated USING"
    " ((SELECT realtime.topic()) = 'user:' || (SELECT auth.uid())::text)": set(),
    f"{READ}FOR SELECT TO authenticated USING (private.is_chat_member((SELECT realtime.topic())::uuid))": set(),
    f"{READ}FOR SELECT TO authenticated USING (EXISTS (SELECT FROM public.chats c"
    " WHERE c.id::text = (SELECT realtime.topic())))": set(),
    'CREATE SCHEMA "My Own"; CREATE FUNCTION "My Own".may(text) RETURNS boolean LANGUAGE sql SET search_path = public'
    f' RETURN auth.uid() IS NULL; {READ}FOR SELECT TO authenticated USING ("My Own".may(realtime.topic()))': set(),
    f"{READ}FOR SELECT TO service_role USING (true)": set(),
    f"{READ}AS RESTRICTIVE FOR SELECT USING (extension = 'broadcast')": set(),
}
# What the chat's own functions and further objects break beside.
BESIDE = "authenticated_security_definer_function_executable"


def rules(violations):
    return {each.rule for each in violations} - {BESIDE}


@pytest.mark.parametrize("policy", STORAGE)
def test_policies_on_storage_are_judged(violations_after, policy):
    """Each is named by what it lets happen, once for each cause; one that asks whose a file is passes."""
    assert rules(violations_after(TWO_BUCKETS + policy)) == STORAGE[policy]


@pytest.mark.parametrize("policy", REALTIME)
def test_policies_on_channels_are_judged(violations_after, policy):
    """Each is named that opens private channels to everybody; one that asks who takes part passes."""
    assert rules(violations_after(policy)) == REALTIME[policy]


@pytest.mark.parametrize("who", ["rows are hidden", "no right"])
def test_where_buckets_cannot_be_read_the_policy_itself_is_named(linted_database, violations_after, who):
    """What a policy lists is then named by the bucket that it says, with the words that this could not be seen."""
    may = "GRANT SELECT ON storage.buckets TO looking;" if who == "rows are hidden" else ""
    violations_after(f"""
      {TWO_BUCKETS} {WRITE} FOR SELECT TO authenticated USING (bucket_id = 'it''s');
      CREATE ROLE looking; GRANT USAGE ON SCHEMA storage TO looking; {may}
      SET LOCAL ROLE looking
    """)
    (found,) = [each for each in violations_after("SELECT") if each.rule == "public_bucket_allows_listing"]
    assert found.object == "bucket it's"
    assert "could not be seen" in found.detail


def test_without_a_table_of_buckets_nothing_is_found(violations_after):
    """A database that never had Storage is judged like any other."""
    assert rules(violations_after("DROP TABLE storage.objects, storage.buckets")) == set()
