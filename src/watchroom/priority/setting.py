"""Against what the facts are held: the instant, the local day, and what the jurisdiction's words mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from watchroom.priority.extent import Extent

# A night has passed for whoever was there at this local time.
END_OF_NIGHT = time(6, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The instant and the meanings that rules use.

    Attributes:
        now: node instant, timezone-aware.
        zone: of the node; decides what *today* is.
        codes: concept -> codes that mean it (`care_plan_open` -> {"HA"}), from the jurisdiction pack.
        first_days: how long after reception somebody counts as newly received.
        release_soon: how far ahead a release is told.
        recent_incident: how long after an incident those in it are told of.
        long_absence: who has been out for so long may have been forgotten in the record.
        late_sources: source systems that are late or silent at `now`.
        extents: rule -> how far it can be evaluated; a rule that is not named: whole.
        lacking: `entity.field` of what the rules read and the asker may not see, or did not come.
    """

    now: datetime
    zone: ZoneInfo
    codes: Mapping[str, frozenset[str]]
    first_days: timedelta = timedelta(days=3)
    release_soon: timedelta = timedelta(days=7)
    recent_incident: timedelta = timedelta(hours=72)
    long_absence: timedelta = timedelta(days=30)
    late_sources: frozenset[str] = field(default_factory=frozenset[str])
    extents: Mapping[str, Extent] = field(default_factory=dict[str, Extent])
    lacking: frozenset[str] = field(default_factory=frozenset[str])

    @property
    def today(self) -> date:
        """The local day of `now`."""
        return self.now.astimezone(self.zone).date()

    def meaning(self, concept: str) -> frozenset[str]:
        """The codes that mean `concept`; none when the jurisdiction does not know it."""
        return self.codes.get(concept, frozenset())

    def extent_of(self, rule: str) -> Extent:
        """How far the rule of that code can be evaluated."""
        return self.extents.get(rule, Extent.WHOLE)

    def lacks(self, *inputs: str) -> bool:
        """Whether any of these inputs (`entity.field`) is not there, so that nothing follows from its absence."""
        return not self.lacking.isdisjoint(inputs)

    def last_night_ended_at(self) -> datetime:
        """The last instant, not after `now`, at which a night ended."""
        here = self.now.astimezone(self.zone)
        day = here.date() if here.time() >= END_OF_NIGHT else here.date() - timedelta(days=1)
        return datetime.combine(day, END_OF_NIGHT, tzinfo=self.zone)
