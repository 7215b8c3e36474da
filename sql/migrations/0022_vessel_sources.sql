-- Where each record of a ship comes from, and when its static and voyage data were told: what one
-- source has brought is never shown as another's.

-- vessels.model.Source: AISStream, the only real one so far.
alter table vessel add column source smallint not null default 2;
alter table vessel add column static_at timestamptz;
alter table vessel add column voyage_at timestamptz;
alter table vessel add column eta_precision smallint not null default 0;
alter table vessel add column mothership int;
update vessel set static_at = seen_at;
alter table vessel alter column static_at set not null;

-- What the sandbox had invented so far, told by its call signs and by the demo ferries' numbers.
update vessel set source = 9
where callsign like 'SBX%'
   or mmsi in (select mmsi from ferry where source = 'demo' and mmsi is not null);

alter table vessel drop constraint vessel_pkey;
alter table vessel add constraint vessel_pkey primary key (mmsi, source);
-- The numbers of vessels.model.Source.
alter table vessel add constraint vessel_source_known check (source between 1 and 9);
-- Minute, hour or day: vessels.model.EtaPrecision.
alter table vessel add constraint vessel_eta_precision_known check (eta_precision between 0 and 2);
-- Search finds the beginning of a call sign.
create index vessel_by_callsign on vessel (lower(callsign) text_pattern_ops)
where callsign is not null;

alter table position add column source smallint not null default 2;
-- Two stations that report under one number have a track each.
alter table position add column hypothesis smallint not null default 0;
update position set source = 9 where mmsi in (select mmsi from vessel where source = 9);

-- Safety-related texts (AIS messages 12 and 14) as they were sent; kept for thirty days.
create table safety_text (
    id bigint generated always as identity primary key,
    mmsi int not null,
    at timestamptz not null,
    -- Null: to all ships.
    to_mmsi int,
    body text not null,
    source smallint not null,
    constraint safety_text_has_words check (body <> '')
);
create index safety_text_of_vessel on safety_text (mmsi, at desc);
create index safety_text_by_time on safety_text (at desc);
