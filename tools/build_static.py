"""Builds src/watchroom/web/static from tools/static: the only place where Node is needed, and only at release time.

    build_static.py            everything: npm packages, sass, fonts, licences, own sheets
    build_static.py --own      own sheets and scripts only; vendored files stay as they are (no Node)
    build_static.py --check    exit 1 when own sheets and what is committed differ (no Node)

Every file name carries the first ten hex digits of its content's SHA-256, so that it can be cached for ever;
`manifest.json` maps the plain name to the hashed one. The result is committed: an installation needs no Node.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "static"
STATIC = HERE.parent / "src" / "watchroom" / "web" / "static"
AXE = HERE.parent / "tests" / "stories" / "browser" / "vendor"

OWN_SHEETS = (
    "tokens.css",
    "page.css",
    "forms.css",
    "handover.css",
    "wing.css",
    "side.css",
    "board.css",
    "requests.css",
    "agreements.css",
    "desk.css",
    "sources.css",
    "print.css",
)
OWN_FILES = ("watchroom.js", "draft.js", "mark.svg")
FONTS = {
    "atkinson.woff2": "atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "atkinson-ext.woff2": "atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
    "figures.woff2": "public-sans/files/public-sans-latin-wght-normal.woff2",
}
LICENCES = {
    "atkinson-hyperlegible-next-OFL.txt": "@fontsource-variable/atkinson-hyperlegible-next/LICENSE",
    "public-sans-OFL.txt": "@fontsource-variable/public-sans/LICENSE",
}


def main() -> int:
    """Build, or compare; the exit status says whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--own", action="store_true")
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args()
    if chosen.check:
        return check()
    STATIC.mkdir(parents=True, exist_ok=True)
    names = manifest()
    if not chosen.own:
        names.update(vendored())
    names.update(own(names))
    write_manifest(names)
    return 0


def manifest() -> dict[str, str]:
    """The names of what is there now, plain to hashed."""
    path = STATIC / "manifest.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def write_manifest(names: dict[str, str]) -> None:
    """Write the manifest and remove files that it no longer names."""
    (STATIC / "manifest.json").write_text(json.dumps(dict(sorted(names.items())), indent=2) + "\n", "utf-8")
    kept = {*names.values(), "manifest.json"}
    for path in STATIC.iterdir():
        if path.is_file() and path.name not in kept:
            path.unlink()


def hashed(name: str, content: bytes) -> str:
    """The name that a content is served under."""
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}.{ending}"


def put(name: str, content: bytes) -> dict[str, str]:
    """Write one file under its hashed name."""
    target = hashed(name, content)
    (STATIC / target).write_bytes(content)
    return {name: target}


def own_content(names: dict[str, str]) -> dict[str, bytes]:
    """Our own sheet and script, with the fonts' hashed names filled in."""
    sheet = "\n".join((SOURCES / name).read_text("utf-8").strip() for name in OWN_SHEETS) + "\n"
    sheet = re.sub(r"\{\{([a-z0-9.-]+)\}\}", lambda found: names[found[1]], sheet)
    return {"watchroom.css": sheet.encode()} | {name: (SOURCES / name).read_bytes() for name in OWN_FILES}


def own(names: dict[str, str]) -> dict[str, str]:
    """Write our own sheet, script and mark."""
    written: dict[str, str] = {}
    for name, content in own_content(names).items():
        written.update(put(name, content))
    return written


def vendored() -> dict[str, str]:
    """Fetch, compile and copy what others made, with its licence texts."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json", "govuk.scss"):
            shutil.copy(SOURCES / name, folder)
        run("npm", "ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)
        modules = Path(folder) / "node_modules"
        run(
            *("npx", "sass", "--load-path=node_modules", "--style=compressed", "--no-source-map"),
            *("--no-charset", "govuk.scss", "govuk.css"),
            folder=folder,
        )
        names = put("govuk.css", (Path(folder) / "govuk.css").read_bytes())
        for name, path in FONTS.items():
            names.update(put(name, (modules / "@fontsource-variable" / path).read_bytes()))
        (STATIC / "licences").mkdir(exist_ok=True)
        for name, path in LICENCES.items():
            shutil.copy(modules / path, STATIC / "licences" / name)
        shutil.copy(SOURCES / "govuk-frontend-MIT.txt", STATIC / "licences")
        AXE.mkdir(parents=True, exist_ok=True)
        shutil.copy(modules / "axe-core" / "axe.min.js", AXE)
        shutil.copy(modules / "axe-core" / "LICENSE", AXE / "axe-core-MPL-2.0.txt")
        return names


def run(*command: str, folder: str) -> None:
    """Run one tool; its failure ends the build."""
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def check() -> int:
    """Whether what is committed is what the sources give."""
    names = manifest()
    stale = [name for name, content in own_content(names).items() if names.get(name) != hashed(name, content)]
    stale += [name for name, target in names.items() if hashed(name, (STATIC / target).read_bytes()) != target]
    for name in sorted(set(stale)):
        print(f"{name}: not what tools/static gives; run tools/build_static.py --own", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
