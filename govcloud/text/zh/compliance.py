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
    "no-such-rule": "没有检查项 {name}",
    "no-such-rule.next": "是不是：{near}；全部检查项见 govcloud explain rules",
    "self-approved": "{name} 批准了自己的申请",
    "self-approved.next": "由另一个人批准",
    "no-such-account": "没有哪个使用单位有账号 {name}，豁免无效",
    "no-such-account.next": "可选：{near}；新人员由云管单位加入 departments/<简称>/department.yaml",
    "no-such-tenancy": "这里没有云上系统 {name} 的申请单",
    "no-such-tenancy.next": "可选：{near}；已经终止的系统，其豁免可以删除",
    "no-such-resource": "{rule} 不涉及该系统申请单中的 {name}",
    "no-such-resource.next": "它涉及：{near}；省略 resource 即豁免该系统的全部",
    "missing": "未判定：从 {what} 得不到所需内容",
    "level": "只适用于等级保护 {minimum} 级及以上的系统",
    "nothing": "没有这一检查项所指的对象",
    "clause.certain": "{framework} {clause}（条款号确定）",
    "clause.likely": "{framework} {clause}（条款号基本可靠）",
    "clause.unsure": "{framework}（条款号未核实）",
    "clause.isolates": "{clause}；本平台各级均执行",
    "clause.policy": "平台规定，参照 {clause}",
    "waiver.holds": "豁免至 {until}（含当日）：{reason}；{approver} 批准",
    "waiver.expired": "豁免已于 {until} 到期",
    "waiver.self-approved": "豁免无效：批准人 {approver} 就是申请人",
    "waiver.no-owner": "豁免无效：该单位没有申请人 {owner} 的账号",
    "waiver.no-approver": "豁免无效：没有哪个使用单位有批准人 {approver} 的账号",
    "waiver.not-waivable": "豁免无效：{severity}级别的问题不得豁免",
    "waiver.orphaned": "{rule} 的豁免（至 {until}）没有对应的问题，可以删除",
}
