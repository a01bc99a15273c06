"""A page that nobody has described is described: what was found, how surely, and what was not."""

import subprocess
import sys

import pytest

from connect import paths
from connect.processes import clean_environment
from pgproof import cli
from pgproof.browser import frontend
from tests.pgproof.browser.fix_guarded import hosted

PAGES = paths.ROOT / "tests" / "pgproof" / "browser" / "pages"
CLOSED = "http://127.0.0.1:9/"


@pytest.fixture
def describe(capsys, tmp_path, monkeypatch):
    """Runs the command with its picture in a folder of its own; returns exit code, output and complaint."""
    monkeypatch.setenv("CONNECT_ENV_FILE", str(tmp_path / "none.env"))
    monkeypatch.delenv("CONNECT_E2E_USERS", raising=False)

    def run(*words, users=None):
        if users is not None:
            monkeypatch.setenv("CONNECT_E2E_USERS", users)
        code = cli.main(["describe", *words, "--picture", str(tmp_path / "seen.png")], default=paths.ROOT)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def reference(stack_of):
    """The address of the reference page, and the people who can sign in."""
    stack = stack_of("prod")
    users = ",".join(f"{user['email']}:{user['password']}" for user in stack.users)
    return f"{stack.app_url}/chat", users


def test_without_playwright_it_says_what_to_install():
    """Where only the checks of the database are set up, one sentence names the command, before anything is asked."""
    program = "import sys; sys.modules['playwright'] = None; from pgproof import cli; sys.exit(cli.main(sys.argv[1:]))"
    words = [sys.executable, "-c", program, "describe", CLOSED]
    environment = clean_environment({"PYTHONPATH": str(paths.ROOT / "src")})
    done = subprocess.run(words, cwd=paths.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "describe needs Playwright and a browser; run: make setup-all" in done.stderr
    assert "Traceback" not in done.stderr


def in_a_thread(run):
    """What is called in a thread of its own: Playwright's loop lives in the worker's."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def test_the_reference_page_is_described_as_its_authors_do(describe, reference, tmp_path):
    """A run takes the file, and the selectors are those of the test ids; pictures show the page and its form."""
    url, users = reference
    mine = tmp_path / "mine.toml"
    code, said, _ = in_a_thread(lambda: describe(url, "--into", str(mine), users=users))
    assert code == 0, said
    found, known = frontend.read(mine), frontend.read(paths.ROOT / "frontend.toml")
    for key in ("conversation", "conversation_name", "last_message", "message", "message_text", "own", "composer"):
        assert found.selector(key) == known.selector(key), key
    assert found.sign_in.form is not None
    assert found.sign_in.storage == known.sign_in.storage
    assert "selectors.message            [data-testid=message]  (sure, " in said
    assert "not found: selectors.alert: what tells of an error; shown only after one" in said
    for picture in ("seen.png", "seen-sign-in.png"):
        assert (tmp_path / picture).read_bytes().startswith(b"\x89PNG")
    assert users.split(":")[1].split(",")[0] not in said + mine.read_text()


@pytest.mark.parametrize("allowed", [False, True], ids=["reads", "allow-writes"])
def test_what_the_page_writes_is_held_back_and_named(describe, allowed):
    """Neither the page nor its shared worker writes, and the sentence says how to let them; then both do."""
    with hosted() as site:
        words = ["--allow-writes"] if allowed else []
        _, said, _ = in_a_thread(lambda: describe(f"{site.url}/writes.html", *words))
    wrote = [each for each in site.arrived if each.startswith("POST")]
    assert wrote == (["POST /rest/v1/chat_messages"] * 2 if allowed else [])
    told = (
        "the page tried to write, POST /rest/v1/chat_messages, and this run only reads; judge what it writes on a stack"
    )
    assert (told in said) is not allowed, said
    assert ('this run only reads"' in said) is not allowed, "the shared worker was refused too"


def test_a_page_that_nobody_serves_is_named(describe, free_address):
    """The sentence holds the address, and the code is 2."""
    code, _, complaint = in_a_thread(lambda: describe(free_address))
    assert code == 2
    assert f"{free_address} cannot be opened: " in complaint


def test_a_given_description_is_shown(describe, reference):
    """Each of its selectors is counted on the page, and one that matches nothing is named."""
    url, users = reference
    code, said, _ = in_a_thread(lambda: describe(url, f"--frontend={paths.ROOT / 'frontend.toml'}", users=users))
    assert code == 0, said
    assert "matched nothing visible here: " in said
    assert "[data-testid=composer]  (1 visible)" in said


def test_what_is_needed_and_not_there_is_named(describe, site_of, tmp_path):
    """A page without any conversation cannot be described; the code is 1 and the file says what to write."""
    (tmp_path / "index.html").write_text("<!doctype html><p>Please log in to see your chats</p>")
    mine = tmp_path / "mine.toml"
    code, said, _ = in_a_thread(lambda: describe(f"{site_of(tmp_path)}/index.html", "--into", str(mine)))
    assert code == 1
    assert "nobody was signed in: put email:password into the variable of the people" in said
    assert "the page says 'Please log in to see your chats'" in said
    assert "a run cannot begin without selectors.conversation, " in said
    assert '# composer = ""' in mine.read_text()


# A page with a hidden copy of its form, which stands first.
FORM = "<form {}><input name=mail><input name=word type=password {}><button {}>Sign in</button></form>"
SIGNS_IN = "onsubmit=\"event.preventDefault(); document.body.textContent = 'Welcome'\""
TWO_FORMS = "<!doctype html><body>" + FORM.format("hidden", "", "") + FORM.format(SIGNS_IN, "{}", "{}") + "{}"


@pytest.mark.parametrize(
    ("hindered", "says"),
    [
        (("", "", ""), "the page says 'Welcome'"),
        (("", "", "<div class=cookies style='position:fixed;inset:0'></div>"), '<div class="cookies"> covers it'),
        (("", "disabled", ""), "could not click submit of the sign-in form, 'button', within 0.5 s: it stays disabled"),
        (("readonly", "", ""), "could not fill in password of the sign-in form, "),
    ],
    ids=["free", "covered", "disabled", "read-only"],
)
def test_a_form_that_cannot_be_sent_says_what_hinders(describe, site_of, tmp_path, monkeypatch, hindered, says):
    """Of a visible form it is told what cannot be filled in or clicked and why, never the password."""
    monkeypatch.setattr("pgproof.browser.acting.SECONDS", 0.5)
    monkeypatch.setattr("pgproof.browser.describing.explore._SECONDS", 1)
    (tmp_path / "index.html").write_text(TWO_FORMS.format(*hindered))
    address = f"{site_of(tmp_path)}/index.html"
    code, said, complaint = in_a_thread(lambda: describe(address, users="ana@example.com:geheim"))
    assert code == 1, complaint
    assert says in said
    assert "geheim" not in said + complaint


BY_COOKIE = """<!doctype html><form><input name=mail><input name=word type=password><button>Sign in</button></form>
<script>
const session = { access_token: 'a.b.c', refresh_token: 'r', user: { id: 'ana', name: 'x'.repeat(200) } }
document.forms[0].onsubmit = (event) => {
  event.preventDefault()
  const value = WRITTEN
  document.cookie = `chat-auth.0=${value.slice(0, 100)}`
  document.cookie = `chat-auth.1=${value.slice(100)}`
  document.body.textContent = 'Welcome'
}
</script>"""


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("'base64-' + btoa(JSON.stringify(session)).replace(/=+$/, '')", ""),
        ("encodeURIComponent(JSON.stringify(session))", 'value = "{session}"\n'),
        ("'base64-' + 'no session'", None),
    ],
    ids=["base64url", "JSON", "something else"],
)
def test_a_session_in_cookies_is_found(describe, site_of, tmp_path, monkeypatch, written, line):
    """Also one that is divided; the description says how it is written, and a run can read that."""
    monkeypatch.setattr("pgproof.browser.describing.explore._SECONDS", 1)
    (tmp_path / "index.html").write_text(BY_COOKIE.replace("WRITTEN", written))
    address, mine = f"{site_of(tmp_path)}/index.html", tmp_path / "mine.toml"
    code, said, complaint = in_a_thread(lambda: describe(address, "--into", str(mine), users="ana@example.com:geheim"))
    assert code == 1, said + complaint
    found = f'[[sign_in.storage]]\narea = "cookie"\nkey = "chat-auth"\n{line}\n[selectors]'
    assert (found in mine.read_text()) is (line is not None)
    assert ("area" in mine.read_text()) is (line is not None)


# Three conversations, each at an address of its own, without the list; the messages are in the last one.
ROUTES = """<!doctype html><body><script>
const number = new URLSearchParams(location.search).get('chat')
fetch('/said.json').then((answer) => answer.json()).then((said) => {
  document.body.innerHTML = number === null
    ? ['Ana', 'Bo', 'Carol'].map((name, at) => `<a class=row href="?chat=${at}">${name}</a><br>`).join('')
    : said.map((each) => (number === '2' ? `<p><span>${each.text}</span></p>` : '')).join('') + '<textarea></textarea>'
})
</script>"""


def test_conversations_without_the_list_beside_them_are_opened_all_the_same(describe, site_of, tmp_path):
    """The page is opened again for each of them, and what a run needs on such a page is named."""
    (tmp_path / "index.html").write_text(ROUTES)
    (tmp_path / "said.json").write_text('[{"text": "shall we?"}, {"text": "at nine"}]')
    code, said, _ = in_a_thread(lambda: describe(f"{site_of(tmp_path)}/index.html"))
    assert code == 1
    assert "could not be opened" not in said
    assert "not found: selectors.message_text" not in said
    assert "give selectors.back, what leads from it back to the list" in said


def test_a_page_that_crashes_is_one_sentence(describe, site_of, tmp_path, monkeypatch):
    """What the browser could not do and why, with the address; the code is 2."""
    (tmp_path / "index.html").write_text("<!doctype html><p>Hello</p>")
    monkeypatch.setattr(
        "pgproof.browser.describing.explore.Explorer._list", lambda explorer: explorer.page.goto("chrome://crash")
    )
    code, _, complaint = in_a_thread(lambda: describe(f"{site_of(tmp_path)}/index.html"))
    assert code == 2
    assert "/index.html cannot be described: the browser could not " in complaint
    assert complaint.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["chat"], "'chat' is not the address of a page"),
        (["http://ana:secret@localhost/"], "is not the address of a page"),
        ([CLOSED, "--email", "who@example.com"], "who@example.com is not in CONNECT_E2E_USERS"),
        ([CLOSED, "--env", "nowhere"], "unknown environment 'nowhere'"),
        ([CLOSED, "--env", "prod"], "--env prod needs CONNECT_PROD_API_URL and CONNECT_PROD_ANON_KEY"),
        ([CLOSED, "--frontend=no.toml"], "no.toml cannot be read"),
        ([CLOSED, "--frontend=a.toml", "--into=b.toml"], "give one of them"),
        ([CLOSED], "http://127.0.0.1:9/ cannot be opened: the browser says ERR_"),
    ],
)
def test_what_is_asked_wrongly_is_one_sentence(describe, words, sentence):
    """It names the value, never a password, and the code is 2."""
    code, _, complaint = in_a_thread(lambda: describe(*words))
    assert code == 2
    assert sentence in complaint
    assert "secret" not in complaint
    assert complaint.count("\n") == 1


def test_people_that_are_no_list_are_refused(describe):
    """Without the value itself, which may hold a password."""
    code, _, complaint = describe(CLOSED, users="ana:geheim")
    assert code == 2
    assert "CONNECT_E2E_USERS is not a list of people" in complaint
    assert "geheim" not in complaint
