-- Browsers that asked to hear when their ship is late, and what each was sent.
create table push_subscription (
    id uuid primary key,
    booking_id uuid not null,
    -- Where the browser's push service takes messages; only services that are known.
    endpoint text not null,
    -- A point of P-256 and a secret of the browser: what is sent only it can read (RFC 8291).
    browser_key bytea not null,
    auth bytea not null,
    language text not null,
    -- Our public key to which it listens (RFC 8292).
    vapid_key text not null,
    created_at timestamptz not null default now(),
    constraint push_subscription_of foreign key (booking_id) references booking (id)
        on delete cascade,
    constraint push_subscription_once unique (booking_id, endpoint),
    constraint push_subscription_lengths check (
        length(endpoint) <= 1000 and octet_length(browser_key) = 65 and octet_length(auth) = 16
    )
);
comment on constraint push_subscription_of on push_subscription is
    'Browsers go with their booking.';
comment on constraint push_subscription_once on push_subscription is
    'A browser is told once, however often it asked.';
comment on constraint push_subscription_lengths on push_subscription is
    'RFC 8291: an uncompressed point, and 16 bytes.';

create table push_sent (
    subscription_id uuid not null,
    -- Which news: the key of the mail that says the same.
    version text not null,
    sent_at timestamptz not null default now(),
    constraint push_sent_pkey primary key (subscription_id, version),
    constraint push_sent_to foreign key (subscription_id) references push_subscription (id)
        on delete cascade
);
comment on constraint push_sent_pkey on push_sent is 'One message per version of the news.';
comment on constraint push_sent_to on push_sent is 'What was sent goes with the browser.';
