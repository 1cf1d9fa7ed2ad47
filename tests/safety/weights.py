"""Learns `bot/safety/linear.bin` from the development data and the rules' own sentences.

    python -m tests.safety.weights [--check]

Logistic regression by stochastic gradient descent over the features of `bot.safety.linear`. The threshold is the lowest
at which, in a ten-fold cross-validation, no more than `FALSE_ALARMS` of the messages that must not be flagged are.
What somebody may or may not flag teaches nothing.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import bot.safety
from bot.safety import linear
from bot.safety.book import book
from bot.safety.levels import Level
from bot.safety.plain import lines
from tests.safety.messages import DATA, MAY, MUST, MUST_NOT, Message, messages

FILE = Path(bot.safety.__file__).with_name("linear.bin")
FOLDS, EPOCHS, STEP, DECAY, SEED = 10, 30, 2.0, 1e-5, 1
FALSE_ALARMS = 0.008

Example = tuple[list[int], bool]


def words_of(message: Message) -> list[str]:
    """As the triage reads it."""
    read = [word for line in lines(message.text, book().vocabulary) for word in line.words]
    return read[: linear.MOST_WORDS]


def learn(examples: Sequence[Example]) -> list[float]:
    """A weight a bucket."""
    weights, chance, bias = [0.0] * linear.BUCKETS, random.Random(SEED), 0.0
    order = list(examples)
    for epoch in range(EPOCHS):
        chance.shuffle(order)
        step = STEP / (1 + epoch)
        for buckets, is_trouble in order:
            score = bias + sum(weights[bucket] for bucket in buckets) / len(buckets) ** 0.5
            error = is_trouble - 1 / (1 + 2.718281828 ** -max(-30.0, min(30.0, score)))
            bias += step * error * 0.1
            change = step * error / len(buckets) ** 0.5
            for bucket in buckets:
                weights[bucket] += change - step * DECAY * weights[bucket]
    return weights


def score(buckets: Sequence[int], weights: Sequence[float]) -> float:
    """As `linear.score`, over the weights before they are packed."""
    return float(sum(weights[bucket] for bucket in buckets) / len(buckets) ** 0.5)


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
    known = [one for one in (*messages(*sorted(DATA.glob("*.csv"))), *_of_the_rules()) if one.expect != MAY]
    texts = [(one, words_of(one)) for one in known]
    examples = [
        (one, (sorted(set(linear.features(words))), one.expect == MUST))
        for one, words in texts if len(words) >= linear.FEWEST_WORDS
    ]
    random.Random(SEED).shuffle(examples)
    held: list[tuple[Message, float]] = []
    for fold in range(FOLDS):
        weights = learn([example for place, (_, example) in enumerate(examples) if place % FOLDS != fold])
        held += [(one, score(example[0], weights)) for one, example in examples[fold::FOLDS]]
    benign = sorted((value for one, value in held if one.expect == MUST_NOT), reverse=True)
    threshold = benign[int(len(benign) * FALSE_ALARMS)]
    caught = [value > threshold for one, value in held if one.expect == MUST]
    alarms = [value > threshold for one, value in held if one.expect == MUST_NOT]
    print(f"linear.threshold {threshold:.3f}, cross-validated {FOLDS} times, seed {SEED}")
    print(f"linear.recall {sum(caught) / len(caught):.3f} of {len(caught)} that must be flagged, by itself")
    print(f"linear.false_alarms {sum(alarms) / len(alarms):.4f} of {len(alarms)}")
    if not given.check:
        FILE.write_bytes(linear.packed(threshold, learn([example for _, example in examples])))


if __name__ == "__main__":
    main()
