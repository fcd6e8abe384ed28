"""记录库。"""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "leased": "{name} 正由 {actor} 更改（{command}，{host} 上的进程 {pid}）",
    "leased.next": "等它结束后再试",
    "leased-by-someone": "{name} 刚刚被另一个进程占用",
    "leased-by-someone.next": "再试一次",
    "other-schema": "记录库的版本是 {found}，本程序需要 {wanted}",
    "other-schema.next": "换用相应版本的 govcloud",
    "no-driver": "无法加载 PostgreSQL 驱动：{reason}",
    "no-driver.next": "pip install 'govcloud[postgresql]'，并安装系统的 libpq（Debian：apt-get install libpq5）",
    "unreachable": "{setting}：数据库 {url} 拒绝了请求：{reason}",
    "unreachable.next": "检查地址及其来源：govcloud config show --origin",
}
