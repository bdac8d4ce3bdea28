"""What is asked of dates: that they can be, in their order, in the life of the person and in the time in custody."""

from collections.abc import Iterator

from psycopg import sql

from watchroom.model.catalogue import Entity, Field, FieldKind
from watchroom.quality.catalogue import check
from watchroom.quality.probes import TIMES, Around, Probe, column, day_of, field_of, given, reliable

_BIRTH = "birth_date"


def time_probes(entity: Entity, around: Around) -> Iterator[Probe]:
    """What is asked of each date."""
    dates = [field for field in entity.fields if field.kind in TIMES]
    for field in dates:
        unreliable = sql.SQL("{} = any(t.unreliable_dates)").format(sql.Literal(field.name))
        yield Probe(check=check("date_unreliable"), field=field.name, of=given(field.name), bad=unreliable)
        yield from _bounds(field, around)
        yield from _of_person(entity, field, around)
        yield from _of_episode(entity, field, around)
    for name, pairs in (("ends_before_start", around.limits.ends), ("out_of_turn", around.limits.after)):
        yield from _in_order(entity, name, pairs)
    yield from _in_force(entity, around)


def _bounds(field: Field, around: Around) -> Iterator[Probe]:
    now, of, day = sql.Literal(around.now), reliable(field), day_of(field.name)
    early = sql.SQL("{} < {}").format(day, sql.Literal(around.limits.earliest))
    yield Probe(check=check("value_too_low"), field=field.name, of=of, bad=early)
    late = sql.SQL("{} > ({}::timestamptz)::date + make_interval(years => {})").format(
        day, now, sql.Literal(around.limits.years_ahead)
    )
    yield Probe(check=check("value_too_high"), field=field.name, of=of, bad=late)
    ahead = sql.SQL("{} > ({}::timestamptz)::date").format(day, now)
    if field.kind is FieldKind.INSTANT:
        ahead = sql.SQL("{} > {}::timestamptz").format(column(field.name), now)
    if field.name == _BIRTH:
        yield Probe(check=check("born_in_future"), field=field.name, of=of, bad=ahead)
    elif field.name in around.limits.past:
        yield Probe(check=check("happened_in_future"), field=field.name, of=of, bad=ahead)


def _of_person(entity: Entity, field: Field, around: Around) -> Iterator[Probe]:
    """A person's own day of death is compared within the row; of all else the person is looked up."""
    if field.name == _BIRTH or (entity.name != "person" and field_of(entity, "person_id") is None):
        return
    who, joins = ("t", ()) if entity.name == "person" else ("person_id", ("person_id",))
    of = sql.SQL("{} and {} is not null").format(reliable(field), column(_BIRTH, who))
    bad = sql.SQL("{} < {}").format(day_of(field.name), column(_BIRTH, who))
    yield Probe(check=check("before_birth"), field=field.name, of=of, bad=bad, joins=joins)
    if joins and field.name in around.limits.past:
        of = sql.SQL("{} and {} is not null").format(reliable(field), column("died_on", who))
        bad = sql.SQL("{} > {}").format(day_of(field.name), column("died_on", who))
        yield Probe(check=check("after_death"), field=field.name, of=of, bad=bad, joins=joins)


def _of_episode(entity: Entity, field: Field, around: Around) -> Iterator[Probe]:
    link = field_of(entity, "episode_id")
    if link is None or link.target != "custody_episode" or field.name not in around.limits.in_episode:
        return
    days = sql.Literal(around.limits.days_around_episode)
    begun = column("begun_at", "episode_id")
    doubtful = column("unreliable_dates", "episode_id")
    of = sql.SQL("{} and {} is not null and not {} && '{{begun_at,ended_at}}'").format(reliable(field), begun, doubtful)
    bad = sql.SQL("not {day} between {begun}::date - {days} and coalesce({ended}::date, 'infinity') + {days}").format(
        day=day_of(field.name), begun=begun, ended=column("ended_at", "episode_id"), days=days
    )
    yield Probe(check=check("outside_episode"), field=field.name, of=of, bad=bad, joins=("episode_id",))


def _in_order(entity: Entity, name: str, pairs: tuple[tuple[str, str], ...]) -> Iterator[Probe]:
    for first, second in pairs:
        begins, ends = field_of(entity, first), field_of(entity, second)
        if begins is None or ends is None:
            continue
        of = sql.SQL("{} and {}").format(reliable(begins), reliable(ends))
        both = FieldKind.INSTANT in (begins.kind, ends.kind) and begins.kind is ends.kind
        earlier, later = (column(one) if both else day_of(one) for one in (first, second))
        yield Probe(check=check(name), field=second, of=of, bad=sql.SQL("{} < {}").format(later, earlier))


def _in_force(entity: Entity, around: Around) -> Iterator[Probe]:
    if field_of(entity, "is_active") is None or field_of(entity, "person_id") is None:
        return
    died = column("died_on", "person_id")
    of = sql.SQL("t.is_active and {} is not null").format(died)
    bad = sql.SQL("{} < ({}::timestamptz)::date - {}").format(
        died, sql.Literal(around.now), sql.Literal(around.limits.days_after_death)
    )
    yield Probe(check=check("active_after_death"), of=of, bad=bad, joins=("person_id",))
