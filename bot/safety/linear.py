"""stub"""
from collections.abc import Sequence
LINEAR = "linear"
def speaks_of_trouble(sentences: Sequence[Sequence[str]]) -> bool:
    return False
