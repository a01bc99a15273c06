"""The names in Connect's API, and what, according to the guide, no console may show."""

from pgproof.browser.vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    messages="chat_messages",
    text="message_text",
    marks="mark_messages_as_",
    marked=[{"updated_count": 0}],
    wrong=r"withRetry|Error loading conversations",
)
