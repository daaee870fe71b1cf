from __future__ import annotations

import re

import pytest

from utfall.presentation import theme

AREAS = ["ACTUAL", "WORSE", "BETTER", "REFERENCE"]
TEXTS = ["TEXT", "MUTED_TEXT", "WORSE_TEXT", "BETTER_TEXT", "ACTUAL", "REFERENCE"]


def luminance(color):
    """Relative luminance as WCAG 2.1 defines it."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_the_guidelines_do():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("name", AREAS)
def test_areas_and_lines_stand_out_from_the_background(name):
    assert contrast(getattr(theme, name), theme.BACKGROUND) >= 3


@pytest.mark.parametrize("name", TEXTS)
def test_text_can_be_read_on_the_background(name):
    assert contrast(getattr(theme, name), theme.BACKGROUND) >= 4.5


def test_text_in_the_stylesheet_can_be_read_on_white():
    colors = re.findall(r"[{;]\s*color: (#[0-9a-f]{6})", theme.stylesheet())
    assert len(colors) >= 5
    assert min(contrast(color, "#FFFFFF") for color in colors) >= 4.5


def test_every_class_of_the_stylesheet_is_explained():
    classes = set(re.findall(r"\.([a-z][a-z-]+)", theme.stylesheet()))
    assert classes - set(re.findall(r"``([a-z-]+)``", theme.__doc__)) == set()


def test_the_stylesheet_fetches_nothing():
    assert "url(" not in theme.stylesheet()
    assert "@import" not in theme.stylesheet()
