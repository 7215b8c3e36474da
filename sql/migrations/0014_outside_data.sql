-- The last good copy of what outside data services published, by source and key: served with its
-- age while a job refreshes it, and all there is while the service is down.
create table outside_copy (
    source text not null,
    -- What was asked for, in the source's own terms, e.g. a cell of a grid.
    key text not null,
    body bytea not null,
    retrieved_at timestamptz not null,
    -- What the figures are about, and the publisher's number for them; empty when it does not say.
    period text not null default '',
    version text not null default '',
    constraint outside_copy_pkey primary key (source, key),
    -- outside_data.model.MAX_COPY_BYTES: larger things have tables of their own, as statistics do.
    constraint outside_copy_body_bounded check (octet_length(body) <= 4194304),
    constraint outside_copy_key_named check (source <> '' and length(key) between 1 and 200)
);
