"""Checks conf/kubernetes/*.yaml and conf/argo/*.yaml against the types of their APIs, as far as that goes without a cluster.

The types are the pydantic models that are generated from the two projects' own API definitions: kubeflow-spark-api, which the
Spark operator's project publishes, and hera, which has Argo's. A field that is unknown, missing, or of another type fails. The
values that an enumeration allows are not in the models; they stand here, from the operator's Go types.
"""

import pathlib
import re

import yaml
from hera.workflows import models as argo
from kubeflow_spark_api.models.spark_v1beta2_spark_application import SparkV1beta2SparkApplication

VALUES = {
    ("type",): {"Java", "Python", "Scala", "R"},
    ("mode",): {"cluster", "client"},
    ("restartPolicy", "type"): {"Never", "Always", "OnFailure"},
}
KINDS = {"WorkflowTemplate": argo.WorkflowTemplate, "CronWorkflow": argo.CronWorkflow}


def fail(text):
    raise SystemExit(f"FAILED: {text}")


def dropped(given, kept, path):
    """Paths of what was given and the type did not keep, since it does not know it."""
    if isinstance(given, dict) and isinstance(kept, dict):
        for key, value in given.items():
            if key not in kept:
                yield f"{path}.{key}"
            else:
                yield from dropped(value, kept[key], f"{path}.{key}")
    elif isinstance(given, list) and isinstance(kept, list):
        for number, (one, two) in enumerate(zip(given, kept, strict=True)):
            yield from dropped(one, two, f"{path}[{number}]")
    elif str(given) != str(kept):
        yield f"{path}: {given!r} became {kept!r}"


def check_application(file, document):
    """One SparkApplication."""
    if document["apiVersion"] != "sparkoperator.k8s.io/v1beta2" or document["kind"] != "SparkApplication":
        fail(f"{file} is no SparkApplication of v1beta2")
    kept = SparkV1beta2SparkApplication.from_dict(document).to_dict()
    for lost in dropped(document, kept, file.name):
        fail(f"the operator's API has no {lost}")
    for keys, allowed in VALUES.items():
        value = document["spec"]
        for key in keys:
            value = value[key]
        if value not in allowed:
            fail(f"{file}: {'.'.join(keys)} is {value}, not one of {sorted(allowed)}")


def check_workflow(file, document):
    """One of Argo's documents: its types, and that what its tasks name is there."""
    if document["apiVersion"] != "argoproj.io/v1alpha1":
        fail(f"{file} is not of Argo's v1alpha1")
    kept = KINDS[document["kind"]].model_validate(document).model_dump(mode="json", by_alias=True, exclude_unset=True)
    for lost in dropped(document, kept, file.name):
        fail(f"Argo's API has no {lost}")
    spec = document["spec"]
    if document["kind"] != "WorkflowTemplate":
        return
    templates = {template["name"]: template for template in spec["templates"]}
    parameters = {parameter["name"] for parameter in spec["arguments"]["parameters"]}
    for name in re.findall(r"workflow\.parameters\.([\w-]+)|workflow\.parameters\['([\w-]+)'\]", yaml.safe_dump(spec, width=10**6)):
        if (name[0] or name[1].strip("'")) not in parameters:
            fail(f"{file}: there is no parameter {name}")
    for template in templates.values():
        tasks = {task["name"] for task in template.get("dag", {}).get("tasks", [])}
        for task in template.get("dag", {}).get("tasks", []):
            if task["template"] not in templates:
                fail(f"{file}: task {task['name']} has no template {task['template']}")
            for other in re.findall(r"([a-z][\w-]*)(?:\.[A-Z]\w+)?", re.sub(r"[|&]+", " ", task.get("depends", ""))):
                if other not in tasks:
                    fail(f"{file}: task {task['name']} depends on {other}, which is not there")


def main():
    checked = 0
    for folder, check in (("kubernetes", check_application), ("argo", check_workflow)):
        files = sorted(pathlib.Path("conf", folder).glob("*.yaml"))
        if not files:
            fail(f"there is no manifest in conf/{folder}")
        for file in files:
            for document in yaml.safe_load_all(file.read_text(encoding="utf-8")):
                check(file, document)
                checked += 1
                print(f"  {file}: {document['kind']} {document['metadata']['name']}")
    # the check itself must be able to fail
    wrong = yaml.safe_load(pathlib.Path("conf/kubernetes/pigeonhole.yaml").read_text(encoding="utf-8"))
    wrong["spec"]["driver"]["memroy"] = "8g"
    if not list(dropped(wrong, SparkV1beta2SparkApplication.from_dict(wrong).to_dict(), "")):
        fail("a misspelt field is not noticed")


if __name__ == "__main__":
    main()
