"""List the verbs: where each lives, what it does in both languages, one example each.

Read by ``renlin --help`` without loading a command, by the commands themselves and by
the tests of the documentation.
"""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """What one verb is.

    Attributes
    ----------
    room
        Module that holds the command.
    short_zh, short_en
        A few words for the list of verbs.
    zh, en
        What it does, for its own help; one line per sentence or so.
    example
        A command line that works.
    """

    room: str
    short_zh: str
    short_en: str
    zh: str
    en: str
    example: str


VERBS = {
    "advise": Words(
        "renlin.cli.guidance",
        "建议谁走哪条路",
        "advise who takes which way",
        "按单元和人群找更好的疏散路线：最慢的人群变快，别的人群慢得不超过准则的上限。\n"
        "用另一批种子验证，写明照做的占比、区间，离最好可能值还有多远；没有更好的就说没有。",
        "Look for better ways by stairwell and group: the slowest group gets faster and no other\n"
        "loses more than the policy allows. Tried under fresh seeds, with the share that follow,\n"
        "intervals and the distance to what is possible; when nothing is better it says so.",
        "renlin advise examples/liulin --seeds 12",
    ),
    "build": Words(
        "renlin.cli.data",
        "整理名册，写出 layers/",
        "build layers from registers",
        "整理 registers/ 里的名册，写出 layers/；存疑的列出来等人核对。\n"
        "名册有错就全列出来，一个文件也不写。地图图层用 --layers 读进来。",
        "Link the registers in registers/ and write layers/; what is doubtful is listed.\n"
        "When a register has faults, all of them are told and nothing is written.\n"
        "Map layers are brought in with --layers.",
        "renlin build examples/liulin",
    ),
    "cascade": Words(
        "renlin.cli.failing",
        "一处坏了，谁家什么时候没水没电",
        "follow one failure through water, power and access",
        "一处或几处同时坏了（变压器、水泵、路段、门、单元），谁家几小时以后没电、没水、\n"
        "出不来，因为什么。没有记录供到的楼写未知，不当成安全。",
        "Say whose power, water or access is lost when nodes, ways, gates or units fail, after\n"
        "how many hours and because of what. A building no record serves is unknown.",
        "renlin cascade examples/liulin south-way",
    ),
    "check": Words(
        "renlin.cli.data",
        "查名册和各层是否互相一致",
        "check that registers and layers agree",
        "查社区的名册、图层、方案和情景：每个文件的错，和它们之间的矛盾。\n什么也不写。",
        "Check registers, layers, schemes and scenarios: the faults of each file, and where\n"
        "they contradict each other. Nothing is written.",
        "renlin check examples/liulin",
    ),
    "compare": Words(
        "renlin.cli.stages",
        "比较方案",
        "compare schemes",
        "比较方案：每个平均数下面都有各人群；效率悖论照样标出。",
        "Compare schemes: every average with its groups; an efficiency paradox is flagged.",
        "renlin compare examples/liulin --seeds 4",
    ),
    "confirm": Words(
        "renlin.cli.deciding",
        "请人确认规则建议的等级",
        "let people decide on tiers",
        "列出还没有人确认的等级和理由；写成一张表，填好再收下，有错就一行也不收。\n"
        "撤销的也留在记录里。降低等级要两个角色签字。",
        "List the tiers nobody has decided on, with reasons; write them as a sheet, take it\n"
        "filled in, whole or not at all. What is undone stays on record.\n"
        "Lowering a tier needs two roles.",
        "renlin confirm examples/liulin",
    ),
    "contradictions": Words(
        "renlin.cli.contradicting",
        "供需矛盾：列出、异议、销号",
        "list, contest, close contradictions",
        "供需矛盾（使用、管理、规划）：列出；对一条提异议、销号，都要角色、日期、理由，销号还要凭据。\n"
        "写进 layers/objections.csv，可以撤销；销号以后又看到的，自动重开。",
        "Contradictions between space and need: list them; contest or close one with a role,\n"
        "a day and a reason, and proof to close it. Kept in layers/objections.csv, can be\n"
        "undone; what is seen again after its closing is open again.",
        "renlin contradictions examples/liulin",
    ),
    "cube": Words(
        "renlin.cli.reaching",
        "几点、在哪、哪些人：时空人群表",
        "who is where at which hour",
        "每个楼、每个钟点、每类人：在的、够不着的、在高风险楼里的人数。写成 CSV 或 Parquet。",
        "Persons by place, hour and group: present, not covered, in a building of high risk.\n"
        "Written as CSV or Parquet.",
        "renlin cube examples/liulin --out out/cube.csv",
    ),
    "doctor": Words(
        "renlin.cli.machine",
        "查这台机器缺什么",
        "say what is missing here",
        "查这台机器缺什么：Python、依赖、字体、磁盘、写盘速度。",
        "Say what this machine lacks: Python, packages, font, disk, speed of writing.",
        "renlin doctor",
    ),
    "explain": Words(
        "renlin.cli.results",
        "追溯一个数",
        "trace a number to its sources",
        "把一个数追溯到名册的行、规则版本和目录的出处。",
        "Trace a number back to register rows, versions of rules and sources of the catalogue.",
        "renlin explain out/liulin needs.groups --row 'tier_1_2_share|all' --column value",
    ),
    "vault": Words(
        "renlin.cli.private",
        "身份保险库：状态、换钥匙、查阅、删除",
        "vault of identities",
        "身份保险库里有多少人、用哪把钥匙、谁查阅过；换钥匙。\n"
        "给本人看他的全部记录，或把他的记录全部删掉，并查遍文件夹有没有残留。",
        "Show how many identities are kept, under which key and who read them; change the key.\n"
        "Write all that is held about one person for them to see, or erase it and search the\n"
        "whole folder for what is left.",
        "renlin vault examples/liulin",
    ),
    "view": Words(
        "renlin.cli.private",
        "按角色看单人记录",
        "single records as a role may see them",
        "按角色和用途写出单人记录：网格员只有自己的楼栋，本人只有自己的，看汇总的角色不给。\n"
        "不给的列说明原因；每次都记进查阅记录。撤回同意的值是空的。",
        "Write single records by role and purpose: a grid worker's own buildings, a resident's\n"
        "own record, nothing for who sees counts. Columns not given are told with the reason;\n"
        "every reading is noted. Values whose consent does not hold are empty.",
        "renlin view examples/liulin --role grid_worker --building b01 --out out/b01.csv",
    ),
    "verify": Words(
        "renlin.cli.proof",
        "检验：重跑已发表的案例",
        "run published cases again",
        "检验：用公开的函数重跑已发表的案例，和各自的期望区间对照。\n"
        "DIR 是案例文件夹，不写就跑自带的，并与实验室实测对照。--out 写出检验页。\n"
        "已发表的表要别人的数据，--data 说在哪里；没有就写明没有跑。",
        "Run published cases through the public functions and hold them against their bands.\n"
        "DIR is a folder of cases; without it the shipped ones run, and laboratory means are\n"
        "compared. --out writes the page. Published tables need data made by others: --data says\n"
        "where they are; without them the page says not run.",
        "renlin verify --out out/verification",
    ),
    "govern": Words(
        "renlin.cli.stages",
        "第四步：多元协同共治",
        "stage 4: who does what",
        "第四步 多元协同共治：谁做什么。",
        "Stage 4, collaborative governance: who does what.",
        "renlin govern examples/liulin --seeds 4",
    ),
    "impact": Words(
        "renlin.cli.private",
        "写个人信息保护影响评估",
        "write the privacy assessment",
        "从信息项登记、规则文件、同意记录和公布规则，生成个人信息保护影响评估（中英文）。",
        "Write the personal information protection impact assessment from the registers, in\n"
        "Chinese and English.",
        "renlin impact examples/liulin --out out",
    ),
    "index": Words(
        "renlin.cli.indices",
        "按定义文件算综合指数",
        "work out a composite index",
        "按定义文件由一张表算综合指数：社会脆弱性指数、多重剥夺指数，或自己写的定义。\n"
        "每一步的舍入、并列、反向、权重都写在定义里；--uncertainty 给出名次区间。",
        "Work out a composite index of a table: social vulnerability, deprivation, or one of your\n"
        "own. Rounding, ties, reversal and weights stand in the definition; --uncertainty gives\n"
        "intervals of ranks.",
        "renlin index examples/index/blocks.csv --definition examples/index/blocks.toml",
    ),
    "inform": Words(
        "renlin.cli.deciding",
        "告诉居民等级是怎么来的",
        "tell a resident why",
        "一位居民的说明单：等级、理由、规则和版本、用到的每一项和来源日期、\n"
        "什么会改变它、找谁更正、有哪些权利（个人信息保护法第 24、45–47 条）。",
        "The explanation sheet of one resident: tier, reason, rule and version, every input with\n"
        "source and date, who corrects it, and the rights of articles 24 and 45 to 47 of the PIPL.",
        "renlin inform tests/places/willow lin",
    ),
    "inequality": Words(
        "renlin.cli.inequality",
        "谁跟谁差多少",
        "who differs from whom",
        "第一步里各人群的差距和区间、谁走谁留、钱、看法、变化、社区类型。\n"
        "--spending 只比几个社区的支出：每人多少、每个有风险的人多少、拉平要挪多少。",
        "Gaps between groups with intervals, who moved and stayed, money, views, change, type.\n"
        "--spending only compares several communities: per head, per person at risk, transfer.",
        "renlin inequality examples/liulin",
    ),
    "inspect": Words(
        "renlin.cli.data",
        "看一个文件里有什么、错在哪",
        "say what a file holds and what is wrong",
        "看一个文件里有什么：名册、地图、图层、社区文件夹或结论表；错处全列出来。",
        "Say what a file holds (register, map, layer, community, finding) and all that is wrong.",
        "renlin inspect examples/liulin/registers/medical.xlsx",
    ),
    "keys": Words(
        "renlin.cli.stages",
        "关键空间要素：没了谁出不去，改了谁更快",
        "key elements: what each is worth",
        "关键空间要素：路、门、单元门、楼梯、避难场所，一处一处改好、一处一处封掉，\n"
        "同样的运气下各推演一遍，看最没保障的人快了还是慢了多少。",
        "Key spatial elements: lanes, gates, doors, stairs and shelters, improved one by one and\n"
        "closed one by one under the same luck: what each gives or takes from the worst-off.",
        "renlin keys examples/liulin --scenario fire-stair-3 --top 4 --seeds 3",
    ),
    "link": Words(
        "renlin.cli.linking",
        "两张表里谁是同一个人",
        "which records of two tables are one",
        "两张表（或一张表自己）里哪些记录是同一个人或物：概率、理由，拿不准的交人复核。\n"
        "不写 --spec 就按标题和内容猜，猜的说明写在结果旁边。人工决定用 --decisions 读回来。",
        "Say which records of two tables, or of one, are the same, how likely and why; doubtful\n"
        "ones go to people. Without --spec the fields are guessed by heading and content, and\n"
        "the spec used is written beside the pairs. Decisions come back with --decisions.",
        "renlin link police.csv civil.xlsx --out pairs.csv --review review.csv",
    ),
    "locate": Words(
        "renlin.cli.locating",
        "本社区再开在哪里",
        "where this community should open",
        "这个社区的避难场所（或别的设施）再开在哪里：备选的空间、效率优先和公平优先两列，\n"
        "谁近了谁远了；公平优先的可以写成方案文件，再推演。",
        "Where this community should open a shelter or another facility: candidate grounds,\n"
        "efficient and fair plans side by side, who is nearer and who is farther. The fair\n"
        "plan can be written as a scheme and simulated.",
        "renlin locate examples/liulin --service shelter --more 2",
    ),
    "convert": Words(
        "renlin.cli.converting",
        "场地多久能转成应急用",
        "how fast grounds turn to emergency use",
        "每处有转换预案的场地，白天或夜里的人手要多久转好：关键路径、九成守得住的时间、\n"
        "卡在哪里。可以写成方案文件，再推演。",
        "How long every ground with a plan takes to convert with the crew of the day or the\n"
        "night: nine-in-ten time, and what stops it. The times can be written as a scheme\n"
        "and simulated.",
        "renlin convert examples/liulin",
    ),
    "circulate": Words(
        "renlin.cli.guidance",
        "微循环：救援车怎么进来，拓哪条巷道",
        "how rescuers get in, which lanes to open",
        "微循环：消防车、救护车开到哪里、人再走多远，哪条巷道拦住它；拓开巷道、放共享转运车、\n"
        "建充电棚，各自让救援和撤离快多少，按人群写明区间。--schemes 把每条措施写成方案文件。",
        "How far a fire engine and an ambulance drive, how far their crew walks, which lanes stop\n"
        "them. Then opening lanes, shared vehicles and a charging shed, each tried: what it does\n"
        "to rescue and evacuation times, by group. --schemes writes each as a scheme file.",
        "renlin circulate examples/liulin --seeds 6",
    ),
    "micro": Words(
        "renlin.cli.micro",
        "微观检查：一处过得了多少人",
        "how many pass one spot",
        "微观检查：一个大门、路段、单元楼梯或场地，慢行的人越多，每米净宽每秒过多少人。\n"
        "SPOT 是地图上的编号，例如 gates/east。要先装可选组件 micro。",
        "Micro check of one gate, lane, stair or yard: persons per second and metre of clear\n"
        "width, by the share of slow walkers. SPOT is a key of the map, such as gates/east.\n"
        "Needs the extra micro.",
        "renlin micro examples/liulin gates/west --seeds 3",
    ),
    "nation": Words(
        "renlin.cli.nation",
        "全国的大表：逐区分级、排位、打分",
        "judge a national table district by district",
        "逐区判全国的大表：分级（确定、可能）、精确百分位、分数、社区×人群的计数。\n"
        "FOLDER 按 city=…/district=… 分好的 Parquet；离开一个区的只有计数。\n"
        "停下以后，同一条命令接着算；--merge 把各区送来的计数并起来。",
        "Judge a national table district by district: tiers (sure and possible), exact\n"
        "percentile ranks, scores, counts by community and group. FOLDER holds Parquet parted\n"
        "as city=…/district=…; only counts leave a district. After a stop the same command\n"
        "goes on; --merge adds up the counts that districts sent.",
        "renlin nation tables --out out/nation --workers 2",
    ),
    "needs": Words(
        "renlin.cli.stages",
        "第一步：主体需求识别",
        "stage 1: who needs what",
        "第一步 主体需求识别：谁需要什么，为什么，还缺什么。",
        "Stage 1, needs identification: who needs what, why, and what is not known.",
        "renlin needs examples/liulin",
    ),
    "new": Words(
        "renlin.cli.data",
        "由地图建一个社区文件夹",
        "make a folder from a map",
        "由一张地图建一个社区文件夹；没有名册时可以合成居民，处处标明是合成的。",
        "Make a community folder from a map; without registers, residents can be synthesised\n"
        "and every output says so.",
        "renlin new nanjing --osm nanjing.osm.gz --type work_unit --residents 20000",
    ),
    "publish": Words(
        "renlin.cli.private",
        "给大家看的人数表，推不出任何一户",
        "counts that give nobody away",
        "按两项特征数人，写成可以公布的表：小格和会暴露它们的格子不写，其余取整。\n"
        "开放数据用 --epsilon 加噪声，从本社区的总额里扣；工作清单不能用它。",
        "Count residents by two features for everybody to read: small cells, and those that would\n"
        "give them away, are hidden, the rest is rounded. --epsilon adds noise for open data\n"
        "instead, out of the community's budget; never a list to work from.",
        "renlin publish examples/liulin --out out/tiers.csv",
    ),
    "rdls": Words(
        "renlin.cli.sharing",
        "给数据目录的说明（RDLS）",
        "describe the layers for data catalogues",
        "按风险数据库标准（RDLS）写一份说明：公开的图层里有什么、谁的、按什么许可、\n"
        "出自哪些结论表。写哪种许可由公开的人定。",
        "Describe the public layers by the Risk Data Library Standard: what they hold, whose\n"
        "they are, under which licence, and which findings they rest on.",
        "renlin rdls examples/liulin out/liulin --license CC-BY-4.0 --url https://example.org/l.gpkg"
        " --email office@example.org",
    ),
    "review": Words(
        "renlin.cli.review",
        "核对名册里存疑的两行",
        "decide about doubtful pairs of rows",
        "列出名册里可能是同一个人的两行，并排看；记下谁、哪天、怎么定的，可以撤回。\n"
        "姓名和号码只在写 --with-values 时显示，查看会记在 vault/reads.jsonl。",
        "List rows of registers that may be one person, side by side, and keep who decided\n"
        "what and when; every decision can be undone. Names and numbers are shown only with\n"
        "--with-values, and the read is noted in vault/reads.jsonl.",
        "renlin review examples/liulin",
    ),
    "registers": Words(
        "renlin.cli.review",
        "造一套名册，试试关联准不准",
        "make registers to try linkage on",
        "造一套没有真人的名册（户籍、民政）和答案，再用整理名册的同一套办法关联，\n"
        "按差错种类写出查准和查全。",
        "Make registers of nobody (household, civil affairs) with their truth, link them as\n"
        "renlin build does, and tell precision and recall by kind of error.",
        "renlin registers out/sample --persons 2000",
    ),
    "report": Words(
        "renlin.cli.results",
        "由结果重写报告",
        "write the report anew",
        "由 OUT 里的结论表重写报告、住户卡和图层，不重新推演。",
        "Write report, cards and layers anew from the findings in OUT, without simulating.",
        "renlin report examples/liulin out/liulin",
    ),
    "reach": Words(
        "renlin.cli.reaching",
        "谁够得着什么，靠不靠得住",
        "who reaches what, and how firmly",
        "谁按自己的步子够得着哪类设施：三态、分人群、差距；几点、哪些路不通都可以写。\n"
        "只靠一处设施或一条路的算脆弱；列出断了就够不着的路和门，和圆圈说错的户。",
        "Who reaches which kind of facility at their own pace: three states, groups, the gap, at\n"
        "an hour, with ways closed. Fragile is who hangs on one facility or one way; those ways\n"
        "are listed, and the households that circles wrongly call covered.",
        "renlin reach examples/liulin --service clinic --hour 22",
    ),
    "retention": Words(
        "renlin.cli.private",
        "列出过了保存期的信息",
        "list what may be kept no longer",
        "按信息项登记里的天数，列出过了保存期的信息；加 --apply 才删除，删除留记录。",
        "List what is past the days its field may be kept; --apply deletes it and records that.",
        "renlin retention examples/liulin",
    ),
    "run": Words(
        "renlin.cli.results",
        "从头跑到报告",
        "run all stages and write the report",
        "从名册和地图一路跑到报告、住户卡和图层。\n停下以后，同一条命令接着算。",
        "Run all stages, from registers and map to the report, the cards and the layers.\n"
        "After a stop the same command goes on where it was.",
        "renlin run examples/liulin --out out/liulin",
    ),
    "simulate": Words(
        "renlin.cli.stages",
        "第三步：灾中过程模拟",
        "stage 3: what would happen",
        "第三步 灾中过程模拟：会发生什么。",
        "Stage 3, in-disaster process simulation: what would happen.",
        "renlin simulate examples/liulin --seeds 4",
    ),
    "site": Words(
        "renlin.cli.siting",
        "选址：效率优先、公平优先",
        "choose sites, efficient or fair",
        "由三张表选址：需求、设施与备选点、两者之间的距离或时间。\n"
        "模型 p-median、mclp、lscp、lscp-b、p-center、kolm-pollak、epsilon（最慢人群守限）、\n"
        "floor（先保最高级）。每个结果写明已证明最优，还是只到哪个界；按人群给出差距。",
        "Choose sites from three tables: demands, sites, and the distance or time between them.\n"
        "Every plan says whether it is proven best or how far from the best it can be, and\n"
        "what it means for each group.",
        "renlin site --demand examples/site/demand.csv --sites examples/site/sites.csv"
        " --costs examples/site/costs.csv --model epsilon --p 3",
    ),
    "space": Words(
        "renlin.cli.stages",
        "第二步：应灾空间研判",
        "stage 2: where the place fails whom",
        "第二步 应灾空间研判：空间亏待了谁。",
        "Stage 2, space assessment: where the place fails whom.",
        "renlin space examples/liulin",
    ),
    "tiles": Words(
        "renlin.cli.sharing",
        "一个区的地图：矢量瓦片",
        "vector tiles for a district",
        "把一个或几个社区的公开图层写成矢量瓦片（PMTiles），一个文件，放在网页服务器上就能用。\n"
        "人数少于 k 的不在里面。",
        "Write the public layers of one or more communities as vector tiles (PMTiles): one file\n"
        "for any web server. Counts under k are not in it.",
        "renlin tiles --of examples/liulin out/liulin --to out/liulin.pmtiles",
    ),
    "vary": Words(
        "renlin.cli.stages",
        "参数换一换，方案的排名还站得住吗",
        "does the order of schemes stand",
        "目录里没量准的参数各在自己的上下限里抽多组，每组都比一遍方案：\n"
        "排名变不变，差别有多少来自运气、多少来自参数，哪些参数最要紧。\n"
        "--out 里已有的结论表留着，renlin report 会多出一页。",
        "Draw the parameters nobody measured from their ranges, many times, and compare the\n"
        "schemes each time: whether their order stands, how much is luck and how much the\n"
        "parameters, and which parameters matter. Findings in --out stay; renlin report then\n"
        "has one more page.",
        "renlin vary examples/liulin --draws 24 --seeds 8 --out out/liulin",
    ),
    "warn": Words(
        "renlin.cli.guidance",
        "先通知谁，要提前多久",
        "whom to warn first, and how early",
        "按余地排预警次序：每户从得到通知到安全要多久，事件留给它多久，要提前多久。\n"
        "再推演上门通知照这个次序走会怎样，按人群写明变化和区间。",
        "Order warnings by the time to spare: how long each household needs, how long the event\n"
        "leaves it, how early it must know. Then try what it does when staff follow that order.",
        "renlin warn examples/liulin --seeds 12",
    ),
    "workshop": Words(
        "renlin.cli.workshop",
        "议事会、工作坊、个案：发表、收表、撤销",
        "forms, records and undoing of workshops",
        "老年议事会、残障人士工作坊、个案征集：写出表格（手机用 XLSForm，打印用 HTML），\n"
        "把收回的记录读进 workshops/，有错全列出来，一个文件也不写；撤销和恢复一个会。\n"
        "不写选项就列出已有的会。",
        "Workshops and cases: write a form (XLSForm for telephones, HTML to print), read the\n"
        "records that came back into workshops/ (all faults are told, nothing half-written),\n"
        "undo or redo a session. Without options the sessions are listed.",
        "renlin workshop examples/liulin",
    ),
}
