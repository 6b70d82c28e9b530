"""Takes the README's examples out of it, so that what it says is what is checked.

    readme.py block LANGUAGE [N]    prints the first, or Nth, fenced block of a language, such as hocon
    readme.py queries STORE         runs each sql block on the tables of a store
    readme.py python STORE          runs each python block on a store
"""

import re
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def blocks(language):
    found = re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    if not found:
        sys.exit(f"README.md has no block of {language}")
    return found


def run_queries(store):
    from deltalake import DeltaTable, QueryBuilder

    engine = QueryBuilder()
    for table in ("evaluation_per_class", "evaluation_confusion", "evaluation_summary", "comparisons", "calibrations"):
        engine.register(table, DeltaTable(f"{store}/{table}"))
    rows = [engine.execute(query).read_all().num_rows for query in blocks("sql")]
    print(f"  {len(rows)} queries ran; rows: {', '.join(map(str, rows))}")
    if rows[0] == 0:
        sys.exit("the README's first query finds nothing")


def main():
    what, argument, *number = sys.argv[1:]
    if what == "block":
        print(blocks(argument)[int(number[0]) - 1 if number else 0], end="")
    elif what == "queries":
        run_queries(argument)
    elif what == "python":
        for block in blocks("python"):
            exec(compile(block.replace("target/languages", argument), "README.md", "exec"), {})
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
