"""What looks like a secret, and what only looks a little like one: for logs, for the record and for adopted schemas."""

import base64

HEX = "0123456789abcdef"
# The parts are put together here, so that no file of this repository looks as if it held a key.
STRIPE = "sk_" + "live_" + HEX
KEY = "-----BEGIN {0}PRIVATE KEY-----\n" + base64.b64encode(b"no key at all, only text" * 3).decode()
COOKIE = "base64-" + base64.b64encode(b'{"access_token":"x"}').decode()

# What it is: the text, and the part of it that may be kept nowhere.
SECRETS = {
    "signed token": ("headers 'eyJhbGciOi.eyJzdWIiOiIx.c2lnbmF0dXJl'", "c2lnbmF0dXJl"),
    "signed token on a line of JSON": (r"said\neyJhbGciOi.eyJzdWIiOiIx.c2lnbmF0dXJl", "c2lnbmF0dXJl"),
    "Supabase secret key": (f"v text := 'sb_secret_{HEX}'", HEX),
    "Supabase publishable key": (f"v text := 'sb_publishable_{HEX}'", HEX),
    "Supabase access token": (f"v text := 'sbp_{HEX}'", HEX),
    "Stripe": (f"SELECT charge('{STRIPE}')", HEX),
    "Stripe restricted": (f"SELECT charge('rk_live_{HEX}')", HEX),
    "Stripe webhook": (f"verify(body, 'whsec_{HEX}')", HEX),
    "GitHub": (f"SELECT 'ghp_{HEX}'", HEX),
    "GitHub fine-grained": (f"SELECT 'github_pat_{HEX}'", HEX),
    "Slack": (f"SELECT 'xoxb-{HEX}'", HEX),
    "Slack webhook": (f"http_get('https://hooks.slack.com/services/T0/B0/{HEX}')", HEX),
    "Amazon": ("SELECT 'AKIA" + "0123456789ABCDEF'", "0123456789ABCDEF"),
    "Google": (f"SELECT 'AIza{HEX}{HEX}'", HEX),
    "SendGrid": (f"SELECT 'SG.{HEX}.{HEX}'", HEX),
    "OpenAI": (f"SELECT 'sk-proj-X{HEX}'", HEX),
    "private key": (KEY.format("RSA ") + "\n-----END RSA PRIVATE KEY-----", KEY.splitlines()[1]),
    "private key cut off": (KEY.format(""), KEY.splitlines()[1]),
    "bearer": ("'Authorization: Bearer abcdefgh.ijklmnop12345678'", "ijklmnop"),
    "basic": ("'Authorization: Basic YW5hOmdlaGVpbWdlaGVpbQ=='", "YW5hOmdl"),
    "password in an address": ("dblink('postgres://me:geheim@db.example.com/x')", "geheim"),
    "password without a user": ("redis://:geheim@cache.example.com", "geheim"),
    "connection string": ("dblink('host=db.example.com password=geheim')", "geheim"),
    "connection string from the middle": ("'dbname=x password=geheim user=me'", "geheim"),
    "password first": ("dblink('password=geheim')", "geheim"),
    "session in a cookie": (f"cookie: sb-auth-token={COOKIE}", COOKIE.removeprefix("base64-")),
    "key in an address": ("fetch('/rest/v1/?apikey=geheim')", "geheim"),
    "form": ("grant_type=password&password=geheim", "geheim"),
    "first field of a form": ("email=x, password=geheim&a=b", "geheim"),
    "password alone": (f"given password=x{HEX}", HEX),
    "JSON": ('\'{"password": "geheim"}\'', "geheim"),
    "header of a key": ('\'{"x-api-key": "geheim"}\'', "geheim"),
    "header of a secret": ('\'{"X-Webhook-Secret": "geheim"}\'', "geheim"),
    "header of authorization": ('\'{"Authorization": "geheim"}\'', "geheim"),
    "JSON in JSON": (r"{\"refresh_token\":\"geheim\"}", "geheim"),
    "assigned": (f"api_key := 'x{HEX}'", HEX),
    "declared": (f"api_key constant text := 'x{HEX}';", HEX),
    "default": (f"webhook_secret text DEFAULT 'x{HEX}'", HEX),
    "compared": (f"WHERE header_token = 'x{HEX}'", HEX),
    "argument": (f"set_config('app.api_key', 'x{HEX}', true)", HEX),
}
# What only a statement says is a secret.
IN_STATEMENTS = {
    "setting": ("EXECUTE $x$ SET app.jwt_secret TO 'geheim' $x$", "geheim"),
    "setting with =": ("EXECUTE $x$ SET LOCAL \"app.jwt_secret\" = 'geheim' $x$", "geheim"),
    "password of a role": ("EXECUTE $x$ ALTER ROLE a PASSWORD 'geheim' $x$", "geheim"),
    "password in a text": ("EXECUTE 'ALTER ROLE a PASSWORD ''geheim'''", "geheim"),
}
ORDINARY = (
    "the key begins with sk_live_ or sk_test, as in sk_live_your_key",
    "ghp_ and xoxb- and AKIA are prefixes; xoxb-your-token-here",
    "a column whsec_verified_on, a class sk-loading-indicator-wrapper",
    "base64-encoded-payload-of-a-message",
    "the bearer authentication-of-everybody and Basic internationalization",
    "id = '5f0c3a4e-7d1b-4c2a-9e8f-0123456789ab'",
    "secret_id = '5f0c3a4e-7d1b-4c2a-9e8f-0123456789ab'",
    "body 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "md5(prosrc) = '900150983cd24fb0d6963f7d28e17f72'",
    "replace(replace(k, '-----BEGIN PRIVATE KEY-----', ''), '-----END PRIVATE KEY-----', '')",
    "SET search_path TO 'public'",
    "UPDATE t SET token_state = 'expired'",
    "token_type text DEFAULT 'bearer'",
    "password = crypt(new.password, salt)",
    "password=crypt(new.password2, salt)",
    "WHERE name=n AND password=p_password2",
    "format('ALTER ROLE %I PASSWORD %L', a, b)",
    "'ALTER ROLE a PASSWORD ' || quote_literal(p) || ' x'",
    "'ALTER ROLE a PASSWORD ''' || p || ''''",
    "dblink('password=' || p)",
    "format('password=%L host=x', p)",
    "'Bearer ' || token",
    "'{\"Authorization\": \"Bearer ' || token || '\"}'",
    "jsonb_build_object('token', token_of_user_2)",
    "kind IN ('reset_password', 'verify_phone_number_2')",
    "CHECK (status = ANY (ARRAY['sent', 'delivered']))",
    "SELECT 'https://example.com/a'",
    "http://127.0.0.1:8080/users?mail=ana@example.com",
    "the token is missing: sign in again, the password was refused",
    "eyJ is how a token begins; see https://jwt.io/introduction",
)
