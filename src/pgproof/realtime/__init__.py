"""An independent listener for Supabase Realtime, hosted or embedded, which shares no code with the official clients.

It speaks https://supabase.com/docs/guides/realtime/protocol, over Phoenix channels.
Without I/O: phoenix (frames), wire (the frames of one listener), channel (one topic), session (all channels over one
socket after another). With I/O: transport, the thread that carries the frames. For its owner: listener, subscription.
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
