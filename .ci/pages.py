"""Checks the pages (all *.md files outside of src), and takes the examples out of them, so that readers get examples that work.

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
# the launcher starts another program by it; a placeholder; an option of the program itself
NOT_OURS = {"jupyter", "COMMAND", "--help"}


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
    found = (page for page in ROOT.rglob("*.md") if not {"target", "src", ".git"} & set(page.relative_to(ROOT).parts))
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


def without_blocks(page):
    return re.sub(r"^( *)```.*?^\1```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(page):
    """Those that GitHub makes of the headings."""
    found = set()
    for heading in re.findall(r"^#+ +(.*?) *$", without_blocks(page), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        number = 0
        while (name := f"{anchor}-{number}" if number else anchor) in found:
            number += 1
        found.add(name)
    return found


def links(page):
    # brackets within code are no links
    text = re.sub(r"`[^`\n]*`", "code", without_blocks(page))
    found = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"(?:src|href)=\"([^\"]+)\"", text)
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def leads_to(page, link):
    return (page.parent / link.partition("#")[0]).resolve() if link[0] != "#" else page


def broken(page):
    for link in links(page):
        target, anchor = leads_to(page, link), link.partition("#")[2]
        if not target.exists():
            yield f"{page.relative_to(ROOT)}: {link} does not exist"
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            yield f"{page.relative_to(ROOT)}: {link}: there is no such heading"


def reached():
    """The pages that a reader gets to from README.md."""
    found, waiting = {README}, [README]
    while waiting:
        page = waiting.pop()
        new = {leads_to(page, link) for link in links(page)} & set(pages()) - found
        found |= new
        waiting.extend(new)
    return found


def check_links():
    problems = [problem for page in pages() for problem in broken(page)]
    problems += [f"{page.relative_to(ROOT)}: no link leads here from README.md" for page in set(pages()) - reached()]
    size = README.stat().st_size
    if size > MOST_BYTES:
        problems.append(f"README.md has {size:,} bytes, more than {MOST_BYTES:,}")
    if problems:
        sys.exit("\n".join(problems))
    print(f"  {len(pages())} pages, {sum(len(links(page)) for page in pages())} links; README.md has {size:,} bytes")


# configurations


def own_models(fragment):
    """The fragment with its models added to those of the fragments before it."""
    return re.sub(r"^models = \[", "models = ${models} [", fragment, flags=re.MULTILINE)


def keys(fragment):
    """The first part of each key at the top, and the names of models, which add up."""
    return set(re.findall(r"^([a-z_]+)", fragment, re.MULTILINE)) - {"models"} | set(re.findall(r"name = \w+", fragment))


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
        (Path(folder) / "topics.csv").write_text("label,parent\nrefund,billing\nlogin,account\n")
        variables = os.environ | {"TICKETS": "tickets.csv", "TOPICS": "topics.csv", "PHOTOS": str(ROOT / "notebooks")}
        for name, text in configurations:
            file = Path(folder) / "example.conf"
            file.write_text(text, encoding="utf-8")
            command = ["validate"]
            if not re.search("^sources", text, re.MULTILINE):
                command = ["evaluate", "--dry-run", "--predictions", "tickets.csv"]
            command = [LAUNCHER, *command, file, "--set", f"store.root={folder}/store"]
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
    for code in re.findall(r"`(\w[^`\n]*|\./\w[^`\n]*)`", without_blocks(page)):
        call = re.sub(r"^(\./)?pigeonhole ", "", code).split()
        if code.startswith(("pigeonhole ", "./pigeonhole ")) or call[0] in known and any(word.startswith("--") for word in call):
            yield call


def help_of(*command):
    result = subprocess.run([LAUNCHER, *command, "--help"], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"'{' '.join(command)} --help' fails:\n{result.stderr}")
    return result.stdout


def problems_of(call, options):
    """What is wrong with a call, by the options of each command."""
    command, *arguments = call
    if command not in options:
        yield f"there is no command '{command}'"
    for argument in arguments:
        option = re.match(r"--[a-z-]+", argument)
        if command in options and option and option[0] not in options[command]:
            yield f"'{command}' has no option {option[0]}"
        if argument.startswith("conf/") and not (ROOT / argument).exists():
            yield f"there is no file {argument}"


def check_commands():
    known = re.findall(r"^  ([a-z]+)  ", help_of(), re.MULTILINE)
    with ThreadPoolExecutor(2) as pool:
        options = {command: set(re.findall(r"--[a-z-]+", text)) for command, text in zip(known, pool.map(help_of, known))}
    found = [(str(block), call) for block in blocks("sh") for call in calls(block)]
    found += [(str(page.relative_to(ROOT)), call) for page in pages() for call in inline_calls(page, known)]
    found = [(place, call) for place, call in found if call[0] not in NOT_OURS]
    problems = [f"{place}: {problem}" for place, call in found for problem in problems_of(call, options)]
    readme = README.read_text(encoding="utf-8")
    problems += [f"README.md does not name the command '{command}'" for command in known if f"`{command}`" not in readme]
    for block in blocks("sh"):
        if subprocess.run(["bash", "-n"], input=block.text, text=True).returncode:
            problems.append(f"{block}: bash cannot read this")
    if problems:
        sys.exit("\n".join(problems))
    print(f"  {len(found)} calls have commands and options that --help lists")


# queries and Python


def in_duckdb(queries, tables):
    import delta_tables

    connection = delta_tables.duckdb()
    for table, folder in tables.items():
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM delta_scan('{folder}')")
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
