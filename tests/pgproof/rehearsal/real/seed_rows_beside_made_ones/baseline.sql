CREATE TABLE public.ranks (name text PRIMARY KEY CHECK (name IN ('cook', 'mate')));
CREATE TABLE public.ports (id int PRIMARY KEY, name text UNIQUE NOT NULL);
