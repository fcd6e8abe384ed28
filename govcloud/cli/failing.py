"""What goes wrong, told to a person on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from govcloud.errors import Cancelled, ExitCode, GovcloudError, Interrupted, Problem, UsageError
from govcloud.text import next_step, say, visible


def tell(error: GovcloudError, about: str = "") -> None:
    """Every problem of an error on a line of its own, `about` which of several things it is.

    What to type next follows the last of those in a row for which it is the same.
    """
    problems = [*error.problems()]
    if len(problems) > 1:
        problems.append(Problem(error.code, error.params))
    steps = [next_step(problem.code, **problem.params) for problem in problems]
    for problem, step, later in zip(problems, steps, [*steps[1:], ""], strict=True):
        print(_line(problem, about, "" if step == later else step), file=sys.stderr)  # noqa: T201


@dataclass
class Each:
    """What is done to each of several things, and the exit codes that come of it.

    What goes wrong with one is told at once and keeps nobody from the others: a department is to be isolated though one
    of its sites does not answer. Who says no, Ctrl-C, and what was typed wrong, mean all that is left.
    """

    several: bool
    codes: list[ExitCode] = field(default_factory=list)

    @contextmanager
    def about(self, name: str) -> Iterator[None]:
        """Do something to the thing of this name; its error is told, or raised where it is the only one."""
        try:
            yield
        except (Interrupted, Cancelled, UsageError):
            raise
        except GovcloudError as error:
            if not self.several:
                raise
            self.codes.append(error.exit_code)
            tell(error, name)


def _line(problem: Problem, about: str, following: str) -> str:
    """`file:line:column: reason [rule]`, and on a second line what to type next."""
    reason = say(problem.code, **problem.params)
    where = str(problem.place or "") or (about if about not in reason else "")
    rule = f" [{problem.rule}]" if problem.rule else ""
    arrow = f"\n    → {following}" if following else ""
    return visible((f"{where}: " if where else "") + f"{reason}{rule}{arrow}")
