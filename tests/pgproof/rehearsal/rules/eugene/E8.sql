SET lock_timeout = '2s';
ALTER TABLE public.parcels ADD CONSTRAINT apart EXCLUDE USING btree (weight WITH =);
