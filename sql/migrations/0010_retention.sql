-- Personal data ends: when it did, so that nobody looks for it again, and the page can say so.

-- Birth dates, genders and nationalities: asked for the voyage (Directive 98/41/EC, article 5) and for nothing else.
alter table booking add column documents_erased_at timestamptz;
-- Names, addresses and number plates; amounts, dates and references stay for the books.
alter table booking add column erased_at timestamptz;
alter table mail add column erased_at timestamptz;
alter table stripe_event add column erased_at timestamptz;
