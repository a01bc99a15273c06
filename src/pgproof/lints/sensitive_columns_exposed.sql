-- A column with the name of a secret must not be readable by anybody whom no policy stops.
-- level: ERROR
-- categories: SECURITY
-- found: column with the name of a secret can be read through the API | columns with the names of secrets can be read through the API
-- needs: exposed schema, role anon, role authenticated
-- Only the columns that somebody can read are worth their patterns.
WITH names AS MATERIALIZED (
  SELECT r.oid, r.identity, r.written, r.row_security, a.attnum, a.attname,
    -- accessToken and access-token are access_token.
    replace(lower(regexp_replace(a.attname, '([a-z0-9])([A-Z])', '\1_\2', 'g')), '-', '_') AS name
  FROM relations r
  JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE r.exposed AND r.readers IS NOT NULL
    -- Such a view shows what the policies of its tables let through.
    AND NOT (r.kind = 'v' AND EXISTS (
      SELECT FROM unnest(r.options) option WHERE option ~* '^security_invoker=(true|on|yes|1)$'))
)
SELECT n.identity || '.' || n.attname,
  'has the name of a secret, and ' || string_agg(role.name, ' and ' ORDER BY role.name) || ' can read it',
  'REVOKE SELECT ON TABLE ' || n.written || ' FROM PUBLIC, anon, authenticated, then grant the other columns'
FROM names n
JOIN api_roles role ON has_column_privilege(role.oid, n.oid, n.attnum, 'SELECT')
WHERE (
    -- These say it at the end of a longer name too, such as users_password_hash.
    n.name ~ ('(^|_)(pass(word|wd|phrase|code)|pwd|secret(_key|_answer)?|token|jwt|otp|totp|mnemonic|seed_phrase'
      || '|(api|private|secret|auth|access|session|signing|encryption|service_role|ssh|pgp|gpg|license|activation|webhook)_?key'
      || '|(recovery|backup|verification|reset|auth|2fa|mfa|security|pin)_code|security_answer|two_factor'
      || '|ssn|social_security(_number)?|sin_number|aadhaar(_number)?|drivers?_license(_number)?|license_number'
      || '|passport(_number|_id)?|national_id|tax_id|taxpayer_id|nhs_number'
      || '|credit_card(_number)?|debit_card|card_number|cvv2?|cvc2?|cvn|bank_account(_number)?|account_number'
      || '|routing_number|sort_code|iban|swift_code|crypto_wallet_key'
      || '|(health|medical)_(record|insurance)|patient_id|insurance_number'
      || '|mac_address|macaddr|imei|device_uuid|facial_recognition|face_embedding|biometrics?)'
      || '(s|_hash(ed)?|_digest|_salt|_encrypted|_enc|_cipher(text)?|_plain(text)?|_value|_raw)?$')
    -- These are ordinary words in a longer one.
    OR n.name IN ('pin', 'pin_hash', 'user_pin', 'card_pin', 'bic', 'certificate', 'treatment', 'session_id')
  )
  AND (NOT n.row_security OR (
    role.name = 'anon'
    AND EXISTS (
      SELECT FROM policies p JOIN open_expressions o ON o.policy = p.oid
      WHERE p.relation = n.oid AND p.permissive AND p.command IN ('r', '*')
        AND o.which = 'using' AND o.role = role.name AND o.lets_through)
    AND NOT EXISTS (
      SELECT FROM policies p JOIN open_expressions o ON o.policy = p.oid
      WHERE p.relation = n.oid AND NOT p.permissive AND p.command IN ('r', '*')
        AND o.which = 'using' AND o.role = role.name AND NOT o.lets_through)
  ))
GROUP BY n.identity, n.written, n.attname
