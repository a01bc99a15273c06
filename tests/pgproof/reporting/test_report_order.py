"""The report answers in the order in which a reader asks: criteria, changes since the record, debt, the rest."""

import re

import pytest

from connect.criteria import CRITERIA
from connect.project import PROJECT
from pgproof.hooks import Hooks
from pgproof.project import Project
from pgproof.reporting import criteria, failures, github, overview, page, truths
from pgproof.reporting.debts import Debt
from pgproof.reporting.results import Judged, Result, Run

CRITERION = CRITERIA[0].tests[0]
RECORDED = "tests/schema/test_recorded.py::test_nothing_changed_since_the_record"
LINT = "tests/security/test_lints.py::test_nothing_breaks_the_rule"
OTHER = "tests/functions/test_limits.py::test_it"
DEBT = ("debt", {"rule": "auth_rls_initplan", "level": "WARN", "count": 3, "accepted": 1})


def result(test, outcome="passed", why="", facts=()):
    """One result on the live database of prod."""
    return Result(
        f"{test}[prod]", test.split("/")[1], "prod", outcome, 0.1, f"Sentence of {test}.", why, [*facts], "live"
    )


def rendered(*found, history=None, project=PROJECT):
    """The page of one live run."""
    bad = any(each.is_bad for each in found)
    judged = [Judged("prod", "live", "prod: live database, read-only, PostgreSQL 17.6, aligned")]
    run = Run("pytest --live", "2026-01-02T00:00:00+00:00", 1.0, int(bad), judged, [*found], file="live.json")
    return page.render([run], project, history=history)


def words(text):
    """What a reader sees, without markup."""
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL).split())


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (result(CRITERION), truths.CRITERIA),
        (result(RECORDED), truths.RECORD),
        (result(LINT, facts=[DEBT]), truths.DEBT),
        (result(OTHER), truths.REST),
        (result(OTHER, facts=[("truth", "record")]), truths.RECORD),
        (result(CRITERION, facts=[("truth", "debt")]), truths.DEBT),
        (result(OTHER, facts=[("truth", "no such kind")]), truths.REST),
    ],
)
def test_each_test_belongs_to_one_kind_of_truth(found, kind):
    """The test's own word counts most, then the project's, then what can be seen of the test."""
    assert truths.truth(found, PROJECT.hooks) == kind


def test_what_decides_comes_first():
    """The four parts stand in their order, each with its own failures, wherever those were in the run."""
    tests = (OTHER, LINT, RECORDED, CRITERION)
    whole = rendered(*(result(test, "failed", f"why {test}", [DEBT] * (test == LINT)) for test in tests))
    text = words(whole.partition("</nav>")[2])
    said = ["Success criteria", CRITERION, "Changes since the record", RECORDED, "Debt", LINT, "What else did not hold"]
    places = [text.index(f"why {each}" if "::" in each else each) for each in [*said, OTHER]]
    assert places == sorted(places)


def test_inconclusive_is_an_answer_of_its_own():
    """A check without evidence is neither held nor failed: in the heading, at its criterion, in summary and colour."""
    unseen = result(CRITERION, "inconclusive", "inconclusive: row-level security hides rows of chat_messages")
    text = rendered(unseen)
    assert "<title>Connect verification: inconclusive</title>" in text
    assert "1 check is inconclusive" in words(text)
    assert re.search(r'class="failure unsure-soft"', text)
    assert criteria.judge(CRITERIA[0], criteria.Place("prod", "live"), [unseen]).outcome == criteria.INCONCLUSIVE
    run = Run("pytest --live", "2026-01-02T00:00:00+00:00", 1.0, 1, [], [unseen])
    assert run.finished
    summary = github.summary([run], PROJECT)
    assert "verification: inconclusive" in summary
    assert "0 held, 0 failed, 1 inconclusive." in summary


def test_a_failure_is_worse_than_what_is_inconclusive():
    """With both, the heading says what failed."""
    text = words(rendered(result(CRITERION, "inconclusive", "unseen"), result(OTHER, "failed", "wrong")))
    assert "1 check failed 1 failed 1 inconclusive" in text


@pytest.mark.parametrize(
    ("outcome", "why", "said"),
    [
        ("passed", "", "nothing changed"),
        ("failed", "table public.chats, column name: was text, is varchar(20)", "something changed"),
        ("skipped", "no record in recorded/; write one", "not compared no record in recorded/; write one"),
        ("inconclusive", "the record is of another version", "inconclusive"),
    ],
)
def test_the_record_has_an_answer_for_each_place(outcome, why, said):
    """Nothing changed, something did, or nobody could tell; and why."""
    text = words(rendered(result(RECORDED, outcome, why)))
    assert f"Changes since the record {criterion_mark(outcome)} prod, live: {said}" in text
    assert why in text


def criterion_mark(outcome):
    """The sign in front of an answer."""
    return {"passed": "✓", "failed": "✗", "inconclusive": "?"}.get(outcome, "–")


def test_without_a_record_nothing_is_said_of_it():
    """A project that records nothing has no such part."""
    assert "Changes since the record" not in rendered(result(CRITERION))


def test_debt_shows_its_count_and_trend():
    """The open and the accepted findings of each rule, what changed since the run before, and the picture."""
    history = {"prod, live": [Debt("2026-01-01T00:00:00+00:00", {"auth_rls_initplan": (5, 0)})]}
    found = result(LINT, facts=[DEBT])
    history["prod, live"].append(Debt("2026-01-02T00:00:00+00:00", {"auth_rls_initplan": (2, 1)}))
    text = rendered(found, history=history)
    assert "2 open, 1 accepted prod, live" in words(text)
    assert "auth_rls_initplan WARN 2 open, 1 accepted -2" in words(text)
    assert "<title>Debt of prod, live</title>" in text
    assert "The trend begins with this run" in rendered(found)


def test_notes_on_the_debt_are_kept():
    """What is accepted but no longer there, say, is a note below the debt, and no failure."""
    text = words(rendered(result(LINT, facts=[DEBT, ("note", "rls_disabled_in_public: public.old is not there")])))
    assert "rls_disabled_in_public: public.old is not there prod, live" in text


def test_the_first_thing_on_the_page_is_one_answer_for_each_kind():
    """A reader in a hurry sees four answers, each with a link to what it is made of."""
    found = [result(CRITERION, "failed", "x"), result(RECORDED), result(LINT, facts=[DEBT]), result(OTHER)]
    text = rendered(*found)
    nav = words(re.search(r"<nav.*?</nav>", text, re.DOTALL)[0])
    assert nav == (
        "Success criteria ✗ 1 fails, 5 not verified Since the record ✓ nothing changed"
        " Debt ✗ 2 open, 1 accepted Everything else ✓ 1 held"
    )
    for anchor in re.findall(r'<a href="#(\w+)"', text):
        assert f'id="{anchor}"' in text


def test_a_place_that_was_not_asked_takes_nothing_from_the_others():
    """A criterion that holds on a replica and was not verified live counts as holding, for there is an answer."""
    verdicts = [
        criteria.Verdict(CRITERIA[1], criteria.Place("prod", how), outcome, (), ())
        for how, outcome in (("live", criteria.OPEN), ("replica", criteria.HOLDS))
    ]
    (tile,) = overview.tiles([(CRITERIA[1], verdicts)], {kind: [] for kind in truths.KINDS}, {})
    assert (tile.outcome, tile.said) == (criteria.HOLDS, "1 holds")


def test_a_project_without_criteria_has_no_such_part():
    """Nothing is said of criteria that nobody named."""
    text = rendered(result(OTHER), project=Project(PROJECT.root, "Plain", hooks=Hooks()))
    assert "Success criteria" not in text
    assert "Everything that was verified holds" in text


def test_one_test_with_many_cases_is_one_failure():
    """Its first cases are there at once; the others are folded away with their count, and none is lost."""
    found = [
        Result(f"{OTHER}[prod-{n}]", "functions", "prod", "failed", 0.1, "It is so.", f"why {n}", [], "live")
        for n in range(30)
    ]
    text = rendered(*found)
    assert text.count('class="failure') == 1
    assert "28 more cases of this test" in words(text)
    assert len(re.findall(r"<pre>why \d+</pre>", text)) == 30
    assert "<code>29</code>" in text, "the environment is said already"


def test_many_failing_tests_do_not_bury_the_rest():
    """After some tests the others are folded away, with their count."""
    found = [result(f"tests/functions/test_a.py::test_{n}", "failed", f"why {n}") for n in range(20)]
    text = rendered(*found)
    assert "12 more tests that did not hold" in words(text)
    assert len(re.findall(r"<pre>why \d+</pre>", text)) == 20


def test_a_long_text_is_whole_but_folded():
    """Its first lines are shown, the rest opens; what is far too long says where the whole text is."""
    long, endless = ("\n".join(f"line {n}" for n in range(count)) for count in (100, 10_000))
    text = rendered(result(OTHER, "failed", long), result(CRITERION, "failed", endless))
    assert "86 more lines" in words(text)
    assert "line 99</pre>" in text
    assert "the whole text is in results/live.json beside this page" in text
    assert "line 9999" not in text


def test_no_markup_is_shown_as_text():
    """What the templates write is markup, and what they are given is not."""
    facts = [DEBT, ("latency", {"where": "<b>", "messages": 1, "seen_ms": [1]} | {f"p{n}_ms": 1 for n in (50, 95, 99)})]
    text = rendered(result(LINT, "failed", "<b>", facts))
    assert "<b>" not in text
    assert not re.search(r"&lt;(?!b&gt;)|=&#34;", text)


def test_a_case_is_named_without_its_environment():
    """Whatever the order of the parameters, the environment is said once."""
    ids = [f"{OTHER}[{case}]" for case in ("prod-a", "a-prod", "prod", "a")]
    bad = [Result(each, None, "prod", "failed", 0.1, "", "", [], "live") for each in ids]
    (group,) = failures.groups(bad, [])
    assert [case.case for case in group.cases] == ["a", "a", "", "a"]


def test_annotations_name_the_criteria_first():
    """What GitHub has room for is what decides."""
    run = Run("pytest", "2026-01-02T00:00:00+00:00", 1.0, 1, [], [result(OTHER, "failed"), result(CRITERION, "failed")])
    lines = list(github.errors([run], PROJECT.hooks))
    assert [CRITERION.split("::")[0] in line for line in lines] == [True, False]
