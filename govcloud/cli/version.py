"""`govcloud version`."""

from __future__ import annotations

import typer

import govcloud
from govcloud.cli.options import Lang


def version(lang: Lang = "") -> None:
    """Print the version."""
    typer.echo(f"govcloud {govcloud.__version__}")
