-- Words that somebody typed stand in the erasable body of an entry. What stood beside it goes with it, or is gone.

-- Nothing read these: who decided, when and why is taken from the log.
alter table audit.subject_verdict drop column reason;
alter table audit.look_decision drop column note;

alter table gate.request
alter column words drop not null,
add column words_erased_at timestamptz,
add column answer_erased_at timestamptz;
alter table gate.request drop constraint request_check5;
alter table gate.request
add constraint request_words_or_erased check ((words is null) = (words_erased_at is not null)),
add constraint request_answer_or_erased check (
    (decision is null) = (answer is null and answer_erased_at is null)
    and (answer is null or answer_erased_at is null)
);
comment on column gate.request.words is 'Free words of the asker, for whoever decides; may be empty; null: erased with the entry of the log.';
comment on column gate.request.answer is 'Free words of whoever decided, for the asker; may be empty; null: not decided, or erased with the entry of the log.';
comment on column gate.request.words_erased_at is 'Machine time, as `answer_erased_at`.';

-- Erased before this: no body of the log names the request any more.
with made as (
    select
        body.body::jsonb #>> '{detail,request}' as request_id,
        entry.header::jsonb ->> 'act' as act
    from audit.body
    inner join audit.entry on body.index = entry.index
    where
        position('"entity":"request"' in entry.header) > 0
        and entry.header::jsonb ->> 'act' in ('ask', 'answer')
)

update gate.request
set
    words = case when kept.is_asked then request.words end,
    words_erased_at = case when not kept.is_asked then clock_timestamp() end,
    answer = case when kept.is_answered then request.answer end,
    answer_erased_at = case when request.decision is not null and not kept.is_answered then clock_timestamp() end
from (
    select
        other.id,
        exists (select from made where made.request_id = other.id::text and made.act = 'ask') as is_asked,
        exists (select from made where made.request_id = other.id::text and made.act = 'answer') as is_answered
    from gate.request as other
) as kept
where request.id = kept.id and (not kept.is_asked or not kept.is_answered);
