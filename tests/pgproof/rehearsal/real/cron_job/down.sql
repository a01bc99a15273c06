BEGIN;
SET LOCAL lock_timeout = '2s';
SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname = 'sweep';
COMMIT;
