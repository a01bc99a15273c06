create table berths (harbour bigint primary key references harbours, boat bigint references boats);
alter table berths enable row level security;
create index on berths (boat);
