"""An agreement with every key that there is, each on a line of its own, so that an error can be held to its line."""

from collections.abc import Iterator
from dataclasses import dataclass

SPREAD = """\
agreement: DSA-9
version: 2
title: Alerts for the nurses of the trust
no_persons: false
provider:
  org: prison
  controller: Prison Service
  contact: dpo@prison.example
recipients:
  - org: trust
    roles: [nurse, general_practitioner]
    clearance: OFFICIAL-SENSITIVE
    member_of: case_room
  - org: hospital
    roles: [nurse]
purposes: [custody.care, care.suicide-prevention]
law:
  provider_regime: uk-gdpr
  basis: Art 6
  condition: Art 9(2)(h)
  gateway: duty of care
  dpia: DPIA-7
  policy_document: APD-3
clauses:
  - clause: 1
    entity: alert
    roles: [nurse]
    purposes: [custody.care]
    allow: [read, list]
    fields: [person_id, kind_code, active_from]
    masks:
      active_from: month
    where: kind_code in ('HA', 'HA1') and active_to is null
    subject: at_my_site
    regime: dpa2018-part3
    basis: s.35
  - clause: 2
    entity: location
    allow: [read]
    fields: [path]
on_request:
  - name: plan
    title: The plan
    roles: [nurse]
    purposes: [custody.care]
    entity: alert
    fields: [person_id, active_from, comment]
    masks:
      active_from: month
    subject: at_my_site
    where: kind_code = 'HA'
    regime: dpa2018-part3
    basis: s.35
    lasts: P7D
    decided_by: [duty_governor]
    answer_within: PT4H
exclude:
  - reason: ask
    where: is_active
    entities: [alert]
max_classification: OFFICIAL-SENSITIVE
obligations: [record-disclosure, apply-corrections-within PT15M]
retention:
  keep: P90D
  after: active_to
  at_end: erase
  unless: a claim is open
  minutes: P6M
valid:
  from: 2026-01-01
  to: 2026-12-31
  review_by: 2026-06-30
duties:
  - roles: [nurse]
    purposes: [custody.care]
    may: [explain]
break_glass:
  roles: [general_practitioner, nurse]
  purposes: [custody.care]
  adds:
    - entity: alert
      roles: [nurse]
      fields: [comment]
      where: kind_code = 'HA'
      subject: at_my_site
  needs: [reason, incident]
  lasts: PT4H
  review_within: PT72H
  tell: [provider-dpo, caldicott-guardian]
  basis: Art 6(1)(d)
room:
  opens: P8D before active_from
  closes: P14D after active_from
signed_by:
  - org: prison
    name: Governor
    key: prison-2026
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One key of `SPREAD`.

    Attributes:
        line: on which it stands, from 1.
        indent: spaces before it, those of a dash among them.
        opens: the line on which its mapping begins, as an error of the whole mapping names it.
        top: the key of the whole agreement that it stands under, or is.
        part: `top` and, under it, the keys of mappings and lists down to this one.
        value: what is written behind it; empty: a mapping or a list follows.
    """

    line: int
    indent: int
    opens: int
    top: str
    part: str
    value: str

    @property
    def key(self) -> str:
        """Its name."""
        return self.part.rpartition(".")[2]

    def put(self, value: str) -> str:
        """`SPREAD` with another value for this key, whatever stood below it."""
        lines = SPREAD.splitlines()
        ends = _end_of(lines, self.line, self.indent)
        lines[self.line - 1 : ends] = [f"{lines[self.line - 1].partition(':')[0]}: {value}"]
        return "\n".join(lines) + "\n"

    def left_out(self) -> str:
        """`SPREAD` without this key and what stands below it; a dash before it goes to the next key."""
        lines = SPREAD.splitlines()
        ends = _end_of(lines, self.line, self.indent)
        if lines[self.line - 1].lstrip().startswith("- "):
            lines[ends] = f"{' ' * (self.indent - 2)}- {lines[ends].lstrip()}"
        del lines[self.line - 1 : ends]
        return "\n".join(lines) + "\n"

    def beside(self, written: str) -> str:
        """`SPREAD` with one more line after this key and what stands below it, in the same mapping."""
        lines = SPREAD.splitlines()
        lines.insert(_end_of(lines, self.line, self.indent), f"{' ' * self.indent}{written}")
        return "\n".join(lines) + "\n"


def with_fault(old: str, new: str) -> str:
    """`SPREAD` with words changed that stand in it once."""
    assert SPREAD.count(old) == 1, old
    return SPREAD.replace(old, new)


def places() -> Iterator[Place]:
    """Every key of `SPREAD`, from the first line to the last."""
    above: list[tuple[int, str, int]] = []
    for line, written in enumerate(SPREAD.splitlines(), start=1):
        bare = written.lstrip().removeprefix("- ")
        indent = len(written) - len(bare)
        begins_entry = written.lstrip().startswith("- ")
        above = [one for one in above if one[0] < indent]
        key, _, value = bare.partition(":")
        if begins_entry:
            above[-1] = (*above[-1][:2], line)
        part = ".".join((*(name for _, name, _ in above), key))
        yield Place(
            line=line,
            indent=indent,
            opens=above[-1][2] if above else 1,
            top=above[0][1] if above else key,
            part=part,
            value=value.strip(),
        )
        above.append((indent, key, line))


def _end_of(lines: list[str], line: int, indent: int) -> int:
    """How many lines stand before the end of what the key on `line` holds."""
    rest = range(line, len(lines))
    return next((place for place in rest if len(lines[place]) - len(lines[place].lstrip()) < indent + 1), len(lines))
