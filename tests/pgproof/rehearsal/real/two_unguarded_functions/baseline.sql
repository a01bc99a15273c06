CREATE TABLE public.wallets (owner uuid PRIMARY KEY, coins bigint NOT NULL DEFAULT 0);
ALTER TABLE public.wallets ENABLE ROW LEVEL SECURITY;
