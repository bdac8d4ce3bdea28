"""How often something may be tried: counted in this process, by the machine's clock."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

KEPT_KEYS = 10_000


class Allowance:
    """At most `times` per `within` for each key; the oldest keys are forgotten first."""

    def __init__(self, *, times: int, within: timedelta) -> None:
        self._times = times
        self._within = within
        self._tried: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def allows(self, key: str, at: datetime) -> bool:
        """Whether `key` may try once more at `at`; if so, the try is counted."""
        with self._lock:
            tried = self._tried.setdefault(key, deque())
            self._tried.move_to_end(key)
            while tried and tried[0] <= at - self._within:
                tried.popleft()
            while len(self._tried) > KEPT_KEYS:
                self._tried.popitem(last=False)
            if len(tried) >= self._times:
                return False
            tried.append(at)
            return True

    def forget(self, key: str) -> None:
        """Start anew for `key`, as after a success."""
        with self._lock:
            self._tried.pop(key, None)
