"""The page of commands, made from the commands themselves."""

from collections.abc import Iterator

import click

from watchroom.cli.commands import CommandLine


def as_markdown(group: click.Group) -> str:
    """The page `docs/reference/commands.md`."""
    lines = [
        "# Commands",
        "",
        "Made by `python tools/write_reference.py` from the commands themselves. Documents go to stdout, messages to",
        "stderr. Exit status: 0, 1 (refused or found wanting), 2 (usage).",
    ]
    for path, command in commands_of(group):
        lines += ["", f"## {path}", "", str(command.help or "").strip(), "", "```", _usage(path, command), "```"]
        options = [option for option in command.params if isinstance(option, click.Option) and not option.hidden]
        if options:
            lines += ["", "| option | what |", "|---|---|"]
            lines += [f"| `{', '.join(option.opts)}` | {_told(option)} |" for option in options]
    return "\n".join(lines) + "\n"


def commands_of(group: click.Group, *, before: str = "watchroom") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that call it, in the order of the help page."""
    held = group.every() if isinstance(group, CommandLine) else group.commands
    for name, command in held.items():
        path = f"{before} {name}"
        if isinstance(command, click.Group):
            yield from commands_of(command, before=path)
        else:
            yield path, command


def _usage(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=path)
    return " ".join([path, *command.collect_usage_pieces(context)])


def _told(option: click.Option) -> str:
    needed = " Required." if option.required else ""
    choices = f" One of {', '.join(map(str, option.type.choices))}." if isinstance(option.type, click.Choice) else ""
    return f"{option.help}{choices}{needed}"
