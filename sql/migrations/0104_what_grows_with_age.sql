-- What a copy that has run for years looks for, found without reading all that it has kept.

-- What is still to be erased. New rows are in none of these: they come in when their time begins.
create index booking_documents_kept on booking (id)
    where documents_erased_at is null
      and status in ('cancelled', 'expired', 'refused', 'confirmed');
create index booking_people_kept on booking (documents_erased_at)
    where erased_at is null and documents_erased_at is not null;
create index mail_kept on mail (sent_at) where erased_at is null and sent_at is not null;
create index stripe_event_kept on stripe_event (processed_at)
    where erased_at is null and processed_at is not null;
create index waiting_party_kept on waiting_party (ended_at)
    where ended_at is not null and email <> '';
create index fare_alert_ended on fare_alert (ended_at) where ended_at is not null;
create index ship_alert_ended on ship_alert (ended_at) where ended_at is not null;
create index mandate_kept on mandate (ended_at) where ended_at is not null and email <> '';
create index booking_device_ends on booking_device (ends_at);
create index outside_copy_by_age on outside_copy (source, retrieved_at);

-- Whose offer a booking was.
create index waiting_party_by_reference on waiting_party (reference) where reference is not null;

-- Calls that were not over by then, without reading their rows; arrivals that nobody learned from.
create index port_call_by_end on port_call (
    (coalesce(left_at, 'infinity'::timestamptz)), entered_at, state, source);
create index port_call_stopped on port_call (stopped_at) where stopped_at is not null;
