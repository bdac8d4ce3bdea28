-- name: settle_session()
-- A writer that hangs holds every other one: each wait has an end, and a commit is on the disk. What a batch says is
-- nothing that a plan could go by.
select
    set_config('plan_cache_mode', 'force_generic_plan', false),
    set_config('default_transaction_isolation', 'read committed', false),
    set_config('default_transaction_read_only', 'off', false),
    set_config('synchronous_commit', 'on', false),
    set_config('lock_timeout', '5s', false),
    set_config('statement_timeout', '5s', false),
    set_config('idle_in_transaction_session_timeout', '5s', false)

-- name: take_turn()
-- One writer at a time in the whole database: whoever holds the row of the frontier. In one journey, and nobody who
-- does not wait for the row can come between.
begin;
select
    frontier.size,
    frontier.hashes,
    frontier.turn
from audit.frontier
for update

-- name: await_writers()
-- A turn: when it is given, nobody is committing, whoever was killed in the midst is undone, and what somebody has sent
-- on a frontier of before it, and the server has not begun, writes nothing any more once this is committed.
update audit.frontier
set turn = frontier.turn + 1

-- name: place_of(commitment, since)
-- One row when the log holds the entry with this commitment to its body.
select entry.index
from audit.entry
where
    entry.index >= :since
    and position(:commitment::text in entry.header) > 0
order by entry.index asc
limit 1

-- name: frontier()
-- The one row of the frontier.
select
    frontier.size,
    frontier.hashes
from audit.frontier

-- name: end_turn()
-- The entries are on the disk, and the next writer has its turn.
commit

-- name: write(before_size, before_hashes, turn, size, hashes, first_index, headers, leaf_hashes, salts, bodies)
-- A batch of entries with their bodies, and the frontier after them: one row, or none and nothing written where the
-- frontier is another one by the time that its row is free. Each list is one text with a line for each entry: canonical
-- JSON has no line breaks, and arrays of JSON cost more to write than the commit.
with
moved as (
    update audit.frontier
    set
        size = :size,
        hashes = :hashes
    where
        frontier.size = :before_size
        and frontier.hashes = :before_hashes
        and frontier.turn = :turn
    returning frontier.size
),

batch as (
    select
        :first_index::bigint + given.ordinality - 1 as index,
        given.header,
        decode(given.leaf_hash, 'hex') as leaf_hash,
        decode(given.salt, 'hex') as salt,
        given.body
    from
        rows from (
            string_to_table(:headers, chr(10)),
            string_to_table(:leaf_hashes, chr(10)),
            string_to_table(:salts, chr(10)),
            string_to_table(:bodies, chr(10))
        ) with ordinality as given (header, leaf_hash, salt, body, ordinality)
    where exists (select from moved)
),

entries as (
    insert into audit.entry (index, header, leaf_hash)
    select
        batch.index,
        batch.header,
        batch.leaf_hash
    from batch
),

bodies as (
    insert into audit.body (index, salt, body)
    select
        batch.index,
        batch.salt,
        batch.body
    from batch
)

select moved.size
from moved

-- name: all_entries()
-- One row per entry; salt and body are null when the body was erased.
select
    entry.index,
    entry.header,
    entry.leaf_hash,
    body.salt,
    body.body
from audit.entry
left join audit.body on entry.index = body.index
order by entry.index asc

-- name: headless_bodies()
-- Bodies that belong to no entry: their number and the first of them.
select
    count(*),
    min(body.index)
from audit.body
left join audit.entry on body.index = entry.index
where entry.index is null

-- name: latest_entries(before, most)
-- One row per entry below an index, the last one first.
select
    entry.index,
    entry.header,
    body.body
from audit.entry
left join audit.body on entry.index = body.index
where entry.index < :before
order by entry.index desc
limit :most

-- name: entries_of_opening(opening, since, most)
-- One row per entry from an index on that was made under an opening, or is about it, the first one first.
select
    entry.index,
    entry.header,
    body.body
from audit.body
inner join audit.entry on body.index = entry.index
where
    body.index >= :since
    -- As the index of migration 0022 has it: few entries are of any opening.
    and (position('"opened":"' in body.body) > 0 or position('"opening":"' in body.body) > 0)
    and (
        body.body::jsonb #>> '{detail,opening}' = :opening::text
        or :opening::text = any(string_to_array(body.body::jsonb #>> '{detail,opened}', ','))
    )
order by entry.index asc
limit :most

-- name: entries_with(words, since, until, before, most)
-- One row per entry below an index whose header holds every one of these texts and whose node instant lies from `since`
-- up to, and without, `until`; the last one first. A quote inside a value is escaped in a header, so a text that begins
-- with one is a key or a whole value. Instants are written in one form, so their texts sort as they do.
select
    entry.index,
    entry.header,
    body.body
from audit.entry
left join audit.body on entry.index = body.index
where
    entry.index < :before
    and not exists (
        select wanted.word
        from unnest(:words::text[]) as wanted (word)
        where position(wanted.word in entry.header) = 0
    )
    and (:since::text is null or substring(entry.header, position('"at":"' in entry.header) + 6, 27) >= :since::text)
    and (:until::text is null or substring(entry.header, position('"at":"' in entry.header) + 6, 27) < :until::text)
order by entry.index desc
limit :most

-- name: entries_about(person_id, before)
-- One row per entry below an index that concerns the person, the last one first: its body names them, or it exported
-- entries of which one does.
with named as (
    select body.index
    from audit.body
    where
        -- The text test is cheap and goes first; the second one decides.
        position(:person_id::text in body.body) > 0
        and body.body::jsonb -> 'subjects' ? :person_id::text
        and body.index < :before
)

select
    entry.index,
    entry.header,
    body.body
from audit.body
inner join audit.entry on body.index = entry.index
where
    entry.index < :before
    and (
        entry.index in (select named.index from named)
        or (
            position('"act":"export"' in entry.header) > 0
            and exists (
                select named.index
                from named
                where
                    named.index between (body.body::jsonb -> 'detail' ->> 'first_index')::bigint
                    and (body.body::jsonb -> 'detail' ->> 'last_index')::bigint
            )
        )
    )
order by entry.index desc

-- name: erased_bodies(before)
-- One row: how many entries below an index have no body any more.
select count(*)
from audit.entry
left join audit.body on entry.index = body.index
where
    entry.index < :before
    and body.index is null

-- name: erase_bodies(first_index, last_index)
-- The bodies of a range, but never those that verification itself needs.
delete from audit.body
using audit.entry
where
    body.index = entry.index
    and body.index between :first_index and :last_index
    and entry.header::jsonb ->> 'act' not in ('erase', 'key_rotation')

-- name: await_requests()
-- Whoever is asking or deciding keeps what they typed first, so that it is found; to read needs no lock.
lock table gate.request in exclusive mode

-- name: erase_words(first_index, last_index)
-- The words of requests that stand beside entries of a range: those of the asker with the entry of asking, the answer
-- with that of answering. To be run before the bodies go, which say whose they are.
update gate.request
set
    words = case when made.is_asked then null else request.words end,
    words_erased_at = case when made.is_asked then clock_timestamp() else request.words_erased_at end,
    answer = case when made.is_answered then null else request.answer end,
    answer_erased_at = case when made.is_answered then clock_timestamp() else request.answer_erased_at end
from (
    select
        body.body::jsonb #>> '{detail,request}' as request_id,
        bool_or(entry.header::jsonb ->> 'act' = 'ask') as is_asked,
        bool_or(entry.header::jsonb ->> 'act' = 'answer') as is_answered
    from audit.body
    inner join audit.entry on body.index = entry.index
    where
        body.index between :first_index and :last_index
        and position('"entity":"request"' in entry.header) > 0
        and entry.header::jsonb ->> 'act' in ('ask', 'answer')
        and entry.header::jsonb ->> 'outcome' is null
    group by body.body::jsonb #>> '{detail,request}'
) as made
where request.id::text = made.request_id

-- name: erase_reasons(first_index, last_index)
-- Why agreements were suspended and keys taken back, where an entry of a range says the same words; to be run before the
-- bodies go. One entry stands for every version that was suspended under the name.
with said as materialized (
    select body.body::jsonb -> 'detail' as detail
    from audit.body
    inner join audit.entry on body.index = entry.index
    where
        body.index between :first_index and :last_index
        and position('"entity":"policy"' in entry.header) > 0
        and entry.header::jsonb ->> 'act' = 'policy_change'
        and body.body::jsonb #>> '{detail,did}' in ('suspended', 'revoked')
        and body.body::jsonb #>> '{detail,reason}' <> ''
),

suspended as (
    update gate.agreement_suspension as suspension
    set
        reason = '',
        reason_erased_at = clock_timestamp()
    from gate.agreement
    where
        suspension.digest = agreement.digest
        and exists (
            select
            from said
            where
                said.detail ->> 'did' = 'suspended'
                and regexp_replace(said.detail ->> 'agreement', '\.[0-9]+$', '') = agreement.name
                and said.detail ->> 'reason' = suspension.reason
        )
)

update gate.party_key_revocation as revocation
set
    reason = '',
    reason_erased_at = clock_timestamp()
where
    exists (
        select
        from said
        where
            said.detail ->> 'did' = 'revoked'
            and said.detail ->> 'party' = revocation.organisation
            -- A verifier key reads `name+key id+base64`.
            and said.detail ->> 'key' = split_part(revocation.key, '+', 2)
            and said.detail ->> 'reason' = revocation.reason
    )

-- name: erasable_bodies(first_index, last_index)
-- One row: how many bodies of a range are there that an erasure would take.
select count(*)
from audit.body
inner join audit.entry on body.index = entry.index
where
    body.index between :first_index and :last_index
    and entry.header::jsonb ->> 'act' not in ('erase', 'key_rotation')

-- name: leaves(size)
-- One row per entry below a size: its leaf hash, in the order of the log.
select entry.leaf_hash
from audit.entry
where entry.index < :size
order by entry.index asc

-- name: is_entered(index, leaf_hash)
-- One row when the log holds the entry there.
select entry.index
from audit.entry
where
    entry.index = :index
    and entry.leaf_hash = :leaf_hash

-- name: range_between(since, until, before)
-- One row: the first and the last entry below an index with a node instant from `since` up to, and without, `until`, as
-- `entries_with` seeks them; null when there is none. Instants are written in one form, so their texts sort as they do,
-- and the index of migration 0023 finds them; a pattern would cost each entry that is made 4 us.
with found as materialized (
    -- A step of its own, or the ends of the log are sought from its first and its last entry on.
    select entry.index
    from audit.entry
    where
        substring(entry.header, position('"at":"' in entry.header) + 6, 27) >= :since
        and substring(entry.header, position('"at":"' in entry.header) + 6, 27) < :until
        and entry.index < :before
)

select
    min(found.index),
    max(found.index)
from found

-- name: entries_between(first_index, last_index)
-- One row per entry of a range; salt and body are null when the body was erased.
select
    entry.index,
    entry.header,
    body.salt,
    body.body
from audit.entry
left join audit.body on entry.index = body.index
where entry.index between :first_index and :last_index
order by entry.index asc

-- name: entries_of_note(size, own_index)
-- One row per entry that verification of others needs: erasures, key rotations, and one entry by its index. A quote
-- inside a value is escaped in a header, so these texts are keys and values.
select
    entry.index,
    entry.header,
    body.salt,
    body.body
from audit.entry
left join audit.body on entry.index = body.index
where
    entry.index < :size
    and (
        entry.index = :own_index
        or position('"act":"erase"' in entry.header) > 0
        or position('"act":"key_rotation"' in entry.header) > 0
    )
order by entry.index asc
