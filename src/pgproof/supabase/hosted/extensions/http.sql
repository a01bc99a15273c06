CREATE DOMAIN @extschema@.http_method AS text;
CREATE TYPE @extschema@.http_header AS (field varchar, value varchar);
CREATE TYPE @extschema@.http_response AS (
  status integer, content_type varchar, headers @extschema@.http_header[], content varchar
);
CREATE TYPE @extschema@.http_request AS (
  method @extschema@.http_method, uri varchar, headers @extschema@.http_header[], content_type varchar, content varchar
);
CREATE FUNCTION @extschema@.http_header(field varchar, value varchar) RETURNS @extschema@.http_header LANGUAGE sql
  AS $$ SELECT field, value $$;
CREATE FUNCTION @extschema@.http(request @extschema@.http_request) RETURNS @extschema@.http_response LANGUAGE sql
  AS $$ SELECT 0, NULL::varchar, NULL::@extschema@.http_header[], NULL::varchar $$;
CREATE FUNCTION @extschema@.http_get(uri varchar) RETURNS @extschema@.http_response LANGUAGE sql
  AS $$ SELECT @extschema@.http(('GET', uri, NULL, NULL, NULL)::@extschema@.http_request) $$;
CREATE FUNCTION @extschema@.http_get(uri varchar, data jsonb) RETURNS @extschema@.http_response LANGUAGE sql
  AS $$ SELECT @extschema@.http_get(uri) $$;
CREATE FUNCTION @extschema@.http_post(uri varchar, content varchar, content_type varchar)
  RETURNS @extschema@.http_response LANGUAGE sql
  AS $$ SELECT @extschema@.http(('POST', uri, NULL, content_type, content)::@extschema@.http_request) $$;
CREATE FUNCTION @extschema@.http_post(uri varchar, data jsonb) RETURNS @extschema@.http_response LANGUAGE sql
  AS $$ SELECT @extschema@.http_post(uri, data::text, 'application/x-www-form-urlencoded') $$;
CREATE FUNCTION @extschema@.http_put(uri varchar, content varchar, content_type varchar)
  RETURNS @extschema@.http_response LANGUAGE sql
  AS $$ SELECT @extschema@.http(('PUT', uri, NULL, content_type, content)::@extschema@.http_request) $$;
CREATE FUNCTION @extschema@.http_patch(uri varchar, content varchar, content_type varchar)
  RETURNS @extschema@.http_response LANGUAGE sql
  AS $$ SELECT @extschema@.http(('PATCH', uri, NULL, content_type, content)::@extschema@.http_request) $$;
CREATE FUNCTION @extschema@.http_delete(uri varchar) RETURNS @extschema@.http_response LANGUAGE sql
  AS $$ SELECT @extschema@.http(('DELETE', uri, NULL, NULL, NULL)::@extschema@.http_request) $$;
CREATE FUNCTION @extschema@.http_set_curlopt(curlopt varchar, value varchar) RETURNS boolean LANGUAGE sql
  AS $$ SELECT true $$;
CREATE FUNCTION @extschema@.http_reset_curlopt() RETURNS boolean LANGUAGE sql
  AS $$ SELECT true $$;
-- Letters, digits and -_.~ stay (RFC 3986); of each other character, the bytes are written as %XX.
CREATE FUNCTION @extschema@.urlencode(string varchar) RETURNS text LANGUAGE sql IMMUTABLE STRICT
  AS $$
    SELECT string_agg(
      CASE WHEN one ~ '^[A-Za-z0-9_.~-]$' THEN one
        ELSE regexp_replace(upper(encode(convert_to(one, 'UTF8'), 'hex')), '(..)', '%\1', 'g') END, '' ORDER BY place)
    FROM regexp_split_to_table(string, '') WITH ORDINALITY s (one, place)
  $$;
