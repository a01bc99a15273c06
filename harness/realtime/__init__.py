"""An independent listener for Supabase Realtime, hosted or embedded, which shares no code with the official clients.

Without I/O: phoenix (frames), wire (those of one listener), channel (one join), session (one socket after another).
With it: carrier, the thread that carries the frames. For its owner: listener and subscription.
"""

from harness.realtime.carrier import Rejected
from harness.realtime.channel import State
from harness.realtime.listener import Listener, NotInTime
from harness.realtime.records import Broadcast, Change, Changes, Presence
from harness.realtime.subscription import Subscription

__all__ = [
    "Broadcast",
    "Change",
    "Changes",
    "Listener",
    "NotInTime",
    "Presence",
    "Rejected",
    "State",
    "Subscription",
]
