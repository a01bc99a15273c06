-- What every example begins with that brings no baseline of its own.
CREATE TABLE public.notes (id integer PRIMARY KEY, body text NOT NULL, author text);
INSERT INTO public.notes VALUES (1, 'first', 'ada'), (2, 'second', 'bob'), (3, 'third', 'ada');
