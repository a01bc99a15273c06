-- A column with the name of a secret must not be readable by anon, nor by anybody without a policy.
-- level: ERROR
-- found: column with the name of a secret can be read through the API | columns with the names of secrets can be read through the API
-- needs: exposed schema, role anon, role authenticated
SELECT r.identity || '.' || a.attname,
  'has the name of a secret, and ' || string_agg(role.name, ' and ' ORDER BY role.name) || ' can read it',
  'REVOKE SELECT ON TABLE ' || r.written || ' FROM PUBLIC, anon, authenticated, then grant the other columns'
FROM relations r
JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN api_roles role ON has_column_privilege(role.oid, r.oid, a.attnum, 'SELECT')
WHERE r.exposed AND (role.name = 'anon' OR NOT r.row_security)
  AND a.attname ~* '(^|_)(password|passwd|pwd|secret|token|api_?key|private_?key|ssn|social_security|passport|credit_card|card_number|cvv|iban|pin|otp|totp)($|_)'
GROUP BY r.identity, r.written, a.attname
