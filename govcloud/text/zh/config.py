"""设置。"""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "lang": "界面语言：zh 或 en",
    "output": "默认输出格式",
    "audience": "输出对象：department（使用单位）或 operator（云管单位）",
    "os-cloud": "clouds.yaml 中的云名称，覆盖 sites/*.yaml 中的 cloud",
    "store": "记录库地址（SQLite 或 PostgreSQL）",
    "state": "Pulumi 状态的存放地址",
    "settings": "设置",
    "folders": "目录",
    "folder.config": "您选择的设置",
    "folder.cache": "可以重建的",
    "folder.data": "要保留的",
    "folder.state": "本机自己的：记录库、引擎状态、日志",
    "files": "依次采用：命令行选项、环境变量、govcloud.toml（当前目录或其上级；在仓库内则为仓库根目录或其上级）、{user}、默认值",
    "column.name": "名称",
    "column.value": "值",
    "column.origin": "来源",
    "column.meaning": "含义",
    "default": "默认",
    "unreadable": "设置文件不是 TOML 格式：{reason}",
    "unreadable.next": '请按 TOML 格式修正，例如：lang = "zh"',
    "unknown": "未知的设置 {name}",
    "unknown.next": "可用的设置：{known}",
    "not-one-of": "{name} 不能是 {value}（来自 {origin}）",
    "not-one-of.next": "可选：{known}",
    "bad-address": "{name} 中的地址无法识别：{address}",
    "bad-address.next": "写成 postgresql://用户:口令@主机:5432/库名，口令里的 : @ / ? # 写作 %3A %40 %2F %3F %23；或记录库写 sqlite:////绝对路径，状态写 file:///绝对路径",
    "no-home": "不知道您的文件在哪里：没有设置 HOME，该用户在 /etc/passwd 中也没有登记",
    "no-home.next": "把 HOME 设为您自己的目录",
    "no-folder": "当前目录已经不存在",
    "no-folder.next": "先用 cd 进入存在的目录",
    "password-shared": "{name} 中写有密码，而凡能读仓库的人都能读到这个文件",
    "password-shared.next": "去掉密码，写到 ~/.pgpass、PGPASSFILE 或 PGPASSWORD（docs/records.md）；若已被他人看到则应更换",
    "not-text": "{name} 的值必须是带引号的文字",
    "not-text.next": '请写成 {name} = "…"',
}
