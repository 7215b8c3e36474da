-- Invoices and credit notes of bookings.

-- name: ensure_issuers(codes)
insert into invoice_issuer (operator_id, legal_name)
select id, name from operator where code = any($1::text[])
on conflict (operator_id) do nothing;

-- name: next_invoice_number(code)
-- Its issuer's row is locked until the commit: who comes next waits, and a number whose invoice was
-- rolled back is given again. So there are no gaps.
update invoice_issuer i set last_number = last_number + 1
from operator o
where o.id = i.operator_id and o.code = $1
returning i.operator_id as issuer_id, i.last_number as number;

-- name: issuers(codes)
-- not null: domestic_tax_percent
select o.code, i.legal_name, i.address, i.tax_number,
       i.domestic_tax_percent::float8 as domestic_tax_percent
from invoice_issuer i join operator o on o.id = i.operator_id
where o.code = any($1::text[])
order by o.code;

-- name: all_issuers()
-- not null: domestic_tax_percent
select o.code, i.legal_name, i.address, i.tax_number,
       i.domestic_tax_percent::float8 as domestic_tax_percent
from invoice_issuer i join operator o on o.id = i.operator_id
order by o.code;

-- name: put_issuer(code, legal_name, address, tax_number, domestic_tax_percent)
-- No row: there is no such operator. What is written stays as it was written.
insert into invoice_issuer (operator_id, legal_name, address, tax_number, domestic_tax_percent)
select id, $2, $3, $4, $5::float8::numeric from operator where code = $1
on conflict (operator_id) do update
set legal_name = excluded.legal_name, address = excluded.address,
    tax_number = excluded.tax_number, domestic_tax_percent = excluded.domestic_tax_percent
returning operator_id;

-- name: buyer_of(booking_id)
select name, company, address, vat_id from booking_buyer where booking_id = $1;

-- name: put_buyer(booking_id, name, company, address, vat_id)
insert into booking_buyer (booking_id, name, company, address, vat_id) values ($1, $2, $3, $4, $5)
on conflict (booking_id) do update
set name = excluded.name, company = excluded.company, address = excluded.address,
    vat_id = excluded.vat_id, version = booking_buyer.version + 1, said_at = now()
returning version;

-- name: add_invoice(id, booking_id, issuer_id, number, kind, occasion, currency, total_minor,
--   content, buyer, buyer_vat_id)
insert into invoice (id, booking_id, issuer_id, number, kind, occasion, currency, total_minor,
                     content, buyer, buyer_vat_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: uncredited_goodwill(limit_count)
-- Confirmed bookings with goodwill that their documents do not say.
select b.id
from booking b
cross join lateral (
    select sum(total_minor) as total from invoice where booking_id = b.id
) v
where b.goodwill_minor > 0 and b.status = 'confirmed'
  and v.total > b.total_minor - b.goodwill_minor
order by b.id limit $1;

-- name: invoices_of(booking_id)
select i.id, o.code as issuer_code, i.number, i.kind, i.occasion, i.currency, i.total_minor,
       i.content, i.buyer, i.issued_at, i.buyer_vat_id
from invoice i join operator o on o.id = i.issuer_id
where i.booking_id = $1
order by i.issued_at, o.code, i.number;
