create table harbours (id bigint primary key, label text not null);
alter table harbours enable row level security;
