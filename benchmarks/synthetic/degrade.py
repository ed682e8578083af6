"""Turns a clean PDF into what a scanner, a fax or a telephone makes of it."""

import random
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas


@dataclass(frozen=True)
class Damage:
    """How bad a scan is: dots per inch, degrees of skew, blur radius in pixels, noise in grey levels, JPEG quality."""

    dpi: int
    skew: float
    blur: float
    noise: float
    quality: int
    shadow: float
    """Grey levels lost from one edge of the page to the other."""


def damage(chance: random.Random) -> Damage:
    """A mixture: most scans are fair, one in five is poor."""
    if chance.random() < 0.2:
        return Damage(chance.choice([110, 120]), chance.uniform(-2, 2), 0.6, 9, 42, 35)
    return Damage(chance.choice([140, 150, 170]), chance.uniform(-1.2, 1.2), chance.uniform(0.2, 0.6), 5, 48, 15)


def page_images(pdf: bytes, dpi: int) -> list[Image.Image]:
    """Each page of a PDF in grey levels."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]


def degrade(image: Image.Image, how: Damage, seed: int) -> Image.Image:
    """Skew, blur, shade and roughen one page."""
    image = image.rotate(how.skew, Image.Resampling.BICUBIC, expand=False, fillcolor=255)
    image = image.filter(ImageFilter.GaussianBlur(how.blur))
    grey = np.asarray(image, dtype=np.float32) * 0.92 + 14
    grey -= np.linspace(0, how.shadow, grey.shape[1], dtype=np.float32)[None, :]
    grey += np.random.default_rng(seed).normal(0, how.noise, grey.shape).astype(np.float32)
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def scan_jpeg(pdf: bytes, chance: random.Random) -> bytes:
    """The first page as a damaged JPEG."""
    how = damage(chance)
    buffer = BytesIO()
    image = degrade(page_images(pdf, how.dpi)[0], how, chance.randrange(2**32))
    image.save(buffer, "JPEG", quality=how.quality, dpi=(how.dpi, how.dpi))
    return buffer.getvalue()


def scan_pdf(pdf: bytes, chance: random.Random) -> bytes:
    """All pages as damaged images in a PDF that has no text layer."""
    how = damage(chance)
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for page in page_images(pdf, how.dpi):
        jpeg = BytesIO()
        degrade(page, how, chance.randrange(2**32)).save(jpeg, "JPEG", quality=how.quality)
        width, height = page.width * 72 / how.dpi, page.height * 72 / how.dpi
        canvas.setPageSize((width, height))
        jpeg.seek(0)
        canvas.drawImage(ImageReader(jpeg), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def fax_tiff(pdf: bytes, chance: random.Random) -> bytes:
    """All pages in black and white at 200 dpi, as a fax delivers them, in one TIFF."""
    how = Damage(200, chance.uniform(-0.8, 0.8), 0.4, 12, 0, 0)
    pages = [
        degrade(page, how, chance.randrange(2**32)).point(lambda level: 255 if level > 150 else 0, mode="1")
        for page in page_images(pdf, how.dpi)
    ]
    buffer = BytesIO()
    pages[0].save(buffer, "TIFF", compression="group4", save_all=True, append_images=pages[1:], dpi=(200, 200))
    return buffer.getvalue()
