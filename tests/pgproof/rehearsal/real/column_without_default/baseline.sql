CREATE TABLE public.boats (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, berth int);
