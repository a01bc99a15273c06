CREATE TABLE public.guests (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), mail text NOT NULL);
CREATE TABLE public.guest_settings (guest uuid PRIMARY KEY REFERENCES public.guests ON DELETE CASCADE, loud boolean);
