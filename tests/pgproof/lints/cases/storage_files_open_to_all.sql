-- bad: storage.objects clean_up
CREATE POLICY clean_up ON storage.objects FOR DELETE TO authenticated
  USING (bucket_id = 'chat' AND (SELECT auth.role()) = 'authenticated');
-- fixed
ALTER POLICY clean_up ON storage.objects USING (bucket_id = 'chat' AND owner_id = (SELECT auth.uid())::text);
