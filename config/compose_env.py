"""Writes compose.env with secrets of its own: `make compose.env`, or `python3 -m config.compose_env [domain]`.

It needs Python and nothing else, because a machine that runs the gallery in containers has nothing else.
"""

import os
import re
import secrets
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)


def filled(example: str, domain: str = "") -> str:
    text = re.sub(r"^(\w+)=$", lambda line: f"{line[1]}={secrets.token_urlsafe(48)}", example, flags=re.MULTILINE)
    for name, value in reached_by(domain).items():
        text = re.sub(rf"^(# )?{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
    return text


def reached_by(domain: str) -> dict[str, str]:
    if not domain:
        return {}
    names = {"GALLERY_ADDRESS": domain, "ALLOWED_HOSTS": domain, "PUBLIC_URL": f"https://{domain}"}
    return {**names, "HTTPS_ONLY": "1", "HTTP_ON": "80", "HTTPS_ON": "443"}


def main(domain: str = "") -> None:
    if domain and not DOMAIN.fullmatch(domain):
        sys.exit(f"A domain looks like gallery.example.com, not {domain!r}.")
    text = filled((HOME / "compose.env.example").read_text(encoding="utf-8"), domain)
    try:
        file = os.open(HOME / "compose.env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.exit("compose.env is there already, and its secrets may be in use: it stays as it is.")
    with os.fdopen(file, "w", encoding="utf-8") as written:
        written.write(text)
    sys.stdout.write("Wrote compose.env with new secrets. Whoever reads it is in: it is not committed.\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
