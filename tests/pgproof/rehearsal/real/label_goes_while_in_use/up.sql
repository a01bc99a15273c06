ALTER TYPE public.state ADD VALUE IF NOT EXISTS 'lost';
