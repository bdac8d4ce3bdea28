"""Commands that show rows: always as a named person, for a purpose, through the gate."""

import sys
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from watchroom.cli.answers import Instant, answer, answering, existing_node, refused, say, table
from watchroom.cli.arguments import AS_USER, JSON, NODE, PURPOSE
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.gate.explain import explain
from watchroom.gate.see import see
from watchroom.handover.build import build_briefing
from watchroom.handover.print import as_pdf
from watchroom.handover.show import as_json as briefing_as_json
from watchroom.handover.show import page_of
from watchroom.kernel.errors import UsageError
from watchroom.node.node import Node
from watchroom.node.settings import Environment
