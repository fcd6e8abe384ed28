"""引擎。"""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "authentication": "在 {stack} 中登录失败：{reason}",
    "authentication.next": "检查 clouds.yaml，然后再次执行",
    "unread": "{stack} 的状态无法读取：{reason}",
    "unread.next": "查看问题和处理办法：govcloud store check",
    "broken": "{stack} 没有完成：{reason}",
    "broken.next": "排除原因后再次执行，已完成的部分不会重做",
    "disk-full": "{stack} 没有完成，磁盘已满：{reason}",
    "disk-full.next": "先腾出空间（df -h），再次执行同一命令：会从最后一份写完整的状态接着做",
    "disk-short": "{folder} 只剩 {left} MiB，趁状态还写得下时停止",
    "disk-short.next": "先在那里腾出空间（df -h {folder}），再次执行同一命令；已完成的不会重做",
    "draining": "正在停止：等待进行中的操作结束并保存状态，请勿强行关闭",
    "still-draining": "仍在停止，再按也不会更快",
    "failed": "{stack} 中有 {count} 个资源失败",
    "failed.next": "排除原因后再次执行，已完成的部分不会重做",
    "killed": "引擎在执行中途被结束（{signal}）",
    "killed.next": "查明原因（内存不足？），再执行一次；已完成的不会重复",
    "provider-died": "{resource} 没有完成：插件在执行中途被结束",
    "provider-died.next": "查明原因（内存不足？），再执行一次；已完成的不会重复",
    "interrupted": "已按要求停止，状态已保存",
    "interrupted.next": "再次执行同一命令即可继续；执行的若是保存的方案，则用其申请单继续，会先列出余下的变更",
    "locked": "{stack} 正被另一个进程更改",
    "locked.next": "等它结束；若它已不在，执行 govcloud unlock",
    "no-answer": "{resource}：服务没有按时应答",
    "no-answer.next": "查看该服务后再次执行，已完成的部分不会重做",
    "other-passphrase": "记录库 {store} 的状态所用的口令与 {file} 中的不同",
    "other-passphrase.next": "从使用此记录库的机器复制 engine/passphrase，覆盖 {file}（chmod 600）；详见 docs/records.md",
    "no-passphrase": "记录库 {store} 的状态已加密，本机没有口令：{file} 不存在或为空",
    "no-passphrase.next": "从使用此记录库的机器或备份复制 engine/passphrase 到 {file}（chmod 600）；详见 docs/records.md",
    "resource-failed": "{resource} 失败：{reason}",
}
