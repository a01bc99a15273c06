-- Values are kept as text, '[1,2,3]' (sparse: '{1:1,3:2}/5'). Access methods need C, so the indexes here are hash indexes:
-- they are built, kept up to date and listed as the real ones, and no query by distance uses them.

CREATE TYPE @extschema@.vector;
CREATE FUNCTION @extschema@.vector_in(cstring, oid, integer) RETURNS @extschema@.vector
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
CREATE FUNCTION @extschema@.vector_out(@extschema@.vector) RETURNS cstring
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textout';
CREATE FUNCTION @extschema@.vector_typmod_in(cstring[]) RETURNS integer
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varchartypmodin';
CREATE FUNCTION @extschema@.vector_typmod_out(integer) RETURNS cstring
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varchartypmodout';
CREATE TYPE @extschema@.vector (
  INPUT = @extschema@.vector_in, OUTPUT = @extschema@.vector_out, TYPMOD_IN = @extschema@.vector_typmod_in,
  TYPMOD_OUT = @extschema@.vector_typmod_out, STORAGE = extended
);
CREATE CAST (@extschema@.vector AS text) WITH INOUT AS ASSIGNMENT;

CREATE TYPE @extschema@.halfvec;
CREATE FUNCTION @extschema@.halfvec_in(cstring, oid, integer) RETURNS @extschema@.halfvec
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
CREATE FUNCTION @extschema@.halfvec_out(@extschema@.halfvec) RETURNS cstring
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textout';
CREATE FUNCTION @extschema@.halfvec_typmod_in(cstring[]) RETURNS integer
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varchartypmodin';
CREATE FUNCTION @extschema@.halfvec_typmod_out(integer) RETURNS cstring
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varchartypmodout';
CREATE TYPE @extschema@.halfvec (
  INPUT = @extschema@.halfvec_in, OUTPUT = @extschema@.halfvec_out, TYPMOD_IN = @extschema@.halfvec_typmod_in,
  TYPMOD_OUT = @extschema@.halfvec_typmod_out, STORAGE = extended
);
CREATE CAST (@extschema@.halfvec AS text) WITH INOUT AS ASSIGNMENT;

CREATE TYPE @extschema@.sparsevec;
CREATE FUNCTION @extschema@.sparsevec_in(cstring, oid, integer) RETURNS @extschema@.sparsevec
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
CREATE FUNCTION @extschema@.sparsevec_out(@extschema@.sparsevec) RETURNS cstring
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textout';
CREATE FUNCTION @extschema@.sparsevec_typmod_in(cstring[]) RETURNS integer
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varchartypmodin';
CREATE FUNCTION @extschema@.sparsevec_typmod_out(integer) RETURNS cstring
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varchartypmodout';
CREATE TYPE @extschema@.sparsevec (
  INPUT = @extschema@.sparsevec_in, OUTPUT = @extschema@.sparsevec_out, TYPMOD_IN = @extschema@.sparsevec_typmod_in,
  TYPMOD_OUT = @extschema@.sparsevec_typmod_out, STORAGE = extended
);
CREATE CAST (@extschema@.sparsevec AS text) WITH INOUT AS ASSIGNMENT;

CREATE FUNCTION @extschema@.vector_dims(@extschema@.vector) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT array_length(string_to_array(trim(both '[] ' FROM $1::text), ','), 1) $$;
-- A column's number of dimensions comes with the four bytes that a text's length has.
CREATE FUNCTION @extschema@.vector(@extschema@.vector, integer, boolean) RETURNS @extschema@.vector
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
BEGIN
  IF $2 >= 0 AND @extschema@.vector_dims($1) <> $2 - 4 THEN
    RAISE data_exception USING
      MESSAGE = format('expected %s dimensions, not %s', $2 - 4, @extschema@.vector_dims($1));
  END IF;
  RETURN $1;
END
$$;
CREATE CAST (@extschema@.vector AS @extschema@.vector) WITH FUNCTION @extschema@.vector(@extschema@.vector, integer, boolean)
  AS IMPLICIT;
CREATE FUNCTION @extschema@.vector_to_float4(@extschema@.vector, integer, boolean) RETURNS real[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT string_to_array(trim(both '[] ' FROM $1::text), ',')::real[] $$;
CREATE CAST (@extschema@.vector AS real[])
  WITH FUNCTION @extschema@.vector_to_float4(@extschema@.vector, integer, boolean) AS IMPLICIT;
CREATE FUNCTION @extschema@.array_to_vector(real[], integer, boolean) RETURNS @extschema@.vector
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT ('[' || array_to_string($1, ',') || ']')::@extschema@.vector $$;
CREATE CAST (real[] AS @extschema@.vector)
  WITH FUNCTION @extschema@.array_to_vector(real[], integer, boolean) AS ASSIGNMENT;
CREATE FUNCTION @extschema@.array_to_vector(double precision[], integer, boolean) RETURNS @extschema@.vector
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT ('[' || array_to_string($1, ',') || ']')::@extschema@.vector $$;
CREATE CAST (double precision[] AS @extschema@.vector)
  WITH FUNCTION @extschema@.array_to_vector(double precision[], integer, boolean) AS ASSIGNMENT;
CREATE FUNCTION @extschema@.array_to_vector(integer[], integer, boolean) RETURNS @extschema@.vector
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT ('[' || array_to_string($1, ',') || ']')::@extschema@.vector $$;
CREATE CAST (integer[] AS @extschema@.vector)
  WITH FUNCTION @extschema@.array_to_vector(integer[], integer, boolean) AS ASSIGNMENT;
CREATE FUNCTION @extschema@.array_to_vector(numeric[], integer, boolean) RETURNS @extschema@.vector
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT ('[' || array_to_string($1, ',') || ']')::@extschema@.vector $$;
CREATE CAST (numeric[] AS @extschema@.vector)
  WITH FUNCTION @extschema@.array_to_vector(numeric[], integer, boolean) AS ASSIGNMENT;
CREATE FUNCTION @extschema@.l2_distance(@extschema@.vector, @extschema@.vector) RETURNS double precision
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
    SELECT sqrt(sum((a - b) ^ 2))
    FROM unnest(
      @extschema@.vector_to_float4($1, -1, false)::double precision[],
      @extschema@.vector_to_float4($2, -1, false)::double precision[]
    ) AS pairs (a, b)
  $$;
CREATE OPERATOR @extschema@.<-> (
  LEFTARG = @extschema@.vector, RIGHTARG = @extschema@.vector, FUNCTION = @extschema@.l2_distance, COMMUTATOR = <->
);
CREATE FUNCTION @extschema@.negative_inner_product(@extschema@.vector, @extschema@.vector) RETURNS double precision
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
    SELECT -sum(a * b)
    FROM unnest(
      @extschema@.vector_to_float4($1, -1, false)::double precision[],
      @extschema@.vector_to_float4($2, -1, false)::double precision[]
    ) AS pairs (a, b)
  $$;
CREATE OPERATOR @extschema@.<#> (
  LEFTARG = @extschema@.vector, RIGHTARG = @extschema@.vector, FUNCTION = @extschema@.negative_inner_product, COMMUTATOR = <#>
);
CREATE FUNCTION @extschema@.inner_product(@extschema@.vector, @extschema@.vector) RETURNS double precision
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
    SELECT sum(a * b)
    FROM unnest(
      @extschema@.vector_to_float4($1, -1, false)::double precision[],
      @extschema@.vector_to_float4($2, -1, false)::double precision[]
    ) AS pairs (a, b)
  $$;
CREATE FUNCTION @extschema@.cosine_distance(@extschema@.vector, @extschema@.vector) RETURNS double precision
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
    SELECT 1 - sum(a * b) / nullif(sqrt(sum(a ^ 2)) * sqrt(sum(b ^ 2)), 0)
    FROM unnest(
      @extschema@.vector_to_float4($1, -1, false)::double precision[],
      @extschema@.vector_to_float4($2, -1, false)::double precision[]
    ) AS pairs (a, b)
  $$;
CREATE OPERATOR @extschema@.<=> (
  LEFTARG = @extschema@.vector, RIGHTARG = @extschema@.vector, FUNCTION = @extschema@.cosine_distance, COMMUTATOR = <=>
);
CREATE FUNCTION @extschema@.l1_distance(@extschema@.vector, @extschema@.vector) RETURNS double precision
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
    SELECT sum(abs(a - b))
    FROM unnest(
      @extschema@.vector_to_float4($1, -1, false)::double precision[],
      @extschema@.vector_to_float4($2, -1, false)::double precision[]
    ) AS pairs (a, b)
  $$;
CREATE OPERATOR @extschema@.<+> (
  LEFTARG = @extschema@.vector, RIGHTARG = @extschema@.vector, FUNCTION = @extschema@.l1_distance, COMMUTATOR = <+>
);

CREATE FUNCTION @extschema@.vector_dims(@extschema@.halfvec) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT array_length(string_to_array(trim(both '[] ' FROM $1::text), ','), 1) $$;
CREATE FUNCTION @extschema@.halfvec(@extschema@.halfvec, integer, boolean) RETURNS @extschema@.halfvec
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
BEGIN
  IF $2 >= 0 AND @extschema@.vector_dims($1) <> $2 - 4 THEN
    RAISE data_exception USING
      MESSAGE = format('expected %s dimensions, not %s', $2 - 4, @extschema@.vector_dims($1));
  END IF;
  RETURN $1;
END
$$;
CREATE CAST (@extschema@.halfvec AS @extschema@.halfvec)
  WITH FUNCTION @extschema@.halfvec(@extschema@.halfvec, integer, boolean) AS IMPLICIT;
CREATE FUNCTION @extschema@.vector_to_halfvec(@extschema@.vector, integer, boolean) RETURNS @extschema@.halfvec
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT @extschema@.halfvec($1::text::@extschema@.halfvec, $2, $3) $$;
CREATE CAST (@extschema@.vector AS @extschema@.halfvec)
  WITH FUNCTION @extschema@.vector_to_halfvec(@extschema@.vector, integer, boolean) AS IMPLICIT;
CREATE FUNCTION @extschema@.halfvec_to_vector(@extschema@.halfvec, integer, boolean) RETURNS @extschema@.vector
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT @extschema@.vector($1::text::@extschema@.vector, $2, $3) $$;
CREATE CAST (@extschema@.halfvec AS @extschema@.vector)
  WITH FUNCTION @extschema@.halfvec_to_vector(@extschema@.halfvec, integer, boolean) AS ASSIGNMENT;
CREATE FUNCTION @extschema@.halfvec_to_float4(@extschema@.halfvec, integer, boolean) RETURNS real[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT string_to_array(trim(both '[] ' FROM $1::text), ',')::real[] $$;
CREATE CAST (@extschema@.halfvec AS real[])
  WITH FUNCTION @extschema@.halfvec_to_float4(@extschema@.halfvec, integer, boolean) AS ASSIGNMENT;
CREATE FUNCTION @extschema@.array_to_halfvec(integer[], integer, boolean) RETURNS @extschema@.halfvec
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT @extschema@.halfvec(('[' || array_to_string($1, ',') || ']')::@extschema@.halfvec, $2, $3) $$;
CREATE CAST (integer[] AS @extschema@.halfvec)
  WITH FUNCTION @extschema@.array_to_halfvec(integer[], integer, boolean) AS ASSIGNMENT;
CREATE FUNCTION @extschema@.array_to_halfvec(real[], integer, boolean) RETURNS @extschema@.halfvec
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT @extschema@.halfvec(('[' || array_to_string($1, ',') || ']')::@extschema@.halfvec, $2, $3) $$;
CREATE CAST (real[] AS @extschema@.halfvec)
  WITH FUNCTION @extschema@.array_to_halfvec(real[], integer, boolean) AS ASSIGNMENT;
CREATE FUNCTION @extschema@.array_to_halfvec(double precision[], integer, boolean) RETURNS @extschema@.halfvec
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT @extschema@.halfvec(('[' || array_to_string($1, ',') || ']')::@extschema@.halfvec, $2, $3) $$;
CREATE CAST (double precision[] AS @extschema@.halfvec)
  WITH FUNCTION @extschema@.array_to_halfvec(double precision[], integer, boolean) AS ASSIGNMENT;
CREATE FUNCTION @extschema@.array_to_halfvec(numeric[], integer, boolean) RETURNS @extschema@.halfvec
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT @extschema@.halfvec(('[' || array_to_string($1, ',') || ']')::@extschema@.halfvec, $2, $3) $$;
CREATE CAST (numeric[] AS @extschema@.halfvec)
  WITH FUNCTION @extschema@.array_to_halfvec(numeric[], integer, boolean) AS ASSIGNMENT;
CREATE FUNCTION @extschema@.l2_distance(@extschema@.halfvec, @extschema@.halfvec) RETURNS double precision
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT @extschema@.l2_distance(@extschema@.halfvec_to_vector($1, -1, false), @extschema@.halfvec_to_vector($2, -1, false)) $$;
CREATE OPERATOR @extschema@.<-> (
  LEFTARG = @extschema@.halfvec, RIGHTARG = @extschema@.halfvec, FUNCTION = @extschema@.l2_distance, COMMUTATOR = <->
);
CREATE FUNCTION @extschema@.cosine_distance(@extschema@.halfvec, @extschema@.halfvec) RETURNS double precision
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT @extschema@.cosine_distance(@extschema@.halfvec_to_vector($1, -1, false), @extschema@.halfvec_to_vector($2, -1, false)) $$;
CREATE OPERATOR @extschema@.<=> (
  LEFTARG = @extschema@.halfvec, RIGHTARG = @extschema@.halfvec, FUNCTION = @extschema@.cosine_distance, COMMUTATOR = <=>
);
CREATE FUNCTION @extschema@.l1_distance(@extschema@.halfvec, @extschema@.halfvec) RETURNS double precision
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT @extschema@.l1_distance(@extschema@.halfvec_to_vector($1, -1, false), @extschema@.halfvec_to_vector($2, -1, false)) $$;
CREATE OPERATOR @extschema@.<+> (
  LEFTARG = @extschema@.halfvec, RIGHTARG = @extschema@.halfvec, FUNCTION = @extschema@.l1_distance, COMMUTATOR = <+>
);
CREATE FUNCTION @extschema@.inner_product(@extschema@.halfvec, @extschema@.halfvec) RETURNS double precision
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT @extschema@.inner_product(@extschema@.halfvec_to_vector($1, -1, false), @extschema@.halfvec_to_vector($2, -1, false)) $$;
CREATE FUNCTION @extschema@.halfvec_negative_inner_product(@extschema@.halfvec, @extschema@.halfvec) RETURNS double precision
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT @extschema@.negative_inner_product(@extschema@.halfvec_to_vector($1, -1, false), @extschema@.halfvec_to_vector($2, -1, false)) $$;
CREATE OPERATOR @extschema@.<#> (
  LEFTARG = @extschema@.halfvec, RIGHTARG = @extschema@.halfvec, FUNCTION = @extschema@.halfvec_negative_inner_product, COMMUTATOR = <#>
);

-- The number of values, and then their sums.
CREATE FUNCTION @extschema@.vector_accum(double precision[], @extschema@.vector) RETURNS double precision[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
    SELECT ($1[1] + 1) || ARRAY(
      SELECT coalesce(total, 0) + one
      FROM unnest($1[2:], @extschema@.vector_to_float4($2, -1, false)::double precision[])
        WITH ORDINALITY AS pairs (total, one, place)
      ORDER BY place
    )
  $$;
CREATE FUNCTION @extschema@.vector_avg(double precision[]) RETURNS @extschema@.vector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
    SELECT @extschema@.array_to_vector(ARRAY(
      SELECT total / $1[1] FROM unnest($1[2:]) WITH ORDINALITY AS totals (total, place) ORDER BY place
    ), -1, false)
    WHERE $1[1] > 0
  $$;
CREATE FUNCTION @extschema@.vector_sum(double precision[]) RETURNS @extschema@.vector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT @extschema@.array_to_vector($1[2:], -1, false) WHERE $1[1] > 0 $$;
CREATE AGGREGATE @extschema@.avg(@extschema@.vector) (
  SFUNC = @extschema@.vector_accum, STYPE = double precision[], FINALFUNC = @extschema@.vector_avg, INITCOND = '{0}'
);
CREATE AGGREGATE @extschema@.sum(@extschema@.vector) (
  SFUNC = @extschema@.vector_accum, STYPE = double precision[], FINALFUNC = @extschema@.vector_sum, INITCOND = '{0}'
);

CREATE FUNCTION @extschema@.vector_eq(@extschema@.vector, @extschema@.vector) RETURNS boolean
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteaeq';
CREATE FUNCTION @extschema@.vector_hash(@extschema@.vector) RETURNS integer
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashvarlena';
CREATE OPERATOR @extschema@.= (
  LEFTARG = @extschema@.vector, RIGHTARG = @extschema@.vector, FUNCTION = @extschema@.vector_eq, COMMUTATOR = =, HASHES
);
CREATE OPERATOR CLASS @extschema@.vector_ops DEFAULT FOR TYPE @extschema@.vector USING hash
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.vector_hash(@extschema@.vector);

CREATE FUNCTION @extschema@.halfvec_eq(@extschema@.halfvec, @extschema@.halfvec) RETURNS boolean
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteaeq';
CREATE FUNCTION @extschema@.halfvec_hash(@extschema@.halfvec) RETURNS integer
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashvarlena';
CREATE OPERATOR @extschema@.= (
  LEFTARG = @extschema@.halfvec, RIGHTARG = @extschema@.halfvec, FUNCTION = @extschema@.halfvec_eq, COMMUTATOR = =, HASHES
);
CREATE OPERATOR CLASS @extschema@.halfvec_ops DEFAULT FOR TYPE @extschema@.halfvec USING hash
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.halfvec_hash(@extschema@.halfvec);

CREATE FUNCTION @extschema@.sparsevec_eq(@extschema@.sparsevec, @extschema@.sparsevec) RETURNS boolean
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteaeq';
CREATE FUNCTION @extschema@.sparsevec_hash(@extschema@.sparsevec) RETURNS integer
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashvarlena';
CREATE OPERATOR @extschema@.= (
  LEFTARG = @extschema@.sparsevec, RIGHTARG = @extschema@.sparsevec, FUNCTION = @extschema@.sparsevec_eq, COMMUTATOR = =, HASHES
);
CREATE OPERATOR CLASS @extschema@.sparsevec_ops DEFAULT FOR TYPE @extschema@.sparsevec USING hash
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.sparsevec_hash(@extschema@.sparsevec);

CREATE ACCESS METHOD ivfflat TYPE INDEX HANDLER hashhandler;
CREATE ACCESS METHOD hnsw TYPE INDEX HANDLER hashhandler;
CREATE OPERATOR CLASS @extschema@.vector_l2_ops DEFAULT FOR TYPE @extschema@.vector USING ivfflat
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.vector_hash(@extschema@.vector);
CREATE OPERATOR CLASS @extschema@.vector_ip_ops FOR TYPE @extschema@.vector USING ivfflat
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.vector_hash(@extschema@.vector);
CREATE OPERATOR CLASS @extschema@.vector_cosine_ops FOR TYPE @extschema@.vector USING ivfflat
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.vector_hash(@extschema@.vector);
CREATE OPERATOR CLASS @extschema@.halfvec_l2_ops DEFAULT FOR TYPE @extschema@.halfvec USING ivfflat
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.halfvec_hash(@extschema@.halfvec);
CREATE OPERATOR CLASS @extschema@.halfvec_ip_ops FOR TYPE @extschema@.halfvec USING ivfflat
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.halfvec_hash(@extschema@.halfvec);
CREATE OPERATOR CLASS @extschema@.halfvec_cosine_ops FOR TYPE @extschema@.halfvec USING ivfflat
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.halfvec_hash(@extschema@.halfvec);
CREATE OPERATOR CLASS @extschema@.vector_l2_ops FOR TYPE @extschema@.vector USING hnsw
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.vector_hash(@extschema@.vector);
CREATE OPERATOR CLASS @extschema@.vector_ip_ops FOR TYPE @extschema@.vector USING hnsw
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.vector_hash(@extschema@.vector);
CREATE OPERATOR CLASS @extschema@.vector_cosine_ops FOR TYPE @extschema@.vector USING hnsw
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.vector_hash(@extschema@.vector);
CREATE OPERATOR CLASS @extschema@.vector_l1_ops FOR TYPE @extschema@.vector USING hnsw
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.vector_hash(@extschema@.vector);
CREATE OPERATOR CLASS @extschema@.halfvec_l2_ops FOR TYPE @extschema@.halfvec USING hnsw
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.halfvec_hash(@extschema@.halfvec);
CREATE OPERATOR CLASS @extschema@.halfvec_ip_ops FOR TYPE @extschema@.halfvec USING hnsw
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.halfvec_hash(@extschema@.halfvec);
CREATE OPERATOR CLASS @extschema@.halfvec_cosine_ops FOR TYPE @extschema@.halfvec USING hnsw
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.halfvec_hash(@extschema@.halfvec);
CREATE OPERATOR CLASS @extschema@.halfvec_l1_ops FOR TYPE @extschema@.halfvec USING hnsw
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.halfvec_hash(@extschema@.halfvec);
CREATE OPERATOR CLASS @extschema@.sparsevec_l2_ops FOR TYPE @extschema@.sparsevec USING hnsw
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.sparsevec_hash(@extschema@.sparsevec);
CREATE OPERATOR CLASS @extschema@.sparsevec_ip_ops FOR TYPE @extschema@.sparsevec USING hnsw
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.sparsevec_hash(@extschema@.sparsevec);
CREATE OPERATOR CLASS @extschema@.sparsevec_cosine_ops FOR TYPE @extschema@.sparsevec USING hnsw
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.sparsevec_hash(@extschema@.sparsevec);
CREATE OPERATOR CLASS @extschema@.sparsevec_l1_ops FOR TYPE @extschema@.sparsevec USING hnsw
  AS OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.sparsevec_hash(@extschema@.sparsevec);
