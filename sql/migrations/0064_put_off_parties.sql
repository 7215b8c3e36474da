-- Who could not be written to is tried again then, and keeps nobody else waiting meanwhile.
alter table disrupted_party add column try_after timestamptz;
