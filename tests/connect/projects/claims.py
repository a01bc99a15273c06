"""In what the projects differ: each claim, a query that returns whether it is true, and the projects of which it is.

Run as the owner of an aligned project, staging.
"""

from __future__ import annotations

from tests.connect.projects.layers import OWN

CLAIMS = {
    "timestamps may be NULL": (
        "SELECT NOT attnotnull FROM pg_attribute WHERE attrelid = 'chat_messages'::regclass AND attname = 'created_at'",
        {"typical", "marketplace", "agency", "legacy"},
    ),
    "ids come from uuid_generate_v4": (
        """SELECT pg_get_expr(adbin, adrelid) LIKE '%uuid_generate_v4()'
        FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
        WHERE adrelid = 'chat_messages'::regclass AND attname = 'id'""",
        {"typical", "marketplace", "agency", "legacy"},
    ),
    "varchar for text": (
        """SELECT atttypid = 'varchar'::regtype FROM pg_attribute
        WHERE attrelid = 'chat_messages'::regclass AND attname = 'message_text'""",
        {"community"},
    ),
    "a chat needs what nobody else knows": (
        """SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'chats'::regclass AND attnotnull AND NOT atthasdef
        AND attname NOT IN ('id', 'type', 'created_by') AND attnum > 0)""",
        {"marketplace"},
    ),
    "a message needs a text": (
        """SELECT attnotnull OR EXISTS (
          SELECT FROM pg_constraint WHERE conrelid = attrelid AND pg_get_constraintdef(oid) LIKE '%num_nonnulls(%'
        ) FROM pg_attribute WHERE attrelid = 'chat_messages'::regclass AND attname = 'message_text'""",
        {"hardened", "legacy"},
    ),
    "constraints have other names": (
        """SELECT NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'chat_participants_chat_id_user_id_key')""",
        {"marketplace", "community"},
    ),
    "a sender refers to a profile too": (
        """SELECT count(*) = 2 FROM pg_constraint WHERE conrelid = 'chat_messages'::regclass AND contype = 'f'
        AND conkey = ARRAY[(SELECT attnum FROM pg_attribute WHERE attrelid = conrelid AND attname = 'sender_id')]""",
        {"marketplace"},
    ),
    "attachments have no id that is a uuid": (
        """SELECT NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'attachments'::regclass AND attname = 'id'
        AND atttypid = 'uuid'::regtype)""",
        {"community", "legacy"},
    ),
    "the guide's indexes have other names": (
        "SELECT num_nulls(to_regclass('idx_chat_messages_sender_id'), to_regclass('idx_chat_messages_reply_to')) = 2",
        {"community"},
    ),
    "several indexes on the same columns": (
        """SELECT count(*) > 1 FROM pg_index WHERE indrelid = 'chat_messages'::regclass
        AND pg_get_indexdef(indexrelid) LIKE '%(chat_id%' AND NOT indisunique AND indpred IS NULL""",
        {"community", "legacy"},
    ),
    "NULLS LAST": (
        "SELECT EXISTS (SELECT FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '%NULLS LAST%')",
        {"community"},
    ),
    "an update of a message moves updated_at": (
        """SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'chat_messages'::regclass
        AND pg_get_triggerdef(oid) LIKE '%BEFORE UPDATE%')""",
        {"marketplace", "community", "hardened", "agency", "legacy"},
    ),
    "an update of every table moves updated_at": (
        "SELECT count(*) >= 7 FROM pg_trigger WHERE tgname = 'set_updated_at'",
        {"marketplace"},
    ),
    "the seq trigger has a condition": (
        "SELECT tgqual IS NOT NULL FROM pg_trigger WHERE tgname = 'trg_assign_seq'",
        {"community"},
    ),
    "policies for everybody": (
        "SELECT bool_or(polroles = '{0}') FROM pg_policy WHERE polrelid = 'chat_messages'::regclass",
        {"marketplace", "legacy"},
    ),
    "policies call auth.uid() bare": (
        r"""SELECT bool_or(regexp_replace(coalesce(pg_get_expr(polqual, polrelid), '') ||
          coalesce(pg_get_expr(polwithcheck, polrelid), ''), 'SELECT auth\.uid\(\)', '', 'g') LIKE '%auth.uid()%')
        FROM pg_policy WHERE polrelid = 'chat_messages'::regclass""",
        {"marketplace", "community", "legacy"},
    ),
    "a restrictive policy": (
        "SELECT bool_or(NOT polpermissive) FROM pg_policy WHERE polrelid = 'chat_messages'::regclass",
        {"hardened"},
    ),
    "functions have the search path public": (
        "SELECT proconfig = '{search_path=public}' FROM pg_proc WHERE proname = 'mark_messages_as_delivered'",
        {"typical", "marketplace"},
    ),
    "functions have no search path": (
        "SELECT proconfig IS NULL FROM pg_proc WHERE proname = 'mark_messages_as_delivered'",
        {"community", "legacy"},
    ),
    "functions are SQL": (
        """SELECT lanname = 'sql' FROM pg_proc JOIN pg_language l ON l.oid = prolang
        WHERE proname = 'mark_messages_as_delivered'""",
        {"community"},
    ),
    "functions let anybody act for anybody": (
        """SELECT prosrc !~ 'auth\\.uid|current_user_id|require_caller' FROM pg_proc
        WHERE proname = 'mark_messages_as_delivered'""",
        {"marketplace", "community", "legacy"},
    ),
    "functions are open to anon": (
        "SELECT has_function_privilege('anon', 'get_latest_seq(uuid)', 'EXECUTE')",
        {"typical", "marketplace", "community", "legacy"},
    ),
    "tables are open to anon": (
        "SELECT has_table_privilege('anon', 'chat_messages', 'SELECT')",
        {"typical", "community", "legacy"},
    ),
    "new tables are for their owner alone": (
        "SELECT NOT EXISTS (SELECT FROM pg_default_acl WHERE defaclobjtype = 'r')",
        {"marketplace", "hardened", "agency"},
    ),
    "nothing in public is for PUBLIC": (
        "SELECT NOT EXISTS (SELECT FROM pg_namespace, aclexplode(nspacl) WHERE nspname = 'public' AND grantee = 0)",
        {"hardened"},
    ),
    "an owner who is not postgres": (
        "SELECT relowner <> 'postgres'::regrole FROM pg_class WHERE oid = 'chat_messages'::regclass",
        {"agency"},
    ),
    "a second schema": (
        "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname IN ('app', 'private'))",
        {OWN, "hardened", "agency"},
    ),
    "views over the chats": (
        "SELECT EXISTS (SELECT FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace)",
        {"marketplace", "legacy"},
    ),
    "a foreign key for chats.created_by to a profile": (
        """SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'chats'::regclass
        AND pg_get_constraintdef(oid) LIKE 'FOREIGN KEY (created_by)%profiles%')""",
        {"marketplace"},
    ),
}
