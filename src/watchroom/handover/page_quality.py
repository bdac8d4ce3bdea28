"""What was found of the quality of each source in words: one plain line each, with what to do."""

from collections.abc import Iterator

from watchroom.handover.page_people import Sayer
from watchroom.handover.quality import Flaw, SourceQuality
from watchroom.handover.show import FlawLine, QualityPart
from watchroom.handover.tones import Tone
from watchroom.model.words import Words

# So many are told of a source, on a page and on paper; of the others the number.
_FLAWS_TOLD, _FLAWS_ON_PAPER = 4, 1


def quality_part(sayer: Sayer, system: str) -> QualityPart:
    """What is known of the quality of what a source gave."""
    known = next((one for one in sayer.briefing.quality if one.system == system), None)
    words = sayer.words
    if any(one.system == system and one.away_at is not None for one in sayer.briefing.sources):
        return QualityPart(state="not_checked", text=words.phrase("quality.nothing_stands"), tone=Tone.PLAIN)
    if known is None or known.checked_at is None:
        return QualityPart(state="not_checked", text=words.phrase("quality.not_checked"), tone=Tone.LATE)
    seconds = (sayer.briefing.at - known.checked_at).total_seconds()
    age = words.age(seconds)
    state = "checked" if known.is_current else "outdated"
    head = words.phrase(f"quality.{state}", age=age)
    found = words.phrase("quality.found", count=len(known.flaws)) if known.flaws else words.phrase("quality.nothing")
    return QualityPart(
        state=state,
        text=words.phrase("quality.sentence", head=head, found=found),
        tone=Tone.LATE if known.flaws or not known.is_current else Tone.PLAIN,
        checked_at=known.checked_at.isoformat(),
        age_seconds=int(seconds),
        flaws=tuple(_flaw(flaw, words) for flaw in known.flaws),
        lines=tuple(_lines(known, words, most=_FLAWS_TOLD)),
        paper=tuple(_lines(known, words, most=_FLAWS_ON_PAPER)),
    )


def _lines(known: SourceQuality, words: Words, *, most: int) -> Iterator[str]:
    for flaw in known.flaws[:most]:
        yield _said(flaw, words)
    if len(known.flaws) > most:
        yield words.phrase("quality.more", count=len(known.flaws) - most)


def _flaw(flaw: Flaw, words: Words) -> FlawLine:
    return FlawLine(
        check=flaw.check,
        severity=flaw.severity,
        entity=flaw.entity,
        fields=flaw.fields,
        bad=flaw.bad,
        of=flaw.of,
        text=_said(flaw, words),
    )


def _said(flaw: Flaw, words: Words) -> str:
    told = words.phrase(f"quality.check.{flaw.check}")
    return words.phrase(
        "quality.flaw", record=words.phrase(f"record.{flaw.entity}"), told=told, bad=flaw.bad, of=flaw.of
    )
