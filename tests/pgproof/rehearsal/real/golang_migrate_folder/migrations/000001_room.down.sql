SET lock_timeout = '2s';
DROP INDEX public.shelves_room;
