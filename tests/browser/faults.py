"""What a reader would stumble on in an open page: found by axe, by tabbing through it, and by measuring its text."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

PHONE, DESKTOP = (390, 844), (1280, 900)
"""Sizes of a screen, in CSS pixels."""

TWICE = (640, 450)
"""What is left of `DESKTOP` at 200 % zoom, where each CSS pixel is two of the screen's."""

FOUR_TIMES = (320, 256)
"""What is left of a screen of 1280 × 1024 at 400 % zoom, the bar of WCAG 1.4.10."""

MOST_TABS = 600

_NUMBER_STOPS = """() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')];
  return all.filter(e => e.checkVisibility({visibilityProperty: true})).map((e, n) => {
    e.dataset.stop = n;
    return e.outerHTML.slice(0, 90);
  });
}"""

_FOCUSED = """() => {
  const e = document.activeElement;
  if (e === document.body || !e) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  return {
    stop: Number(e.dataset.stop ?? -1),
    marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
  };
}"""

_TEXT_FAULTS = """() => {
  const width = document.documentElement.clientWidth, found = [], lines = [];
  if (document.documentElement.scrollWidth > width)
    found.push(`the page is ${document.documentElement.scrollWidth} wide`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim(), parent = node.parentElement;
    const hidden = !parent.checkVisibility({visibilityProperty: true}) || parent.closest('.unseen, .skip, option, svg');
    if (!text || hidden) continue;
    let box = parent;
    while (getComputedStyle(box).display === 'inline') box = box.parentElement;
    const frame = box.getBoundingClientRect(), range = document.createRange();
    range.selectNodeContents(node);
    const scrolls = parent.closest('.table-scroll');
    for (const line of range.getClientRects()) {
      if (line.width < 1 || line.right < 0) continue;  // a heading moved off the page, for screen readers
      const hangs = getComputedStyle(parent).whiteSpace.startsWith('pre');  // a space at a line's end may
      const leaves = line.left < frame.left - 1 || (line.right > frame.right + 1 && !hangs);
      if (leaves) found.push(`"${text}" leaves its box`);
      if (!scrolls && (line.left < -1 || line.right > width + 1)) found.push(`"${text}" leaves the page`);
      lines.push([text, line, scrolls]);
    }
  }
  lines.sort((a, b) => a[1].top - b[1].top);
  lines.forEach(([text, line, scrolls], i) => {
    for (const [other, its, theirs] of lines.slice(i + 1)) {
      if (its.top > line.bottom) break;
      if (scrolls !== theirs && (scrolls || theirs)) continue;
      // Two lines may share the room above and below their letters. What has scrolled lies under a table's row heads.
      const slack = Math.min(line.height, its.height) / 3;
      const across = Math.min(line.right, its.right) - Math.max(line.left, its.left);
      const down = Math.min(line.bottom, its.bottom) - Math.max(line.top, its.top);
      if (across > 1 && down > slack) found.push(`"${text}" lies over "${other}"`);
    }
  });
  return found;
}"""


def axe_faults(page: Any) -> list[tuple[str, str]]:
    """Rule and element of each fault that axe-core finds."""
    found = (
        Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    )  # all it found right is long
    return [(violation["id"], node["html"]) for violation in found for node in violation["nodes"]]


def keyboard_faults(page: Any) -> list[str]:
    """Tab through a page from its beginning to its end: what is passed over, out of order, unmarked or a trap."""
    stops, faults, reached = page.evaluate(_NUMBER_STOPS), [], []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        if focused is None or focused["stop"] in reached:
            break
        reached.append(focused["stop"])
        what = stops[focused["stop"]] if focused["stop"] >= 0 else "what is no link, field or box"
        faults += [f"the focus is not marked: {what}"] * (not focused["marked"])
        faults += [f"the focus is off the screen: {what}"] * (not focused["seen"])
    if reached != list(range(len(stops))):
        faults += [f"never reached: {stop}" for n, stop in enumerate(stops) if n not in reached]
        faults.append(f"the order is {reached} of {len(stops)}")
    return faults


def text_faults(page: Any) -> list[str]:
    """Text that is cut off, or lies over other text, and whether the page scrolls sideways."""
    return list(page.evaluate(_TEXT_FAULTS))


def links_on_paper(page: Any) -> list[str]:
    """Links to files beside the page that would still be printed."""
    page.emulate_media(media="print")
    seen = "links => links.filter(a => a.checkVisibility()).map(a => a.getAttribute('href'))"
    shown = page.locator("a[href]").evaluate_all(seen)
    return [address for address in shown if not address.startswith(("http", "mailto:"))]
