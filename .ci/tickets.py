"""Writes made-up support tickets as CSV, the input of the pages' examples: tickets.py ROWS > tickets.csv

Every hundredth message is missing and every hundredth duration is no number, so that there is something to reject.
"""

import csv
import random
import sys

TOPICS = {
    ("billing", "invoice"): "invoice receipt number copy tax amount",
    ("billing", "refund"): "refund money back returned charge wait",
    ("billing", "payment"): "payment card declined charge bank twice",
    ("delivery", "late"): "late parcel tracking days still wait",
    ("delivery", "damaged"): "damaged broken box parcel returned glass",
    ("delivery", "address"): "address moved street wrong change number",
    ("account", "login"): "login error page blocked wrong code",
    ("account", "password"): "password reset mail link forgot code",
    ("account", "privacy"): "privacy delete data copy consent mail",
}
SHARED = "please help the my order since again today could you with this about your".split()


def main():
    rows = int(sys.argv[1])
    draw = random.Random(7)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["ticket", "opened", "department", "topic", "channel", "minutes_open", "message"])
    for number in range(rows):
        (department, topic), words = draw.choice(sorted(TOPICS.items()))
        said = draw.choices(words.split(), k=draw.randint(1, 3)) + draw.choices(SHARED, k=draw.randint(3, 6))
        draw.shuffle(said)
        opened = f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}T{number % 24:02d}:00:00Z"
        minutes = "n/a" if number % 100 == 50 else f"{draw.lognormvariate(4, 1):.1f}"
        message = "" if number % 100 == 99 else " ".join(said)
        channel = draw.choice(["mail", "phone", "chat"])
        out.writerow([f"T{number:06d}", opened, department, topic, channel, minutes, message])


if __name__ == "__main__":
    main()
