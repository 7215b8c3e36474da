-- The span in which a job was written (W3C Trace Context, `traceparent`), while tracing is on: the
-- job's own span stands below it.
alter table job add column trace_parent text;
comment on column job.trace_parent is 'traceparent of the span that wrote it; null: not traced';
