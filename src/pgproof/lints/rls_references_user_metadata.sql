-- Users edit their own user_metadata, so nothing may depend on it.
-- level: ERROR
-- categories: SECURITY
-- found: policy believes what its user can edit | policies believe what their users can edit
SELECT p.identity, 'reads user_metadata, which its user can edit', 'read app_metadata, or a table, instead'
FROM policies p
WHERE p.expressions ~* 'user_metadata|raw_user_meta_data'
