-- Ships as they describe themselves, and thinned tracks of where they were.

-- One row per station ever heard (static and voyage data of AIS messages 5, 19, 21, 24). Its newest position is not
-- here: that changes several times a second and lives in memory and Redis.
create table vessel (
    mmsi int primary key,
    kind smallint not null,
    name text,
    callsign text,
    imo int,
    ship_type smallint,
    to_bow_m smallint,
    to_stern_m smallint,
    to_port_m smallint,
    to_starboard_m smallint,
    draught_m real,
    destination text,
    eta_at timestamptz,
    first_seen_at timestamptz not null default now(),
    seen_at timestamptz not null,
    -- Nine digits; base stations and aids are numbers with leading zeros.
    constraint vessel_mmsi_has_nine_digits check (mmsi between 1 and 999999999),
    -- The numbers of vessels.model.Kind.
    constraint vessel_kind_known check (kind between 0 and 5),
    -- The decoder only lets numbers with a right check digit through.
    constraint vessel_imo_has_seven_digits check (imo between 1000000 and 9999999)
);
-- Search as you type: the beginning of a name, or a whole IMO number.
create index vessel_by_name on vessel (lower(name) text_pattern_ops);
create index vessel_by_imo on vessel (imo) where imo is not null;

-- Points that dead reckoning would not have told, one partition per UTC day: filled by COPY sorted by (mmsi, at),
-- dropped whole when the day is old enough. Nothing is ever updated here.
create table position (
    mmsi int not null,
    at timestamptz not null,
    lat double precision not null,
    lon double precision not null,
    sog_knots real,
    cog_deg real,
    heading_deg smallint,
    status smallint,
    -- Sentinels (91, 181) must have become "left out" long before.
    constraint position_on_earth check (lat between -90 and 90 and lon between -180 and 180)
) partition by range (at);
-- The one question asked: this ship, from then until then.
create index position_of_vessel on position (mmsi, at);

-- Makes the partitions of every day from first_day to last_day; those that exist stay. Returns how many it made.
create function make_position_days(first_day date, last_day date) returns int language plpgsql as $$
declare
    day date;
    made int := 0;
begin
    -- Two processes that make the same day would both see it missing: one waits here, then sees it.
    perform pg_advisory_xact_lock(hashtext('position_days'));
    for day in select generate_series(first_day, last_day, interval '1 day')::date loop
        if to_regclass(format('position_%s', to_char(day, 'YYYYMMDD'))) is null then
            execute format(
                'create table position_%s partition of position for values from (%L) to (%L)',
                to_char(day, 'YYYYMMDD'), day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC'
            );
            made := made + 1;
        end if;
    end loop;
    return made;
end $$;

-- Drops the partitions of days before the given one. Returns how many it dropped.
create function drop_position_days(before_day date) returns int language plpgsql as $$
declare
    old text;
    dropped int := 0;
begin
    perform pg_advisory_xact_lock(hashtext('position_days'));
    for old in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'position'::regclass and c.relname < format('position_%s', to_char(before_day, 'YYYYMMDD'))
    loop
        execute format('drop table %I', old);
        dropped := dropped + 1;
    end loop;
    return dropped;
end $$;
