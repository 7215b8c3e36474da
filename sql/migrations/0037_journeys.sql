-- Journeys with changes: where boats go from each port, and how long changing there takes.

-- Between which ports one may travel by the active edition of a feed: each pair once, however many
-- trips make it. What is sold has the same in `route`.
create table timetable_link (
    feed_id uuid not null,
    origin_id uuid not null,
    destination_id uuid not null,
    constraint timetable_link_pkey primary key (feed_id, origin_id, destination_id),
    constraint timetable_link_of_feed foreign key (feed_id) references feed (id) on delete cascade,
    constraint timetable_link_origin foreign key (origin_id) references port (id),
    constraint timetable_link_destination foreign key (destination_id) references port (id)
);
comment on constraint timetable_link_pkey on timetable_link is 'A pair is there once per feed.';
create index timetable_link_by_origin on timetable_link (origin_id, destination_id);
create index timetable_link_by_destination on timetable_link (destination_id, origin_id);
create index route_by_destination on route (destination_id);

insert into timetable_link (feed_id, origin_id, destination_id)
select distinct p.feed_id, a.port_id, b.port_id
from timetable_pattern p
join timetable_call a on a.pattern_id = p.id and a.boarding <> 1
join timetable_call b on b.pattern_id = p.id and b.number > a.number and b.alighting <> 1
where a.port_id <> b.port_id;

-- Functions rather than a view over both tables: each call is one look into either index.
create function links_from(port uuid) returns table (port_id uuid, kind text)
language sql stable parallel safe
begin atomic
    select r.destination_id, op.kind from route r join operator op on op.id = r.operator_id
    where r.origin_id = port
    union
    select l.destination_id, 'listed' from timetable_link l where l.origin_id = port;
end;

create function links_to(port uuid) returns table (port_id uuid, kind text)
language sql stable parallel safe
begin atomic
    select r.origin_id, op.kind from route r join operator op on op.id = r.operator_id
    where r.destination_id = port
    union
    select l.origin_id, 'listed' from timetable_link l where l.destination_id = port;
end;

-- Haversine on a sphere of 6,371 km: up to 0.5 % off, which is enough to compare ways round.
create function metres_between(
    lat_1 double precision, lon_1 double precision, lat_2 double precision, lon_2 double precision
) returns double precision
language sql immutable parallel safe
return 2 * 6371000 * asin(least(1, sqrt(
    power(sin(radians(lat_2 - lat_1) / 2), 2)
    + cos(radians(lat_1)) * cos(radians(lat_2)) * power(sin(radians(lon_2 - lon_1) / 2), 2)
)));

-- How long it takes from one ship to the check-in of the next, where a port is larger or smaller
-- than most; the others have the usual minutes of settings.toml.
create table port_change (
    port_id uuid not null,
    foot_minutes int not null,
    vehicle_minutes int not null,
    -- 'demo', or who said it.
    source text not null,
    constraint port_change_pkey primary key (port_id),
    constraint port_change_at_port foreign key (port_id) references port (id) on delete cascade,
    constraint port_change_in_time check (
        foot_minutes between 0 and 720 and vehicle_minutes between 0 and 720
    )
);
comment on constraint port_change_in_time on port_change is
    'Nobody walks half a day from ship to ship.';
