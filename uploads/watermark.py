"""The quiet mark on larger variants, while staff have switched it on."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from config import switches

SHARE = 0.22  # of the picture's width
MARGIN = 0.03
OPACITY = 0.55


@dataclass(frozen=True)
class Mark:
    """A text, or the picture at `logo`."""

    text: str
    logo: str = ""

    @property
    def name(self) -> str:
        """Tells one mark from another, so that variants know which one they carry."""
        picture = Path(self.logo).read_bytes() if self.logo else b""
        return blake2b(self.text.encode() + b"\0" + picture, digest_size=8).hexdigest()

    def on(self, image: Image.Image) -> Image.Image:
        stamp = faded(self.logo) if self.logo else written(self.text)
        width = max(1, round(image.width * SHARE))
        stamp = stamp.resize((width, max(1, round(stamp.height * width / stamp.width))), Image.Resampling.LANCZOS)
        margin = round(image.width * MARGIN)
        corner = (image.width - stamp.width - margin, max(0, image.height - stamp.height - margin))
        marked = image.copy()
        marked.paste(stamp, corner, stamp)
        return marked


def current() -> Mark | None:
    switch = switches.current()
    return Mark(switch.app_name, settings.WATERMARK_LOGO) if switch.watermark_enabled else None


@lru_cache(maxsize=4)
def written(text: str) -> Image.Image:
    """White letters with a dark edge: readable on silk of any colour."""
    font = ImageFont.load_default(96)
    edge = 3
    left, top, right, bottom = font.getbbox(text or " ", stroke_width=edge)
    stamp = Image.new("RGBA", (round(right - left) or 1, round(bottom - top) or 1))
    draw = ImageDraw.Draw(stamp)
    draw.text((-left, -top), text, (255, 255, 255, 255), font, stroke_width=edge, stroke_fill=(0, 0, 0, 110))
    return fade(stamp)


@lru_cache(maxsize=4)
def faded(path: str) -> Image.Image:
    with Image.open(path) as logo:
        return fade(logo.convert("RGBA"))


def fade(stamp: Image.Image) -> Image.Image:
    stamp.putalpha(stamp.getchannel("A").point(lambda alpha: alpha * OPACITY))
    return stamp
