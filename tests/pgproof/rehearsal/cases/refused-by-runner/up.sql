-- +goose Up
CREATE FUNCTION public.first_note() RETURNS text LANGUAGE sql AS $$
  SELECT body FROM public.notes ORDER BY id LIMIT 1;
$$;

-- +goose Down
DROP FUNCTION public.first_note();
