"""Which names mean a secret, and when a column of that name can be read by somebody whom nothing stops."""

import re

import pytest

RULE = "sensitive_columns_exposed"
# The names that splinter has, at commit 55db5b1 of github.com/supabase/splinter.
SPLINTER = re.findall(
    r"\S+",
    """
    password passwd pwd passphrase secret secret_key private_key api_key apikey auth_key token jwt
    access_token refresh_token oauth_token session_token bearer_token auth_code session_id session_key
    session_secret recovery_code backup_code verification_code otp two_factor 2fa_secret 2fa_code ssn
    social_security social_security_number driver_license drivers_license license_number passport_number
    passport_id national_id tax_id credit_card card_number cvv cvc cvn bank_account account_number
    routing_number iban swift_code bic health_record medical_record patient_id insurance_number
    health_insurance medical_insurance treatment mac_address macaddr imei device_uuid pgp_key gpg_key
    ssh_key certificate license_key activation_key facial_recognition
    """,
)
MORE = re.findall(
    r"\S+",
    """
    passcode password_hash user_passwords hashed_password encrypted_password users_api_key accessToken
    access-token refreshTokenHash totp totp_secret webhook_secret client_secret signing_key encryption_key
    service_role_key access_key security_answer seed_phrase mnemonic reset_code mfa_code pin pin_code
    pin_hash user_pin taxpayer_id customer_tax_id bank_account_number debit_card credit_card_number cvv2
    sort_code biometrics face_embedding ssh_keys recovery_codes
    """,
)
PLAIN = re.findall(
    r"\S+",
    """
    id name title body created_at password_changed_at token_count tokens_used secretary keyboard monkey
    author pinned pin_order is_secret_santa certificate_count treatment_plan cubic shipping carton key
    sort_key public_key storage_key code zip_code country_code discount_code session_started_at
    jwt_expires_at card last_seen tax account_id passport_photo_needed
    """,
)
GUARDED = "ALTER TABLE public.s ENABLE ROW LEVEL SECURITY; "
ANON = GUARDED + "GRANT SELECT ON public.s TO anon; "
# By state of the table: whether its columns count as exposed.
EXPOSED = {
    "GRANT SELECT ON public.s TO anon": True,
    "GRANT SELECT ON public.s TO authenticated": True,
    "GRANT SELECT ON public.s TO PUBLIC": True,
    "GRANT SELECT ON public.s TO service_role": False,
    ANON: False,
    f"{ANON}CREATE POLICY p ON public.s USING (auth.uid() = owner)": False,
    f"{ANON}CREATE POLICY p ON public.s USING ((SELECT auth.uid()) = owner AND (open OR id > 3))": False,
    f"{ANON}CREATE POLICY p ON public.s USING (auth.uid() = owner OR auth.jwt() ->> 'role' = 'admin')": False,
    f"{ANON}CREATE POLICY p ON public.s USING"
    " (EXISTS (SELECT FROM public.chats c WHERE c.created_by = auth.uid()))": False,
    f"{ANON}CREATE POLICY p ON public.s USING (private.is_chat_member(owner))": False,
    f"{ANON}CREATE POLICY p ON public.s USING (auth.role() = 'authenticated')": False,
    f"{ANON}CREATE POLICY p ON public.s USING (auth.uid() IS NOT NULL)": False,
    f"{ANON}CREATE POLICY p ON public.s TO authenticated USING (true)": False,
    f"{ANON}CREATE POLICY p ON public.s FOR INSERT WITH CHECK (true)": False,
    f"{ANON}CREATE POLICY p ON public.s USING (true);"
    " CREATE POLICY r ON public.s AS RESTRICTIVE USING (auth.uid() = owner)": False,
    f"{GUARDED}GRANT SELECT ON public.s TO authenticated; CREATE POLICY p ON public.s USING (true)": False,
    f"{ANON}CREATE POLICY p ON public.s USING (true)": True,
    f"{ANON}CREATE POLICY p ON public.s FOR SELECT TO anon USING (open)": True,
    f"{ANON}CREATE POLICY p ON public.s USING (open OR auth.uid() = owner)": True,
    f"{ANON}CREATE POLICY p ON public.s USING (auth.uid() IS NULL)": True,
    f"{ANON}CREATE POLICY p ON public.s USING (auth.role() = 'anon')": True,
    f"{ANON}CREATE POLICY p ON public.s USING (true); CREATE POLICY r ON public.s AS RESTRICTIVE USING (open)": True,
}


def table(names):
    columns = ", ".join(f'"{name}" text' for name in names)
    return f"CREATE TABLE public.s (id int PRIMARY KEY, owner uuid, open boolean, {columns}); "


def test_each_name_of_a_secret_is_known(objects_after):
    """Every name that splinter knows is known, and so are more, with what is put around them."""
    found = objects_after(RULE, table([*SPLINTER, *MORE]) + "GRANT SELECT ON public.s TO anon")
    assert set(found) == {f"public.s.{name}" for name in (*SPLINTER, *MORE)}


def test_ordinary_names_are_not_taken_for_secrets(objects_after):
    """What only looks like one, or says something about one, is none."""
    names = [name for name in PLAIN if name != "id"]
    assert objects_after(RULE, table(names) + "GRANT SELECT ON public.s TO anon") == []


@pytest.mark.parametrize("state", EXPOSED)
def test_a_secret_is_exposed_where_nothing_stops_its_reader(objects_after, state):
    """A privilege is needed, and either no row-level security, or a policy that lets anon through."""
    names = [*SPLINTER, *MORE]
    found = objects_after(RULE, table(names) + state)
    assert set(found) == ({f"public.s.{name}" for name in names} if EXPOSED[state] else set())


def test_a_view_with_its_callers_rights_is_judged_by_its_table(objects_after):
    """Such a view shows what the table's policies let through; another one shows everything."""
    made = """
      CREATE TABLE private.s (id int PRIMARY KEY, token text);
      CREATE VIEW public.own WITH (security_invoker = on) AS SELECT token FROM private.s;
      CREATE VIEW public.all_of_it AS SELECT token FROM private.s;
      GRANT SELECT ON public.own, public.all_of_it TO authenticated
    """
    assert objects_after(RULE, made) == ["public.all_of_it.token"]
