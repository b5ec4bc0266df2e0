#!/bin/sh
# Install what the tests need from Debian's packages where that may be done; else say what to do.
set -u
needed="chromium:chromium pdftoppm:poppler-utils java:default-jre-headless"
missing=""
for pair in $needed; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
fc-list 2>/dev/null | grep -qi "Noto Sans CJK" || missing="$missing fonts-noto-cjk fontconfig"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = "0" ] && command -v apt-get >/dev/null 2>&1; then
  echo "安装测试所需：$missing / installing for the tests:$missing"
  apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null && exit 0
fi
echo "缺少：$missing。请运行：sudo apt-get install$missing" >&2
echo "Missing:$missing. Run: sudo apt-get install$missing" >&2
exit 1
