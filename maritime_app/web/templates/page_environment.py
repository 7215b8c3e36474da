"""How pages' templates are read: the same for the process that serves them and for the one that
compiles them ahead.
"""

from pathlib import Path
from typing import Any, Final

import jinja2

from maritime_app import formatting
from maritime_app.web.templates import page_texts
from maritime_app.web.templates.compiled_templates import CompiledTemplates

TEMPLATES_DIR: Final = Path(__file__).resolve().parents[3] / "templates"


def options(var_dir: Path) -> dict[str, Any]:
    """Return what the environment is made with; compiled templates stand below that folder."""
    return {
        "loader": jinja2.FileSystemLoader(TEMPLATES_DIR),
        "extensions": ["jinja2.ext.i18n"],
        "autoescape": True,
        "undefined": jinja2.StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "bytecode_cache": CompiledTemplates(var_dir / "templates"),
        # What is compiled outlives a release: no filter's answer of today may stand in it.
        "optimized": False,
    }


def install(env: jinja2.Environment) -> None:
    """Give the templates their texts and filters: without a filter none compiles that names it."""
    page_texts.install(env)
    env.filters.update(formatting.FILTERS)
