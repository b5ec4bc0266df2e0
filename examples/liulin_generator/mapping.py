"""State what the headings and words of each register mean, as its holder would."""

from __future__ import annotations

from typing import Any

from liulin_generator.frame import toml_value
from liulin_generator.registers import AS_OF
from liulin_generator.sheets import FILES, SHEET

NOT_ON_CIVIL_LIST = {
    "adl_level": "0",
    "cognitive_impairment": "false",
    "dibao": "none",
    "hearing_level": "5",
    "intellectual_level": "5",
    "limb_level": "5",
    "mental_level": "5",
    "speech_level": "5",
    "vision_level": "5",
    "walking_aid": "none",
}
"""The street vouches that its lists of assessed, disabled and aided residents are complete."""
NOT_ON_MEDICAL_LIST = {
    "bedridden": "false",
    "dialysis_weekly": "0",
    "oxygen_hours": "0",
    "postpartum_days": "365",
    "power_device": "none",
    "pregnant_weeks": "0",
}
"""The health station vouches for these; chronic diseases are known of contracted residents only."""
AIDS = {"轮椅（自己推）": "wheelchair_manual", "轮椅（需人推）": "wheelchair_pushed"}

_REGISTERS: dict[str, dict[str, Any]] = {
    "household": {
        "role": "household",
        "source": "派出所和居委会户籍台账",
        "columns": {
            "户号": "household_number",
            "与户主关系": "relation",
            "姓名": "name",
            "性别": "sex",
            "公民身份号码": "identity_number",
            "出生日期": "birth_date",
            "户籍": "hukou",
            "居住性质": "tenure",
            "住址": "address",
            "联系电话": "phone",
            "迁入日期": "since",
            "迁出日期": "until",
            "采集日期": "observed_on",
            "自理情况": "adl_level",
            "助行器具": "walking_aid",
            "是否卧床": "bedridden",
            "残疾类别": "disability_kind",
            "残疾等级": "disability_grade",
            "认知障碍": "cognitive_impairment",
            "用电设备种类": "power_device",
            "每日吸氧小时": "oxygen_hours",
            "每周透析次数": "dialysis_weekly",
            "孕周": "pregnant_weeks",
            "产后天数": "postpartum_days",
            "白天无人照看": "child_alone_daytime",
            "留守儿童": "left_behind",
            "低保情况": "dibao",
            "老养残": "old_supports_disabled",
            "是否群租": "group_rental",
            "听得懂普通话": "mandarin",
            "帮手数": "helpers_within_30min",
            "安全五问": "risk_awareness",
        },
        "ignore": ["备注"],
        "values": {
            "tenure": {"承租公房": "public_tenant"},
            "walking_aid": AIDS,
        },
        "tolerate": ["identity_number", "date", "repeated"],
    },
    "civil": {
        "role": "civil_affairs",
        "source": "街道民政",
        "columns": {
            "姓名": "name",
            "身份证号": "identity_number",
            "家庭住址": "address",
            "电话": "phone",
            "独居": "lives_alone",
            "能力等级": "adl_level",
            "助行器具": "walking_aid",
            "肢体残疾等级": "limb_level",
            "视力残疾等级": "vision_level",
            "听力残疾等级": "hearing_level",
            "智力残疾等级": "intellectual_level",
            "精神残疾等级": "mental_level",
            "认知障碍": "cognitive_impairment",
            "照料人": "carer",
            "救助类别": "dibao",
            "评估日期": "observed_on",
        },
        "ignore": ["序号"],
        "values": {"walking_aid": AIDS},
        "complete": NOT_ON_CIVIL_LIST,
        "tolerate": ["identity_number"],
    },
    "medical": {
        "role": "medical",
        "source": "社区卫生站",
        "sheet": SHEET,
        "columns": {
            "患者姓名": "name",
            "证件号码": "identity_number",
            "出生日期": "birth_date",
            "联系方式": "phone",
            "现住址": "address",
            "慢性病种数": "chronic_count",
            "每日服药": "daily_medicine",
            "居家用电设备": "power_device",
            "每周透析次数": "dialysis_weekly",
            "孕周": "pregnant_weeks",
            "卧床": "bedridden",
            "登记日期": "observed_on",
        },
        "ignore": ["编号"],
        "complete": NOT_ON_MEDICAL_LIST,
        "tolerate": ["identity_number", "date"],
    },
    "grid": {
        "role": "other",
        "source": "网格员走访",
        "columns": {
            "走访日期": "observed_on",
            "姓名": "name",
            "电话": "phone",
            "住处": "address",
            "租住情况": "tenure",
            "性别": "sex",
            "年龄": "age",
            "智能手机": "has_smart_device",
            "一个人住": "lives_alone",
            "三十分钟内帮手": "helpers_within_30min",
            "普通话": "mandarin",
            "是否群租": "group_rental",
            "抱孩子": "carries_infant",
            "烟感": "has_smoke_alarm",
            "应急包": "has_kit",
            "参加演练": "joined_drill",
            "呼叫手环": "has_call_button",
            "何时来": "since",
            "安全五问": "risk_awareness",
        },
        "values": {"mandarin": {"通": "true", "不通": "false"}},
    },
}


def mapping() -> str:
    """Return ``registers/mapping.toml``."""
    lines = ["# 每份名册：谁给的、哪天导出、哪一列是什么、哪些毛病列出来就行不必停下。"]
    for name, facts in _REGISTERS.items():
        lines += ["", f"[registers.{name}]", f'file = "{FILES[name]}"', f"as_of = {AS_OF[name]}"]
        lines += [f"{key} = {toml_value(value)}" for key, value in facts.items()]
    return "\n".join(lines) + "\n"
