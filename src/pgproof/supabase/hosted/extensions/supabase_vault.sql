CREATE TABLE @extschema@.secrets (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text,
  description text NOT NULL DEFAULT '',
  secret text NOT NULL,
  key_id uuid,
  nonce bytea DEFAULT substr(uuid_send(gen_random_uuid()), 1),
  created_at timestamptz NOT NULL DEFAULT current_timestamp,
  updated_at timestamptz NOT NULL DEFAULT current_timestamp
);
CREATE UNIQUE INDEX secrets_name_idx ON @extschema@.secrets (name) WHERE name IS NOT NULL;
CREATE VIEW @extschema@.decrypted_secrets AS
  SELECT id, name, description, secret, secret AS decrypted_secret, key_id, nonce, created_at, updated_at
  FROM @extschema@.secrets;

CREATE FUNCTION @extschema@.create_secret(
  new_secret text, new_name text DEFAULT NULL, new_description text DEFAULT '', new_key_id uuid DEFAULT NULL
) RETURNS uuid
  LANGUAGE sql SECURITY DEFINER SET search_path = ''
  AS $$
    INSERT INTO @extschema@.secrets (secret, name, description) VALUES (new_secret, new_name, new_description) RETURNING id
  $$;
CREATE FUNCTION @extschema@.update_secret(
  secret_id uuid, new_secret text DEFAULT NULL, new_name text DEFAULT NULL, new_description text DEFAULT NULL,
  new_key_id uuid DEFAULT NULL
) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = ''
  AS $$
    UPDATE @extschema@.secrets s
    SET secret = coalesce(new_secret, s.secret), name = coalesce(new_name, s.name),
      description = coalesce(new_description, s.description), updated_at = now()
    WHERE s.id = secret_id
  $$;
REVOKE ALL ON FUNCTION @extschema@.create_secret(text, text, text, uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION @extschema@.update_secret(uuid, text, text, text, uuid) FROM PUBLIC;
GRANT USAGE ON SCHEMA @extschema@ TO postgres, service_role;
GRANT SELECT, DELETE ON @extschema@.secrets, @extschema@.decrypted_secrets TO postgres WITH GRANT OPTION;
GRANT SELECT, DELETE ON @extschema@.secrets, @extschema@.decrypted_secrets TO service_role;
GRANT EXECUTE ON FUNCTION @extschema@.create_secret(text, text, text, uuid),
  @extschema@.update_secret(uuid, text, text, text, uuid) TO postgres WITH GRANT OPTION;
GRANT EXECUTE ON FUNCTION @extschema@.create_secret(text, text, text, uuid),
  @extschema@.update_secret(uuid, text, text, text, uuid) TO service_role;
