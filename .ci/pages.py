"""Checks the pages (all *.md files), and takes the examples out of them, so that readers get examples that work.

    pages.py links                 every link and anchor leads somewhere, every page can be reached, README.md is short
    pages.py block LANGUAGE [N] [--page PATH]    prints the first, or Nth, block of a language, such as hocon;
                                   fragments do not count
    pages.py configurations CSV    validates each hocon block, over the tickets of .ci/tickets.py. A block marked as
                                   "hocon fragment" is validated as an addition to TICKETS below
    pages.py commands              checks commands and options of each sh block against --help
    pages.py queries STORE...      runs each sql block on the tables of the stores, in DuckDB and in Spark. If several
                                   stores have a table, the first one's is used
    pages.py python STORE          runs each python block on a store
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
# the page whose first hocon block is the complete example
TICKETS = ROOT / "jobs/pipeline/README.md"
JAR = ROOT / "jobs/pipeline/target/pigeonhole-jobs.jar"
LAUNCHER = ROOT / "pigeonhole"
MOST_BYTES = 12_000
# the launcher's own command, which starts another program
NOT_OURS = {"jupyter"}


class Block(NamedTuple):
    page: Path
    line: int
    language: str
    is_fragment: bool
    text: str

    def __str__(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages():
    """README.md first."""
    found = (page for page in ROOT.rglob("*.md") if not {"target", ".git"} & set(page.relative_to(ROOT).parts))
    return sorted(found, key=lambda page: (len(page.parts), page))


def fenced(page):
    fence = re.compile(r"^( *)```(\w*)( fragment)?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
    text = page.read_text(encoding="utf-8")
    for match in fence.finditer(text):
        line = text.count("\n", 0, match.start()) + 2
        yield Block(page, line, match[2], bool(match[3]), textwrap.dedent(match[4]))


def blocks(language, among=None):
    found = [block for page in among or pages() for block in fenced(page) if block.language == language]
    if not found:
        sys.exit(f"no page has a block of {language}")
    return found


# links


def prose(page):
    """The text without its code, in which brackets are no links."""
    text = re.sub(r"^( *)```.*?^\1```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", lambda code: "x" * len(code[0]), text)


def anchors(page):
    """Those that GitHub makes of the headings."""
    text = re.sub(r"^( *)```.*?^\1```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    found = set()
    for heading in re.findall(r"^#+ +(.*?) *$", text, re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        number = 0
        while (name := f"{anchor}-{number}" if number else anchor) in found:
            number += 1
        found.add(name)
    return found


def links(page):
    text = prose(page)
    found = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"(?:src|href)=\"([^\"]+)\"", text)
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def check_links():
    problems, reached, count = [], {README}, 0
    for page in pages():
        for link in links(page):
            count += 1
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            if not target.exists():
                problems.append(f"{page.relative_to(ROOT)}: {link} does not exist")
            elif anchor and target.suffix == ".md" and anchor not in anchors(target):
                problems.append(f"{page.relative_to(ROOT)}: {link}: there is no such heading")
    waiting = [README]
    while waiting:
        page = waiting.pop()
        targets = {(page.parent / link.partition("#")[0]).resolve() for link in links(page) if not link.startswith("#")}
        new = {target for target in targets - reached if target.suffix == ".md" and target.exists()}
        reached |= new
        waiting.extend(new)
    problems += [f"{page.relative_to(ROOT)}: no link from README.md leads here" for page in pages() if page not in reached]
    size = README.stat().st_size
    if size > MOST_BYTES:
        problems.append(f"README.md has {size:,} bytes, more than {MOST_BYTES:,}")
    if problems:
        sys.exit("\n".join(problems))
    print(f"  {len(pages())} pages, {count} links; README.md has {size:,} bytes")


# configurations


def own_models(fragment):
    """The fragment with its models added to those of the fragments before it."""
    return re.sub(r"^models = \[", "models = ${models} [", fragment, flags=re.MULTILINE)


def keys(fragment):
    """The first part of each key at the top, except models, which add up."""
    return set(re.findall(r"^([a-z_]+)", fragment, re.MULTILINE)) - {"models"}


def together(fragments):
    """Groups of fragments that set different keys, so that one start of Java can validate several."""
    groups = []
    for fragment in fragments:
        for group in groups:
            if all(keys(fragment.text).isdisjoint(keys(other.text)) for other in group):
                group.append(fragment)
                break
        else:
            groups.append([fragment])
    return groups


def check_configurations(csv):
    whole = [block for block in blocks("hocon") if not block.is_fragment]
    fragments = [block for block in blocks("hocon") if block.is_fragment]
    configurations = [(str(block), block.text) for block in whole]
    for group in together(fragments):
        parts = [f"# {block}\n{own_models(block.text)}" for block in group]
        tickets = blocks("hocon", [TICKETS])[0].text
        configurations.append((" + ".join(map(str, group)), "\n".join([tickets, "models = []", *parts])))
    with tempfile.TemporaryDirectory() as folder:
        # what the examples read
        (Path(folder) / "tickets.csv").symlink_to(Path(csv).resolve())
        variables = os.environ | {"TICKETS": "tickets.csv", "TOPICS": "tickets.csv", "PHOTOS": str(ROOT / "notebooks")}
        for name, text in configurations:
            file = Path(folder) / "example.conf"
            file.write_text(text, encoding="utf-8")
            command = [LAUNCHER, "validate", file, "--set", f"store.root={folder}/store"]
            result = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
            if result.returncode:
                numbered = "\n".join(f"{i:4} {line}" for i, line in enumerate(text.splitlines(), 1))
                sys.exit(f"{name} is not valid:\n{numbered}\n{result.stdout}{result.stderr}")
            print(f"  valid: {name}")


# commands


def is_ours(word):
    return word == "./pigeonhole" or word.endswith("pigeonhole-jobs.jar")


def calls(block):
    """Arguments of each call of ours: after the launcher, after the jar, or after the ... that stands for spark-submit's own."""
    script = re.sub(r"\\\n\s*", " ", block.text)
    for line in script.splitlines():
        words = shlex.split(line, comments=True)
        submitted = bool(words) and words[0].endswith("spark-submit")
        starts = [i for i, word in enumerate(words) if is_ours(word) or (submitted and word == "...")]
        if starts and len(words) > starts[0] + 1:
            yield words[starts[0] + 1 :]


def inline_calls(page, known):
    """Those within sentences: of the launcher by name, or a command with options."""
    text = re.sub(r"^( *)```.*?^\1```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for code in re.findall(r"`(\w[^`\n]*|\./\w[^`\n]*)`", text):
        call = re.sub(r"^(\./)?pigeonhole ", "", code).split()
        if code.startswith(("pigeonhole ", "./pigeonhole ")) or call[0] in known and any(word.startswith("--") for word in call):
            yield call


def help_of(*command):
    result = subprocess.run([LAUNCHER, *command, "--help"], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"'{' '.join(command)} --help' fails:\n{result.stderr}")
    return result.stdout


def check_commands():
    known = re.findall(r"^  ([a-z]+)  ", help_of(), re.MULTILINE)
    readme = README.read_text(encoding="utf-8")
    problems = [f"README.md does not name the command '{command}'" for command in known if f"`{command}`" not in readme]
    found = []
    for block in blocks("sh"):
        if subprocess.run(["bash", "-n"], input=block.text, text=True).returncode:
            problems.append(f"{block}: bash cannot read this")
        found += [(str(block), call) for call in calls(block)]
    for page in pages():
        found += [(str(page.relative_to(ROOT)), call) for call in inline_calls(page, known)]
    found = [(place, call) for place, call in found if call[0] not in NOT_OURS and call[0] != "COMMAND"]
    used = sorted({call[0] for _, call in found if call[0] in known})
    with ThreadPoolExecutor(2) as pool:
        options = {command: set(re.findall(r"--[a-z-]+", text)) for command, text in zip(used, pool.map(help_of, used))}
    for place, (command, *arguments) in found:
        if command not in known:
            if not command.startswith("--"):
                problems.append(f"{place}: there is no command '{command}'")
            continue
        for argument in arguments:
            option = re.match(r"--[a-z-]+", argument)
            if option and option[0] not in options[command]:
                problems.append(f"{place}: '{command}' has no option {option[0]}")
            if argument.startswith("conf/") and not (ROOT / argument).exists():
                problems.append(f"{place}: there is no file {argument}")
    if problems:
        sys.exit("\n".join(problems))
    print(f"  {len(found)} calls of {len(used)} commands have the options that --help lists")


# queries and Python


def in_duckdb(queries, tables):
    import duckdb
    import delta_tables

    connection = duckdb.connect()
    for table, folder in tables.items():
        connection.register(table, delta_tables.dataset(folder))
    return [connection.execute(query).fetchall() for query in queries]


def in_spark(queries, tables):
    """An unmodified Spark, with the Delta of the project's jar."""
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.jars", str(JAR))
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.databricks.delta.snapshotPartitions", "1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    for table, folder in tables.items():
        spark.read.format("delta").load(folder).createOrReplaceTempView(table)
    rows = [[tuple(row) for row in spark.sql(query).collect()] for query in queries]
    spark.stop()
    return rows


def tables_of(stores):
    """Name of each table to its folder."""
    found = {}
    for store in reversed(stores):
        found.update({log.parent.name: str(log.parent) for log in Path(store).glob("*/_delta_log")})
    return found


def run_queries(stores):
    queries = blocks("sql")
    tables = tables_of(stores)
    texts = [query.text for query in queries]
    answers = in_duckdb(texts, tables)
    for query, rows, others in zip(queries, answers, in_spark(texts, tables)):
        if not rows:
            sys.exit(f"{query} finds nothing:\n{query.text}")
        if [written(row) for row in rows] != [written(row) for row in others]:
            sys.exit(f"DuckDB and Spark answer {query} differently:\n{query.text}\n{rows}\n{others}")
    print(f"  {len(queries)} queries gave the same rows in DuckDB and in Spark: {', '.join(str(len(rows)) for rows in answers)}")


def written(row):
    return [f"{value:.9g}" if isinstance(value, float) else str(value) for value in row]


def run_python(store):
    for block in blocks("python"):
        exec(compile(block.text.replace("target/languages", store), str(block), "exec"), {})
    # to_pandas() reads the way that can abort the interpreter at its end, see delta_tables.py
    sys.stdout.flush()
    os._exit(0)


def print_block(language, *arguments):
    page = README
    if "--page" in arguments:
        at = arguments.index("--page")
        page = ROOT / arguments[at + 1]
        arguments = arguments[:at] + arguments[at + 2 :]
    number = int(arguments[0]) if arguments else 1
    print([block for block in blocks(language, [page]) if not block.is_fragment][number - 1].text, end="")


def main():
    match sys.argv[1:]:
        case ["links"]:
            check_links()
        case ["block", language, *arguments]:
            print_block(language, *arguments)
        case ["configurations", csv]:
            check_configurations(csv)
        case ["commands"]:
            check_commands()
        case ["queries", _, *_]:
            run_queries(sys.argv[2:])
        case ["python", store]:
            run_python(store)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
