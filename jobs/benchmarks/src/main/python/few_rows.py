"""CLINC150 with few rows for each intent: few_rows.py MODEL ROWS. Figures are means over draws of the training rows."""
import sys

import family
import measuring

DRAWS = (1, 2, 3)

model, rows = sys.argv[1], sys.argv[2]
found, seconds = [], 0.0
for draw in DRAWS:
    store = family.store_of("clinc150_few", f"rows{rows}", f"draw{draw}")
    family.run("clinc150_few", store=store, variables={"ROWS": rows, "DRAW": str(draw)})
    found.append(family.figures(store, model)[1])
    seconds += family.seconds_of(store, model)
means = {name: sum(each[name] for each in found) / len(found) for name in ("validation accuracy", "accuracy", "macro_f1")}
measuring.report("this project", seconds / len(DRAWS), means | {f"accuracy, draw {draw}": each["accuracy"]
                                                             for draw, each in zip(DRAWS, found)})
