"""Holds metrics to the rules and dashboards that are about them.

    metrics.py METRICS GATEWAY FILE...

METRICS is a file of `pigeonhole metrics`, GATEWAY the address of a Pushgateway's metrics, to which the same were pushed; each FILE
has Prometheus's rules (.yml) or a dashboard of Grafana's (.json).
"""

import json
import re
import sys
import urllib.request
from pathlib import Path

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

NAME = re.compile(r"\bpigeonhole_[a-z0-9_]+")
KINDS = {"stat", "timeseries", "table", "bargauge"}


def require(holds, problem):
    if not holds:
        sys.exit(f"FAILED: {problem}")


def samples(families):
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value for family in families for sample in family.samples
    }


def check_labels(known, expression, where):
    """Each metric that an expression names is there, and has the labels that it selects by."""
    for name, selectors in re.findall(r"\b(pigeonhole_[a-z0-9_]+)(?:\{([^}]*)\})?", expression):
        require(name in known, f"{where} is about {name}, which `pigeonhole metrics` does not give")
        for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selectors):
            require(label in known[name], f"{where}: {name} has no label {label}")


def check_dashboard(file, known):
    board = json.loads(file.read_text(encoding="utf-8"))
    panels = board["panels"]
    ids = [panel["id"] for panel in panels]
    require(len(ids) == len(set(ids)), f"{file}: panels share an id")
    variables = {variable["name"]: variable for variable in board["templating"]["list"]}
    require(variables["datasource"]["type"] == "datasource", f"{file}: the data source is no variable")
    taken = set()
    for panel in panels:
        where = f"{file}, '{panel['title']}'"
        require(panel["type"] in KINDS, f"{where}: {panel['type']} is no kind of panel that Grafana brings")
        require(panel["description"].strip(), f"{where}: does not say what it shows")
        require(panel["datasource"]["uid"] == "${datasource}", f"{where}: is bound to one data source")
        box = panel["gridPos"]
        cells = {(x, y) for x in range(box["x"], box["x"] + box["w"]) for y in range(box["y"], box["y"] + box["h"])}
        require(box["x"] + box["w"] <= 24 and not cells & taken, f"{where}: lies outside of the grid or on another panel")
        taken |= cells
        require(panel["targets"], f"{where}: asks for nothing")
        for target in panel["targets"]:
            check_labels(known, target["expr"], where)
            for variable in re.findall(r"\$(\w+)", target["expr"]):
                require(variable in variables, f"{where}: there is no variable {variable}")
    for variable in variables.values():
        if variable["type"] == "query":
            check_labels(known, variable["definition"], f"{file}, variable {variable['name']}")
    return board["uid"], len(panels)


def main():
    metrics, gateway, *files = sys.argv[1:]
    text = Path(metrics).read_text(encoding="utf-8")
    given = samples(openmetrics(text))
    require(given == samples(plain(text)), "OpenMetrics and Prometheus's text format read the metrics differently")
    known = {}
    for name, labels in given:
        known.setdefault(name, set()).update(label for label, _ in labels)
    with urllib.request.urlopen(gateway) as answer:
        held = samples(plain(answer.read().decode()))
    pushed = {(name, tuple(pair for pair in labels if pair[0] not in ("job", "instance"))): value for (name, labels), value in held.items()}
    lost = [key for key, value in given.items() if pushed.get(key) != value]
    require(not lost, f"{len(lost)} of {len(given)} samples are not at the Pushgateway as they are in the file, such as {lost[:1]}")

    boards, panels = set(), 0
    for file in map(Path, files):
        if file.suffix == ".json":
            uid, count = check_dashboard(file, known)
            require(uid not in boards, f"{file}: another dashboard has the same uid")
            boards.add(uid)
            panels += count
        else:
            lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.strip().startswith(("#", "description"))]
            check_labels(known, "\n".join(lines), str(file))
            require(any(NAME.search(line) for line in lines), f"{file}: is about no metric")
    print(f"  {len(given)} samples of {len(known)} metrics, the same at the Pushgateway; {len(boards)} dashboards with {panels} panels")


if __name__ == "__main__":
    main()
