"""What the checks of quality found, and running them."""

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from watchroom.governance.checks.rules import Choice
from watchroom.governance.checks.show import Told, checks_page
from watchroom.web.engineer_pages import engineer_at, engineer_page
from watchroom.web.house import AtHand, Present
from watchroom.web.threads import in_thread

HERE = "/quality"
_THING = "quality"


@get(HERE)
@in_thread
def quality_checks(
    house: AtHand,
    visitor: Present,
    source: FromQuery[str] = "",
    entity: FromQuery[str] = "",
    done: FromQuery[str] = "",
) -> Response[str]:
    """What the last run found, those not met first; of all sources and entities, or of one."""
    desk = engineer_at(house, visitor, what=_THING)
    run, work = desk.checked()
    told = Told(
        now=house.node.clock.now(),
        model=house.node.gate.model,
        choice=Choice(source=source, entity=entity),
        sources=desk.source_names(),
        done=done,
        running=None if work is None or work.is_over else work.began_at,
        fault="" if work is None else work.fault,
    )
    page = checks_page(run, house.node.words, told=told)
    return engineer_page(house, visitor, "sources/quality.html", current=HERE, page=page)


@post(HERE + "/run")
@in_thread
def run_checks(house: AtHand, visitor: Present) -> Redirect:
    """Begin to run the checks, unless they are being run."""
    begun = engineer_at(house, visitor, what=_THING).check()
    return Redirect(f"{HERE}?done={'begun' if begun else 'running'}", status_code=303)
