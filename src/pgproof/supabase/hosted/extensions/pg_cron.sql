CREATE SCHEMA cron;
CREATE SEQUENCE cron.runid_seq;
CREATE TABLE cron.job (
  jobid bigint PRIMARY KEY,
  schedule text NOT NULL,
  command text NOT NULL,
  nodename text NOT NULL DEFAULT 'localhost',
  nodeport integer NOT NULL DEFAULT 5432,
  database text NOT NULL DEFAULT 'postgres',
  username text NOT NULL DEFAULT current_user,
  active boolean NOT NULL DEFAULT true,
  jobname text,
  CONSTRAINT jobname_username_uniq UNIQUE (jobname, username)
);
ALTER TABLE cron.job ENABLE ROW LEVEL SECURITY;
CREATE POLICY cron_job_policy ON cron.job USING (username = current_user);
CREATE TABLE cron.job_run_details (
  jobid bigint,
  runid bigint NOT NULL DEFAULT nextval('cron.runid_seq') PRIMARY KEY,
  job_pid integer,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);
ALTER TABLE cron.job_run_details ENABLE ROW LEVEL SECURITY;
CREATE POLICY cron_job_run_details_policy ON cron.job_run_details USING (username = current_user);
GRANT SELECT ON cron.job TO PUBLIC;
GRANT SELECT, DELETE ON cron.job_run_details TO PUBLIC;

-- The role that calls is the one that was set, or the session's: inside, current_user is the definer.
CREATE FUNCTION cron.caller() RETURNS text LANGUAGE sql STABLE
  AS $$ SELECT CASE current_setting('role') WHEN 'none' THEN session_user::text ELSE current_setting('role') END $$;

-- The real one takes the number from a sequence. The next free one is the same after a rollback, so that two databases
-- in which the same was done hold the same.
CREATE FUNCTION cron.next_jobid() RETURNS bigint LANGUAGE sql STABLE SET search_path = ''
  AS $$ SELECT coalesce(max(jobid), 0) + 1 FROM cron.job $$;

-- Five fields, a number of seconds, or a word that starts with @; what a field may hold is not checked further.
CREATE FUNCTION cron.checked(schedule text) RETURNS text LANGUAGE plpgsql IMMUTABLE
  AS $$
BEGIN
  IF schedule !~* '^\s*(@(yearly|annually|monthly|weekly|daily|midnight|hourly|reboot)|[1-5]?[0-9]\s+seconds?|(\S+\s+){4}\S+)\s*$'
    OR schedule ~ '^\s*\d' AND schedule !~* 'seconds?' AND schedule ~ '[^-0-9a-zA-Z*/,$\s]' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('invalid schedule: %s', schedule),
      HINT = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
  END IF;
  RETURN schedule;
END
$$;

CREATE FUNCTION cron.schedule(schedule text, command text) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = ''
  AS $$
    INSERT INTO cron.job (jobid, schedule, command, username)
    VALUES (cron.next_jobid(), cron.checked(schedule), command, cron.caller())
    RETURNING jobid
  $$;
CREATE FUNCTION cron.schedule(job_name text, schedule text, command text) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = ''
  AS $$
    INSERT INTO cron.job (jobid, jobname, schedule, command, username)
    VALUES (cron.next_jobid(), job_name, cron.checked(schedule), command, cron.caller())
    ON CONFLICT ON CONSTRAINT jobname_username_uniq DO UPDATE
      SET schedule = excluded.schedule, command = excluded.command, active = true
    RETURNING jobid
  $$;
CREATE FUNCTION cron.schedule_in_database(
  job_name text, schedule text, command text, database text, username text DEFAULT NULL, active boolean DEFAULT true
) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = ''
  AS $$
    INSERT INTO cron.job (jobid, jobname, schedule, command, database, username, active)
    VALUES (cron.next_jobid(), job_name, cron.checked(schedule), command, database, coalesce(username, cron.caller()), active)
    ON CONFLICT ON CONSTRAINT jobname_username_uniq DO UPDATE
      SET schedule = excluded.schedule, command = excluded.command, database = excluded.database, active = excluded.active
    RETURNING jobid
  $$;
CREATE FUNCTION cron.alter_job(
  job_id bigint, schedule text DEFAULT NULL, command text DEFAULT NULL, database text DEFAULT NULL,
  username text DEFAULT NULL, active boolean DEFAULT NULL
) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
BEGIN
  UPDATE cron.job j
  SET schedule = coalesce(cron.checked(alter_job.schedule), j.schedule),
    command = coalesce(alter_job.command, j.command), database = coalesce(alter_job.database, j.database),
    username = coalesce(alter_job.username, j.username), active = coalesce(alter_job.active, j.active)
  WHERE jobid = job_id AND j.username = cron.caller();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Job % does not exist or you don''t own it', job_id;
  END IF;
END
$$;
CREATE FUNCTION cron.unschedule(job_id bigint) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
BEGIN
  DELETE FROM cron.job WHERE jobid = job_id AND username = cron.caller();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'could not find valid entry for job ''%''', job_id;
  END IF;
  RETURN true;
END
$$;
CREATE FUNCTION cron.unschedule(job_name text) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
BEGIN
  DELETE FROM cron.job WHERE jobname = job_name AND username = cron.caller();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'could not find valid entry for job ''%''', job_name;
  END IF;
  RETURN true;
END
$$;
GRANT USAGE ON SCHEMA cron TO postgres WITH GRANT OPTION;
