"""Learns `bot/safety/linear.bin` from the development data and the rules' own sentences.

    python -m tests.safety.weights [--check]        with the `learn` extra

Logistic regression over the features of `bot.safety.linear`. The threshold is the lowest at which, in a ten-fold
cross-validation, no more than `FALSE_ALARMS` of the messages that must not be flagged are. What somebody may or may not
flag teaches nothing.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

import bot.safety
from bot.safety import linear
from bot.safety.book import book
from bot.safety.levels import Level
from bot.safety.plain import lines
from tests.safety.messages import DATA, MAY, MUST, MUST_NOT, Message, messages

FILE = Path(bot.safety.__file__).with_name("linear.bin")
FOLDS, STRENGTH, SEED = 10, 20.0, 1
FALSE_ALARMS = 0.012


def words_of(message: Message) -> list[str]:
    """As the triage reads it."""
    return [word for line in lines(message.text, book().vocabulary) for word in line.words]


def matrix(texts: Sequence[Sequence[str]]) -> Any:
    """A row a text: its buckets, each with one over the root of how many there are."""
    buckets = [sorted(linear.features(words)) for words in texts]
    values = [len(row) ** -0.5 for row in buckets for _ in row]
    starts = [0]
    for row in buckets:
        starts.append(starts[-1] + len(row))
    places = [bucket for row in buckets for bucket in row]
    return csr_matrix((values, places, starts), shape=(len(texts), linear.BUCKETS))


def learned(texts: Any, is_trouble: Sequence[bool]) -> Any:
    """The model for these rows."""
    return LogisticRegression(C=STRENGTH, max_iter=300).fit(texts, is_trouble)


def _of_the_rules() -> Iterator[Message]:
    """The sentences that each rule names itself: those that it must leave lie closest to trouble."""
    for rule in book().rules():
        yield from (Message(rule.id, text, rule.level, rule.category, MUST, rule.language) for text in rule.catches)
        yield from (Message(rule.id, text, Level.NONE, "idiom", MUST_NOT, rule.language) for text in rule.leaves)


def main() -> None:
    """Learn, say how well in cross-validation, and write the file (unless --check)."""
    parser = argparse.ArgumentParser(prog="python -m tests.safety.weights", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--check", action="store_true", help="only say how well")
    given = parser.parse_args()
    from_files = messages(*sorted(DATA.glob("*.csv")))
    known = [
        (one, words) for one in (*from_files, *_of_the_rules())
        if one.expect != MAY and len(words := words_of(one)) >= linear.FEWEST_WORDS
    ]
    random.Random(SEED).shuffle(known)
    texts, is_trouble = matrix([words for _, words in known]), [one.expect == MUST for one, _ in known]
    scores = dict[int, float]()
    for fold in range(FOLDS):
        others = [place for place in range(len(known)) if place % FOLDS != fold]
        mine = list(range(fold, len(known), FOLDS))
        model = learned(texts[others], [is_trouble[place] for place in others])
        # As the coach applies it: without the constant, which the threshold holds.
        scores |= dict(zip(mine, model.decision_function(texts[mine]) - model.intercept_[0], strict=True))
    files = set(from_files)
    harmless = sorted(
        (scores[place] for place, (one, _) in enumerate(known) if one.expect == MUST_NOT and one in files), reverse=True
    )
    threshold = harmless[int(len(harmless) * FALSE_ALARMS)]
    caught = [scores[place] > threshold for place, (one, _) in enumerate(known) if one.expect == MUST and one in files]
    print(f"linear.threshold {threshold:.3f}, cross-validated {FOLDS} times, seed {SEED}")
    print(f"linear.recall {sum(caught) / len(caught):.3f} of {len(caught)} that must be flagged, by itself")
    print(f"linear.false_alarms {FALSE_ALARMS} of {len(harmless)}")
    if not given.check:
        FILE.write_bytes(linear.packed(threshold, learned(texts, is_trouble).coef_[0].tolist()))


if __name__ == "__main__":
    main()
