"""What somebody reads who has no post: what their role may do, and with which command."""

import re

import click
from web_seat import Seat, get

from watchroom.cli.commands import Pages, command_line
from watchroom.gate.door import Seen
from watchroom.handover.posts.build import build_posts
from watchroom.handover.posts.show import PostsPage, posts_page
from watchroom.node.node import Node
from watchroom.web.serve import serve
from watchroom.web.standalone import briefing_html


def page_of(node: Node, name: str, purpose: str) -> PostsPage:
    seen = build_posts(node.gate, node.asker(name), purpose=purpose, at=node.clock.now())
    assert isinstance(seen, Seen)
    return posts_page(seen.value, node.words)


def test_who_keeps_the_records_reads_what_the_role_may_do_and_with_which_command(node: Node, seat: Seat) -> None:
    page = page_of(node, "records", "governance.audit")

    assert page.title == "What your role does with commands"
    assert "sees no post and nobody's record" in page.sentence
    assert [line.command.split(" DIR")[0] for line in page.duties] == [
        "watchroom explain",
        "watchroom audit verify",
        "watchroom audit erase",
        "watchroom erase person",
        "watchroom hold list",
        "watchroom agreement preview",
        "watchroom restrict add",
        "watchroom glass list",
    ]
    with seat.client() as client:
        seat.sign_in(client, "records")
        shown = get(client, "/posts").text
    assert all(line.command in shown for line in page.duties)
    assert "Your account has no unit" not in shown


def test_every_command_that_a_duty_names_exists(node: Node) -> None:
    for line in page_of(node, "records", "governance.audit").duties:
        command: click.Command = command_line(Pages(serve=serve, briefing_html=briefing_html))
        for word in re.findall(r"^watchroom ([a-z ]+) DIR", line.command)[0].split():
            assert isinstance(command, click.Group)
            found = command.get_command(click.Context(command), word)
            assert found is not None, line.command
            command = found


def test_whoever_has_posts_to_choose_is_told_of_no_duties(node: Node) -> None:
    page = page_of(node, "governor", "custody.care")

    assert (page.title, page.duties) == ("Choose a post", ())
