"""Words that refuse a message said with other parameters than it names: a page would fill the gap in silence."""

from collections.abc import Mapping

from watchroom.model.message_files import messages
from watchroom.model.text import Param, Text
from watchroom.model.words import FALLBACK, Words


class HeldWords(Words):
    """As `Words`; whatever is said, also within another message, has an id and every parameter that it names."""

    def say(self, text: Text, more: Mapping[str, Param] | None = None) -> str:
        given = {**text.params, **(more or {})}
        assert text.id in messages(FALLBACK), text
        named = {slot.name for slot in messages(FALLBACK)[text.id].slots if not slot.name.startswith("term.")}
        assert named <= given.keys() <= named | {"count"}, text
        assert None not in given.values(), text
        return super().say(text, more)
