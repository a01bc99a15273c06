"""Page objects for any front end that a description tells of; only what a person could see counts.

A Tab acts on a page and waits for what it shows. Its film is all that it ever showed, its log all that happened to it.
"""

from harness.pages.log import Event, Log
from harness.pages.screen import Conversation, Frame, Message, Screen
from harness.pages.tab import Tab
from harness.pages.view import NothingMatches

__all__ = ["Conversation", "Event", "Frame", "Log", "Message", "NothingMatches", "Screen", "Tab"]
