"""What the OpenStack services have in common."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from govcloud.devcloud.ini import Sections
from govcloud.devcloud.installation import Installation
from govcloud.devcloud.ready import http_answers
from govcloud.devcloud.service import Ready, Service

REGION: Final = "RegionOne"

# Scopes and the new defaults are enforced as in a cloud that is installed today.
POLICY: Final[Sections] = {"oslo_policy": {"enforce_scope": True, "enforce_new_defaults": True}}


def binary(here: Installation, name: str) -> str:
    """A command of the services' Python environment."""
    return str(python_home(here) / "bin" / name)


def python_home(here: Installation) -> Path:
    """The Python environment of the frozen set of packages."""
    from govcloud.devcloud.python import environment_folder  # noqa: PLC0415 - reads the lock

    return environment_folder(here)


def database_url(here: Installation, name: str, user: str = "") -> str:
    """SQLAlchemy's address of a database; by Unix socket, so that MariaDB needs no port."""
    who = user or name
    socket = here.run / "mariadb.sock"
    return f"mysql+pymysql://{who}:{here.password(f'db-{who}')}@localhost/{name}?charset=utf8&unix_socket={socket}"


def database(here: Installation, name: str, user: str = "") -> Sections:
    """The [database] section."""
    return {"database": pool(database_url(here, name, user))}


def pool(url: str) -> Mapping[str, str | int]:
    """A connection pool that several processes of a service can share with all others."""
    return {"connection": url, "max_pool_size": 8, "max_overflow": 16, "max_retries": -1}


def logging(here: Installation) -> Sections:
    """Words go to stderr, where the supervisor keeps them; locks and temporary files stay in our folders."""
    return {
        "DEFAULT": {
            "use_stderr": True,
            "debug": False,
            "default_log_levels": "amqp=WARN,sqlalchemy=WARN,oslo.messaging=INFO,oslo_messaging=INFO,stevedore=WARN,"
            "urllib3=WARN,keystonemiddleware=WARN,keystoneauth=WARN,oslo_policy=ERROR,dogpile=INFO,ovsdbapp=WARN",
        },
        "oslo_concurrency": {"lock_path": str(here.run / "lock")},
    }


def messaging(here: Installation) -> Sections:
    """The message bus."""
    address = f"rabbit://openstack:{here.password('rabbitmq')}@127.0.0.1:{here.port('rabbitmq')}/"
    return {
        "DEFAULT": {"transport_url": address, "rpc_response_timeout": 120},
        "oslo_messaging_notifications": {"driver": "noop"},
        # heartbeats of a uWSGI process stop while it serves nobody: let a thread of the system's send them
        "oslo_messaging_rabbit": {"heartbeat_in_pthread": True},
    }


def identity(here: Installation, user: str) -> Mapping[str, str | int | bool]:
    """How a service logs in as itself."""
    return {
        "auth_type": "password",
        "auth_url": f"http://127.0.0.1:{here.port('keystone')}/v3",
        "username": user,
        "password": here.password(f"user-{user}"),
        "user_domain_name": "Default",
        "project_name": "service",
        "project_domain_name": "Default",
        "region_name": REGION,
    }


def tokens(here: Installation, user: str) -> Sections:
    """How a service checks the tokens it is shown, and tells other services who it is."""
    login = identity(here, user)
    return {
        "keystone_authtoken": {
            **{key: value for key, value in login.items() if key != "region_name"},
            "www_authenticate_uri": f"http://127.0.0.1:{here.port('keystone')}/v3",
            "memcached_servers": f"127.0.0.1:{here.port('memcached')}",
            "service_token_roles": "service",
            "service_token_roles_required": True,
            "memcache_use_advanced_pool": True,
        },
        "service_user": {**login, "send_service_user_token": True},
    }


def api(  # noqa: PLR0913 - one call describes one API
    here: Installation,
    name: str,
    module: str,
    environment: Mapping[str, str],
    *,
    processes: int = 2,
    arguments: str = "",
    needs: tuple[str, ...] = (),
    ready: Ready | None = None,
    estimate: float = 12,
) -> Service:
    """An API under uWSGI, on the port that bears its name."""
    port = here.port(name)
    command = [
        *(binary(here, "uwsgi"), "--http-socket", f"127.0.0.1:{port}", "--module", f"{module}:application"),
        # one thread each: Keystone and others load their policy at the first request, and a second request in
        # the same process would meanwhile be refused; threads of their own (OVN's connections) are allowed
        *("--master", "--processes", str(processes), "--enable-threads", "--lazy-apps", "--thunder-lock"),
        # a load error ends it at once instead of answering 500 for ever; no worker outlives it and keeps the port
        *("--need-app", "--die-on-term", "--no-orphans", "--buffer-size", "65535", "--http-chunked-input"),
        # uWSGI drops idle connections without a word, and a client's next request on one would fail
        *("--add-header", "Connection: close"),
        *("--virtualenv", str(python_home(here)), "--procname-prefix", f"{name} "),
    ]
    return Service(
        name=f"{name}-api",
        command=(*command, *(("--pyargv", arguments) if arguments else ())),
        ready=ready or http_answers(port),
        needs=needs,
        environment=environment,
        port=port,
        estimate=estimate,
    )
