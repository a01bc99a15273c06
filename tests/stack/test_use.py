"""A stack is used as one needs it: on one's own SQL or database, with keys that stay, in every output at once."""

import json
import subprocess
import sys

import httpx
import jwt
import psycopg
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from connect import paths
from connect.processes import clean_environment
from pgproof.timing import unit

SECRET = "a secret of more than thirty-two characters"
NOTES = """
CREATE TABLE public.notes (id int PRIMARY KEY, text text);
GRANT SELECT ON public.notes TO anon;
INSERT INTO auth.users (id, email, email_confirmed_at) VALUES (gen_random_uuid(), 'zoe@example.com', now());
"""


# What a hosted project's owner may do there, with names that its search_path finds.
OWNERS = """
CREATE TABLE public.whose AS SELECT current_user::text AS who, session_user::text AS session, uuid_generate_v4() AS id;
GRANT SELECT ON public.whose TO anon;
CREATE FUNCTION public.welcome() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER welcome AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.welcome();
CREATE POLICY mine ON storage.objects FOR SELECT TO authenticated USING (owner_id = (SELECT auth.uid()::text));
SELECT vault.create_secret('a key of mine', 'mine');
"""


@pytest.fixture
def announced():
    """Starts a stack of these arguments, and gives its JSON and what it printed after it. It ends with the test."""
    started = []

    def start(*arguments, lines=0):
        process = subprocess.Popen(
            [sys.executable, "-m", "stack", "--until-stdin-closes", "--json", *arguments],
            cwd=paths.ROOT,
            env=clean_environment({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        first = process.stdout.readline()
        assert first, f"it ended with {process.wait()}"
        return json.loads(first), [process.stdout.readline().strip() for _ in range(lines)]

    yield start
    for process in started:
        with process:
            process.stdin.close()
            process.wait(60 * unit())


@pytest.fixture
def refused_start(tmp_path):
    """Runs a stack that ends by itself, and gives the one sentence that it says with exit code 4."""

    def refused_start(*arguments, command=("-m", "stack")):
        done = subprocess.run(
            [sys.executable, *command, *map(str, arguments)],
            cwd=paths.ROOT,
            env=clean_environment({}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60 * unit(),
            check=False,
        )
        assert (done.returncode, done.stdout) == (4, ""), done.stderr
        (sentence,) = done.stderr.splitlines()
        return sentence

    return refused_start


def signed_in(said, user):
    answer = httpx.post(
        f"{said['api_url']}/auth/v1/token?grant_type=password",
        headers={"apikey": said["anon_key"]},
        json={"email": user["email"], "password": user["password"]},
    )
    return answer.json()


def test_a_secret_makes_the_keys_stay(announced):
    """With the same secret all keys are the same after a restart; another secret makes others."""
    keys = ("anon_key", "service_role_key", "publishable_key", "secret_key", "jwt_secret")
    first, second = (announced("--env", "prod", "--jwt-secret", SECRET)[0] for _ in range(2))
    assert [first[key] for key in keys] == [second[key] for key in keys]
    assert first["jwt_secret"] == SECRET
    other, _ = announced("--env", "prod", "--jwt-secret", SECRET[::-1])
    assert not {first[key] for key in keys} & {other[key] for key in keys}


def test_the_secret_key_is_the_administrators(announced):
    """The keys that are no tokens work as those that are, as apikey and as bearer, and as apikey alone."""
    said, _ = announced("--env", "prod")
    users = f"{said['api_url']}/auth/v1/admin/users"
    for key, status in (("secret_key", 200), ("service_role_key", 200), ("publishable_key", 403)):
        headers = {"apikey": said[key], "Authorization": f"Bearer {said[key]}"}
        assert httpx.get(users, headers=headers).status_code == status
        if key != "service_role_key":
            assert httpx.get(users, headers={"apikey": said[key]}).status_code == status


def test_a_projects_own_opaque_keys_are_taken(announced):
    """A stack takes the publishable and the secret key of a project: by REST, auth and realtime, for their roles."""
    public, secret = "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH", "sb_secret_of-ones-own"
    said, _ = announced("--env", "prod", "--publishable-key", public, "--secret-key", secret)
    assert (said["publishable_key"], said["secret_key"]) == (public, secret)
    answers = {
        (key[:6], path): httpx.get(f"{said['api_url']}{path}", headers={"apikey": key}).status_code
        for key in (public, secret)
        for path in ("/rest/v1/chats", "/auth/v1/admin/users")
    }
    assert answers == {
        ("sb_pub", "/rest/v1/chats"): 401,
        ("sb_pub", "/auth/v1/admin/users"): 403,
        ("sb_sec", "/rest/v1/chats"): 200,
        ("sb_sec", "/auth/v1/admin/users"): 200,
    }
    for key in (public, secret):
        address = f"{said['api_url'].replace('http', 'ws', 1)}/realtime/v1/websocket?apikey={key}"
        with connect(address, compression=None) as socket:
            socket.send(json.dumps({"topic": "phoenix", "event": "heartbeat", "payload": {}, "ref": "1"}))
            assert json.loads(socket.recv())["payload"]["status"] == "ok"


def test_a_secret_key_is_refused_in_a_browser(announced):
    """What calls itself a browser is refused a secret key, as there: over HTTP and for a socket."""
    said, _ = announced("--env", "prod")
    browser = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}
    keyed = {**browser, "apikey": said["secret_key"]}
    for path in ("/rest/v1/chats", "/auth/v1/admin/users", "/realtime/v1/api/broadcast"):
        method = "POST" if "broadcast" in path else "GET"
        answer = httpx.request(method, f"{said['api_url']}{path}", headers=keyed)
        assert (answer.status_code, answer.json()["message"]) == (401, "Forbidden use of secret API key in browser")
    address = f"{said['api_url'].replace('http', 'ws', 1)}/realtime/v1/websocket?apikey={said['secret_key']}"
    with pytest.raises(InvalidStatus, match="401"), connect(address, user_agent_header=browser["User-Agent"]):
        pass


@pytest.mark.parametrize("given", ["sb_publishable_", "sb_secret_x", "eyJh.eyJi.c", "sb_publishable_é"])
def test_what_is_no_publishable_key_is_one_sentence(given):
    """A stack that is given something else as its publishable key does not start, and says what that begins with."""
    command = [sys.executable, "-m", "stack", "--env", "prod", "--publishable-key", given]
    done = subprocess.run(
        command, cwd=paths.ROOT, env=clean_environment({}), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "begins with sb_publishable_" in done.stderr
    assert given not in done.stderr.replace("begins with sb_publishable_", "")


def test_scripts_make_a_project(announced, tmp_path):
    """Scripts alone make a project on a new database, in their order; its people have the announced password."""
    files = [tmp_path / "first.sql", tmp_path / "then.sql"]
    # As a dump begins.
    files[0].write_text("\\restrict x\nSELECT pg_catalog.set_config('search_path', '', false);\n" + NOTES)
    files[1].write_text("INSERT INTO notes VALUES (1, 'hello'); ALTER DATABASE postgres SET timezone TO 'UTC'")
    said, _ = announced("--sql", files[0], "--sql", files[1])
    headers = {"apikey": said["anon_key"], "Authorization": f"Bearer {said['anon_key']}"}
    assert httpx.get(f"{said['api_url']}/rest/v1/notes", headers=headers).json() == [{"id": 1, "text": "hello"}]
    assert said["chats"] == []
    assert signed_in(said, said["users"][0])["user"]["email"] == "zoe@example.com"


def test_scripts_run_as_a_hosted_projects_owner(announced, refused_start, tmp_path):
    """Scripts have all of Supabase's platform and its owner's rights, which do not reach to what Auth keeps."""
    allowed, refused = tmp_path / "allowed.sql", tmp_path / "refused.sql"
    allowed.write_text(OWNERS)
    refused.write_text("ALTER TABLE auth.users ADD COLUMN nickname text")
    said, _ = announced("--sql", allowed)
    headers = {"apikey": said["anon_key"], "Authorization": f"Bearer {said['anon_key']}"}
    answer = httpx.get(f"{said['api_url']}/rest/v1/whose?select=who,session", headers=headers)
    assert answer.json() == [{"who": "postgres", "session": "postgres"}]
    assert "must be owner of table users" in refused_start("--sql", refused)


def test_an_environment_belongs_to_a_hosted_projects_owner(announced):
    """The stack's replica has what a hosted project has, and belongs to a role that is not a superuser."""
    said, _ = announced("--env", "prod")
    query = """
    SELECT pg_get_userbyid(relowner), rolsuper, to_regclass('auth.one_time_tokens') IS NOT NULL,
      (SELECT count(*) FROM auth.users u LEFT JOIN auth.identities i ON i.user_id = u.id WHERE i.id IS NULL)
    FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE pg_class.oid = 'public.chats'::regclass
    """
    with psycopg.connect(said["dsn"]) as connection:
        assert connection.execute(query).fetchone() == ("postgres", False, True, 0)


def test_a_script_that_fails_is_named(refused_start, tmp_path):
    """A script that fails is named with its line and the server's words."""
    file = tmp_path / "wrong.sql"
    file.write_text("SELECT 1;\nSELECT no_such_column;")
    for more in ([], ["--env", "prod"]):
        sentence = refused_start("--sql", file, *more)
        assert "wrong.sql" in sentence
        assert 'column "no_such_column" does not exist' in sentence


def test_a_database_of_ones_own_is_served(announced, tmp_path):
    """--dsn serves a database that is there, keeps its users' passwords, and finds its sessions again."""
    file = tmp_path / "notes.sql"
    file.write_text(NOTES)
    holder, _ = announced("--sql", file)
    said, _ = announced("--dsn", holder["dsn"], "--jwt-secret", SECRET)
    assert said["users"] == holder["users"]
    session = signed_in(said, said["users"][0])
    with psycopg.connect(said["dsn"], autocommit=True) as connection:
        connection.execute("UPDATE auth.users SET encrypted_password = 'theirs'")
    again, _ = announced("--dsn", holder["dsn"], "--jwt-secret", SECRET)
    assert [user["password"] for user in again["users"]] == [None]
    headers = {"apikey": again["anon_key"], "Authorization": f"Bearer {session['access_token']}"}
    assert httpx.get(f"{again['api_url']}/auth/v1/user", headers=headers).json()["email"] == "zoe@example.com"


@pytest.mark.parametrize("dsn", ["postgresql://postgres:hidden@127.0.0.1:1/x", "nonsense", "postgresql://[", "port=x"])
def test_a_database_that_is_not_there_is_named(refused_start, dsn):
    """A database that cannot be reached is one sentence, without its password."""
    sentence = refused_start("--dsn", dsn)
    assert sentence.startswith("stack: the database of --dsn cannot be used")
    assert "hidden" not in sentence


def test_json_and_variables_come_together(announced, tmp_path):
    """--dotenv prints after the line of --json, or writes a file that only its owner reads; both say the same."""
    file = tmp_path / "stack.env"
    said, _ = announced("--env", "prod", "--dotenv", str(file))
    text = file.read_text()
    assert f"CONNECT_PROD_ADMIN_DSN='{said['dsn']}'" in text.splitlines()
    assert f"CONNECT_PROD_DSN='{said['verifier_dsn']}'" in text.splitlines()
    assert file.stat().st_mode & 0o777 == 0o600
    both, lines = announced("--env", "prod", "--dotenv", lines=len(text.splitlines()))
    assert f"CONNECT_PROD_ANON_KEY='{both['anon_key']}'" in lines


def test_the_database_has_a_port_if_asked(announced):
    """--db-port opens the database to programs that know no socket in the file system, and only if it is asked for."""
    said, _ = announced("--env", "prod", "--db-port", "0")
    assert "host=" not in said["db_url"]
    with psycopg.connect(said["db_url"]) as connection, psycopg.connect(said["dsn"]) as directly:
        query = "SELECT count(*) FROM public.chat_messages"
        assert connection.execute(query).fetchone() == directly.execute(query).fetchone()
        # As a hosted project's connection string has it, so what tools make there is the owner's.
        assert connection.execute(
            "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone() == (
            "postgres",
            False,
        )
        assert len(connection.execute("SELECT repeat('x', 1000000)").fetchone()[0]) == 1_000_000


@pytest.mark.parametrize("package", ["uvloop", "starlette", "bcrypt"])
def test_a_missing_package_is_named(refused_start, package):
    """A package that is not installed is one sentence with the command that installs it."""
    program = f"import runpy, sys; sys.modules[{package!r}] = None; runpy.run_module('stack', run_name='__main__')"
    sentence = refused_start("--env", "prod", command=("-c", program))
    assert sentence == f"stack: the package {package} is not installed; run: make setup-stack"


@pytest.mark.parametrize("kind", ["ES256", "RS256", "FILE"])
def test_access_tokens_are_signed_with_a_key_pair(announced, kind, tmp_path):
    """--signing-key signs access tokens with a key whose public half anybody fetches; the API takes them."""
    asked = kind
    if kind == "FILE":
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        asked = tmp_path / "key.pem"
        asked.write_bytes(
            private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    said, _ = announced("--env", "prod", "--signing-key", str(asked), "--jwt-secret", SECRET)
    token = signed_in(said, said["users"][0])["access_token"]
    (key,) = httpx.get(f"{said['api_url']}/auth/v1/.well-known/jwks.json").json()["keys"]
    assert key["alg"] == jwt.get_unverified_header(token)["alg"] == ("ES256" if kind == "ES256" else "RS256")
    assert "d" not in key
    claims = jwt.decode(token, jwt.PyJWK(key), [key["alg"]], audience="authenticated")
    assert claims["sub"] == said["users"][0]["id"]
    headers = {"apikey": said["anon_key"], "Authorization": f"Bearer {token}"}
    assert httpx.get(f"{said['api_url']}/auth/v1/user", headers=headers).status_code == 200
    assert httpx.get(f"{said['api_url']}/rest/v1/chats?select=id", headers=headers).status_code == 200
    forged = jwt.encode(claims, SECRET, "HS256", headers={"kid": key["kid"]})
    headers["Authorization"] = f"Bearer {forged}"
    assert httpx.get(f"{said['api_url']}/auth/v1/user", headers=headers).status_code == 403


@pytest.mark.parametrize(("content", "said"), [(b"no key", "holds no private key"), (None, "cannot be read")])
def test_a_key_that_is_none_is_named(refused_start, tmp_path, content, said):
    """A file that is no private key is one sentence."""
    file = tmp_path / "key.pem"
    if content is not None:
        file.write_bytes(content)
    assert said in refused_start("--env", "prod", "--signing-key", file)


def test_new_users_wait_for_their_mail(announced):
    """--confirm-email lets nobody in before the mail is answered; people without a name are refused, as everywhere."""
    said, _ = announced("--env", "prod", "--confirm-email")
    client = httpx.Client(base_url=f"{said['api_url']}/auth/v1", headers={"apikey": said["anon_key"]})
    with client:
        user = {"email": "new@example.com", "password": "long-enough"}
        assert "access_token" not in client.post("/signup", json=user).json()
        assert client.post("/token?grant_type=password", json=user).json()["error_code"] == "email_not_confirmed"
        (mail,) = httpx.get(f"{said['inbox_url']}.json", params={"to": user["email"]}).json()
        body = {"type": "signup", "email": user["email"], "token": mail["code"]}
        assert client.post("/verify", json=body).status_code == 200
        assert client.post("/token?grant_type=password", json=user).status_code == 200
        assert client.post("/signup", json=user).json()["identities"] == []
        assert client.post("/signup", json={}).json()["error_code"] == "anonymous_provider_disabled"
