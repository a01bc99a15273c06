--
-- PostgreSQL database dump
--

\restrict q7W2

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public.shelves (
    id integer NOT NULL,
    label text
);

CREATE SEQUENCE public.shelves_id_seq AS integer;
ALTER TABLE ONLY public.shelves ALTER COLUMN id SET DEFAULT nextval('public.shelves_id_seq'::regclass);

--
-- Data for Name: shelves; Type: TABLE DATA
--

COPY public.shelves (id, label) FROM stdin;
1	top; with 'a quote and -- a dash
2	\N
\.

SELECT pg_catalog.setval('public.shelves_id_seq', 2, true);

ALTER TABLE ONLY public.shelves
    ADD CONSTRAINT shelves_pkey PRIMARY KEY (id);

\unrestrict q7W2

