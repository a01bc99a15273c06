"""A browser leaves nothing behind."""

import subprocess
import sys

from connect import paths
from connect.processes import clean_environment

TRACED = """
from pgproof.browser import chromium
with chromium.running() as browser:
    context = browser.new_context()
    context.tracing.start()
    context.new_page()
    context.close()
"""


def test_a_trace_that_nobody_wants_leaves_no_folder(tmp_path):
    """What was recorded of a test that passed is gone with the browser, its folder too."""
    environment = clean_environment({"PYTHONPATH": str(paths.ROOT / "src"), "TMPDIR": str(tmp_path)})
    done = subprocess.run([sys.executable, "-c", TRACED], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.glob("*trac*"))
