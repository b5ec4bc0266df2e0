"""Declare the community, its policy, its study and the events that strike it."""

from __future__ import annotations

from liulin_generator.frame import CRS

BUDGET = 860_000

COMMUNITY = f"""\
# 柳林新村是虚构的：没有这个地方，也没有这些人。坐标只为让图画得出来。
code = "liulin"
name = "柳林新村"
name_en = "Liulin New Village"
kind = "work_unit"
datum = "wgs84"
crs = "{CRS}"
coordinates = "projected"
survey_date = 2026-11-01
holder = "柳林新村社区居委会（虚构）"
jurisdiction = "柳林街道（虚构）"
property_manager = false
owner_unit = "柳林机械厂留守处（虚构）"
phone = "154-0000-0001"
k_persons = 10
k_households = 3
attribution = "示意底图，本项目绘制"
sample = true
"""

POLICY = """\
# 准则：柳林新村韧性治理委员会 2026-10-12 定。
epsilon = 0.05              # 最慢组不超过最好可能值的 1.05 倍；委员会比默认的 0.15 收得更紧
majority_loss = 60.0        # 秒：其他居民平均最多让出
reference = "general"
worst_share = 0.10
confidence = 0.95
value_weight = "floor_area"
tiers = []                  # 空：目录里全部规则文件
services = ["shelter", "clinic"]
risk_percentile = 0.80
decided_by = "柳林新村韧性治理委员会（虚构）"
decided_on = 2026-10-12
source = "assumption"

[speed_density]
level = "weidmann"
stair = "sfpe_stair"
"""

STUDY = f"""\
schemes = ["a", "b"]
scenarios = ["fire-stair-3", "earthquake", "flood", "gas-incident", "fall-at-home"]
main_scenario = "fire-stair-3"
seeds = 30
dual_view_seeds = 8
budget = {BUDGET}.0
replay_scheme = "base"
key_elements = 6
key_seeds = 4

[uncertainty]
draws = 24
seeds = 8
"""

OVERLAY = """\
# 本社区自己的条目：同名整条替换目录里的那一条，每条都要有来源。
# Own entries of this community; each replaces the shipped one of the same name whole.

[storey_height]
value = 2.9
low = 2.7
high = 3.1
unit = "m"
source = "liulin_survey2026"
confidence = "A"
verified = true
note = "measured in five stairs, 2026-09"
"""

SOURCES = """\
@misc{liulin_survey2026,
  title = {柳林新村踏勘记录（虚构）},
  author = {柳林街道踏勘组（虚构）},
  year = {2026},
  note = {五个楼梯间实测层高；示例资料}
}
"""
