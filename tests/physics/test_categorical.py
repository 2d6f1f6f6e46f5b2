"""Words become codes, asking about each distinct word once."""

import numpy as np

from xlcalc.physics.categorical import encode


def test_each_distinct_word_is_asked_about_once():
    asked = []

    def canonical(word):
        asked.append(word)
        return word.strip().lower() if word.strip() else None

    coded = encode(["Si", "si ", "Al", "", "Si"] * 1000, canonical)
    assert asked == ["Si", "si ", "Al", ""]
    assert coded.categories == ("si", "al")
    assert coded.codes[:5].tolist() == [0, 0, 1, -1, 0]
    assert not coded.complete


def test_shape_is_kept_and_words_come_back():
    coded = encode(np.array([["a", "b"], ["b", "?"]], dtype=object), {"a": "A", "b": "B"}.get)
    assert coded.shape == (2, 2)
    assert coded.decode().tolist() == [["A", "B"], ["B", None]]
    assert coded.take(lambda array: array[:1]).decode().tolist() == [["A", "B"]]


def test_codes_stay_codes():
    coded = encode(["a"], str)
    assert encode(coded, str) is coded
