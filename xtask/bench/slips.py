"""How writing goes wrong, for the registers of registers.py: at a keyboard, at a scanner, by ear, and in dates and numbers.

Every function takes a random generator first and gives the changed text. None of them is asked to stay recognizable.
"""
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEAR = {a: row[max(0, at - 1):at] + row[at + 1:at + 2] for row in ROWS for at, a in enumerate(row)}
SCANNED = [("rn", "m"), ("m", "rn"), ("cl", "d"), ("d", "cl"), ("li", "h"), ("h", "b"), ("e", "c"), ("c", "e"), ("u", "v"), ("v", "u"),
           ("i", "l"), ("l", "i"), ("o", "0"), ("s", "5"), ("n", "u"), ("a", "o"), ("1", "7"), ("7", "1"), ("3", "8"), ("5", "6"),
           ("0", "6"), ("4", "9")]
HEARD = [("ph", "f"), ("f", "ph"), ("ck", "k"), ("c", "k"), ("k", "c"), ("y", "i"), ("i", "y"), ("ie", "y"), ("ee", "ea"), ("ou", "u"),
         ("w", "v"), ("v", "w"), ("z", "s"), ("s", "z"), ("th", "t"), ("tt", "t"), ("ll", "l"), ("l", "ll"), ("nn", "n"), ("n", "nn"),
         ("dt", "t"), ("ei", "ai"), ("ai", "ay"), ("er", "ar"), ("or", "er"), ("sch", "sh"), ("h", ""), ("e", "")]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def chance(rng, share):
    return rng.random() < share


def pick(rng, items):
    return items[int(rng.integers(len(items)))]


def typed(rng, text):
    """One keystroke wrong: a neighbouring key, a letter left out, doubled, added or exchanged with the next."""
    if len(text) < 2:
        return text
    at, how = int(rng.integers(len(text))), rng.random()
    letter = text[at].lower()
    other = pick(rng, "0123456789") if letter.isdigit() else pick(rng, NEAR.get(letter) or LETTERS)
    if how < 0.35:
        return text[:at] + other + text[at + 1:]
    if how < 0.55:
        return text[:at] + text[at + 1:]
    if how < 0.7:
        return text[:at] + text[at] + text[at:]
    if how < 0.8:
        return text[:at] + other + text[at:]
    at = min(at, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2:]


def exchanged(rng, text, table):
    """One place at which an entry of the table applies."""
    fitting = [(a, b) for a, b in table if a in text[1:]]
    if not fitting:
        return typed(rng, text)
    a, b = pick(rng, fitting)
    at = text.index(a, 1)
    return text[:at] + b + text[at + len(a):]


def scanned(rng, text):
    return exchanged(rng, text, SCANNED)


def heard(rng, text):
    return exchanged(rng, text, HEARD)


def cut(rng, text, least=1):
    """Abbreviated to its first letters."""
    return text[:max(least, int(rng.integers(1, 5)))]


def dated(rng, date):
    """A birth date (YYYY-MM-DD) that was read or typed wrong, impossible ones included."""
    year, month, day = date.split("-")
    how = rng.random()
    if how < 0.25:
        return f"{year}-{day}-{month}" if int(day) <= 12 else f"{year}-{month}-{pick(rng, '012')}{day[1]}"
    if how < 0.45:
        return f"{int(year) + pick(rng, (-10, -1, -1, 1, 1, 2, 10))}-{month}-{day}"
    if how < 0.6:
        return f"{year}-{1 + int(rng.integers(12)):02d}-{day}"
    if how < 0.9:
        return f"{year}-{month}-{1 + int(rng.integers(28)):02d}"
    return f"{year[:2]}{year[3]}{year[2]}-{month}-{day}"


def digits(rng, number):
    """A number with one digit wrong or two exchanged, signs left alone."""
    places = [at for at, sign in enumerate(number) if sign.isdigit()]
    if len(places) < 2:
        return number
    i = int(rng.integers(len(places) - 1))
    a, b = places[i], places[i + 1]
    if chance(rng, 0.4):
        return number[:a] + number[b] + number[a + 1:b] + number[a] + number[b + 1:]
    return number[:a] + pick(rng, "0123456789") + number[a + 1:]
