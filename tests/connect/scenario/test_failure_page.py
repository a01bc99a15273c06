"""A failed test leaves a page with everything that a person needs, and no secret in it or in its traces."""

import html
import json
import re
import zipfile
from urllib.parse import quote, quote_plus

import pytest

from connect import paths
from connect.scenario import failure, target
from connect.scenario.scenario import Scenario
from pgproof.browser import frontend
from pgproof.scrub import Scrubber

TOKEN = re.compile(rb"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+")
FAILED = failure.Failed(
    "tests/e2e/test_order.py::test_it[prod]", "All is in order.", "it was not\nat all", "pytest tests/e2e/test_order.py"
)


@pytest.fixture
def after_sending(browser, stack_of):
    """A scenario after ana has signed in by the form and written to bo."""
    stack = stack_of("prod")
    with target.on_stack("prod", stack) as where:
        scenario = Scenario(where, frontend.read(paths.ROOT / "frontend.toml"), browser, Scrubber(), snapshots=True)
        ana, bo = scenario.people("ana", "bo")
        chat = scenario.chat(ana, bo)
        (heard,) = scenario.listen(bo, chat)
        tab = scenario.stranger()
        tab.sign_in(*ana.account)
        tab.open_conversation(chat.name).send(text := scenario.text())
        tab.wait_texts([text])
        scenario.wait_rows(chat, lambda rows: len(rows) == 1, "the message")
        heard.wait_for(lambda change: change.record["message_text"] == text)
        yield scenario, text, secrets(stack, tab, ana)
        scenario.close()


def secrets(stack, tab, person):
    """Everything that must not be kept, among it what only the browser knows."""
    stored = tab.page.evaluate("Object.values(localStorage).join(' ')")
    tokens = re.findall(r'"(?:access_token|refresh_token)":"([^"]+)"', stored)
    assert len(tokens) == 2
    return [text.encode() for text in (stack.anon_key, stack.jwt_secret, person.account.password, *tokens)]


def contents(archive):
    with zipfile.ZipFile(archive) as opened:
        return b"\n".join(opened.read(entry) for entry in opened.infolist())


def test_the_page_shows_what_happened(after_sending, tmp_path):
    """Sentence, orders, rows, events, a picture, and the line that runs the test again."""
    scenario, text, _ = after_sending
    page = failure.write(scenario, FAILED, tmp_path).read_text()
    assert "<h1" in page
    for expected in (">it was not</h1>", "at all", "All is in order.", FAILED.again, "data:image/png;base64,"):
        assert expected in page
    assert page.count(f"<td>{text}</td>") == 4
    assert f"INSERT seq 1 &#39;{text}&#39; sent" in page
    assert f"test: send &#39;{text}&#39;" in page


def test_no_secret_is_kept(after_sending, tmp_path):
    """Neither in the page nor in a trace is there a token, a key or a password."""
    scenario, _, known = after_sending
    page = failure.write(scenario, FAILED, tmp_path)
    (trace,) = tmp_path.glob("*/*.zip")
    for kept in (page.read_bytes(), contents(trace)):
        assert not TOKEN.search(kept)
        assert [secret for secret in known if secret in kept] == []


def test_a_trace_as_recorded_holds_secrets(after_sending, tmp_path):
    """What is taken out was there: tokens, key and password stand in a trace before it is cleaned, and it can be read
    afterwards.
    """
    scenario, _, known = after_sending
    (context,) = scenario.devices.contexts.values()
    context.tracing.stop(path=tmp_path / "raw.zip")
    raw = contents(tmp_path / "raw.zip")
    assert TOKEN.search(raw)
    assert known[0] in raw
    assert known[2] in raw
    scenario.scrub.trace(tmp_path / "raw.zip")
    with zipfile.ZipFile(tmp_path / "raw.zip") as cleaned:
        assert cleaned.testzip() is None
        assert "trace.trace" in cleaned.namelist()


def test_a_page_that_hangs_has_a_failure_page_too(after_sending, tmp_path, monkeypatch):
    """Where no picture can be taken, it says so and shows the rest."""
    monkeypatch.setattr(failure, "_PICTURE_MS", 300)
    scenario, text, _ = after_sending
    scenario.tabs[0].page.evaluate("setTimeout(() => { while (true); })")
    page = failure.write(scenario, FAILED, tmp_path).read_text()
    assert "no picture: " in page
    assert text in page


def test_a_secret_that_html_writes_otherwise_is_not_kept(after_sending, tmp_path):
    """A password with & and quotes stands on the page neither as it is, nor as HTML writes it."""
    scenario, *_ = after_sending
    scenario.scrub.learn(password := 'S3cret&"Co')
    said = f'no luck with {password}\nfill("unlearnt") and "password": "neither"'
    page = failure.write(scenario, failure.Failed("a.py::b", "", said, "pytest"), tmp_path).read_text()
    assert ">no luck with ***</h1>" in page
    for kept in ("S3cret", "unlearnt", "neither"):
        assert kept not in page


def test_a_trace_that_cannot_be_cleaned_is_not_kept(after_sending, tmp_path, monkeypatch):
    """When the cleaning of a trace fails, nothing of it lies in the report's folder."""
    scenario, *_ = after_sending

    def fail(path):
        assert path.exists()
        raise OSError("no space left")

    monkeypatch.setattr(scenario.scrub, "trace", fail)
    with pytest.raises(OSError, match="no space left"):
        failure.write(scenario, FAILED, tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("secret", ['ge"hei', r"ge\hei", "S3cret&Co", "a b/c+d?é<'>", "p%q~(r)"])
@pytest.mark.parametrize(
    "written",
    [
        json.dumps,
        lambda secret: json.dumps(secret, ensure_ascii=False),
        lambda secret: json.dumps(json.dumps(secret)),
        lambda secret: json.dumps(json.dumps(secret, ensure_ascii=False), ensure_ascii=False),
        html.escape,
        lambda secret: html.escape(secret, quote=False),
        lambda secret: html.escape(secret).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
        lambda secret: html.escape(json.dumps(secret)),
        quote,
        lambda secret: quote(secret, safe=""),
        lambda secret: quote(secret, safe="!'()*"),
        lambda secret: quote_plus(secret, safe="*"),
        lambda secret: quote_plus(secret, safe="*").replace("~", "%7E"),
        repr,
    ],
    ids=[
        *("json", "json unicode", "json in json", "json in json unicode"),
        *("html", "html text", "html of jinja", "json in html"),
        *("url path", "url", "encodeURIComponent", "form", "form of a browser", "repr"),
    ],
)
def test_a_learnt_secret_is_known_however_it_is_written(secret, written):
    """What was learnt becomes stars in JSON, in JSON inside JSON, in HTML, in an address and in Python's own words."""
    scrub = Scrubber()
    scrub.learn(secret)
    text = written(secret)
    assert re.fullmatch(r"""(?:[\\"']|&quot;|&#34;)*\*\*\*(?:[\\"']|&quot;|&#34;)*""", scrub.text(text)), text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Bearer eyJhbGciOi.eyJzdWIiOiIx.c2lnbmF0dXJl!", "Bearer ***!"),
        ('{"refresh_token":"abc","a":1}', '{"refresh_token":"***","a":1}'),
        (r"{\"password\": \"geheim\"}", r"{\"password\": \"***\"}"),
        ("/websocket?apikey=abc&vsn=1", "/websocket?apikey=***&vsn=1"),
        ("sb_secret_abc-1", "***"),
        ("cookie base64-eyJhY2Nlc3NfdG9rZW4iOiJ4In0", "cookie ***"),
        ("postgresql://me:geheim@host/db", "postgresql://me:***@host/db"),
        ("learnt here", "*** here"),
        ('  - fill("ge"he\\i<&")\n  - waiting 20ms ("a")', '  - fill("***")\n  - waiting 20ms ("a")'),
        (r'{"message":"fill(\"geheim\")\n","at":"b(\"c\")"}', r'{"message":"fill(\"***\")\n","at":"b(\"c\")"}'),
        ("nothing secret: 12:30 a@b", "nothing secret: 12:30 a@b"),
    ],
)
def test_each_kind_of_secret_becomes_stars(text, clean):
    """Each kind of secret becomes stars, and nothing else does."""
    scrub = Scrubber()
    scrub.learn("learnt", None, "")
    assert scrub.text(text) == clean
