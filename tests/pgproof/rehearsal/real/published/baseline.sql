CREATE TABLE public.shelves (id bigint PRIMARY KEY, aisle int, note text);
INSERT INTO public.shelves SELECT n, n % 3, 'n' FROM generate_series(1, 50) AS n;
