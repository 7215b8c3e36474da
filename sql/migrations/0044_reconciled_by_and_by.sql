-- Our books are compared with those of others from where the last comparison ended.

create table reconciliation (
    one boolean not null default true,
    compared_at timestamptz not null,
    constraint reconciliation_pkey primary key (one),
    constraint reconciliation_is_one check (one)
);
comment on constraint reconciliation_pkey on reconciliation is 'There is one set of books.';
comment on constraint reconciliation_is_one on reconciliation is 'And one row of it.';
