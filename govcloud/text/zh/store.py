"""记录库。"""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "interrupted": "{actor} 中断了对 {name} 的操作（{command}）",
    "interrupted.next": "查看现状：govcloud show {name}",
    "leased": "{name} 正由 {actor} 更改（{command}，{host} 上的进程 {pid}）",
    "leased.next": "等它结束后再试",
    "leased-elsewhere": "{name} 正由 {actor} 更改（{command}，{host} 上的进程 {pid}，{seconds} 秒前还有消息）",
    "leased-elsewhere.next": "等它结束后再试；其他机器上的进程静默 {minutes} 分钟即视为已死，届时可以接手",
    "leased-by-someone": "{name} 刚刚被另一个进程占用",
    "leased-by-someone.next": "再试一次",
    "other-schema": "记录库的版本是 {found}，本程序需要 {wanted}",
    "other-schema.next": "换用相应版本的 govcloud",
    "no-driver": "无法加载 PostgreSQL 驱动：{reason}",
    "no-driver.next": "pip install 'govcloud[postgresql]'，并安装系统的 libpq（Debian：apt-get install libpq5）",
    "unreachable": "{setting}：数据库 {url} 拒绝了请求：{reason}",
    "unreachable.next": "检查数据库是否在运行、地址是否正确：govcloud config show --origin；中断的操作，再次执行同一命令即可继续",
    "full": "记录库 {url} 所在的磁盘已满：{reason}",
    "full.next": "先腾出空间（df -h{where}），再次执行同一命令",
    "no-space": "{folder} 只剩 {left} MiB，记下变更可能需要 {needed} MiB；未做任何变更",
    "no-space.next": "先在那里腾出空间（df -h {folder}），再次执行同一命令",
    "busy": "记录库 {url} 正忙：另一个进程写入超过 {seconds} 秒",
    "busy.next": "稍后再试；若一直如此，查看是否有卡住的 govcloud",
    "damaged": "记录库 {url} 已损坏，或不是本程序的：{reason}",
    "damaged.next": "用 govcloud config show 查看位置；移开记录库、状态和引擎目录，再执行 govcloud store restore FILE",
    "broken-row": "记录库 {url} 的 {table} 中，{row} 这一行的内容本程序读不懂：{reason}",
    "broken-row.next": "换用写入它的 govcloud 版本；否则移开记录库、状态和引擎目录，再执行 govcloud store restore FILE",
    "broken-copy": "表 {table} 的副本中有读不懂的内容：{reason}",
    "broken-copy.next": "改用另一份备份",
    "lost-text": "记录库 {url} 丢失了云主机建立时所用的 user-data {digest}",
    "lost-text.next": "移开记录库、状态和引擎目录，再执行 govcloud store restore FILE；没有它，这台云主机会被重建",
    "state-elsewhere": "引擎状态在 {address}：这里只能检查和复制文件与 PostgreSQL 中的状态",
    "state-elsewhere.next": "用该服务自己的办法备份，并与记录库和口令一起保存",
}
