BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_policies WHERE schemaname = 'storage' AND policyname = 'badges are public') THEN
    CREATE POLICY "badges are public" ON storage.objects FOR SELECT USING (bucket_id = 'badges');
  END IF;
END
$$;
COMMIT;
