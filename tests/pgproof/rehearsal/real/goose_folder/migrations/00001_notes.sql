-- +goose Up
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves ADD COLUMN note text;

-- +goose Down
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves DROP COLUMN note;
