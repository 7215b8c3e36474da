-- How the boats of others' timetables go: where their publishers' GTFS-Realtime is read, and the
-- newest of it.

create table feed_realtime (
    feed_id uuid primary key,
    -- Where its TripUpdates are read.
    address text not null,
    -- Of the newest answer that was stored: asked with again.
    etag text not null default '',
    modified text not null default '',
    -- When it was read last (also: not changed), and when its publisher made what is stored.
    read_at timestamptz,
    said_at timestamptz,
    -- Trips that are in the timetable, those that are not, those that run beside it, and what
    -- nothing can be made of.
    matched int not null default 0,
    unknown int not null default 0,
    added int not null default 0,
    left_out int not null default 0,
    -- The last good copy: ferries.timetables.updates.model.RunningTrip by trip and service day.
    trips bytea not null default '{}',
    -- Why it was not read the last time, how often in a row, and until when it is left alone.
    error text not null default '',
    failures int not null default 0,
    rest_until timestamptz,
    constraint feed_realtime_of_feed foreign key (feed_id) references feed (id) on delete cascade,
    constraint feed_realtime_addressed check (address <> ''),
    constraint feed_realtime_trips_bounded check (octet_length(trips) <= 16777216)
);

-- The stop_sequence of the feed, by which its GTFS-Realtime speaks of a call; null where an edition
-- was stored before this.
alter table timetable_call add column sequence int;
