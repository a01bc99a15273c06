-- Nobody declared who may call this function and with what result; tests/security/test_function_matrix.py knows these.
-- needs: exposed schema, role anon, role authenticated
SELECT f.identity, f.callers || ' can call it, and no expectation says what should happen',
  'REVOKE EXECUTE ON FUNCTION ' || f.signature || ' FROM PUBLIC, anon, authenticated, or declare what is expected'
FROM functions f
WHERE f.exposed AND f.callers IS NOT NULL AND NOT f.is_trigger
  AND f.signature NOT IN (
    'public.get_latest_seq(uuid)', 'public.get_unread_count(uuid,uuid)',
    'public.mark_messages_as_delivered(uuid,uuid)', 'public.mark_messages_as_read(uuid,uuid)'
  )
