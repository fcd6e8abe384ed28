"""`govcloud doctor [--site NAME]`."""

from __future__ import annotations

from pathlib import Path

from govcloud.cli.options import Format, Lang, OsCloud, SiteName
from govcloud.errors import ExitCode


def doctor(site: SiteName = "", output: Format = "", os_cloud: OsCloud = "", lang: Lang = "") -> int:
    """This machine, and with --site that cloud too; 1 when something is wrong."""
    from govcloud.cli import printing
    from govcloud.output.doctor import doctor_document
    from govcloud.plan.context import open_context
    from govcloud.plan.doctor import examine_machine, examine_site

    context = open_context(Path.cwd(), os_cloud=os_cloud)
    checks = [*examine_machine(context), *(examine_site(context, site) if site else ())]
    printing.show(doctor_document(checks), output)
    return int(ExitCode.OK if all(check.ok for check in checks) else ExitCode.ERROR)
