"""What can happen to a request on its way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Final

from tests.cloud.chaos.proxy import Exchange, Fault, Reply

# of a 429, in seconds
RETRY_AFTER: Final = 2


def delay(exchange: Exchange) -> None:
    """It takes effect, and the answer comes, but late."""
    time.sleep(3)
    exchange.answer(exchange.forward())


def cut_before(exchange: Exchange) -> None:
    """The connection breaks before the service hears of it."""
    exchange.cut()


def cut_after(exchange: Exchange) -> None:
    """It takes effect, but the answer is lost."""
    exchange.forward()
    exchange.cut()


def hang(exchange: Exchange) -> None:
    """Nobody ever answers."""
    exchange.hang()


def hang_after(exchange: Exchange) -> None:
    """It takes effect, and nobody ever answers."""
    exchange.forward()
    exchange.hang()


def refusing(status: int, reason: str, **headers: str) -> Fault:
    """The service, or something in front of it, refuses with this status and nothing takes effect."""

    def refuse(exchange: Exchange) -> None:
        body = json.dumps({"error": {"code": status, "title": reason, "message": reason}}).encode()
        given = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        exchange.answer(Reply(status, (("Content-Type", "application/json"), *given), body))

    return refuse


FAULTS: Final[Mapping[str, Fault]] = {
    "delay": delay,
    "500": refusing(500, "spoiled on purpose"),
    "503": refusing(503, "spoiled on purpose"),
    "429": refusing(429, "slow down", Retry_After=str(RETRY_AFTER)),
    "hang": hang,
    "hang-after": hang_after,
    "cut-before": cut_before,
    "cut-after": cut_after,
    "expired-token": refusing(401, "the token has expired", WWW_Authenticate="Keystone"),
}


def striking(strike: Callable[[], None], *, reply: bool = True) -> Fault:
    """The request takes effect, then `strike` happens; whoever still lives gets the answer, unless it is lost."""

    def fault(exchange: Exchange) -> None:
        answer = exchange.forward()
        strike()
        if reply:
            exchange.answer(answer)
        else:
            exchange.cut()

    return fault
