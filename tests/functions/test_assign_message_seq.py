"""Each message gets the next seq of its chat, in the order in which messages arrive."""

import psycopg
import pytest


@pytest.fixture
def own_chat(chats, sender):
    """A chat of the sender alone."""
    return chats.open(sender)


def test_numbers_are_contiguous_from_one(sender, own_chat):
    """The first message of a chat is number 1, and each next one is one more."""
    assert [sender.send(own_chat).seq for _ in range(5)] == [1, 2, 3, 4, 5]


def test_chats_count_apart(chats, sender, own_chat):
    """Messages of one chat leave no gaps in another."""
    other = chats.open(sender)
    assert [sender.send(each).seq for each in (own_chat, other, own_chat, own_chat, other)] == [1, 1, 2, 3, 2]


def test_rows_of_one_insert_are_numbered_in_turn(chats, sender, own_chat):
    """Rows of one insert see each other's seq."""
    chats.admin.execute(
        "INSERT INTO public.chat_messages (chat_id, sender_id) SELECT %s, %s FROM generate_series(1, 50)",
        [own_chat, sender.id],
    )
    assert chats.seqs(own_chat) == list(range(1, 51))


def test_deleted_message_keeps_its_seq(sender, own_chat):
    """The seq of a deleted message is not given out again."""
    sender.delete(sender.send(own_chat).id)
    assert sender.send(own_chat).seq == 2


@pytest.mark.own_baseline
def test_explicit_seq_is_kept_and_continued(chats, sender, own_chat):
    """A seq that an import brings along is kept, and the chat goes on after it."""
    assert chats.service(sender.id).send(own_chat, seq=10).seq == 10
    assert sender.send(own_chat).seq == 11


@pytest.mark.own_baseline
def test_explicit_seq_below_the_latest_is_kept(chats, sender, own_chat):
    """A seq that fills a gap is kept, and does not set the chat back."""
    importer = chats.service(sender.id)
    importer.send(own_chat, seq=10)
    assert importer.send(own_chat, seq=4).seq == 4
    assert sender.send(own_chat).seq == 11


@pytest.mark.own_baseline
def test_explicit_seq_is_not_used_twice(chats, sender, own_chat):
    """A seq that is taken is refused."""
    sender.send(own_chat)
    with pytest.raises(psycopg.errors.UniqueViolation, match="uq_chat_messages_chat_id_seq"):
        chats.service(sender.id).send(own_chat, seq=1)
    assert chats.seqs(own_chat) == [1]


@pytest.mark.own_baseline
def test_sender_cannot_choose_a_seq(sender, own_chat):
    """A user's own client is not allowed to say which seq a message gets."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sender.send(own_chat, seq=1000)


def test_rolled_back_message_leaves_no_gap(chats, sender, own_chat):
    """A message that was never stored used up no seq."""
    sender.send(own_chat)
    sender.begin()
    assert sender.send(own_chat).seq == 2
    sender.rollback()
    assert sender.send(own_chat).seq == 2
    assert chats.seqs(own_chat) == [1, 2]


def test_rollback_to_a_savepoint_leaves_no_gap(chats, sender, own_chat):
    """A message taken back inside a transaction leaves no gap either."""
    sender.begin()
    sender.send(own_chat)
    sender.connection.execute("SAVEPOINT draft")
    sender.send(own_chat)
    sender.connection.execute("ROLLBACK TO draft")
    sender.send(own_chat)
    sender.commit()
    assert chats.seqs(own_chat) == [1, 2]


def test_refused_message_leaves_no_gap(chats, sender, own_chat):
    """A message that a constraint refused used up no seq."""
    with pytest.raises((psycopg.errors.CheckViolation, psycopg.DataError)):
        sender.send(own_chat, message_type="telegram")
    assert sender.send(own_chat).seq == 1


def test_status_defaults_to_sent(chats, sender, own_chat):
    """A message is 'sent', also if an import says NULL."""
    assert sender.send(own_chat).status == "sent"
    assert chats.service(sender.id).send(own_chat, status=None).status == "sent"


@pytest.mark.own_baseline
def test_status_of_an_import_is_kept(chats, sender, own_chat):
    """A status that an import brings along is kept."""
    assert chats.service(sender.id).send(own_chat, status="read").status == "read"


def test_message_without_seq_does_not_restart_the_chat(chats, sender, own_chat):
    """A message that an old dump brought along without a seq does not start the chat anew."""
    for _ in range(2):
        sender.send(own_chat)
    chats.admin.execute("UPDATE public.chat_messages SET seq = NULL WHERE chat_id = %s AND seq = 1", [own_chat])
    assert sender.send(own_chat).seq == 3
