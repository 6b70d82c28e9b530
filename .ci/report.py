"""Opens a report in a headless Chromium, offline, and uses it: sorting, searching, colours, the drill-down by keyboard.

usage: report.py REPORT.html FOLDER

Then does the same with 1,000 classes and every section, made from the same page and data that it deals here, some of it
hostile. Pictures go to the folder. Fails on any error on the console and on any request.
"""

import json
import pathlib
import random
import shutil
import sys
import time

from playwright.sync_api import sync_playwright

HOSTILE = "</script><b id=hostile>{{data}}<!--<img src=x onerror=alert(1)>"
CLASSES = 1_000
MOST_BYTES = 3_000_000


def check(holds, what):
    if not holds:
        raise SystemExit(f"FAILED: {what}")
    print(f"  {what}")


class Reader:
    """A page that is read as an analyst does, without a network."""

    def __init__(self, browser, file, width=1280, **options):
        self.context = browser.new_context(offline=True, viewport={"width": width, "height": 900}, **options)
        self.page = self.context.new_page()
        self.troubles = []
        self.page.on("console", lambda said: said.type in ("error", "warning") and self.troubles.append(said.text))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", lambda request: request.url != file.as_uri()
                     and not request.url.startswith(("data:", "blob:")) and self.troubles.append(request.url))
        started = time.monotonic()
        self.page.goto(file.as_uri())
        self.page.wait_for_selector("html[data-ready]")
        self.plots()
        self.seconds = time.monotonic() - started

    def plots(self):
        """Waits until every place for a plot holds one."""
        self.page.wait_for_function("""() => [...document.querySelectorAll('.plot')]
            .every((place) => place.querySelector('svg.marks path'))""")

    def column(self, index):
        cells = self.page.locator(f"#class-table tbody tr > :nth-child({index}) .number").all_inner_texts()
        return [float(cell) for cell in cells if cell != "–"]

    def head(self, name):
        return self.page.locator("#class-table thead th", has=self.page.get_by_role("button", name=name, exact=True))

    def picture(self, file, **options):
        self.page.screenshot(path=file, animations="disabled", **options)

    def close(self):
        check(self.troubles == [], f"no error, warning or request {self.troubles or ''}")
        self.context.close()


def sorts(reader):
    for name in ("Precision", "F1"):
        index = reader.head(name).evaluate("(head) => head.cellIndex + 1")
        for direction in ("ascending", "descending"):
            if name == "F1" and direction == "ascending":
                # it begins sorted like this, so the first click turns it round
                reader.head("Class").get_by_role("button").click()
            reader.head(name).get_by_role("button").click()
            check(reader.head(name).get_attribute("aria-sort") == direction, f"{name} is sorted: {direction}")
            cells = reader.column(index)
            check(len(cells) > 1 and cells == sorted(cells, reverse=direction == "descending"), f"its cells are {direction}")


def searches(reader):
    rows = reader.page.locator("#class-table tbody tr")
    label = reader.page.locator("#class-table tbody th").first.inner_text().split("\n")[0]
    before = reader.page.locator("#classes [role=status]").inner_text()
    reader.page.get_by_role("searchbox").fill(label)
    texts = reader.page.locator("#class-table tbody tr").all_inner_texts()
    check(texts and all(label.lower() in text.lower() for text in texts), f"a search leaves {len(texts)} classes")
    reader.page.get_by_role("searchbox").fill("no class has this name")
    check(rows.count() == 0, "a search for nothing finds nothing, and says so:"
          f" {reader.page.locator('#classes [role=status]').inner_text()}")
    reader.page.get_by_role("searchbox").fill("")
    check(reader.page.locator("#classes [role=status]").inner_text() == before, "without it all are there again")


def pages(reader):
    first = reader.page.locator("#class-table tbody th").all_inner_texts()
    reader.page.get_by_role("button", name="Next page").click()
    second = reader.page.locator("#class-table tbody th").all_inner_texts()
    check(second and not set(first) & set(second), "the next page has other classes")
    reader.page.get_by_role("button", name="Previous page").click()


def drills_by_keyboard(reader):
    keyboard = reader.page.keyboard
    reader.page.locator(".heat [tabindex='0']").focus()
    keyboard.press("ArrowRight")
    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")
    aloud = reader.page.evaluate("document.activeElement.getAttribute('aria-label')")
    check(" taken for " in aloud, f"arrow keys move in the heat map: {aloud}")
    keyboard.press("Enter")
    title = reader.page.locator("#cell h3").inner_text()
    check(aloud.startswith(title), f"Enter explains the cell: {title}")
    for _ in range(10_000):
        if reader.page.evaluate("document.activeElement.closest('#cell') !== null"):
            break
        keyboard.press("Tab")
    keyboard.press("Enter")
    dialog = reader.page.locator("dialog[open]")
    check(dialog.locator("h2").inner_text() == title.split(" taken for ")[0], "Tab and Enter open its class")
    reader.plots()
    return dialog


def contrast(reader):
    """WCAG's contrast of each colour that text has on the surface it stands on."""
    return reader.page.evaluate("""() => {
      const light = (name) => {
        const probe = document.body.appendChild(document.createElement('i'));
        probe.style.color = `var(--${name})`;
        const parts = getComputedStyle(probe).color.match(/[0-9.]+/g).slice(0, 3).map((part) => part / 255)
          .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        probe.remove();
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
      };
      return ['ink', 'muted', 'accent', 'good', 'bad'].flatMap((text) => ['surface', 'ground'].map((under) => {
        const [low, high] = [light(text), light(under)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
      }));
    }""")


def is_dark(reader):
    return reader.page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every((part) => part < 64)")


def toggles(reader):
    for dark in (True, False):
        reader.page.locator("#theme").click()
        reader.plots()
        check(is_dark(reader) == dark, "the colours are dark" if dark else "the colours are light again")
        least = min(contrast(reader))
        check(least >= 4.5, f"least contrast of text: {least:.1f}")


def labelled(reader):
    """What takes input has a name, and what a reader hears of the plots is there."""
    nameless = reader.page.evaluate("""() => [...document.querySelectorAll('input, select, button')]
        .filter((it) => !(it.labels?.length || it.getAttribute('aria-label') || it.textContent.trim())).length""")
    check(nameless == 0, "every control has a name")
    plots = reader.page.locator(".plot svg.marks").count()
    named = reader.page.locator("[role=graphics-document][aria-label] > svg.marks").count()
    check(0 < plots == named, f"all {plots} plots are described")


def read(browser, file, folder, name):
    reader = Reader(browser, file)
    check(not is_dark(reader), f"{name}: opened in {reader.seconds:.1f} s, light")
    labelled(reader)
    reader.picture(folder / f"{name}-top.png")
    reader.picture(folder / f"{name}.png", full_page=True)
    sorts(reader)
    searches(reader)
    if reader.page.get_by_role("button", name="Next page").is_enabled():
        pages(reader)
    dialog = drills_by_keyboard(reader)
    reader.picture(folder / f"{name}-class.png")
    reader.page.keyboard.press("Escape")
    check(dialog.count() == 0, "Escape closes it")
    reader.page.locator("#confusion").scroll_into_view_if_needed()
    reader.page.locator("#confusion").screenshot(path=folder / f"{name}-confusion.png")
    toggles(reader)
    seconds = reader.seconds
    reader.page.emulate_media(media="print")
    check(not reader.page.locator("nav").is_visible(), "on paper there is no navigation")
    reader.page.pdf(path=folder / f"{name}.pdf", format="A4")
    reader.close()

    dark = Reader(browser, file, color_scheme="dark")
    check(is_dark(dark), "dark where the system is")
    dark.picture(folder / f"{name}-dark.png", full_page=True)
    dark.close()

    narrow = Reader(browser, file, width=390)
    wide = narrow.page.evaluate("document.documentElement.scrollWidth")
    check(wide <= 390, f"on a narrow screen nothing sticks out ({wide} of 390)")
    narrow.picture(folder / f"{name}-narrow.png")
    narrow.close()
    return seconds


def interval(value, half=0.05):
    return [round(value, 4), round(max(0, value - half), 4), round(min(1, value + half), 4)]


def dealt(data):
    """The page's data with 1,000 classes and every section."""
    deal = random.Random(7)
    columns = data["classes"][0]["columns"]
    rows, parents = [], []
    for i in range(CLASSES):
        support = int(10 ** deal.uniform(0.5, 4))
        good = deal.betavariate(5, 2)
        tp = round(support * good)
        cells = {"label": f"class {i:04d} of a rather long name" if i else HOSTILE, "support": support,
                 "predicted": tp + deal.randrange(1 + support // 3) + 1, "tp": tp, "sufficient_support": support >= 30}
        for rate in ("precision", "recall", "f1", "average_precision", "roc_auc"):
            cells[rate], cells[f"{rate}_low"], cells[f"{rate}_high"] = interval(good, 1 / support ** 0.5)
        if i % 50 == 49:
            cells["precision"] = cells["precision_low"] = cells["precision_high"] = None
        rows.append([cells.get(column) for column in columns])
        parents.append(f"group {i % 12}")
    support, predicted = columns.index("support"), columns.index("predicted")
    chosen = list(range(24))
    counts = {(t, p): deal.random() ** 3 / 10 for t in range(CLASSES) for p in deal.sample(range(CLASSES), 3) if t != p}
    counts |= {(t, p): 0.6 / (1 + abs(t - p)) ** 2 for t in chosen for p in chosen if t != p}
    pairs = []
    for (t, p), share in counts.items():
        count = round(share * rows[t][support])
        if count > 0:
            pairs.append([t, p, count, *interval(count / rows[t][support], 0.02)])
            rows[p][predicted] += count
    pairs.sort(key=lambda pair: -pair[2])
    bins = [[b / 10, (b + 1) / 10, 50 + 900 * (b > 6), b / 10 + 0.05, *interval(min(1, b / 11 + 0.06), 0.03)]
            for b in range(10)]
    curve = [[t / 50, round(min(1, 0.4 + t / 80), 3), round(1 - (t / 50) ** 2, 3), round(1 - (t / 50) ** 2, 3),
              round((1 - t / 50) ** 3, 3)] for t in range(1, 50)]
    slices = [{"slice": f"month={month + 1:02d}", "metric": metric, "value": v, "low": low, "high": high, "support": 900}
              for month in range(12) for metric in ("accuracy", "macro_f1")
              for v, low, high in [interval(0.5 + 0.03 * (month % 7), 0.02)]]
    dealt = dict(data, confusion={"heat_map": chosen, "pairs": pairs})
    dealt["classes"] = [{"columns": columns, "rows": rows, "level": "leaf", "total": CLASSES, "parents": parents,
                         "critical": [i < 3 for i in range(CLASSES)]}]
    dealt["calibration"] = {"all": bins, **{str(i): bins for i in chosen}}
    dealt["curves"] = {str(i): [[t, p ** (1 + i / 9), r, tpr, fpr] for t, p, r, tpr, fpr in curve] for i in chosen}
    dealt["slices"] = {"figures": slices, "cells": [
        {"slice": "month=03", "label": HOSTILE, "support": 40, "recall": 0.3, "recall_low": 0.2, "recall_high": 0.4,
         "class_recall": 0.6, "slice_q_value": 0.012}]}
    dealt["unknown"] = {
        "figures": [{"metric": "unknown_recall", "value": 0.65, "low": 0.62, "high": 0.68, "support": 1000, "method": "wilson"}],
        "coverage": [{"coverage": c / 50, "risk": c / 200, "risk_low": c / 250, "risk_high": c / 150,
                      "in_scope_loss": (1 - c / 50) ** 2, "unknown_recall": 1 - (c / 50) ** 3} for c in range(1, 51)]}
    dealt["proposed"] = {"split": "new", "clusters": 120, "classes": [
        {"cluster": i + 1, "name": HOSTILE, "rows": 900 - i, "stability": 1 - i / 400, "terms": [HOSTILE, "lost card", "card"],
         "nearest_class": HOSTILE, "nearest_share": 0.4, "example_id": f"row {i}",
         "text": None if i == 0 else "a text of about three hundred characters " * 7} for i in range(100)]}
    dealt["deciders"] = {
        "deciders": [{"decided_by": f"rule {HOSTILE}@1", "decided": 120, "share": 0.12, "support": 100, "accuracy": 0.9,
                      "accuracy_low": 0.8, "accuracy_high": 0.95},
                     {"decided_by": "soft@1", "decided": 880, "share": 0.88, "support": 0, "accuracy": None,
                      "accuracy_low": None, "accuracy_high": None}],
        "rules": [{"id": "refund", "rule_version": 1, "label": HOSTILE, "sql": HOSTILE, "binding": True, "decides": True,
                   "support": 0, "coverage": 0.0, "precision": None, "low": None, "high": None, "conflicts": 0}]}
    dealt["gain_over_prior"] = {"model": HOSTILE, "version": 3, "gains": {"accuracy": 0.5, "macro_f1": 0, "log_loss": -1.25}}
    dealt["cascade"] = {"answered": {HOSTILE: 900, "dear@1": 300}, "points": [
        {"point": i + 1, "share": i / 20, "cost": 1 + i / 2, "accuracy": 0.7 + i / 80, "low": 0.68 + i / 80,
         "high": 0.72 + i / 80, "support": 600, "efficient": i < 15, "chosen": i == 7,
         "certified": 0.77 if i == 7 else None, "confidence": 0.95 if i == 7 else None} for i in range(21)]}
    dealt["gates"] = {
        "columns": ["statement", "label", "judged_on", "bound", "value", "low", "high", "support", "rows_needed", "verdict"],
        "rows": [["recall >= 0.80", HOSTILE, "bound", 0.8, 0.7, 0.65, 0.75, 400, None, "fail"],
                 ["macro_f1 >= 0.60", None, "bound", 0.6, 0.7, 0.69, 0.71, 40_000, None, "pass"],
                 ["precision >= 0.80", "class 0002", "point", 0.8, 0.81, 0.7, 0.9, 40, 310, "not_enough_data"]]}
    dealt["comparisons"] = {
        "columns": ["base_model", "base_version", "base_split", "level", "metric", "label", "support", "base_value",
                    "value", "difference", "low", "high", "p_adjusted", "verdict"],
        "rows": [["softmax", 1, "test", "leaf", "recall", f"class {i:04d}", 400, 0.7, 0.7 + i / 100, i / 100,
                  i / 100 - 0.02, i / 100 + 0.02, 0.04 if i < -3 or i > 3 else 0.6,
                  "worse" if i < -3 else "better" if i > 3 else "same_within_margin"] for i in range(-9, 10)]}
    return dealt


def with_data(html, change):
    start = '<script id="data" type="application/json">'
    before, rest = html.split(start)
    data, after = rest.split("</script>", 1)
    text = json.dumps(change(json.loads(data)), ensure_ascii=False).replace("<", "\\u003c")
    return before + start + text + "</script>" + after


def main():
    report, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("FAILED: there is no chromium on the path; Debian has it in the package of that name")
    large = folder / "report-1000.html"
    large.write_text(with_data(report.read_text(encoding="utf-8"), dealt), encoding="utf-8")
    check(large.stat().st_size < MOST_BYTES, f"{CLASSES} classes take {large.stat().st_size:,} bytes")
    with sync_playwright() as playwright:
        # in a container there is neither a sandbox nor much shared memory
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
        read(browser, report, folder, "report")
        seconds = read(browser, large, folder, "report-1000")
        print(f"  {CLASSES} classes are there after {seconds:.1f} s")
        reader = Reader(browser, large)
        check(reader.page.locator("#hostile, img[src=x]").count() == 0, "text of the data is no markup")
        check(reader.page.get_by_text(HOSTILE, exact=True).count() > 0, "and is shown as it is")
        gain = reader.page.locator("#summary .gain").inner_text()
        check(gain.startswith(f"Gain over prior {HOSTILE} 3: Accuracy +0.500") and gain.endswith("1.250"), gain)
        sections = set(reader.page.locator("main > section").evaluate_all("(all) => all.map((one) => one.id)"))
        check(sections == {"summary", "gates", "comparisons", "classes", "confusion", "calibration", "cascade", "curves",
                           "slices", "unknown", "proposed", "deciders", "lineage"}, f"{len(sections)} sections where there is data for each")
        reader.close()
        browser.close()


if __name__ == "__main__":
    main()
