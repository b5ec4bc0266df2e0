"""Hold the words registers use, by what is true of a resident."""

from __future__ import annotations

SEX_WORDS = {"female": "女", "male": "男"}
HUKOU_WORDS = {"local": "本地", "elsewhere": "外地"}
TENURE_WORDS = {"owner": "自有", "public_tenant": "承租公房", "tenant": "租住"}
CARE_WORDS = {"0": "能力完好", "1": "轻度失能", "2": "中度失能", "3": "重度失能", "4": "完全失能"}
AID_WORDS = {
    "none": "无",
    "stick": "单拐",
    "crutches": "双拐",
    "frame": "助行架",
    "wheelchair_manual": "轮椅（自己推）",
    "wheelchair_pushed": "轮椅（需人推）",
    "wheelchair_electric": "电动轮椅",
}
RELIEF_WORDS = {
    "none": "无",
    "dibao": "低保",
    "edge": "低保边缘",
    "rigid": "刚性支出困难",
    "tekun": "特困",
}
DEVICE_WORDS = {"none": "无", "oxygen": "制氧机", "ventilator": "呼吸机", "suction": "吸痰器"}
