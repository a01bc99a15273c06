CREATE TABLE public.letters (id int PRIMARY KEY, box text NOT NULL DEFAULT 'in', body text);
INSERT INTO public.letters VALUES (1, 'in', 'one'), (2, 'out', 'two');
CREATE VIEW public.unread WITH (security_invoker = true) AS SELECT id, body FROM public.letters WHERE box = 'in';
CREATE VIEW public.clock AS SELECT clock_timestamp() AS now;
