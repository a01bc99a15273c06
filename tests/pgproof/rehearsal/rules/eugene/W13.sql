SET lock_timeout = '2s';
CREATE TYPE public.colour AS ENUM ('red', 'blue');
