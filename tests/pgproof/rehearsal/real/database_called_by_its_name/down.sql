ALTER DATABASE postgres RESET statement_timeout;
