-- bad: private.is_chat_member(p_chat_id uuid)
GRANT EXECUTE ON FUNCTION private.is_chat_member TO PUBLIC;
-- fixed
REVOKE USAGE ON SCHEMA private FROM PUBLIC, authenticated, service_role;
