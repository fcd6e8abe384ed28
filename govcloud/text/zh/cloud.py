"""云。"""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "endless-pool": "存储池 {pool} 没有报告有限的容量，无法核算",
    "endless-pool.next": "由云管单位在 Cinder 中为它配置容量",
    "login": "登录云 {cloud} 失败：{reason}",
    "login.next": "检查 clouds.yaml 中 {cloud} 的用户和密码；试用环境先执行 govcloud devcloud up",
    "needs-password": "clouds.yaml 中 {cloud} 不是用户名加密码的登录方式，无法进入各单位的项目",
    "needs-password.next": "为 govcloud 准备一个有密码的用户",
    "network-twice": "云 {cloud} 上有重名的外部网络：{names}",
    "network-twice.next": "由云管单位改名",
    "bad-file": "读不了 {file}：{reason}",
    "bad-file.next": "请改正它，或用 OS_CLIENT_CONFIG_FILE 指定另一个",
    "forbidden": "云 {cloud} 不允许这样做：{reason}",
    "forbidden.next": "请用 clouds.yaml 中云管的条目；权限检查：govcloud doctor --site",
    "no-file": "没有 clouds.yaml",
    "not-in": "{file} 中没有",
    "no-entry": "没有找到云 {cloud} 的登录信息：{reason}",
    "no-entry.next": "在 clouds.yaml 中加入 {cloud}；试用环境：govcloud devcloud up",
    "no-operator-domain": "云 {cloud} 上没有域 {domain}",
    "no-operator-domain.next": "由云管单位创建该域，或改 sites/*.yaml 的 operator_domain",
    "owned": "域 {domain} 属于另一个记录库 {owner}，本记录库是 {store}",
    "owned.next": "用那个记录库操作，或为本记录库另建一个域",
    "quota-exceeded": "Cinder 在项目 {project} 中记的用量超过应有的限额：{keys}",
    "quota-exceeded.next": "先看有没有不是本工具建的资源：govcloud drift；没有，就是 Cinder 记错了：cinder-manage quota sync --project-id {project}，然后再次 apply",
    "quota-not-taken": "云没有接受这些配额：{keys}",
    "quota-not-taken.next": "由云管单位用 govcloud doctor --site 检查",
    "refused": "云 {cloud} 拒绝了请求：{reason}",
    "refused.next": "检查权限和服务状态：govcloud doctor --site",
    "unreachable": "连不上云 {cloud}：{reason}",
    "unreachable.next": "检查网络和服务；试用环境：govcloud devcloud show",
    "silent": "云 {cloud} 在 {seconds} 秒内没有应答",
    "silent.next": "查看该服务后再次执行；可在 clouds.yaml 中用 api_timeout 放宽时限",
    "not-gone": "{what} {id} 迟迟没有删除",
    "not-gone.next": "稍后再执行一次",
}
