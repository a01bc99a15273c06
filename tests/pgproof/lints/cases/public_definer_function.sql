-- bad: private.is_chat_member(p_chat_id uuid)
GRANT EXECUTE ON FUNCTION private.is_chat_member TO PUBLIC;
-- fixed
REVOKE EXECUTE ON FUNCTION private.is_chat_member FROM PUBLIC;
