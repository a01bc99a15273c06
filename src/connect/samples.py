"""183 messages as real chats would have them, the same on every machine: Faker with a fixed seed, loaded with COPY.

Direct chats, groups and an empty one; replies, deleted and media messages, all three statuses, emoji and right-to-left
text; a participant who has never read anything and one who has read everything.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg
    from faker import Faker

SEED = 183
MESSAGES = 183
START = datetime(2025, 10, 1, 9, 0, tzinfo=UTC)

# Name, members (indexes into the users), number of messages. The first member created the chat.
_CHATS: tuple[tuple[str | None, tuple[int, ...], int], ...] = (
    (None, (0, 1), 61),
    (None, (2, 0), 27),
    (None, (3, 4), 18),
    ("Launch team", (1, 0, 2, 3), 45),
    ("Weekend hikers 🏔️", (4, 5, 0), 23),
    ("مجموعة الترجمة", (5, 1), 9),
    ("Quiet room", (0, 5), 0),
)
_TEXTS = ("👍", "On my way 🚴‍♀️", "مرحبا، هل وصلت؟", "שלום לכולם", "見てください 👀", "Ça marche — à demain !")
_USERS = 6


def load(connection: psycopg.Connection[Any]) -> None:
    """Insert users, chats, participants, messages, reactions and attachments. Raises psycopg.Error."""
    # The rows bring their own seq and stamps, as a restored dump would.
    connection.execute("ALTER TABLE public.chat_messages DISABLE TRIGGER USER")
    for table, given in rows().items():
        columns = ", ".join(given[0])
        with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in given:
                copy.write_row(list(row.values()))
    connection.execute("ALTER TABLE public.chat_messages ENABLE TRIGGER USER")


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table, in an order in which they can be inserted."""
    from faker import Faker

    fake = Faker()
    fake.seed_instance(SEED)
    return _tables(fake, Random(SEED))  # noqa: S311 - the same rows every time is the point


def _tables(fake: Faker, random: Random) -> dict[str, list[dict[str, Any]]]:
    users = [_user(fake, random) for _ in range(_USERS)]
    chats: list[dict[str, Any]] = []
    participants: list[dict[str, Any]] = []
    messages: list[dict[str, Any]] = []
    for number, (name, members, count) in enumerate(_CHATS):
        chat_id = _uuid(random)
        opened = START + timedelta(hours=number)
        senders = [users[member]["id"] for member in members]
        ours = [_message(fake, random, place, count) for place in range(1, count + 1)]
        _place(random, ours, chat_id, senders, opened)
        chats.append(
            {
                "id": chat_id,
                "type": "group" if name else "direct",
                "name": name,
                "created_by": users[members[0]]["id"],
                "created_at": opened,
                "updated_at": opened,
                "last_message_at": ours[-1]["created_at"] if ours else None,
            }
        )
        participants += [
            {
                "id": _uuid(random),
                "chat_id": chat_id,
                "user_id": sender,
                "joined_at": opened,
                "last_read_at": _read_point(ours, place),
            }
            for place, sender in enumerate(senders)
        ]
        messages += ours
    return {
        "auth.users": users,
        "public.chats": chats,
        "public.chat_participants": participants,
        "public.chat_messages": messages,
        "public.message_reactions": _reactions(random, messages),
        "public.attachments": _attachments(fake, random, messages),
    }


def _uuid(random: Random) -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


def _user(fake: Faker, random: Random) -> dict[str, Any]:
    first, last = fake.unique.first_name(), fake.last_name()
    return {
        "id": _uuid(random),
        "aud": "authenticated",
        "role": "authenticated",
        "email": f"{first}.{last}@example.com".lower(),
        "email_confirmed_at": START,
        "raw_user_meta_data": f'{{"name": "{first} {last}"}}',
        "created_at": START,
        "updated_at": START,
    }


def _message(fake: Faker, random: Random, seq: int, count: int) -> dict[str, Any]:
    """Return a message that does not have its chat, sender and time yet."""
    kind = random.choices(["text", "image", "file"], [12, 2, 1])[0]
    return {
        "id": _uuid(random),
        "message_text": random.choice(_TEXTS) if seq % 9 == 0 else fake.sentence(),
        "message_type": kind,
        "media_urls": [fake.image_url()] if kind == "image" else None,
        "seq": seq,
        "client_generated_id": _uuid(random),
        # Older messages have been read; the newest have not arrived yet.
        "status": "read" if seq <= count - 6 else "delivered" if seq <= count - 3 else "sent",
    }


def _place(random: Random, messages: list[dict[str, Any]], chat_id: str, senders: list[str], opened: datetime) -> None:
    """Give a chat's messages their senders, times, replies and deletions. A group opens with a system message."""
    if messages and len(senders) > 2:
        messages[0] |= {"message_type": "system", "media_urls": None, "client_generated_id": None}
    for place, message in enumerate(messages):
        seq = message["seq"]
        sent = opened + timedelta(minutes=7 * seq, microseconds=random.randrange(1_000_000))
        message |= {
            "chat_id": chat_id,
            "sender_id": random.choice(senders),
            "reply_to_message_id": random.choice(messages[:place])["id"] if seq % 8 == 0 else None,
            "created_at": sent,
            "updated_at": sent,
            "deleted_at": sent + timedelta(minutes=1) if seq % 17 == 0 else None,
        }


def _read_point(messages: list[dict[str, Any]], place: int) -> datetime | None:
    """Return when a member last read: the first everything, the third nothing, the others all but the newest three."""
    stamps: list[datetime] = [row["created_at"] for row in messages]
    if place == 2 or not stamps:
        return None
    return stamps[-1] if place == 0 else stamps[max(len(stamps) - 4, 0)]


def _reactions(random: Random, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    members = {row["chat_id"]: row["sender_id"] for row in messages}
    return [
        {
            "id": _uuid(random),
            "message_id": row["id"],
            "user_id": members[row["chat_id"]],
            "emoji": random.choice(["👍", "❤️", "😂"]),
            "created_at": row["created_at"] + timedelta(minutes=2),
        }
        for row in messages[::11]
    ]


def _attachments(fake: Faker, random: Random, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "id": _uuid(random),
            "message_id": row["id"],
            "file_url": fake.uri(),
            "file_name": fake.file_name(),
            "mime_type": fake.mime_type(),
            "size_bytes": random.randrange(1_000, 5_000_000),
            "created_at": row["created_at"],
        }
        for row in messages
        if row["message_type"] == "file"
    ]
