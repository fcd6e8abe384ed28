"""参考手册各页的词句。"""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "made": "*本页由 `make docs` 生成，请勿手工修改。[English]({other})*",
    "title.cli": "命令",
    "title.keys": "申报文件的键",
    "title.errors": "错误代码",
    "title.exit-codes": "退出码",
    "title.rules": "检查项",
    "title.recorded": "只作记录的键",
    "title.events": "进度事件",
    "intro.cli": "每个命令及其选项。处处相同：`-o` 选格式，`--lang` 选语言，`--for` 说明给谁看，`--events` 以 NDJSON 输出进度。",
    "intro.keys": "每种文件的每个键，`<name>` 处写自定的名称。同样的内容：`govcloud explain 键名`；供编辑器使用的 JSON Schema 在本目录中。",
    "intro.errors": "代码不翻译，供脚本判断；`<…>` 处填入实际内容。同样的内容：`govcloud explain 代码`。",
    "intro.exit-codes": "退出码是对脚本的承诺，只随主版本改变。",
    "intro.rules": "现行的检查项。单条：`govcloud explain GC-ZONE-005`。",
    "intro.recorded": "申请单里这些键的内容会检查并保存，供人查阅和以后的功能使用。目前变更方案、检查结论和云上资源都不受它们影响；其余的键要么改变新系统的变更方案，要么使申请被拒绝。有一项测试逐个改动所有样例里的值来保证这两点。屏幕上查看：`govcloud explain recorded`。",
    "intro.events": "`--events` 时每行一个 JSON 对象，写到标准输出；给人看的文字写到标准错误；用 `-o` 指定 `table` 以外的格式时，标准错误上只有该格式的结果。没有值的字段省略。",
    "event.time": "发生时间，自 1970-01-01 UTC 起的秒数",
    "event.what": "哪一步，以 / 分层；`error` 说明命令失败的原因，一条一个",
    "event.state": "状态，见下表",
    "event.op": "对资源做什么：create、update、delete、replace 等",
    "event.text": "一句说明，用界面语言",
    "event.seconds": "用了多少秒，结束时给出",
    "event.estimate": "预计多少秒，开始时给出",
    "state.started": "已开始",
    "state.done": "已完成",
    "state.unchanged": "无须改动",
    "state.failed": "失败",
    "state.note": "一则说明",
    "formats": "结果本身的格式用 `-o` 选择：{known}。",
}
