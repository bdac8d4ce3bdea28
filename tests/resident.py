"""How much memory this process holds, and held at most; Linux only."""

from pathlib import Path


def resident(name: str) -> int:
    """Bytes of this process in memory, now (`VmRSS`) or at most since `forget_the_peak` (`VmHWM`)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(name))


def forget_the_peak() -> None:
    """Count the most that is held from here on."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
