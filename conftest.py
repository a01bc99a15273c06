"""The front door: every fixture lives in one of these modules, or in one that `scoped` loads."""

pytest_plugins = (
    "harness.fixtures.garbage",
    "harness.fixtures.options",
    "harness.fixtures.folders",
    "harness.fixtures.replicas",
    "harness.fixtures.judged",
    "harness.fixtures.actors",
    "harness.fixtures.chats",
    "harness.fixtures.runs",
    "harness.fixtures.recording",
    "harness.fixtures.rehearsals",
    "harness.fixtures.scoped",
)
