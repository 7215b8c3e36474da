"""What a command gets beside its arguments: the settings, or resources that are open around it."""

from typing import Annotated

from cyclopts import Parameter

from maritime_app.resources import Resources
from maritime_app.settings.model import Settings

GivenSettings = Annotated[Settings, Parameter(parse=False)]
OpenResources = Annotated[Resources, Parameter(parse=False)]
