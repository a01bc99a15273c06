-- RFC 9562. The namespaces are those of its appendix; the names of versions 3 and 5 are hashed after the namespace.
CREATE FUNCTION @extschema@.uuid_nil() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT '00000000-0000-0000-0000-000000000000'::uuid $$;
CREATE FUNCTION @extschema@.uuid_ns_dns() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid $$;
CREATE FUNCTION @extschema@.uuid_ns_url() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid $$;
CREATE FUNCTION @extschema@.uuid_ns_oid() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid $$;
CREATE FUNCTION @extschema@.uuid_ns_x500() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid $$;

CREATE FUNCTION @extschema@.uuid_generate_v4() RETURNS uuid LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
  AS $$ SELECT pg_catalog.gen_random_uuid() $$;

-- The first 16 bytes of a hash of namespace and name, with the version and the variant in their bits.
CREATE FUNCTION @extschema@.uuid_generate_v3(namespace uuid, name text) RETURNS uuid
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
    SELECT encode(set_byte(set_byte(hash, 6, get_byte(hash, 6) & 15 | 48), 8, get_byte(hash, 8) & 63 | 128), 'hex')::uuid
    FROM decode(md5(uuid_send(namespace) || convert_to(name, 'UTF8')), 'hex') AS hash
  $$;

-- The server itself has no SHA-1: FIPS 180-4, on arrays of 32-bit words in bigint.
CREATE FUNCTION @extschema@.uuid_generate_v5(namespace uuid, name text) RETURNS uuid
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
DECLARE
  mask CONSTANT bigint := 4294967295;
  message bytea := uuid_send(namespace) || convert_to(name, 'UTF8');
  bits bigint := length(message) * 8;
  state bigint[] := ARRAY[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
  w bigint[];
  a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; x bigint;
  hash bytea := '';
BEGIN
  message := message || '\x80'::bytea
    || decode(repeat('00', (119 - length(message) % 64) % 64), 'hex') || int8send(bits);
  FOR block IN 0 .. length(message) / 64 - 1 LOOP
    w := '{}';
    FOR t IN 0 .. 15 LOOP
      x := 0;
      FOR place IN 0 .. 3 LOOP
        x := (x << 8) | get_byte(message, block * 64 + t * 4 + place);
      END LOOP;
      w := w || x;
    END LOOP;
    FOR t IN 17 .. 80 LOOP
      x := w[t - 3] # w[t - 8] # w[t - 14] # w[t - 16];
      w := w || (((x << 1) | (x >> 31)) & mask);
    END LOOP;
    a := state[1]; b := state[2]; c := state[3]; d := state[4]; e := state[5];
    FOR t IN 1 .. 80 LOOP
      CASE (t - 1) / 20
        WHEN 0 THEN f := (b & c) | ((~b & mask) & d); k := 1518500249;
        WHEN 1 THEN f := b # c # d; k := 1859775393;
        WHEN 2 THEN f := (b & c) | (b & d) | (c & d); k := 2400959708;
        ELSE f := b # c # d; k := 3395469782;
      END CASE;
      x := ((((a << 5) | (a >> 27)) & mask) + f + e + k + w[t]) & mask;
      e := d; d := c; c := ((b << 30) | (b >> 2)) & mask; b := a; a := x;
    END LOOP;
    state := ARRAY[(state[1] + a) & mask, (state[2] + b) & mask, (state[3] + c) & mask, (state[4] + d) & mask,
      (state[5] + e) & mask];
  END LOOP;
  FOR part IN 1 .. 4 LOOP
    hash := hash || substr(int8send(state[part]), 5);
  END LOOP;
  hash := set_byte(set_byte(hash, 6, get_byte(hash, 6) & 15 | 80), 8, get_byte(hash, 8) & 63 | 128);
  RETURN encode(hash, 'hex')::uuid;
END
$$;

-- Versions 1 and 1mc: 100 ns since 15 October 1582, a clock sequence, and a random node with the multicast bit; the real
-- version 1 has the machine's own address there.
CREATE FUNCTION @extschema@.uuid_generate_v1mc() RETURNS uuid LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
  AS $$
    SELECT (right(time, 8) || substr(time, 4, 4) || '1' || left(time, 3)
      || encode(set_byte(set_byte(random, 0, get_byte(random, 0) & 63 | 128), 2, get_byte(random, 2) | 1), 'hex'))::uuid
    FROM (
      SELECT lpad(to_hex((extract(epoch FROM clock_timestamp()) * 10000000)::bigint + 122192928000000000), 15, '0') AS time,
        substr(uuid_send(gen_random_uuid()), 9) AS random
    ) parts
  $$;
CREATE FUNCTION @extschema@.uuid_generate_v1() RETURNS uuid LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
  AS $$ SELECT @extschema@.uuid_generate_v1mc() $$;
