"""House rules that no linter knows. A list of exceptions may only become shorter: what is mended is struck off."""

import ast
import re
from collections.abc import Iterator

import pytest

from source_tree import SOURCE, Function, called, calls, functions, modules, place, tracked_files
from watchroom.model.catalogue import catalogue

WRITTEN = (".py", ".sql", ".html", ".typ", ".js", ".css", ".toml")
MOST_LINES, MOST_OF_A_FUNCTION, MOST_PARAMETERS, MOST_BY_PLACE = 400, 60, 5, 3

# Compiled or made by others.
NOT_WRITTEN = ("tests/stories/browser/vendor/", "src/watchroom/web/static/")

TOO_MANY_PARAMETERS = {
    "src/watchroom/audit/log.py:AuditLog.__init__",
    "src/watchroom/gate/accounts.py:Accounts.__init__",
    "src/watchroom/gate/door.py:Gate.__init__",
    "src/watchroom/gate/explain.py:explain",
    "src/watchroom/gate/openings.py:new_opening",
    "src/watchroom/gate/reading.py:Reading.__init__",
    "src/watchroom/gate/see.py:see",
    "src/watchroom/gate/sessions.py:Sessions.__init__",
    "src/watchroom/handover/build.py:build_briefing",
    "src/watchroom/policy/decision.py:decide",
}

TOO_MANY_BY_PLACE = {
    "src/watchroom/demo/grow.py:_write_wing",
    "src/watchroom/demo/grown_people.py:_write_note",
    "src/watchroom/ingest/checks.py:_header_issue",
    "src/watchroom/node/restore.py:_fill",
    "src/watchroom/node/restore.py:_load",
    "src/watchroom/policy/decision.py:_applies",
    "src/watchroom/policy/sight.py:excluded_ids",
    "src/watchroom/policy/sight.py:granting",
    "src/watchroom/policy/sight.py:is_excluded",
    "src/watchroom/policy/sight.py:sight",
}

# Where a text is called a literal although the type checker cannot see that it is ours, and how often.
CALLED_LITERAL = {
    "src/watchroom/gate/reading.py": 1,  # the audience's own name before a named query
    "src/watchroom/gate/see.py": 1,  # columns of the catalogue
    "src/watchroom/gate/rows_sql.py": 1,  # a type of the catalogue
    "src/watchroom/gate/flawed_rows.py": 1,  # a statement composed of the catalogue
    "src/watchroom/kernel/named_sql.py": 1,  # the loader of named queries itself
    "src/watchroom/store/schema.py": 1,  # a migration
    "src/watchroom/store/tables.py": 1,  # a type of the catalogue
    "src/watchroom/ingest/row_naming.py": 1,  # the key of a record, of names of columns and literals
    "src/watchroom/gate/mentions.py": 1,  # a query composed of the catalogue
    "src/watchroom/store/compare_statement.py": 1,  # a statement composed of the catalogue
    "src/watchroom/store/write_statement.py": 1,  # a statement composed of the catalogue
    "src/watchroom/store/follow_statement.py": 2,  # the same
}

# Calls that hand a text to a database.
ASKS = {"execute", "executemany", "copy", "SQL", "sql", "cursor_execute"}

# What may name a person, say what somebody wrote about one, or open a door.
NEVER_SAID = {
    *("family_name", "given_names", "birth_date", "birth_place", "sort_key", "prison_number", "staff_name"),
    *("password", "token", "secret", "private_key"),
}
# The names of free text are words of every day: a variable may be called so, a part of a row may not.
FREE_TEXT = {field.name for entity in catalogue().entities.values() for field in entity.fields if field.free_text}
SAYS = {"debug", "info", "warning", "error", "exception", "critical", "log", "warn"}


def test_the_kernel_has_five_modules_and_no_more() -> None:
    assert {path.stem for path in (SOURCE / "kernel").glob("*.py")} - {"__init__"} == {
        *("clock", "errors", "ids", "named_sql", "secrets")
    }


@pytest.mark.parametrize(
    "room", [room for room in ("handover", "picture", "insight", "exchange") if (SOURCE / room).is_dir()]
)
def test_every_product_room_has_the_same_four_names(room: str) -> None:
    assert {"rules.py", "queries.sql", "build.py", "show.py"} <= {path.name for path in (SOURCE / room).iterdir()}


def test_every_part_of_governance_has_names_of_a_product_room() -> None:
    parts = [path for path in (SOURCE / "governance").iterdir() if path.is_dir() and path.name != "__pycache__"]
    for part in parts:
        names = {path.name for path in part.iterdir() if path.suffix in (".py", ".sql")}
        assert "show.py" in names, part.name
        assert names <= {"__init__.py", "rules.py", "queries.sql", "build.py", "show.py"}, part.name


def test_no_file_is_longer_than_the_ceiling() -> None:
    lengths = {
        place(path): len(path.read_text("utf-8").splitlines())
        for path in tracked_files()
        if path.suffix in WRITTEN and not place(path).startswith(NOT_WRITTEN)
    }
    assert {where: lines for where, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_function_is_longer_than_the_ceiling() -> None:
    everywhere = functions("src", "tests", "tools", "benchmarks")
    long = {where for where, node in everywhere if _lines(node) > MOST_OF_A_FUNCTION}
    assert long == set()


def test_no_function_has_more_parameters_than_can_be_remembered() -> None:
    many = {where for where, node in _of_ours() if len(_by_place(node)) + len(node.args.kwonlyargs) > MOST_PARAMETERS}
    assert many == TOO_MANY_PARAMETERS, "make a record of what is new, strike off what is mended"


def test_parameters_are_given_by_name_after_the_first_few() -> None:
    many = {where for where, node in _of_ours() if len(_by_place(node)) > MOST_BY_PLACE}
    assert many == TOO_MANY_BY_PLACE, "put a `*` into what is new, strike off what is mended"


def _lines(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _by_place(node: Function) -> list[str]:
    return [one.arg for one in (*node.args.posonlyargs, *node.args.args) if one.arg not in ("self", "cls")]


def _of_ours() -> Iterator[tuple[str, Function]]:
    """Functions that are called by us: those of a route or a command get what the address or the shell says."""
    for where, node in functions("src"):
        entrances = {"get", "post", "command", "argument", "option"}
        decorated = {called(one) for one in node.decorator_list if isinstance(one, ast.Call)}
        if not decorated & entrances:
            yield where, node


def test_no_text_for_the_database_is_put_together_from_values() -> None:
    put_together = [
        where for where, call in calls("src") if called(call) in ASKS and call.args and _is_put_together(call.args[0])
    ]
    assert put_together == [], "name the query in a `.sql` file, or compose identifiers with psycopg's `sql`"


def _is_put_together(text: ast.expr) -> bool:
    match text:
        case ast.JoinedStr():
            return any(isinstance(part, ast.FormattedValue) for part in text.values)
        case ast.BinOp(left=left, right=right):
            return isinstance(text.op, ast.Mod) or _is_put_together(left) or _is_put_together(right)
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="format" | "join")):
            return True
        case _:
            return False


def test_every_text_that_is_called_a_literal_is_listed() -> None:
    found: dict[str, int] = {}
    for where, call in calls("src"):
        if called(call) == "cast" and "LiteralString" in ast.unparse(call.args[0]):
            file = where.partition(":")[0]
            found[file] = found.get(file, 0) + 1
    assert found == CALLED_LITERAL


def test_every_exception_from_the_type_checker_says_which_rule() -> None:
    bare = re.compile(r"#\s*(?:type|pyright):\s*ignore(?!\[)|#\s*noqa(?!: ?[A-Z]+\d)")
    found = [place(path) for path in tracked_files() if path.suffix == ".py" and bare.search(path.read_text("utf-8"))]
    assert [where for where in found if where != "tests/unit/test_house.py"] == []


def test_no_log_line_and_no_error_can_hold_what_is_written_about_a_person() -> None:
    told: list[str] = []
    for where, tree in modules("src"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                told += [f"{where}:{node.lineno} {name}" for name in _names_in(node.exc)]
            if isinstance(node, ast.Call) and called(node) in SAYS and _is_logger(node.func):
                told += [f"{where}:{node.lineno} {name}" for name in _names_in(node)]
    assert told == []


def test_no_log_line_is_put_together_before_it_is_written() -> None:
    """The logger is given a constant and values, so that what can be in a line is seen where it is written."""
    for where, tree in modules("src"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in SAYS and _is_logger(node.func):
                assert isinstance(node.args[0], ast.Constant), f"{where}:{node.lineno}"


def _is_logger(function: ast.expr) -> bool:
    owner = function.value if isinstance(function, ast.Attribute) else None
    return isinstance(owner, ast.Name) and owner.id.lower() in {
        "_log",
        "log",
        "logger",
        "_logger",
        "logging",
        "warnings",
    }


def _names_in(call: ast.Call) -> list[str]:
    """Names of forbidden values that a call shows; constants only tell what is meant."""
    found: list[str] = []
    for given in (*call.args, *(keyword.value for keyword in call.keywords)):
        nodes = list(ast.walk(given))
        asked = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
        for node in nodes:
            match node:
                case ast.Name(id=name) if name in NEVER_SAID:
                    found.append(name)
                case ast.Attribute(attr=name) if id(node) not in asked and name in NEVER_SAID | FREE_TEXT:
                    found.append(name)
                case ast.Subscript(slice=ast.Constant(value=name)) if name in NEVER_SAID | FREE_TEXT:
                    found.append(str(name))
                case _:
                    pass
    return found


PLACES = re.compile(r"(?<![\w.])/(?:work|root|home)/[a-z]|/opt/[p]ypi|file:/{3}")
HOSTS = re.compile(r"https?://[^\s\"'>)]*(?:pypi|pythonhosted|npmjs|artifactory|nexus|registry)[^\s\"'>)]*", re.I)


def test_no_file_names_a_place_of_one_machine_or_where_packages_come_from() -> None:
    found: list[str] = []
    for path in tracked_files():
        where = place(path)
        if where.startswith(("src/watchroom/demo/nomis_extract/", *NOT_WRITTEN)):
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{where}: {one[0]}" for pattern in (PLACES, HOSTS) for one in pattern.finditer(text)]
    assert found == []
