-- name: begin_draft(id, name, document, account, at)
-- One row where it was begun; none where a draft of that id is there already.
insert into gate.agreement_draft (id, name, document, revision, begun_by, written_by, written_at)
values (:id, :name, :document, 1, :account, :account, :at)
on conflict (id) do nothing
returning agreement_draft.revision

-- name: draft(id)
-- One row: a draft, as it was kept last.
select
    draft.id,
    draft.name,
    draft.document,
    draft.revision,
    draft.written_by,
    draft.written_at,
    draft.entered_as,
    draft.is_dropped
from gate.agreement_draft as draft
where draft.id = :id

-- name: drafts(after, most)
-- One row per draft that is being written, the one that was kept last first; with `after`, those that come after that one.
select
    draft.id,
    draft.name,
    draft.document,
    draft.revision,
    draft.written_by,
    draft.written_at,
    draft.entered_as,
    draft.is_dropped
from gate.agreement_draft as draft
where
    draft.entered_as is null
    and not draft.is_dropped
    and (
        :after::uuid is null
        or (draft.written_at, draft.id) < (
            select
                last.written_at,
                last.id
            from gate.agreement_draft as last
            where last.id = :after::uuid
        )
    )
order by draft.written_at desc, draft.id desc
limit :most

-- name: count_drafts()
-- One row: how many drafts are being written.
select count(*)
from gate.agreement_draft as draft
where draft.entered_as is null and not draft.is_dropped

-- name: write_draft(id, revision, name, document, account, at)
-- One row where it was kept; none where somebody has kept another text since that revision.
update gate.agreement_draft as draft
set
    name = :name,
    document = :document,
    revision = draft.revision + 1,
    written_by = :account,
    written_at = :at
where
    draft.id = :id
    and draft.revision = :revision
    and draft.entered_as is null
    and not draft.is_dropped
returning draft.revision

-- name: drop_draft(id, revision)
-- One row where it was thrown away; none where it was kept anew since that revision.
update gate.agreement_draft as draft
set is_dropped = true
where draft.id = :id and draft.revision = :revision and draft.entered_as is null
returning draft.revision

-- name: draft_entered(id, revision, digest)
-- One row where it became that version; none where it was kept anew since that revision.
update gate.agreement_draft as draft
set entered_as = :digest
where draft.id = :id and draft.revision = :revision and draft.entered_as is null and not draft.is_dropped
returning draft.revision
