"""The XML of a workbook's parts, read as it streams: no entity is followed, nothing is held whole."""

from array import array
from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import BinaryIO
from xml.parsers import expat

from watchroom.sources.caps import Reads
from watchroom.sources.faults import FaultCode, FileFaultError

_BLOCK = 1 << 16
# A name with its attributes, or a text, is at most so long; Excel's own limit of a cell is 32,767 characters.
_TOKEN_AT_MOST = 1 << 20
_DEPTH_AT_MOST = 64
_DAMAGED = "the workbook is damaged; save it again and deliver it"
# So many characters of shared texts stay in memory, the others in a file without a name.
_TEXT_HELD = 8 << 20

Attributes = dict[str, str]


class Part:
    """One XML part of a workbook; what stands in it is told to three functions by its local name."""

    def __init__(self, stream: Reads) -> None:
        """Of what `stream` gives."""
        self._stream = stream
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _refuse
        self._parser.EntityDeclHandler = _refuse

    def told(
        self,
        *,
        begin: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> Iterator[None]:
        """Tells what stands there, some at a time.

        Raises:
            FileFaultError: it is not well formed, declares a document type, or holds something of absurd length.
        """
        parser = self._parser
        depth = 0

        def begun(name: str, attributes: Attributes) -> None:
            nonlocal depth
            depth += 1
            if depth > _DEPTH_AT_MOST:
                raise FileFaultError(FaultCode.UNREADABLE_FILE, "the workbook is nested deeper than any is")
            begin(_local(name), attributes)

        def ended(name: str) -> None:
            nonlocal depth
            depth -= 1
            if end is not None:
                end(_local(name))

        parser.StartElementHandler = begun
        parser.EndElementHandler = ended
        if text is not None:
            parser.CharacterDataHandler = text
        given = 0
        try:
            while block := self._stream.read(_BLOCK):
                given += len(block)
                parser.Parse(block, False)  # noqa: FBT003  the parser takes it by place only
                if given - parser.CurrentByteIndex > _TOKEN_AT_MOST:
                    raise FileFaultError(FaultCode.TOO_LARGE, "the workbook holds something of absurd length")
                yield
            parser.Parse(b"", True)  # noqa: FBT003  the same
        except expat.ExpatError:
            raise FileFaultError(FaultCode.UNREADABLE_FILE, _DAMAGED) from None
        yield

    def elements(self, *names: str) -> list[tuple[str, Attributes]]:
        """The elements of these names with their attributes, in order; for small parts only."""
        found: list[tuple[str, Attributes]] = []

        def begin(name: str, attributes: Attributes) -> None:
            if name in names:
                found.append((name, {_local(key): value for key, value in attributes.items()}))
            if len(found) > 1 << 16:
                raise FileFaultError(FaultCode.TOO_LARGE, "the workbook holds more formats or sheets than any has")

        for _ in self.told(begin=begin):
            pass
        return found


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse(*_given: object) -> None:
    message = "the workbook declares a document type, which no spreadsheet does; it is not read"
    raise FileFaultError(FaultCode.UNREADABLE_FILE, message)


class Strings:
    """The texts that cells of a workbook share, by number; most of a large number stand in a file without a name."""

    def __init__(self, folder: str | None) -> None:
        """No texts yet; `folder` is where what does not fit is kept, None: with temporary files."""
        self._folder = folder
        self._held: list[str] = []
        self._held_text = 0
        self._ends = array("Q")
        self._file: BinaryIO | None = None

    def read(self, stream: Reads) -> None:
        """Take the texts of the part that `stream` gives; what is said of how they sound is not among them."""
        text: list[str] = []
        length, aside, is_text = 0, 0, False

        def begin(name: str, _attributes: Attributes) -> None:
            nonlocal length, aside, is_text
            if name == "si":
                text.clear()
                length = 0
            aside += name == "rPh"
            is_text = name == "t" and not aside

        def end(name: str) -> None:
            nonlocal aside, is_text
            aside -= name == "rPh"
            is_text = is_text and name != "t"
            if name == "si":
                self._add("".join(text))

        def more(piece: str) -> None:
            nonlocal length
            if is_text:
                length += len(piece)
                if length > _TOKEN_AT_MOST:
                    raise FileFaultError(FaultCode.TOO_LARGE, "a text of the workbook is of absurd length")
                text.append(piece)

        for _ in Part(stream).told(begin=begin, end=end, text=more):
            pass

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self._held) + len(self._ends):
            raise FileFaultError(FaultCode.UNREADABLE_FILE, _DAMAGED)
        if number < len(self._held):
            return self._held[number]
        at = number - len(self._held)
        start = self._ends[at - 1] if at else 0
        assert self._file is not None  # noqa: S101  texts have ends only where there is a file
        self._file.seek(start)
        return self._file.read(self._ends[at] - start).decode("utf-8", "surrogatepass")

    def close(self) -> None:
        """Let go of them."""
        if self._file is not None:
            self._file.close()

    def _add(self, text: str) -> None:
        self._held_text += len(text) + 8
        if self._held_text <= _TEXT_HELD:
            self._held.append(text)
            return
        if self._file is None:
            self._file = TemporaryFile(dir=self._folder)  # type: ignore[assignment]  # noqa: SIM115  closed above
        encoded = text.encode("utf-8", "surrogatepass")
        assert self._file is not None  # noqa: S101  made above
        self._file.write(encoded)
        self._ends.append((self._ends[-1] if self._ends else 0) + len(encoded))
