BEGIN;
SET LOCAL lock_timeout = '2s';
UPDATE public.letters SET body = CASE id WHEN 1 THEN 'two' ELSE 'one' END WHERE (id, body) IN ((1, 'one'), (2, 'two'));
COMMIT;
