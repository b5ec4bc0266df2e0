"""End a command: faults in lines on stderr, an exit code, never a traceback for a user's error.

0 fine; 1 faults in the data, or a file that cannot be read or written; 2 wrong use;
130 stopped by the user; 70 an error of the program itself. What failed in the program is
shown by place in its code only: the value that made it fail could be a resident's.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

from renlin.cli.output import complain, fault_texts, fault_values, phrase, print_json
from renlin.cli.verb import Refused
from renlin.errors import Fault, RenlinError, Said, nearest

FINE, FAULTS, WRONG_USE, OURS, STOPPED, NO_READER = 0, 1, 2, 70, 130, 141
DEBUG = "RENLIN_DEBUG"
"""Environment variable: set, an error of the program shows whole, values and all."""
_NO_ARGUMENTS = getattr(click.exceptions, "NoArgsIsHelpError", ())  # older ones print the help
_REASONS = {
    errno.EACCES: Said("没有权限", "no permission"),
    errno.EDQUOT: Said("超出磁盘配额", "the disk quota is used up"),
    errno.EEXIST: Said("已经有了", "something there already"),
    errno.EFBIG: Said("文件太大", "too large a file"),
    errno.EIO: Said("磁盘读写出错", "an error of the disk"),
    errno.EISDIR: Said("是文件夹", "a folder"),
    errno.ENAMETOOLONG: Said("名字太长", "too long a name"),
    errno.ENOENT: Said("没有这个文件", "no such file"),
    errno.ENOSPC: Said("磁盘满了", "a full disk"),
    errno.ENOTDIR: Said("不是文件夹", "no folder"),
    errno.EPERM: Said("没有权限", "no permission"),
    errno.EROFS: Said("只读的磁盘", "a read-only disk"),
}
_REMEDIES = {
    errno.ENOSPC: Said("腾出空间再运行；原来的文件没有动。", "Free some space and run it again."),
    errno.EDQUOT: Said("腾出空间再运行；原来的文件没有动。", "Free some space and run it again."),
}


def ended(error: BaseException, *, as_json: bool) -> int:
    """Tell what ended a command and return the exit code."""
    if isinstance(error, RenlinError):
        return _faulty(error.faults, as_json=as_json)
    if isinstance(error, click.UsageError):
        return _misused(error)
    if isinstance(error, KeyboardInterrupt | click.Abort):
        complain([phrase("已停下，没有写出半截文件。", "Stopped; nothing half-written.")])
        return STOPPED
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NO_READER
    if isinstance(error, OSError) and error.errno is not None:
        return _faulty([unreadable(error)], as_json=as_json)
    return _ours(error)


def _faulty(faults: Sequence[Fault], *, as_json: bool) -> int:
    n = len(faults)
    if as_json:
        print_json({"n_faults": n, "faults": fault_values(faults)})
    complain([*fault_texts(faults), phrase(f"共 {n} 处要改。", f"{n} to correct.")])
    return FAULTS


def unreadable(error: OSError) -> Fault:
    """Return what the operating system refused as a fault of the file it names."""
    name = os.path.relpath(error.filename) if isinstance(error.filename, str) else ""
    place = error.filename if name.startswith("..") else name
    code = error.errno or 0
    other = error.strerror or type(error).__name__
    return Fault(
        str(place) or "renlin",
        Said("可以读写的文件", "a file that can be read and written"),
        _REASONS.get(code, Said(other, other)),
        _REMEDIES.get(code, Said("检查路径和权限。", "Check the path and the permissions.")),
    )


def _ours(error: BaseException) -> int:
    if os.environ.get(DEBUG):
        raise error
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if f"{os.sep}renlin{os.sep}" in frame.filename]
    told = [f"  {_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in inside]
    complain(
        [
            phrase("程序自己出错了，不是资料的错：", "The program failed, not your data: ")
            + type(error).__name__,
            *told,
            phrase(
                "请把以上几行发给维护者（里面没有居民资料）。",
                "Send these lines to the maintainers; they hold nothing about residents.",
            ),
        ]
    )
    return OURS


def _short(path: str) -> str:
    return path[path.rfind(f"{os.sep}renlin{os.sep}") + 1 :]


def _misused(error: click.UsageError) -> int:
    context = error.ctx
    if isinstance(error, _NO_ARGUMENTS):
        complain([error.format_message()])
        return WRONG_USE
    if context is not None:
        usage = " ".join(context.command.collect_usage_pieces(context))
        path = context.command_path
        complain([phrase("用法：", "Usage: ") + f"{path} {usage}"])
        complain([phrase(f"详见 {path} --help", f"See {path} --help")])
    complain([phrase(f"错误：{_misuse_zh(error)}", f"Error: {error.format_message()}")])
    return WRONG_USE


def _misuse_zh(error: click.UsageError) -> str:
    """Return a wrong use in Chinese; click knows English only."""
    if isinstance(error, Refused):
        return f"{_named(error)}：{error.said.zh}。"
    if isinstance(error, click.MissingParameter):
        return f"缺少 {_named(error)}。"
    if isinstance(error, click.NoSuchOption):
        near = nearest(error.option_name, error.possibilities or ())
        return f"没有 {error.option_name} 这个选项。" + (f"是不是 {near}？" if near else "")
    if isinstance(error, click.BadOptionUsage):
        return f"{error.option_name} 后面要写一个值。"
    if isinstance(error, click.BadParameter):
        return f"{_named(error)} 应为{_allowed(error.param)}。"
    words = error.format_message()
    if "unexpected extra argument" in words:
        return "多写了 " + words.partition("(")[2].rstrip(").") + "。"
    return words


def _named(error: click.BadParameter) -> str:
    param = error.param
    if param is None:
        return error.param_hint if isinstance(error.param_hint, str) else "?"
    return param.opts[0] if isinstance(param, click.Option) else param.make_metavar(_context(error))


def _context(error: click.BadParameter) -> click.Context:
    return error.ctx or click.Context(click.Command("renlin"))


def _allowed(param: click.Parameter | None) -> str:
    kind: Any = param.type if param is not None else None
    if isinstance(kind, click.Choice):
        return " " + " 或 ".join(map(str, kind.choices))
    if isinstance(kind, click.IntRange):
        low = "" if kind.min is None else f"不小于 {kind.min}"
        high = "" if kind.max is None else f"不大于 {kind.max}"
        return "、".join(filter(None, (low, high))) + " 的整数"
    return "整数" if kind is click.INT else "别的值"
