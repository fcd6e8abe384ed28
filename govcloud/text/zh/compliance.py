"""检查项的结论、严重程度、依据和豁免。"""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "status.pass": "符合",
    "status.fail": "不符合",
    "status.not-applicable": "不适用",
    "status.not-evaluated": "未判定",
    "status.waived": "已豁免",
    "severity.critical": "严重",
    "severity.high": "高",
    "severity.medium": "中",
    "severity.low": "低",
    "missing": "未判定：没有读到 {what}",
    "level": "只适用于等级保护 {minimum} 级及以上的系统",
    "nothing": "没有这一检查项所指的对象",
    "clause.certain": "{framework} {clause}（条款号确定）",
    "clause.likely": "{framework} {clause}（条款号基本可靠）",
    "clause.unsure": "{framework}（条款号未核实）",
    "clause.policy": "平台规定，参照 {clause}",
    "waiver.holds": "豁免至 {until}（含当日）：{reason}；{approver} 批准",
    "waiver.expired": "豁免已于 {until} 到期",
    "waiver.self-approved": "豁免无效：批准人 {approver} 就是申请人",
    "waiver.not-waivable": "豁免无效：{severity}级别的问题不得豁免",
    "waiver.orphaned": "{rule} 的豁免（至 {until}）没有对应的问题，可以删除",
}
