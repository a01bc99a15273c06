SET lock_timeout = '2s';
CREATE TABLE public.a_name_that_is_longer_than_the_sixty_three_bytes_that_postgresql_keeps_of_it (id bigint PRIMARY KEY);
