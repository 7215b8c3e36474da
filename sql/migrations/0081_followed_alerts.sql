-- What publishers of timetables tell travellers (GTFS-Realtime alerts): the newest of each feed.

create table feed_alerts (
    feed_id uuid primary key,
    -- Where they are read: with the trips of feed_realtime where it is its address, else there.
    address text not null,
    -- Of the newest answer that was stored: asked with again.
    etag text not null default '',
    modified text not null default '',
    -- When they were read last (also: not changed), and when their publisher made what is stored.
    read_at timestamptz,
    said_at timestamptz,
    -- Alerts that are shown, those that speak of nothing in the timetable, and what nothing can be
    -- made of.
    kept int not null default 0,
    elsewhere int not null default 0,
    left_out int not null default 0,
    -- The last good copy: a list of ferries.timetables.updates.alerts.model.KeptAlert.
    alerts bytea not null default '[]',
    -- Why they were not read the last time, how often in a row, and until when they are left alone.
    error text not null default '',
    failures int not null default 0,
    rest_until timestamptz,
    constraint feed_alerts_of_feed foreign key (feed_id) references feed (id) on delete cascade,
    constraint feed_alerts_addressed check (address <> ''),
    constraint feed_alerts_bounded check (octet_length(alerts) <= 1048576)
);
