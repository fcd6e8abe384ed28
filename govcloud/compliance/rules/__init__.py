"""The rules in force: one file each, and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from govcloud.compliance.rule import Rule
from govcloud.compliance.rules import (
    gc_dat_001,
    gc_dat_002,
    gc_loc_001,
    gc_lvl_001,
    gc_lvl_003,
    gc_lvl_004,
    gc_mdm_001,
    gc_mdm_002,
    gc_mdm_003,
    gc_mdm_004,
    gc_mdm_005,
    gc_net_001,
    gc_net_002,
    gc_net_003,
    gc_port_001,
    gc_sg_001,
    gc_sg_002,
    gc_sg_003,
    gc_zone_001,
    gc_zone_003,
    gc_zone_005,
    gc_zone_006,
)

RULES: Final[Mapping[str, Rule]] = {
    module.RULE.id: module.RULE
    for module in (
        gc_mdm_001,
        gc_mdm_002,
        gc_mdm_003,
        gc_mdm_004,
        gc_mdm_005,
        gc_lvl_001,
        gc_lvl_003,
        gc_lvl_004,
        gc_dat_001,
        gc_dat_002,
        gc_loc_001,
        gc_zone_001,
        gc_zone_003,
        gc_zone_005,
        gc_zone_006,
        gc_net_001,
        gc_net_002,
        gc_net_003,
        gc_sg_001,
        gc_sg_002,
        gc_sg_003,
        gc_port_001,
    )
}
