"""Open a page from disk in Chromium and read what it has become."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape

import pytest

WAIT = (
    "<script>(function wait(){const live=document.getElementById('live');"
    "if((live.dataset.drawn||'').includes('\"%s\"')||!document.getElementById('why').hidden)return;"
    "for(let i=0,x=0;i<4e6;i++)x+=i;setTimeout(wait,4)})()</script>"
)
"""Virtual time waits for timers, not for workers: real work between two timers does."""
NOTE = (
    "<script>addEventListener('load',()=>setInterval(()=>{document.documentElement.dataset.asked="
    "performance.getEntriesByType('resource').map(e=>e.name).join(' ')},50))</script>"
)
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=25000")


def opened(path, folder, *, script="", until="units", flags=()):
    """Return the page, as text, after ``script`` had run and the source ``until`` was drawn."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed: tests/setup_system.sh")
    act = f"<script>addEventListener('load',()=>setTimeout(()=>{{{script}}},1500))</script>"
    copy = folder / "opened.html"
    text = path.read_text(encoding="utf-8").replace("</body>", f"{act}{NOTE}{WAIT % until}</body>")
    copy.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [chromium, *FLAGS, *flags, "--window-size=1300,1000", "--dump-dom", copy.as_uri()],
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    return done.stdout


def drawn(dom):
    """Return source -> how many different features the map has drawn."""
    found = re.search(r'data-drawn="([^"]*)"', dom)
    return json.loads(unescape(found.group(1))) if found else {}


def asked(dom):
    """Return the addresses the page has asked for."""
    found = re.search(r'data-asked="([^"]*)"', dom)
    return unescape(found.group(1)).split() if found else []


def text_of(dom, element):
    """Return the text of the element with that id."""
    found = re.search(rf'id="{element}"[^>]*>([^<]*)', dom)
    return unescape(found.group(1)) if found else ""


def legend(dom):
    """Return class -> the count its cell of the legend shows."""
    return {c: int(n) for c, n in re.findall(r'data-class="(\w+)">(\d+)<', dom)}
