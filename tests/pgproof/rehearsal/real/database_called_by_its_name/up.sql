ALTER DATABASE postgres SET statement_timeout TO '40s';
