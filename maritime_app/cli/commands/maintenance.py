"""The switch that keeps alerts from being told while somebody works on the machines."""

from typing import Annotated

from cyclopts import Parameter

from maritime_app.cli.commands.staff import moment
from maritime_app.cli.injection import OpenResources
from maritime_app.cli.output import say
from maritime_app.errors import Invalid
from maritime_app.ops.notices import service
from maritime_app.ops.notices.model import MOST_MINUTES


async def maintenance(
    minutes: Annotated[float | None, Parameter(help="how long; 0 ends it")] = None,
    /,
    *,
    reason: Annotated[str, Parameter(help="why, for the others")] = "",
    res: OpenResources,
) -> int:
    """Tell nobody of alerts for so many minutes; without a number say whether it lasts."""
    if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
        raise Invalid(f"Between 0 and {MOST_MINUTES:,} minutes.", {"minutes": str(minutes)})
    if minutes is not None:
        await service.begin_maintenance(res, None, minutes, reason)
    lasting = await service.maintenance(res)
    if lasting is None:
        say("Alerts are told.")
    else:
        say(f"Nobody is told of alerts until {moment(lasting.until)}: {lasting.reason or '-'}")
    return 0
