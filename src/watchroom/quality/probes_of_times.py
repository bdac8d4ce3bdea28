"""What is asked of dates: that they can be, in their order, in the life of the person and in the time in custody."""

from collections.abc import Callable, Iterator

from psycopg import sql

from watchroom.model.catalogue import Entity, Field, FieldKind
from watchroom.quality.catalogue import check
from watchroom.quality.probes import TIMES, Around, Moves, Probe, column, day_of, field_of, given, reliable

_BIRTH = "birth_date"


def time_probes(entity: Entity, around: Around) -> Iterator[Probe]:
    """What is asked of each date."""
    dates = [field for field in entity.fields if field.kind in TIMES]
    for field in dates:
        unreliable = sql.SQL("{} = any(t.unreliable_dates)").format(sql.Literal(field.name))
        if not around.doubts:
            unreliable = sql.SQL("false")
        yield Probe(
            check=check("date_unreliable"),
            field=field.name,
            of=given(field.name),
            bad=unreliable,
            needs=(field.name,),
        )
        yield from _bounds(field, around)
        yield from _of_person(entity, field, around)
        yield from _of_episode(entity, field, around)
    yield from _in_order(entity, "ends_before_start", around)
    yield from _in_order(entity, "out_of_turn", around)
    yield from _in_force(entity, around)


def _bounds(field: Field, around: Around) -> Iterator[Probe]:
    today, known = sql.Literal(around.now.date()), around.limits

    def early(value: sql.Composable) -> sql.Composable:
        return sql.SQL("{} < {}").format(day_of(field, value, around), sql.Literal(known.earliest))

    def late(value: sql.Composable) -> sql.Composable:
        years = sql.Literal(known.years_ahead)
        return sql.SQL("{} > {} + make_interval(years => {})").format(day_of(field, value, around), today, years)

    def ahead(value: sql.Composable) -> sql.Composable:
        if field.kind is FieldKind.INSTANT:
            return sql.SQL("{} > {}::timestamptz").format(value, sql.Literal(around.now))
        return sql.SQL("{} > {}").format(value, today)

    yield _bound("value_too_low", field, around, says=early)
    yield _bound("value_too_high", field, around, says=late)
    if field.name == _BIRTH:
        yield _bound("born_in_future", field, around, says=ahead)
    elif field.name in known.past:
        yield _bound("happened_in_future", field, around, says=ahead)


def _bound(name: str, field: Field, around: Around, *, says: Callable[[sql.Composable], sql.Composable]) -> Probe:
    """What is said of each date, and of the least or the latest of all: where that is not bad, none is."""
    is_low = name == "value_too_low"
    return Probe(
        check=check(name),
        field=field.name,
        of=reliable(field, around),
        bad=says(column(field.name)),
        needs=(field.name,),
        might=says(sql.SQL("min({})" if is_low else "max({})").format(column(field.name))),
        moves=Moves.NOT if is_low else Moves.FALLS,
    )


def _of_person(entity: Entity, field: Field, around: Around) -> Iterator[Probe]:
    """A person's own day of death is compared within the row; of all else the person is looked up."""
    if field.name == _BIRTH or (entity.name != "person" and field_of(entity, "person_id") is None):
        return
    who, joins = ("t", ()) if entity.name == "person" else ("person_id", ("person_id",))
    of = sql.SQL("{} and {} is not null").format(reliable(field, around), column(_BIRTH, who))
    day = day_of(field, column(field.name), around)
    bad = sql.SQL("{} < {}").format(day, column(_BIRTH, who))
    needs = (field.name, *joins) if joins else (field.name, _BIRTH)
    yield Probe(check=check("before_birth"), field=field.name, of=of, bad=bad, joins=joins, needs=needs)
    if joins and field.name in around.limits.past:
        of = sql.SQL("{} and {} is not null").format(reliable(field, around), column("died_on", who))
        bad = sql.SQL("{} > {}").format(day, column("died_on", who))
        yield Probe(check=check("after_death"), field=field.name, of=of, bad=bad, joins=joins, needs=needs)


def _of_episode(entity: Entity, field: Field, around: Around) -> Iterator[Probe]:
    link = field_of(entity, "episode_id")
    if link is None or link.target != "custody_episode" or field.name not in around.limits.in_episode:
        return
    days = sql.Literal(around.limits.days_around_episode)
    begins, ends = (_of_episodes(around, name) for name in ("begun_at", "ended_at"))
    if begins is None or ends is None:
        return
    begun = column("begun_at", "episode_id")
    doubtful = column("unreliable_dates", "episode_id")
    of = sql.SQL("{} and {} is not null and not {} && '{{begun_at,ended_at}}'").format(
        reliable(field, around), begun, doubtful
    )
    bad = sql.SQL("not {day} between {begun} - {days} and coalesce({ended}, 'infinity'::date) + {days}").format(
        day=day_of(field, column(field.name), around),
        begun=day_of(begins, begun, around),
        ended=day_of(ends, column("ended_at", "episode_id"), around),
        days=days,
    )
    joins = ("episode_id",)
    needs = (field.name, *joins)
    yield Probe(check=check("outside_episode"), field=field.name, of=of, bad=bad, joins=joins, needs=needs)


def _of_episodes(around: Around, name: str) -> Field | None:
    episode = around.model.entities.get("custody_episode")
    return None if episode is None else field_of(episode, name)


def _in_order(entity: Entity, name: str, around: Around) -> Iterator[Probe]:
    for first, second in around.limits.ends if name == "ends_before_start" else around.limits.after:
        begins, ends = field_of(entity, first), field_of(entity, second)
        if begins is None or ends is None:
            continue
        of = sql.SQL("{} and {}").format(reliable(begins, around), reliable(ends, around))
        both = FieldKind.INSTANT in (begins.kind, ends.kind) and begins.kind is ends.kind
        earlier, later = (column(one.name) if both else day_of(one, column(one.name), around) for one in (begins, ends))
        bad = sql.SQL("{} < {}").format(later, earlier)
        yield Probe(check=check(name), field=second, of=of, bad=bad, needs=(first, second))


def _in_force(entity: Entity, around: Around) -> Iterator[Probe]:
    if field_of(entity, "is_active") is None or field_of(entity, "person_id") is None:
        return
    died = column("died_on", "person_id")
    of = sql.SQL("t.is_active and {} is not null").format(died)
    bad = sql.SQL("{} < {} - {}").format(
        died, sql.Literal(around.now.date()), sql.Literal(around.limits.days_after_death)
    )
    joins = ("person_id",)
    yield Probe(
        check=check("active_after_death"), of=of, bad=bad, joins=joins, needs=("is_active", *joins), moves=Moves.GROWS
    )
