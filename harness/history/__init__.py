"""What was sent, acknowledged, seen and stored in one chat, and what is wrong with it.

A Recorder takes it down while it happens, as a History. check() gives the Judgement, which names every loss.
"""

from harness.history.checker import check
from harness.history.judgement import Finding, Judgement, Kind, Latency
from harness.history.recorder import Recorder
from harness.history.records import History, Line, Observer, Row

__all__ = ["Finding", "History", "Judgement", "Kind", "Latency", "Line", "Observer", "Recorder", "Row", "check"]
