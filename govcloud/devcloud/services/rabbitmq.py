"""RabbitMQ with a port mapper (epmd) of its own.

It keeps nothing: queues are made anew by the services that use them, so its folder lies under run/.
"""

from __future__ import annotations

from typing import Final

from govcloud.devcloud.installation import Installation
from govcloud.devcloud.ready import port_open
from govcloud.devcloud.service import Component, Service

PORTS: Final = ("epmd", "rabbitmq", "rabbitmq-distribution")


def component(here: Installation) -> Component:
    """The broker and the port mapper it registers with."""
    epmd, broker, distribution = (here.port(name) for name in PORTS)
    folder = here.run / "rabbitmq"
    mapper = {"ERL_EPMD_PORT": str(epmd), "ERL_EPMD_ADDRESS": "127.0.0.1"}
    environment = {
        **mapper,
        "HOME": str(folder),  # its cookie
        "RABBITMQ_NODENAME": f"devcloud-{here.id}@localhost",
        "RABBITMQ_CONFIG_FILE": str(here.etc / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",  # Debian's would move the node's name and folders
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(here.etc / "rabbitmq.plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder),
        "RABBITMQ_LOG_BASE": str(folder),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(folder),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RUNNING_UNDER_SYSTEMD": "true",  # no shell stands between: killed, it would leave the broker on its ports
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}",
    }
    return Component(
        name="rabbitmq",
        services=(
            Service(
                name="epmd",
                command=("/usr/bin/epmd", "-address", "127.0.0.1", "-port", str(epmd)),
                ready=port_open(epmd),
                foundation=True,
                environment=mapper,
                port=epmd,
                estimate=1,
            ),
            Service(
                name="rabbitmq",
                command=("/usr/lib/rabbitmq/bin/rabbitmq-server",),
                ready=port_open(broker),
                needs=("epmd",),
                foundation=True,
                environment=environment,
                port=broker,
                estimate=8,
            ),
        ),
        files={"rabbitmq.conf": _options(here, broker), "rabbitmq.plugins": "[].\n"},
    )


def _options(here: Installation, port: int) -> str:
    lines = {
        "listeners.tcp.1": f"127.0.0.1:{port}",
        "default_user": "openstack",
        "default_pass": here.password("rabbitmq"),
        "log.file": "false",
        "log.console": "true",
        "log.console.level": "warning",
        "vm_memory_high_watermark.absolute": "512MB",
        "disk_free_limit.absolute": "50MB",
    }
    return "".join(f"{key} = {value}\n" for key, value in lines.items())
