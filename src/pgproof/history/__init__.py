"""What was sent, acknowledged, seen and stored in one chat, and what is wrong with it.

A Recorder writes it down while it happens, as a History. check() returns the Judgement, which names every loss.
"""

from pgproof.history.checker import check
from pgproof.history.judgement import Anomaly, Judgement, Kind, Latency
from pgproof.history.recorder import Recorder
from pgproof.history.records import History, Line, Observer, Row

__all__ = ["Anomaly", "History", "Judgement", "Kind", "Latency", "Line", "Observer", "Recorder", "Row", "check"]
