"""Make labelled record sets of persons, restaurants and papers with errors of a stated rate."""

from __future__ import annotations

import numpy as np
import pandas as pd

from renlin.random_streams import draw

SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "ter",
    "son",
    "ber",
    "an",
    "el",
    "ri",
    "da",
    "no",
    "vi",
    "ste",
    "wil",
)
KEYS = "abcdefghijklmnopqrstuvwxyz"


def luck(seed, purpose, n, count=1):
    return np.atleast_2d(
        draw(seed, purpose, np.arange(n), count=max(count, 1)).reshape(n, max(count, 1))
    )


def words(seed, purpose, n, pieces=(2, 3)):
    """Return n different made-up words."""
    out, i = [], 0
    while len(out) < n:
        r = draw(seed, f"{purpose}{i}", np.arange(5))
        many = pieces[0] + int(r[4] * (pieces[1] - pieces[0] + 1))
        word = "".join(SYLLABLES[int(x * len(SYLLABLES))] for x in r[:many])
        i += 1
        if word not in out:
            out.append(word)
    return out


def frequent(values, u):
    """Pick from values as names are spread: the k-th is drawn in proportion to 1/k."""
    share = np.cumsum(1 / np.arange(1, len(values) + 1))
    return [values[int(k)] for k in np.searchsorted(share / share[-1], u)]


def typo(text, r):
    """Return the text with one letter changed, dropped, doubled or exchanged."""
    if len(text) < 2:
        return text
    at = int(r[0] * (len(text) - 1))
    kind = int(r[1] * 4)
    letter = KEYS[int(r[2] * 26)] if text[at].isalpha() else str(int(r[2] * 10))
    return [
        text[:at] + letter + text[at + 1 :],
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    ][kind]


def persons(n, seed):
    u = luck(seed, "person", n, 9)
    given = frequent(words(1, "given", 120), u[:, 0])
    family = frequent(words(1, "family", 400, (2, 4)), u[:, 1])
    street = frequent(words(1, "street", 300), u[:, 2])
    suburb = frequent(words(1, "suburb", 80), u[:, 3])
    days = pd.Timestamp("1930-01-01") + pd.to_timedelta((u[:, 4] * 29000).astype(int), unit="D")
    return pd.DataFrame({
        "given_name": given, "surname": family,
        "street_number": [str(1 + int(x * 120)) for x in u[:, 5]],
        "address_1": [f"{s} street" for s in street],
        "suburb": suburb, "postcode": [str(2000 + int(x * 300)) for x in u[:, 6]],
        "date_of_birth": days.strftime("%Y%m%d"),
        "soc_sec_id": [str(1000000 + int(x * 8999999)) for x in u[:, 7]],
    })  # fmt: skip


def spoiled(table, rate, seed, missing=0.05):
    """Return the table with typos, gaps and exchanged names at ``rate`` per field."""
    made = {c: list(table[c]) for c in table}
    for column in made:
        r = luck(seed, f"spoil.{column}", len(table), 5)
        for i, value in enumerate(made[column]):
            if r[i, 0] < rate:
                made[column][i] = typo(value, r[i, 1:4])
            elif r[i, 0] > 1 - missing:
                made[column][i] = ""
    if "given_name" in made:
        swap = luck(seed, "swap", len(table))[:, 0] < rate / 4
        for i in np.flatnonzero(swap):
            made["given_name"][i], made["surname"][i] = made["surname"][i], made["given_name"][i]
    return pd.DataFrame(made)


def two_tables(n, rate, seed, overlap=1.0):
    """Return A, B and the true pairs: B holds a spoiled copy of a share of A and strangers."""
    a = persons(n, seed)
    kept = int(overlap * n)
    strangers = persons(n - kept, seed + 1000)
    b = pd.concat([spoiled(a.iloc[:kept], rate, seed), strangers], ignore_index=True)
    a.insert(0, "rec_id", [f"a{i}" for i in range(n)])
    b.insert(0, "rec_id", [f"b{i}" for i in range(n)])
    order = np.argsort(luck(seed, "order", n)[:, 0])
    truth = pd.DataFrame({"id_a": a["rec_id"][:kept], "id_b": b["rec_id"][:kept]})
    return a, b.iloc[order].reset_index(drop=True), truth


def duplicated(n, rate, seed, copies=3):
    """Return one table with up to ``copies`` spoiled copies of each person, and true pairs."""
    people = persons(n, seed)
    many = (luck(seed, "copies", n)[:, 0] * (copies + 1)).astype(int)
    parts, owners = [people], list(range(n))
    for k in range(1, copies + 1):
        rows = np.flatnonzero(many >= k)
        parts.append(spoiled(people.iloc[rows], rate, seed + k))
        owners += rows.tolist()
    table = pd.concat(parts, ignore_index=True)
    table.insert(0, "rec_id", [f"r{i}" for i in range(len(table))])
    truth = [
        pair
        for _, ids in pd.Series(table["rec_id"]).groupby(np.array(owners), sort=True)
        for pair in ((x, y) for i, x in enumerate(ids) for y in list(ids)[i + 1 :])
    ]
    return table, pd.DataFrame(truth, columns=["id_a", "id_b"])


def restaurants(n, shared, seed):
    """Return two lists of restaurants, written differently, without any date."""
    u = luck(seed, "restaurant", 2 * n, 8)
    name = words(2, "place", 700, (2, 3))
    last = ["cafe", "grill", "restaurant", "bistro", "deli", "house", "kitchen"]
    city = words(2, "city", 8)
    kind = ["american", "french", "italian", "chinese", "seafood", "delis"]
    road = words(2, "road", 120)

    def row(i):
        r = u[i]
        return {
            "name": f"{name[int(r[0] * 700)]} {name[int(r[1] * 700)]} {last[int(r[2] * 7)]}",
            "addr": f"{1 + int(r[3] * 9000)} {road[int(r[4] * 120)]} st.",
            "city": city[int(r[5] * 8)],
            "phone": f"{200 + int(r[6] * 5)}/{100 + int(r[7] * 800)}-{1000 + int(r[3] * 8999)}",
            "type": kind[int(r[2] * 6)],
        }

    a = pd.DataFrame([row(i) for i in range(n)])
    b = pd.DataFrame([row(i) for i in [*range(shared), *range(n, 2 * n - shared)]])
    other = luck(seed, "written", len(b), 3)
    b["name"] = [
        x.replace(" restaurant", "") if r[0] < 0.5 else f"the {x}"
        for x, r in zip(b["name"], other, strict=True)
    ]
    b["addr"] = [
        x.replace("st.", "street") if r[1] < 0.6 else x
        for x, r in zip(b["addr"], other, strict=True)
    ]
    b["phone"] = [x.replace("/", "-") for x in b["phone"]]
    b["type"] = [
        kind[int(r[2] * 6)] if r[0] < 0.4 else x for x, r in zip(b["type"], other, strict=True)
    ]
    a.insert(0, "id", [str(i) for i in range(len(a))])
    b.insert(0, "id", [str(i) for i in range(len(b))])
    truth = pd.DataFrame({"id_a": a["id"][:shared], "id_b": b["id"][:shared]})
    return a, b, truth


def papers(n, shared, seed):
    """Return two lists of papers: title, authors, venue, year; venues under two names."""
    u = luck(seed, "paper", 2 * n, 12)
    word = words(3, "word", 900, (2, 3))
    who = words(3, "who", 500, (2, 3))
    venue = [
        ("sigmod conference", "international conference on management of data"),
        ("vldb", "very large data bases"),
        ("tods", "acm transactions on database systems"),
    ]

    def row(i, k):
        r = u[i]
        return {
            "title": " ".join(frequent(word, r[:7])),
            "authors": ", ".join(
                f"{KEYS[int(x * 26)]}. {y}"
                for x, y in zip(r[7:9], frequent(who, r[8:10]), strict=True)
            ),
            "venue": venue[int(r[10] * 3)][k],
            "year": str(1994 + int(r[11] * 10)),
        }

    a = pd.DataFrame([row(i, 0) for i in range(n)])
    b = pd.DataFrame([row(i, 1) for i in [*range(shared), *range(n, 2 * n - shared)]])
    r = luck(seed, "title", len(b), 4)
    b["title"] = [typo(x, q[1:]) if q[0] < 0.3 else x for x, q in zip(b["title"], r, strict=True)]
    a.insert(0, "id", [f"conf/{i}" for i in range(len(a))])
    b.insert(0, "id", [str(i) for i in range(len(b))])
    return a, b, pd.DataFrame({"id_a": a["id"][:shared], "id_b": b["id"][:shared]})
