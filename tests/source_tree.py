"""The source as trees, for tests that say what must not be written anywhere."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "watchroom"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file of the repository; without git (an unpacked archive) whatever stands in its folders."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())
    folders = ("src", "tests", "tools", "benchmarks", "docs", ".ci")
    return tuple(path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())


def place(path: Path) -> str:
    """Where a file stands in the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Every Python file in some folders of the repository, with its place."""
    for path in tracked_files():
        if path.suffix == ".py" and place(path).startswith(folders):
            yield place(path), tree_of(path)


def functions(*folders: str) -> Iterator[tuple[str, Function]]:
    """Every function, as `file:name` or `file:Class.name`."""
    for where, tree in modules(*folders):
        owners = {
            id(part): node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for part in node.body
        }
        for node in ast.walk(tree):
            if isinstance(node, Function):
                owner = owners.get(id(node))
                yield f"{where}:{f'{owner}.' if owner else ''}{node.name}", node


def called(node: ast.Call) -> str:
    """The last word of what is called: `execute` of `connection.execute(...)`."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def calls(*folders: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call, with `file:line`."""
    for where, tree in modules(*folders):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield f"{where}:{node.lineno}", node
