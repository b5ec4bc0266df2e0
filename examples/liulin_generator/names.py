"""Draw names from lists of common surnames and given characters; nobody real is meant."""

from __future__ import annotations

from liulin_generator.luck import one_of

# Common first, so that namesakes occur as often as in life.
_SURNAMES = (
    "王王王王李李李李张张张张刘刘刘陈陈陈杨杨赵赵黄黄周周吴吴徐徐孙孙胡朱高林何郭马罗梁宋郑谢韩唐冯"
    "于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔"
)
_FIRST = {
    ("female", "old"): "桂秀玉淑凤兰素美金惠月彩",
    ("male", "old"): "国建德文志永光长福家明正",
    ("female", "middle"): "丽红艳晓海春雪小文燕敏静",
    ("male", "middle"): "建志伟海军晓永立文小国向",
    ("female", "young"): "雨思欣佳子梓诗一若可心语",
    ("male", "young"): "浩宇子俊天梓家一博明睿泽",
}
_SECOND = {
    ("female", "old"): "芳英兰珍珠华荣芝清琴云梅",
    ("male", "old"): "华强生平民林山海祥清才荣",
    ("female", "middle"): "梅霞萍娟芳玲红琴华云丽敏",
    ("male", "middle"): "军刚勇强明东平华辉峰涛斌",
    ("female", "young"): "涵萱怡琪妍彤悦馨瑶婷雯晴",
    ("male", "young"): "轩然宇辰涵杰豪诚阳航哲凯",
}
_SINGLE_SHARE = {"old": 0.12, "middle": 0.25, "young": 0.08}
_OLD_BEFORE, _YOUNG_FROM = 1962, 1988

HOMOPHONES = {
    "芳": "方",
    "英": "瑛",
    "华": "骅",
    "珍": "贞",
    "玉": "育",
    "玲": "铃",
    "萍": "平",
    "军": "君",
    "志": "智",
    "伟": "玮",
    "明": "铭",
    "辉": "晖",
    "刚": "钢",
    "霞": "侠",
    "梅": "玫",
    "琴": "勤",
    "国": "帼",
    "清": "青",
    "文": "闻",
    "红": "洪",
    "云": "芸",
    "丽": "利",
    "秀": "绣",
}
"""A character typed -> another one that sounds the same."""


def surname(u: float) -> str:
    """Return a surname; common ones come more often."""
    return one_of(u, _SURNAMES)


def given(sex: str, born: int, u: tuple[float, float, float]) -> str:
    """Return a given name in the fashion of the year of birth."""
    era = "old" if born < _OLD_BEFORE else "young" if born >= _YOUNG_FROM else "middle"
    second = one_of(u[1], _SECOND[sex, era])
    if u[2] < _SINGLE_SHARE[era]:
        return second
    first = one_of(u[0], _FIRST[sex, era])
    return first + second if first != second else second
