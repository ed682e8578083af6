"""How far a scanned page is turned, and words turned with it.

The skew is the angle at which the rows of dark pixels stand out most: at the true angle the profile across the text
lines has the sharpest steps (the projection-profile method, W. Postl, "Detection of linear oblique structures and skew
scan in digitized documents", ICPR 1986). Angles are in degrees, counted counter-clockwise as Pillow counts them: a
picture is upright after `image.rotate(skew(image))`.
"""

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PIL import Image

from ocr.document import Word

WIDEST = 6.0
"""Degrees that are searched to either side; a page laid on a scanner by hand is seldom off by more than 3."""
COARSE, FINE = 0.5, 0.1
LEAST = 0.2
"""Below this a line of 60 words rises by less than its height: not worth a rotation, which blurs."""
SIDE = 800
"""The picture is looked at in this size (longer side in pixels)."""
MOST_POINTS = 30_000


def skew(image: Image.Image) -> float:
    """Degrees by which to rotate the picture counter-clockwise; 0.0 where it is upright, empty or not text."""
    points = _dark_points(image)
    if points is None:
        return 0.0
    best = _sharpest(points, np.arange(-WIDEST, WIDEST + COARSE / 2, COARSE))
    if abs(best) >= WIDEST:
        return 0.0  # the edge of the search is no peak: lines of a drawing, not of text
    best = _sharpest(points, np.arange(best - COARSE, best + COARSE + FINE / 2, FINE))
    return round(float(best), 2) if abs(best) >= LEAST else 0.0


def turned(words: list[Word], angle: float, width: float, height: float) -> list[Word]:
    """Words moved as `image.rotate(angle)` moves them: about the middle of the page. Boxes keep their size."""
    if not angle:
        return words
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    moved = []
    for word in words:
        x, y = (word.x0 + word.x1 - width) / 2, (word.y0 + word.y1 - height) / 2
        across = x * cosine + y * sine - x
        down = y * cosine - x * sine - y
        moved.append(replace(word, x0=word.x0 + across, x1=word.x1 + across, y0=word.y0 + down, y1=word.y1 + down))
    return moved


def _dark_points(image: Image.Image) -> npt.NDArray[np.float64] | None:
    """Places of dark pixels (x, y), at most MOST_POINTS of them; None where there are too few to tell."""
    grey = image.convert("L")
    grey.thumbnail((SIDE, SIDE))
    pixels = np.asarray(grey, dtype=np.float64)
    dark = pixels < pixels.mean() - 0.75 * pixels.std() - 1.0
    points = np.argwhere(dark)[:, ::-1].astype(np.float64)
    if len(points) < 200:
        return None
    step = -(-len(points) // MOST_POINTS)
    return points[::step]


def _sharpest(points: npt.NDArray[np.float64], angles: npt.NDArray[np.float64]) -> float:
    return float(max(angles, key=lambda angle: (_sharpness(points, float(angle)), -abs(angle))))


def _sharpness(points: npt.NDArray[np.float64], angle: float) -> float:
    """Sum of squared steps of the row profile after a counter-clockwise rotation by `angle`."""
    rows = points[:, 1] * math.cos(math.radians(angle)) - points[:, 0] * math.sin(math.radians(angle))
    profile = np.bincount((rows - rows.min()).astype(np.int64)).astype(np.float64)
    return float((np.diff(profile) ** 2).sum())
