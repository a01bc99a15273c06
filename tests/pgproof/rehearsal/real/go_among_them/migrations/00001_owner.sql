-- +goose Up
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves ADD COLUMN owner text;
-- +goose Down
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves DROP COLUMN owner;
