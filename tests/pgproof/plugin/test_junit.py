"""--junit-xml and tests that measure something go together."""

from xml.etree import ElementTree

from tests.fix_runs import OUTSIDE

MEASURING = """
def test_measures(record_property):
    record_property("latency", {"where": "here", "p50_ms": 7})
"""


def test_what_a_test_measured_is_in_the_file(run, tmp_path):
    """The run passes, and the measured value is a property of its test."""
    (tmp_path / "test_it.py").write_text(MEASURING)
    file = tmp_path / "junit.xml"
    done = run(*OUTSIDE, f"--rootdir={tmp_path}", str(tmp_path / "test_it.py"), f"--junit-xml={file}")
    assert done.returncode == 0, done.stdout + done.stderr
    (case,) = ElementTree.parse(file).iter("testcase")  # noqa: S314 - written by the run above
    assert {each.get("name"): each.get("value") for each in case.iter("property")}["latency"] == (
        "{'where': 'here', 'p50_ms': 7}"
    )
