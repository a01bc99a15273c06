-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION public.shelves_with_note() RETURNS bigint LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  RETURN (SELECT count(*) FROM public.shelves WHERE note IS NOT NULL);
END;
$$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION public.shelves_with_note();
