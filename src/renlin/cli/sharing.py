"""``renlin tiles`` and ``renlin rdls``: public layers for web maps and for catalogues of data."""

from __future__ import annotations

from pathlib import Path

import click

from renlin.cli.output import give, phrase
from renlin.cli.verb import ExistingFolder, verb


@verb("tiles")
@click.option(
    "--of",
    "places",
    nargs=2,
    type=ExistingFolder(),
    multiple=True,
    required=True,
    metavar="FOLDER OUT",
    help="一个社区文件夹和它的结果，可写多次 · a community and its results, repeatable",
)
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("district.pmtiles"),
    show_default=True,
    metavar="FILE",
    help="写到哪里 · file to write",
)
def tiles(places: tuple[tuple[Path, Path], ...], to: Path, as_json: bool) -> None:
    """Write the public layers of communities as vector tiles."""
    from renlin.report.tiles import write_tiles
    from renlin.study.job import reopened

    path = write_tiles([reopened(folder, out) for folder, out in places], to)
    size = path.stat().st_size
    told = phrase(
        f"矢量瓦片：{path}（{len(places)} 个社区，{size / 1e6:.1f} MB）",
        f"Vector tiles: {path} ({len(places)} communities, {size / 1e6:.1f} MB)",
    )
    give(
        {"file": str(path), "bytes": size, "communities": len(places)}, as_json=as_json, text=[told]
    )


@verb("rdls")
@click.argument("folder", type=ExistingFolder())
@click.argument("out", type=ExistingFolder())
@click.option(
    "--license",
    "license_",
    required=True,
    metavar="CODE",
    help="按什么许可公开，如 CC-BY-4.0 · licence of the data, such as CC-BY-4.0",
)
@click.option(
    "--url",
    required=True,
    metavar="URL",
    help="community.gpkg 放在哪个网址 · where community.gpkg can be fetched",
)
@click.option("--email", required=True, metavar="ADDRESS", help="向谁询问 · whom to ask")
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="写到哪里，默认 OUT/rdls.json · file to write, OUT/rdls.json by default",
)
def rdls(
    folder: Path, out: Path, license_: str, url: str, email: str, to: Path | None, as_json: bool
) -> None:
    """Describe the public layers of a run by the Risk Data Library Standard."""
    from renlin.report.rdls import Publication, write_rdls
    from renlin.study.job import reopened

    published = Publication(license_, url, email)
    path = write_rdls(reopened(folder, out), to or out / "rdls.json", published)
    told = phrase(f"数据说明（RDLS）：{path}", f"Description (RDLS): {path}")
    give({"file": str(path)}, as_json=as_json, text=[told])
