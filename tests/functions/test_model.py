"""Members send, retry, delete, receive, read, join and leave in any order: the database agrees with a model."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, configuration, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

NOON = datetime(2025, 10, 1, 12, tzinfo=UTC)
PLACE = {"sent": 0, "delivered": 1, "read": 2}
FOUND = """
    SELECT c.id, array_agg(m.seq ORDER BY m.seq), array_agg(m.status ORDER BY m.seq), public.get_latest_seq(c.id)
    FROM public.chats c JOIN public.chat_messages m ON m.chat_id = c.id WHERE c.id = ANY (%(chats)s) GROUP BY c.id"""
UNREAD = """
    SELECT c, u, public.get_unread_count(c, u)
    FROM unnest(%(chats)s::uuid[]) AS c CROSS JOIN unnest(%(users)s::uuid[]) AS u"""
LISTED = """
    SELECT p.user_id, array_agg(c.id ORDER BY c.last_message_at DESC NULLS LAST, c.id)
    FROM public.chats c JOIN public.chat_participants p ON p.chat_id = c.id WHERE c.id = ANY (%(chats)s) GROUP BY 1"""

# As often as they stand here. One rule picks one: of several, Hypothesis would leave out some in each conversation.
ACTIONS = (
    *("send",) * 6,
    *("read",) * 4,
    *("deliver", "delete") * 2,
    *("retry", "join_or_leave", "set_clock_back"),
)
HOURS = st.none() | st.integers(-48, 48)
users = st.integers(0, 3)
places = st.integers(0, 1)


@dataclass
class Said:
    """A message in the model."""

    sender: int
    client_id: uuid.UUID
    id: uuid.UUID
    status: str = "sent"
    deleted: bool = False


@dataclass
class Chat:
    """A chat in the model. members: the seq up to which each has read. Nothing here has a clock."""

    id: uuid.UUID
    members: dict[int, int]
    messages: list[Said] = field(default_factory=list)
    last_message_at: datetime | None = None

    def unread(self, user):
        after = self.messages[self.members[user] :] if user in self.members else []
        return sum(message.sender != user and not message.deleted for message in after)

    def raise_status(self, user, status):
        """What others wrote and have not deleted rises to this status, and never falls; how many did."""
        rising = [
            message
            for message in self.messages
            if user in self.members
            and message.sender != user
            and not message.deleted
            and PLACE[message.status] < PLACE[status]
        ]
        for message in rising:
            message.status = status
        return len(rising)


class Conversation(RuleBasedStateMachine):
    """Two groups made by the first of four users; the last one takes part in neither at first."""

    def __init__(self, chats, members, service):
        super().__init__()
        self.database, self.users, self.service = chats, members, service
        self.chats = [Chat(chats.open(*members[:size]), dict.fromkeys(range(size), 0)) for size in (3, 2)]

    @rule(user=users, place=places, action=st.sampled_from(ACTIONS), data=st.data())
    def act(self, user, place, action, data):
        getattr(self, action)(user, self.chats[place], data)

    def send(self, user, chat, data):
        """The sender's clock may be hours behind noon of a day long ago, or ahead of now."""
        client_id, hours = uuid.uuid4(), data.draw(HOURS)
        start = NOON if hours is None or hours <= 0 else datetime.now(UTC)
        columns = {} if hours is None else {"created_at": start + timedelta(hours=hours)}
        if user not in chat.members:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                self.users[user].send(chat.id, **columns)
            return
        stored = self.users[user].send(chat.id, client_generated_id=client_id, **columns)
        chat.messages.append(Said(user, client_id, stored.id))
        at = stored.created_at
        assert hours is None or hours <= 0 or at < columns["created_at"], "a message is not newer than its arrival"
        chat.last_message_at = max(chat.last_message_at or at, at)

    def delete(self, user, chat, data):
        """A member's own message, or somebody else's, which is not allowed."""
        own = [message for message in chat.messages if message.sender == user]
        if among := data.draw(st.sampled_from([own, own, chat.messages])):
            message = data.draw(st.sampled_from(among))
            allowed = message.sender == user and user in chat.members
            assert self.users[user].delete(message.id) == allowed
            message.deleted |= allowed

    def deliver(self, user, chat, data):
        assert self.users[user].deliver(chat.id) == chat.raise_status(user, "delivered")

    def read(self, user, chat, data):
        assert self.users[user].read(chat.id) == chat.raise_status(user, "read")
        if user in chat.members:
            chat.members[user] = len(chat.messages)

    def retry(self, user, chat, data):
        """By the sender's client, which does not know that its message is stored."""
        if chat.messages:
            message = data.draw(st.sampled_from(chat.messages))
            member = message.sender in chat.members
            refused = psycopg.errors.UniqueViolation if member else psycopg.errors.InsufficientPrivilege
            with pytest.raises(refused):
                self.users[message.sender].send(chat.id, client_generated_id=message.client_id)

    def join_or_leave(self, user, chat, data):
        """Who joins, also after leaving, has everything to read."""
        if user in chat.members:
            self.database.leave(chat.id, self.users[user])
            del chat.members[user]
        else:
            self.database.join(chat.id, self.users[user])
            chat.members[user] = 0

    def set_clock_back(self, user, chat, data):
        self.database.set_clock_back(chat.id)

    @invariant()
    def agrees(self):
        ids = {"chats": [chat.id for chat in self.chats], "users": [user.id for user in self.users]}
        with self.service.acting():
            found = {chat: rest for chat, *rest in self.service.query(FOUND, ids)}
            unread = {(chat, user): count for chat, user, count in self.service.query(UNREAD, ids)}
            listed = dict(self.service.query(LISTED, ids))
        assert found == {
            chat.id: [[*range(1, size + 1)], [message.status for message in chat.messages], size]
            for chat in self.chats
            if (size := len(chat.messages))
        }
        assert unread == {
            (chat.id, user.id): chat.unread(number) for chat in self.chats for number, user in enumerate(self.users)
        }
        assert listed == {
            user.id: chats for number, user in enumerate(self.users) if (chats := self.expected_list(number))
        }

    def expected_list(self, user):
        mine = sorted((chat for chat in self.chats if user in chat.members), key=lambda chat: chat.id)
        mine.sort(key=lambda chat: chat.last_message_at or datetime.min.replace(tzinfo=UTC), reverse=True)
        return [chat.id for chat in mine]


@pytest.mark.own_baseline
def test_conversations_agree_with_the_model(chats, tmp_path):
    """After each step every badge, status, seq and list is what the model says; the same conversations every time."""
    # What Hypothesis notes down about our modules does not belong in the checkout.
    configuration.set_hypothesis_home_dir(tmp_path)
    members, service = [chats.member() for _ in range(4)], chats.service()
    run_state_machine_as_test(
        lambda: Conversation(chats, members, service),
        settings=settings(
            phases=[Phase.generate, Phase.shrink],
            max_examples=50,
            stateful_step_count=25,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
