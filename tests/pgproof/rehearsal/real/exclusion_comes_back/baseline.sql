CREATE TYPE public.kind AS ENUM ('desk', 'hall');
CREATE TABLE public.bookings (id int PRIMARY KEY, kind public.kind NOT NULL, during tstzrange, EXCLUDE USING gist (during WITH &&));
INSERT INTO public.bookings VALUES (1, 'desk', '[2026-01-01,2026-01-02)'), (2, 'hall', '[2026-02-01,2026-02-02)');
