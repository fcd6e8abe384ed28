"""A place to run commands in where every slot for a secret holds a canary, and somebody watches."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import openstack
import psycopg
import yaml

from tests.cloud.chaos.catalogue import detour
from tests.cloud.chaos.proxy import Proxy
from tests.cloud.conftest import Cloud, Devcloud
from tests.cloud.secrets.canary import Canary, fresh
from tests.cloud.secrets.person import log_in_as, person, put_passphrase, put_user_data
from tests.cloud.secrets.witness import Witness, witness
from tests.cloud.workshop import Workshop, open_workshop
from tests.postgresql import Server

# signs that addresses and password files escape
MARKS = ":p@ss/w?rd#%"


@dataclass(frozen=True)
class Scene:
    """A workshop with records in PostgreSQL; `told` is all that its commands ever said, by command."""

    shop: Workshop
    folder: Path
    proxy: Proxy
    canaries: Mapping[str, Canary]
    store: Server
    state: Server
    database: str
    seen: Witness
    told: list[tuple[str, bytes]] = field(default_factory=list)

    def run(self, *arguments: str, code: int | None = 0, environment: Mapping[str, str] = {}) -> Any:
        """Run a command, with more in its environment; whatever it says is kept."""
        shop = replace(self.shop, environment={**self.shop.environment, **environment})
        done = shop.run(*arguments, code=code)
        self.told.append((" ".join(arguments), (done.out + done.err).encode()))
        return done

    @property
    def tokens(self) -> list[Canary]:
        """The tokens that Keystone gave to our commands, as the proxy saw them."""
        return [Canary(f"token {i}", token) for i, token in enumerate(self.proxy._projects)]

    @property
    def state_home(self) -> Path:
        """Where files of this machine are kept."""
        return Path(self.shop.environment["XDG_STATE_HOME"])

    def rows(self) -> Iterator[tuple[str, bytes]]:
        """Every row of every table of the database, by table."""
        with psycopg.connect(self.store.address(self.database)) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (table,) in tables:
                for row in connection.execute(f'SELECT * FROM "{table}"'):
                    yield f"table {table}", repr(row).encode()


@contextmanager
def scene(devcloud: Devcloud, operator: Cloud, server: Server, folder: Path) -> Iterator[Scene]:
    """The scene while the block runs."""
    slots = ("password", "passphrase", "user-data", "application-credential", "refused-password")
    canaries = {slot: fresh(slot) for slot in slots}
    canaries |= {"store-password": Canary("store-password", server.password)}
    canaries |= {slot: fresh(slot, marks=MARKS) for slot in ("state-password", "refused-store-password")}
    database, state = server.database(), _another(server, canaries["state-password"].value)
    password = canaries["password"].value
    with person(operator, password) as user, detour(devcloud, operator, folder) as way:
        entry = log_in_as(way.clouds, "devcloud", username=user.name)
        direct = log_in_as(
            Path(devcloud.variables["OS_CLIENT_CONFIG_FILE"]), "devcloud", username=user.name, password=password
        )
        with _credential(openstack.connect(**direct), canaries["application-credential"]) as credential:
            del entry["auth"]["password"]
            auth = {"auth_url": entry["auth"]["auth_url"], **credential}
            refused = {**entry["auth"], "password": canaries["refused-password"].value}
            entries = {
                "devcloud": entry,
                "refused": {**entry, "auth": refused},
                "credential": {**entry, "auth_type": "v3applicationcredential", "auth": auth},
            }
            way.clouds.write_text(yaml.safe_dump({"clouds": entries}), "utf-8")
            with contextmanager(open_workshop)(devcloud, operator, folder, way.clouds) as shop:
                here = replace(shop, environment=shop.environment | _home(folder, password, server, state, database))
                put_user_data(here, canaries["user-data"])
                put_passphrase(folder / "state", canaries["passphrase"])
                shop.environment.update(here.environment)
                with witness(folder / "tmp") as seen:
                    yield Scene(here, folder, way.proxy, canaries, server, state, database, seen)


def _home(folder: Path, password: str, store: Server, state: Server, database: str) -> dict[str, str]:
    """Settings in a file, the cloud's password in the file that openstacksdk has for secrets."""
    for name in ("config/govcloud", "config/openstack", "tmp"):
        (folder / name).mkdir(parents=True)
    addresses = {"store": store.address(database), "state": state.address(database, "postgres") + "?sslmode=disable"}
    lines = [f'{name} = "{address}"\n' for name, address in addresses.items()]
    (folder / "config/govcloud/config.toml").write_text("".join(lines), "utf-8")
    secure = {"clouds": {"devcloud": {"auth": {"password": password}}}}
    (folder / "config/openstack/secure.yaml").write_text(yaml.safe_dump(secure), "utf-8")
    return {"XDG_CONFIG_HOME": str(folder / "config"), "TMPDIR": str(folder / "tmp")}


def _another(server: Server, password: str) -> Server:
    """Another user of the server, with a password of its own."""
    with psycopg.connect(server.address("postgres"), autocommit=True) as connection:
        user = f"engine_{password[7:15]}"
        connection.execute(f"CREATE ROLE {user} LOGIN SUPERUSER PASSWORD '{password}'")
    return Server(server.port, password, user)


@contextmanager
def _credential(own: Cloud, canary: Canary) -> Iterator[dict[str, str]]:
    """An application credential of the test's own user."""
    user = own.current_user_id
    made = own.identity.create_application_credential(user, name="canary", secret=canary.value)
    try:
        yield {"application_credential_id": made.id, "application_credential_secret": canary.value}
    finally:
        own.identity.delete_application_credential(user, made)


def programs_in(folder: Path) -> Path:
    """The engine and the provider under names that were never asked for their version, to be put on PATH."""
    folder.mkdir()
    shown = subprocess.run(
        [sys.executable, "-m", "govcloud", "toolchain", "show", "-o", "json"], capture_output=True, check=True
    )
    for tool in yaml.safe_load(shown.stdout)["data"].values():
        program = Path(tool["path"])
        shutil.copy(program, folder / program.name)
    return folder
