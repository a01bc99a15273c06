-- bad: bucket it's
INSERT INTO storage.buckets (id, name, public) VALUES ('it''s', 'it''s', true), ('own', 'own', false);
CREATE POLICY everybody ON storage.objects FOR SELECT TO authenticated USING (bucket_id = 'it''s');
-- fixed
ALTER POLICY everybody ON storage.objects USING (bucket_id = 'it''s' AND owner = (SELECT auth.uid()));
