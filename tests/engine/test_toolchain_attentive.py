"""Our build of the provider sees at once that what it waits for is there: held by Go's own tests, in Go."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from govcloud.events import ignore
from govcloud.toolchain import golang
from govcloud.toolchain.tool import RECIPES


def test_the_providers_looks_are_attentive(tmp_path: Path) -> None:
    """The file under test stands alone, so that nothing of the provider has to be compiled for it."""
    for file in (RECIPES["provider"].source / "waits.go", Path(__file__).parent / "attentive_test.go"):
        shutil.copy(file, tmp_path)
    go = golang.choose(ignore)
    command = [str(go.path), "test", "-count=1", "waits.go", "attentive_test.go"]
    done = subprocess.run(command, cwd=tmp_path, env=go.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("ok"), done.stdout
