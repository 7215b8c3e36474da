-- Where the first answer led (its Location header), so that a repetition leads there, too.
alter table idempotency_key add column location text;
