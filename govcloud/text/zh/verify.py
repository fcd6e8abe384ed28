"""开通后的核实。"""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "missing": "{what} 不存在",
    "no-port": "服务器 {server} 没有接上它的端口",
    "server-status": "服务器 {server} 的状态是 {status}：{reason}",
    "unbound-port": "服务器 {server} 的端口没有绑定（{state}）",
    "volume-failed": "卷 {volume} 的状态是 {status}：{reason}",
    "volume-size": "卷 {volume} 的大小是 {size} GiB，不是 {wanted} GiB：{reason}",
    "volume-status": "卷 {volume} 的状态是 {status}，没有挂到它的服务器上",
    "wrong-address": "服务器 {server} 的地址与方案不同",
}
