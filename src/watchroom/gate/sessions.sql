-- name: begin_session(token_hash, csrf_hash, account, at, expires_at)
insert into gate.session (token_hash, csrf_hash, account, signed_in_at, last_seen_at, expires_at)
values (:token_hash, :csrf_hash, :account, :at, :at, :expires_at)

-- name: session_of_form(csrf_hash)
-- One row: the session, open or ended, whose forms carry that token.
select
    session.account,
    session.last_seen_at,
    session.expires_at,
    session.signed_out_at
from gate.session
inner join gate.account on session.account = account.name
where session.csrf_hash = :csrf_hash and account.disabled_at is null

-- name: session(token_hash, at)
-- One row: a session that nobody has ended.
select
    session.account,
    session.signed_in_at,
    session.last_seen_at,
    session.expires_at,
    (
        select count(*)
        from gate.unsent_form
        where unsent_form.account = session.account and unsent_form.ends_at > :at
    ) as unsent
from gate.session
where session.token_hash = :token_hash and session.signed_out_at is null

-- name: note_activity(token_hash, at)
update gate.session set last_seen_at = greatest(last_seen_at, :at) where token_hash = :token_hash

-- name: end_session(token_hash, at)
-- One row when it was open.
update gate.session set signed_out_at = :at
where token_hash = :token_hash and signed_out_at is null
returning account

-- name: forget_sessions(before)
delete from gate.session where expires_at < :before
