CREATE TABLE public.guests (id int PRIMARY KEY, mail text NOT NULL);
CREATE UNIQUE INDEX guests_mail ON public.guests (lower(mail));
INSERT INTO public.guests VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
