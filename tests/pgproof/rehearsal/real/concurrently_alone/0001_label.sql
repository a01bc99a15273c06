-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY shelves_label ON public.shelves (label);
-- +goose Down
DROP INDEX CONCURRENTLY public.shelves_label;
