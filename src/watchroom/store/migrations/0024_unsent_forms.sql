-- What somebody had typed when their session ended, and by which form an ended session is known again.

create table gate.unsent_form (
    id uuid primary key,
    account text not null references gate.account (name),
    route text not null,
    sealed bytea not null,
    kept_at timestamptz not null,
    ends_at timestamptz not null check (ends_at > kept_at),
    taken_at timestamptz
);
create index unsent_form_account on gate.unsent_form (account);
comment on table gate.unsent_form is 'A form that was sent, or stood open, when its session had ended; for that account alone, for minutes. Machine time.';
comment on column gate.unsent_form.route is 'The route that takes it, without what stands in its address.';
comment on column gate.unsent_form.sealed is 'Address and fields, encrypted with a key of the node that the database does not hold.';
comment on column gate.unsent_form.taken_at is 'When it was last sent from its page; null: it was not.';

comment on column gate.session.csrf_hash is 'Hash of the token that the forms of this session carry; the token itself is not kept.';
create index session_csrf on gate.session (csrf_hash);

grant select, insert, update, delete on gate.unsent_form to :"app";
