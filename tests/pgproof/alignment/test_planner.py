"""What becomes of the planner's process: whatever it does, align says it in a sentence, and ends."""

import json

import pytest

from pgproof.alignment import planner
from pgproof.alignment.planner import Planner, PlannerError
from pgproof.errors import UsageError

WORK = "export function plan() {{ {} }}\nexport function extract() {{}}\n"


def installed(folder, work):
    """A folder with a package of the planner's name, which does this when it is asked for a plan."""
    package = folder / "node_modules" / "@supabase" / "pg-delta"
    for path, text in {
        "package.json": '{"type": "module"}',
        "dist/index.js": WORK.format(work),
        "node_modules/pg/package.json": '{"main": "index.js"}',
        "node_modules/pg/index.js": "module.exports = {}",
    }.items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(text)
    return folder


def asked(folder, work):
    """What such a planner answers."""
    with Planner([installed(folder, work)]) as one:
        return one.plan("b", "a")


@pytest.mark.parametrize(
    "work",
    [
        "process.stdout.write('{\"actions\": [{\"sql\"'); process.kill(process.pid, 'SIGKILL'); for (;;) {}",
        "process.kill(process.pid, 'SIGKILL'); for (;;) {}",
    ],
    ids=["half-way through its answer", "before its answer"],
)
def test_a_planner_that_is_killed_is_said_to_have_ended(tmp_path, work):
    """Whether it has begun to answer or not."""
    with pytest.raises(UsageError, match="the planner @supabase/pg-delta ended: it gave no reason"):
        asked(tmp_path, work)


@pytest.mark.parametrize(
    ("work", "said"),
    [
        ("process.stdout.write('a warning\\n'); return {actions: []}", "answered with what is not understood"),
        ("return {actions: [{sql: 'SELECT 1', verb: 'alter'}]}", "answered with what is not understood"),
        ("return {steps: []}", "answered with what is not understood"),
        ("throw new TypeError('no such thing')", "no such thing"),
    ],
    ids=["no JSON", "an action without its ids", "no actions", "an error"],
)
def test_an_answer_that_is_none_is_a_sentence(tmp_path, work, said):
    """As another version of the package could give it."""
    with pytest.raises((UsageError, PlannerError), match=said):
        asked(tmp_path, work)


def test_an_answer_in_pieces_is_read_whole(tmp_path):
    """However long it is."""
    ids = dict.fromkeys(("produces", "consumes", "destroys", "releases"), ())
    rest = {"transactionality": "transactional", "lockClass": "none", "dataLoss": "none", "newSegmentBefore": False}
    made = json.dumps({"verb": "alter", **ids, **rest})
    (action,) = asked(tmp_path, f"return {{actions: [{{sql: 'x'.repeat(3e6), ...{made}}}]}}")
    assert len(action.sql) == 3_000_000


def test_a_planner_that_hangs_is_ended(tmp_path, monkeypatch):
    """After that it answers nothing more."""
    monkeypatch.setattr(planner, "_ANSWER_SECONDS", 0.5)
    with Planner([installed(tmp_path, "for (;;) {}")]) as one:
        with pytest.raises(UsageError, match=r"@supabase/pg-delta gave no answer in .* set CONNECT_TIME_UNIT"):
            one.plan("b", "a")
        with pytest.raises(UsageError, match="the planner @supabase/pg-delta ended"):
            one.plan("b", "a")
