-- An alert is for the party that was searched. The release before goes on with one adult, and takes
-- an alert of a party for one of an adult until it is gone.

alter table fare_alert
    -- The party's key, and the people, animals and vehicles that it stands for.
    add column party text not null default '1.0.0:',
    add column people jsonb not null default '{"adults": 1, "children": 0, "infants": 0}',
    add constraint fare_alert_party_length check (length(party) between 1 and 400);
comment on constraint fare_alert_party_length on fare_alert is 'Ten vehicles at most.';

-- An address asks once for the same, and for another party besides.
create unique index fare_alert_once_for_party on fare_alert
    (lower(email), origin_id, destination_id, day, kind, party)
    where status in ('unconfirmed', 'active', 'paused');
drop index fare_alert_once;
