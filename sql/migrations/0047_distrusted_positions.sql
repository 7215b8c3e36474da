-- Points of tracks that cannot be believed (vessels.feed.integrity) are kept, and marked.
-- Older points were not judged.

alter table position add column distrusted boolean not null default false;
