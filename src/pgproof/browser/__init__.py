"""Page objects for any front end that has a description; only what a person could see counts.

A Tab acts on a page and waits for what it shows. Its recording holds everything that it ever showed, its log everything
that happened to it.
"""

from pgproof.browser.log import Event, Log
from pgproof.browser.page_state import Conversation, Message, PageState, Record
from pgproof.browser.tab import Tab
from pgproof.browser.view import NothingMatches

__all__ = ["Conversation", "Event", "Log", "Message", "NothingMatches", "PageState", "Record", "Tab"]
