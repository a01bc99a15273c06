"""An independent listener for Supabase Realtime, hosted or embedded, which shares no code with the official clients.

Without I/O: phoenix (frames), wire (those of one listener), channel (one join), session (one socket after another).
With it: carrier, the thread that carries the frames. For its owner: listener and subscription.
"""

from pgproof.realtime.channel import State
from pgproof.realtime.listener import Listener, NotInTime
from pgproof.realtime.records import Broadcast, Change, Changes, Presence
from pgproof.realtime.subscription import Subscription
from pgproof.realtime.transport import Rejected

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
