-- A view reads with its owner's rights unless it says otherwise, so the policies of its tables do not apply.
-- level: ERROR
-- categories: SECURITY
-- found: view passes row-level security by | views pass row-level security by
-- needs: exposed schema, role anon, role authenticated
SELECT r.identity,
  'reads with the rights of its owner, and ' || r.readers || ' can read it',
  'ALTER VIEW ' || r.written || ' SET (security_invoker = on)'
FROM relations r
WHERE r.exposed AND r.kind = 'v' AND r.readers IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM unnest(r.options) option WHERE option ~* '^security_invoker=(true|on|yes|1)$'
  )
