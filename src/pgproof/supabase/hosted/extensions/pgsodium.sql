CREATE TYPE pgsodium.key_status AS ENUM ('default', 'valid', 'invalid', 'expired');
CREATE TYPE pgsodium.key_type AS ENUM ('aead-ietf', 'aead-det', 'hmacsha512', 'hmacsha256', 'auth', 'shorthash',
  'generichash', 'kdf', 'secretbox', 'secretstream', 'stream_xchacha20');
CREATE TABLE pgsodium.key (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  status pgsodium.key_status DEFAULT 'valid',
  created timestamptz NOT NULL DEFAULT current_timestamp,
  expires timestamptz,
  key_type pgsodium.key_type,
  name text UNIQUE
);
CREATE VIEW pgsodium.valid_key AS
  SELECT * FROM pgsodium.key WHERE status IN ('valid', 'default') AND (expires IS NULL OR expires > now());
CREATE FUNCTION pgsodium.create_key(key_type pgsodium.key_type DEFAULT 'aead-det', name text DEFAULT NULL)
  RETURNS pgsodium.valid_key LANGUAGE sql SECURITY DEFINER SET search_path = ''
  AS $$ INSERT INTO pgsodium.key (key_type, name) VALUES (key_type, name) RETURNING * $$;
CREATE FUNCTION pgsodium.crypto_aead_det_encrypt(message bytea, additional bytea, key_uuid uuid, nonce bytea DEFAULT NULL)
  RETURNS bytea LANGUAGE sql IMMUTABLE
  AS $$ SELECT message $$;
CREATE FUNCTION pgsodium.crypto_aead_det_decrypt(message bytea, additional bytea, key_uuid uuid, nonce bytea DEFAULT NULL)
  RETURNS bytea LANGUAGE sql IMMUTABLE
  AS $$ SELECT message $$;
CREATE FUNCTION pgsodium.crypto_aead_det_noncegen() RETURNS bytea LANGUAGE sql VOLATILE
  AS $$ SELECT uuid_send(gen_random_uuid()) $$;
CREATE FUNCTION pgsodium.randombytes_buf(size integer) RETURNS bytea LANGUAGE sql VOLATILE
  AS $$
    SELECT substr(string_agg(uuid_send(gen_random_uuid()), ''), 1, size) FROM generate_series(0, size / 16)
  $$;
GRANT SELECT ON pgsodium.key, pgsodium.valid_key TO postgres;
