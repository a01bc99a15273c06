ALTER TABLE public.letters ALTER box SET DEFAULT auth.letterbox();
