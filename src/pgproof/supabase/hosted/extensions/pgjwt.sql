-- JSON Web Tokens (RFC 7519) signed by HMAC; pgcrypto computes it.
CREATE FUNCTION @extschema@.url_encode(data bytea) RETURNS text LANGUAGE sql IMMUTABLE
  AS $$ SELECT translate(encode(data, 'base64'), E'+/=\n', '-_') $$;
CREATE FUNCTION @extschema@.url_decode(data text) RETURNS bytea LANGUAGE sql IMMUTABLE
  AS $$
    SELECT decode(translate(data, '-_', '+/') || repeat('=', (4 - length(data) % 4) % 4), 'base64')
  $$;
CREATE FUNCTION @extschema@.algorithm_sign(signables text, secret text, algorithm text) RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT
  AS $$
    SELECT url_encode(hmac(signables, secret,
      CASE algorithm WHEN 'HS256' THEN 'sha256' WHEN 'HS384' THEN 'sha384' WHEN 'HS512' THEN 'sha512' ELSE '' END))
  $$;
CREATE FUNCTION @extschema@.sign(payload json, secret text, algorithm text DEFAULT 'HS256') RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT
  AS $$
    SELECT signables || '.' || algorithm_sign(signables, secret, algorithm)
    FROM (
      SELECT url_encode(convert_to('{"alg":"' || algorithm || '","typ":"JWT"}', 'utf8')) || '.'
        || url_encode(convert_to(payload::text, 'utf8')) AS signables
    ) both_parts
  $$;
CREATE FUNCTION @extschema@.try_cast_double(inp text) RETURNS double precision
  LANGUAGE plpgsql IMMUTABLE
  AS $$
BEGIN
  RETURN inp::double precision;
EXCEPTION
  WHEN invalid_text_representation THEN RETURN NULL;
END
$$;
CREATE FUNCTION @extschema@.verify(token text, secret text, algorithm text DEFAULT 'HS256')
  RETURNS TABLE (header json, payload json, valid boolean)
  LANGUAGE sql STABLE SET search_path FROM CURRENT
  AS $$
    SELECT convert_from(url_decode(parts[1]), 'utf8')::json, claims,
      parts[3] = algorithm_sign(parts[1] || '.' || parts[2], secret, algorithm)
        AND extract(epoch FROM now()) >= coalesce(try_cast_double(claims ->> 'nbf'), 0)
        AND extract(epoch FROM now()) < coalesce(try_cast_double(claims ->> 'exp'), 'infinity')
    FROM string_to_array(token, '.') AS parts, LATERAL (SELECT convert_from(url_decode(parts[2]), 'utf8')::json) c (claims)
  $$;
