CREATE TABLE public.parcels (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state text NOT NULL
    CONSTRAINT parcels_state CHECK (state IN ('packed', 'sent')));
INSERT INTO public.parcels (state) VALUES ('packed'), ('sent');
