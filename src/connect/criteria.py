"""The guide's six success criteria, and the tests that prove each."""

from __future__ import annotations

from pgproof.reporting.criteria import Criterion


def _tests(folder: str, **files: str) -> tuple[str, ...]:
    return tuple(
        f"tests/{folder}/test_{file}.py::test_{name}" for file, names in files.items() for name in names.split()
    )


CRITERIA = (
    Criterion(
        "All validation queries pass",
        _tests(
            "schema",
            columns="column_can_be_used column_refers_to_what_exists table_has_row_security",
            data="there_are_messages every_message_has_a_seq no_seq_is_used_twice no_participant_lacks_its_key"
            " no_row_is_an_orphan what_rows_refer_to_is_filled"
            " no_chat_is_behind_its_last_message no_reply_leaves_its_chat",
            functions="function_can_be_called",
            machinery="setting_lets_people_chat no_trigger_breaks_a_write body_can_do_its_work"
            " who_is_signed_in_is_known ordinary_row_can_be_stored what_a_row_is_asked_can_be_answered"
            " database_can_be_reached changes_reach_realtime",
            indexes="index_is_covered participant_is_there_once every_index_is_valid",
            not_null="participant_key_is_not_null",
            reach="step_can_be_taken",
            realtime="replica_identity_is_full table_is_published operation_is_published",
            triggers="trigger_fires no_rule_replaces_a_write",
            validation="check_passes every_check_is_known_once",
        ),
    ),
    Criterion(
        "Conversations load",
        _tests(
            "e2e",
            guide="conversations_load_without_an_error",
            conversations="conversations_load_newest_first each_shows_its_last_message",
        ),
    ),
    Criterion(
        "Messages send and receive correctly",
        _tests(
            "e2e",
            guide="a_sent_message_appears_once messages_are_in_order_of_seq",
            sending="it_is_there_once_after_a_reload it_is_stored_once_with_a_seq it_is_delivered_and_then_read",
            order="a_burst_from_both_sides_is_in_one_order",
        ),
    ),
    Criterion(
        "No console errors about `withRetry`",
        _tests("e2e", guide="conversations_load_without_an_error", conversations="loading_leaves_the_console_clean"),
    ),
    Criterion(
        "Realtime updates work",
        _tests(
            "e2e",
            guide="two_tabs_see_each_others_messages",
            realtime="two_people_see_each_others_messages the_list_follows",
        ),
    ),
    Criterion(
        "Both environments show identical schema",
        _tests("parity", messaging_objects="both_show_identical_objects every_kind_is_compared"),
        together=True,
    ),
)
