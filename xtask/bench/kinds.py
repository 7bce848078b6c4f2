"""Nine kinds of registers, each invented by rules of its own. Each function yields (person, source, cells) and reads nothing else.

noise       10,000 rows. German names and a date in three columns, nothing more. 8,000 people once, 1,000 twice, 2,000 rows of them
            with one to three slips: keystrokes, letters by ear, a name gone to its first letters, names exchanged, date parts.
historical  30,000 rows. English people of 1680 to 1800 in a set of parish papers, a life in two to eleven entries: baptism, banns,
            burials, rates. Given names abbreviated or in Latin, surnames spelled by ear, a year of birth reckoned from an age (then
            the first of January), occupations with other words, a parish of forty, women under two surnames, sons named after fathers.
immigration 30,000 rows. Five cultures, two surnames of which one may be missing, other transliterations, names exchanged or run
            together, the first of January where the date is not known, households with one address and one telephone,
            an identifier in three of ten rows (and in a few of them a relative's).
voters      32,000 rows, two rolls nine years apart, and some people twice in one roll. Nicknames, middle names or initials, suffixes,
            marriages that change the surname, every fourth person moved, ages instead of dates (so a year may be off by one),
            fathers and sons of one name at one address.
census      17,000 rows, two enumerations ten years apart, one row a person in each. Households with one surname and address, ages
            rounded to five or ten, a year of birth from them, half of the households moved, children left, no number at all.
north       20,000 rows. Slavic and Nordic people in one column of full names, in Latin or Cyrillic letters, patronymics or
            initials, women's endings, national numbers that begin with the birth date and are mistyped, missing in a third.
few_names   20,000 rows. Vietnamese, Chinese and Arabic full names: few surnames, tone marks lost or kept, family name first
            or last, Arabic chains of two to four names in many spellings; the first of January for a fifth; siblings.
keyboard    12,000 rows. A German register with up to five copies of a record, each copy with one to five errors of keyboard,
            scanner or ear over name, address, telephone and date, cells left out or exchanged; couples share the address.
two_files   24,000 rows, two files of one row a person, of which six in ten are in both. Brazilian compound names, some of the
            words left out, the mother's name in a column, siblings, no addresses in one of the files, the city of treatment
            instead of that of living in the other.
"""
import unicodedata

import names as n
from slips import chance, cut, dated, digits, heard, pick, scanned, typed

CYRILLIC = [("shch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"), ("yu", "ю"), ("ya", "я"), ("yo", "ё"),
            *zip("abvgdeziyklmnoprstufh", "абвгдезийклмнопрстуфх")]


def birth(rng, first, last):
    return f"{int(rng.integers(first, last)):04d}-{1 + int(rng.integers(12)):02d}-{1 + int(rng.integers(28)):02d}"


def given(rng, sex, pools):
    return pools[0 if sex == "F" else 1].draw(rng)


def one_of(rng, table, name):
    return pick(rng, table[name].split()) if name in table else name


def emptied(rng, row, shares):
    for column, share in shares.items():
        if chance(rng, share):
            row[column] = None
    return row


def town(rng, pool, count):
    """A town of `count`, the large ones more often."""
    return pool.names[int(count * rng.random() ** 2.5)]


def noise(rng):
    pools, twice = (n.GERMAN_WOMEN, n.GERMAN_MEN), 1_000
    for person in range(9_000):
        date = birth(rng, 1925, 2005)
        right = [given(rng, pick(rng, "FM"), pools), n.GERMAN.draw(rng), *date.split("-")]
        for copy in range(2 if person < twice else 1):
            cells = list(right)
            for _ in range(int(rng.integers(1, 4)) if copy else 0):
                how = rng.random()
                at = pick(rng, (0, 1)) if how < 0.6 else pick(rng, (2, 3, 4))
                if how < 0.3:
                    cells[at] = typed(rng, cells[at])
                elif how < 0.45:
                    cells[at] = heard(rng, cells[at])
                elif how < 0.5:
                    cells[0] = cut(rng, cells[0])
                elif how < 0.53:
                    cells[0], cells[1] = cells[1], cells[0]
                elif how < 0.6:
                    cells[at] = cells[at].split("-")[0]
                else:
                    cells[2:] = dated(rng, "-".join(cells[2:])).split("-") if all(cells[2:]) else cells[2:]
            yield person, None, dict(zip(("first", "last", "year", "month", "day"), cells))


TRADES = ["labourer workman husbandman", "farmer yeoman husbandman", "weaver clothier", "smith blacksmith", "shoemaker cordwainer",
          "tailor taylor", "carpenter joiner", "mason bricklayer", "miller mealman", "innkeeper victualler", "butcher grazier",
          "baker", "mariner sailor seaman", "servant footman", "clerk scrivener", "merchant draper", "maltster brewer", "widow spinster"]


def historical(rng):
    parishes = n.Pool([f"St {name.title()} {place}" for place in ("Northgate", "by the Water", "Minor", "Within")
                       for name in "mary peter john nicholas andrew michael james anne giles olave".split()], 0.8)
    person, rows = 0, 0
    while rows < 30_000:
        surname, home = n.ENGLISH.draw(rng), parishes.draw(rng)
        father = None
        for _ in range(int(rng.integers(1, 5))):
            sex, date = pick(rng, "FM"), birth(rng, 1680, 1800)
            own = father if father and sex == "M" and chance(rng, 0.35) else given(rng, sex, (n.ENGLISH_WOMEN, n.ENGLISH_MEN))
            father = father or (own if sex == "M" else None)
            married = n.ENGLISH.draw(rng) if sex == "F" and chance(rng, 0.5) else surname
            trades = [pick(rng, TRADES) for _ in range(1 if chance(rng, 0.7) else 2)]
            usual = one_of(rng, n.SHORT, own) if chance(rng, 0.3) else own
            for _ in range(int(rng.integers(2, 12))):
                yield person, None, paper(rng, (own, usual), (surname, married), (date, sex), (home, parishes), trades)
                rows += 1
            person += 1


def paper(rng, first, last, vital, where, trades):
    """One entry of a life."""
    name = first[0] if chance(rng, 0.6) else first[1] if chance(rng, 0.5) else one_of(rng, n.SHORT, first[0])
    surname = last[0] if chance(rng, 0.5) else last[1]
    for _ in range(2):
        surname = heard(rng, surname) if chance(rng, 0.22) else surname
    name = heard(rng, name) if chance(rng, 0.06) else name
    (date, sex), (home, parishes) = vital, where
    if chance(rng, 0.5):
        off = pick(rng, (0, 0, 0, 0, 1, -1, 1, -1, 2, -2, 5, -5)) if chance(rng, 0.8) else int(rng.integers(-9, 10))
        date = f"{int(date[:4]) + off}-01-01"
    elif chance(rng, 0.08):
        date = dated(rng, date)
    row = dict(given_name=name, surname=surname, born=date, sex=sex, occupation=pick(rng, pick(rng, trades).split()),
               parish=home if chance(rng, 0.75) else parishes.draw(rng))
    if chance(rng, 0.015):
        row["given_name"], row["surname"] = row["surname"], row["given_name"]
    return emptied(rng, row, {"born": 0.12, "sex": 0.1, "occupation": 0.4, "parish": 0.08, "given_name": 0.02})


# Country, given names of women and of men, surnames, whether two surnames are borne.
ORIGINS = [("Guatemala", n.SPANISH_WOMEN, n.SPANISH_MEN, n.SPANISH, True), ("Honduras", n.SPANISH_WOMEN, n.SPANISH_MEN, n.SPANISH, True),
           ("Haiti", *n.FRENCH_GIVEN, n.HAITIAN, False), ("India", n.PUNJABI_GIVEN, n.PUNJABI_GIVEN, n.Pool(["singh", "kaur", "gill", "sandhu",
           "dhillon", "sidhu", "grewal", "brar", "mann", "kumar", "sharma", "patel"], 1.2, 1.0), False),
           ("Russia", n.RUSSIAN_WOMEN, n.RUSSIAN_MEN, n.RUSSIAN, False), ("Iraq", n.ARAB_WOMEN, n.ARAB_MEN, n.ARAB_FAMILY, False)]
STREETS = [f"{name} {kind}" for kind in ("st", "ave", "rd", "blvd", "ln") for name in
           "main oak pine maple cedar elm washington lake hill walnut spring north ridge church willow mill river sunset park".split()]


def home(rng, streets=STREETS, flats=0.5):
    flat = f" apt {int(rng.integers(1, 40))}" if chance(rng, flats) else ""
    place = int(300 * rng.random() ** 2)
    city = f"{streets[place % len(streets)].split()[0]}{('ville', 'ton', ' springs')[place % 3]}"
    return dict(address=f"{int(rng.integers(1, 1800))} {pick(rng, streets)}{flat}", city=city, zip=f"{20000 + place * 60 + int(rng.integers(8)):05d}")


def telephone(rng):
    return f"{pick(rng, ('202', '213', '305', '512', '718', '832'))}{int(rng.integers(2_000_000, 9_999_999))}"


def immigration(rng):
    person, rows = 0, 0
    while rows < 30_000:
        country, women, men, surnames, two = ORIGINS[min(int(6 * rng.random() ** 1.4), 5)]
        family, house, phone = [surnames.draw(rng), surnames.draw(rng)], home(rng), telephone(rng)
        numbers = []
        for _ in range(pick(rng, (1, 1, 1, 2, 3, 4, 5))):
            sex = pick(rng, "FM")
            own = [given(rng, sex, (women, men))] + ([given(rng, sex, (women, men))] if two and chance(rng, 0.5) else [])
            last = list(family) if two else [surnames.draw(rng) if chance(rng, 0.15) else family[0]]
            if country == "Russia" and sex == "F":
                last = [last[0] + "a"]
            date = birth(rng, 1940, 2020)
            date = date if chance(rng, 0.88) else f"{date[:4]}-01-01"
            numbers.append(f"{int(rng.integers(200_000_000, 219_999_999))}")
            for _ in range(pick(rng, (1, 1, 2, 2, 3, 4, 6))):
                yield person, None, arrival(rng, (own, last), (date, sex, country), (house, phone), numbers)
                rows += 1
            person += 1


def arrival(rng, name, vital, where, numbers):
    """One row of an agency about one person."""
    (own, last), (date, sex, country), (house, phone) = name, vital, where
    own = [one_of(rng, n.SPOKEN, word) if chance(rng, 0.3) else word for word in own]
    first = " ".join(own if chance(rng, 0.6) else own[:1])
    family = pick(rng, ("{0} {1}", "{0} {1}", "{0}-{1}", "{0}", "{0}", "{1}")).format(*last) if len(last) > 1 else last[0]
    first = typed(rng, first) if chance(rng, 0.06) else first
    family = typed(rng, family) if chance(rng, 0.07) else family
    how = rng.random()
    if how < 0.02:
        first, family = family, first
    elif how < 0.03:
        family = family.replace(" ", "").replace("-", "")
    if chance(rng, 0.05):
        date = dated(rng, date)
    elif chance(rng, 0.04):
        date = f"{date[:4]}-01-01"
    row = dict(given_name=first, family_name=family, birth_date=date, sex=sex, nationality=country, phone=phone, a_number=numbers[-1], **house)
    if chance(rng, 0.3):
        row.update(home(rng))
    row["phone"] = telephone(rng) if chance(rng, 0.35) else phone
    row["address"] = typed(rng, row["address"]) if chance(rng, 0.12) else row["address"]
    row["a_number"] = digits(rng, row["a_number"]) if chance(rng, 0.04) else pick(rng, numbers) if chance(rng, 0.02) else row["a_number"]
    return emptied(rng, row, dict(a_number=0.7, phone=0.4, address=0.2, zip=0.15, city=0.1, sex=0.05, nationality=0.05, birth_date=0.03))


def voters(rng):
    person, rows = 0, 0
    while rows < 32_000:
        family, house, phone = n.ENGLISH.draw(rng), home(rng, flats=0.15), telephone(rng)
        senior = None
        for _ in range(pick(rng, (1, 1, 2, 2, 2, 3, 4))):
            sex, year = pick(rng, "FM"), int(rng.integers(1925, 1990))
            own = [given(rng, sex, (n.AMERICAN_WOMEN, n.AMERICAN_MEN)) for _ in range(2)]
            suffix = None
            if sex == "M" and senior and chance(rng, 0.25):
                own, suffix = list(senior), "JR"
            elif sex == "M" and not senior:
                senior, suffix = own, "SR" if chance(rng, 0.05) else None
            last = family if chance(rng, 0.85) else n.ENGLISH.draw(rng)
            known = dict(own=own, last=last, suffix=suffix, sex=sex, year=year, house=house, phone=phone,
                         state=pick(rng, ("NC", "NC", "NC", "NC", "VA", "SC", "NY", "PA", "OH", "FL")))
            rolls = pick(rng, (("2012", "2021"), ("2012", "2021"), ("2012",), ("2021",), ("2012", "2012", "2021"), ("2012", "2021", "2021")))
            for at, roll in enumerate(rolls):
                yield person, roll, registration(rng, known, roll, is_again=at > 0)
                rows += 1
            person += 1


def registration(rng, known, roll, is_again):
    own, last, house, phone = known["own"], known["last"], known["house"], known["phone"]
    if is_again and known["sex"] == "F" and chance(rng, 0.12):
        last = n.ENGLISH.draw(rng) if chance(rng, 0.8) else f"{last}-{n.ENGLISH.draw(rng)}"
    if is_again and chance(rng, 0.28):
        house, phone = home(rng, flats=0.3), telephone(rng) if chance(rng, 0.6) else phone
    first = one_of(rng, n.NICK, own[0]) if chance(rng, 0.07) else own[0]
    first = typed(rng, first) if chance(rng, 0.02) else first
    last = typed(rng, last) if chance(rng, 0.02) else last
    middle = own[1] if chance(rng, 0.6) else own[1][0]
    year = known["year"] + (int(chance(rng, 0.3)) if roll == "2021" else 0) + (pick(rng, (-10, -1, 1, 10)) if chance(rng, 0.01) else 0)
    row = dict(first_name=first, middle_name=middle, last_name=last, suffix=known["suffix"], birth_year=str(year), sex=known["sex"],
               phone=phone, birth_state=known["state"], **house)
    return emptied(rng, row, dict(middle_name=0.15, suffix=0.3, phone=0.5, birth_state=0.2, sex=0.03))


def census(rng):
    person = 0
    villages = n.Pool([f"{a}{b}" for a in "ash black har kirk lang mar nor oak pen red".split() for b in "by ham ton wick".split()], 0.8)
    while person < 12_500:
        surname, place, house = n.ENGLISH.draw(rng), villages.draw(rng), f"{int(rng.integers(1, 120))} {pick(rng, STREETS[:30])}"
        moves = chance(rng, 0.5)
        later = (villages.draw(rng) if chance(rng, 0.5) else place, f"{int(rng.integers(1, 120))} {pick(rng, STREETS[:30])}") if moves else (place, house)
        head = int(rng.integers(1800, 1860))
        size = pick(rng, (1, 2, 3, 4, 5, 6, 7, 8))
        for at in range(size):
            sex = "M" if at == 0 else "F" if at == 1 else pick(rng, "FM")
            born = head + int(rng.integers(-4, 6)) if at < 2 else head + int(rng.integers(20, 40))
            name, origin = given(rng, sex, (n.ENGLISH_WOMEN, n.ENGLISH_MEN)), place if chance(rng, 0.6) else villages.draw(rng)
            second = given(rng, sex, (n.ENGLISH_WOMEN, n.ENGLISH_MEN))[0] if chance(rng, 0.3) else ""
            seen = pick(rng, ("1871", "1881", "both", "both", "both"))
            left = at > 1 and chance(rng, 0.45)
            new_name = n.ENGLISH.draw(rng) if left and sex == "F" and chance(rng, 0.6) else surname
            new_home = (villages.draw(rng), f"{int(rng.integers(1, 120))} {pick(rng, STREETS[:30])}") if left else later
            for year, last, (village, street) in ((1871, surname, (place, house)), (1881, new_name, new_home)):
                if seen in ("both", str(year)) and born < year:
                    yield person, str(year), enumerated(rng, (name, second, last), (born, sex, year), (village, street, origin))
            person += 1


def enumerated(rng, name, vital, where):
    (first, second, last), (born, sex, year), (village, street, origin) = name, vital, where
    age = max(year - born + pick(rng, (0, 0, 0, 0, 0, 0, -1, 1, -1, 1, 2, -2)), 0)
    if age > 15 and chance(rng, 0.2):
        age = round(age / 5) * 5 if chance(rng, 0.6) else round(age / 10) * 10
    first = one_of(rng, n.SHORT, first) if chance(rng, 0.12) else first
    first = f"{first} {second}" if second and chance(rng, 0.6) else first
    first = scanned(rng, first) if chance(rng, 0.05) else first
    last = heard(rng, last) if chance(rng, 0.08) else scanned(rng, last) if chance(rng, 0.07) else last
    row = dict(given_name=first, surname=last, birth_year=str(year - age), sex=sex, village=village, street=street, birthplace=origin)
    return emptied(rng, row, dict(birthplace=0.1, street=0.1, sex=0.02))


def cyrillic(text):
    for latin, letter in CYRILLIC:
        text = text.replace(latin, letter)
    return text


def north(rng):
    person, rows = 0, 0
    places = n.Pool([f"{a}{b}" for a in "nord vest sol lind berg sand hav skog stor ny".split() for b in "by vik holm stad".split()], 0.9)
    while rows < 20_000:
        is_slavic = chance(rng, 0.5)
        pools = (n.RUSSIAN_WOMEN, n.RUSSIAN_MEN) if is_slavic else (n.NORDIC_WOMEN, n.NORDIC_MEN)
        surname, father, place = (n.RUSSIAN if is_slavic else n.NORDIC).draw(rng), pools[1].draw(rng), places.draw(rng)
        street = f"{pick(rng, 'storgata kirkevegen skolegata strandvegen parkvegen lenina mira sadovaya'.split())} {int(rng.integers(1, 90))}"
        for _ in range(pick(rng, (1, 1, 1, 2, 3))):
            sex, date = pick(rng, "FM"), birth(rng, 1935, 2012)
            known = dict(own=given(rng, sex, pools), second=None if is_slavic else given(rng, sex, pools), is_slavic=is_slavic, sex=sex, date=date,
                         last=surname + ("a" if is_slavic and sex == "F" and not surname.endswith("iy") else ""),
                         father=father + ("ovna" if sex == "F" else "ovich"), place=place, street=street,
                         number=f"{date[8:]}{date[5:7]}{date[2:4]}-{int(rng.integers(10_000, 99_999))}")
            for _ in range(pick(rng, (1, 1, 1, 2, 2, 3, 4))):
                yield person, None, entry(rng, known, places)
                rows += 1
            person += 1


def entry(rng, known, places):
    own, last, second = known["own"], known["last"], known["father"] if known["is_slavic"] else known["second"]
    own = one_of(rng, n.SPOKEN, own) if chance(rng, 0.2) else own
    own = typed(rng, own) if chance(rng, 0.04) else own
    last = typed(rng, last) if chance(rng, 0.05) else last[:-1] if last.endswith("a") and chance(rng, 0.1) else last
    parts = pick(rng, ((own, second, last), (own, second, last), (own, last), (last, own), (last, own, second), (own, second[0], last),
                       (own[0], second[0], last)))
    name = " ".join(parts)
    if known["is_slavic"] and chance(rng, 0.3):
        name = cyrillic(name)
    date = dated(rng, known["date"]) if chance(rng, 0.04) else known["date"]
    moved = chance(rng, 0.25)
    row = dict(name=name.title(), birth_date=date, sex=known["sex"], municipality=places.draw(rng) if moved else known["place"],
               national_id=digits(rng, known["number"]) if chance(rng, 0.05) else known["number"],
               street=f"{pick(rng, 'storgata kirkevegen skolegata lenina mira'.split())} {int(rng.integers(1, 90))}" if moved else known["street"])
    return emptied(rng, row, dict(birth_date=0.05, national_id=0.35, street=0.2, municipality=0.1, sex=0.05))


def few_names(rng):
    person, rows = 0, 0
    while rows < 20_000:
        culture, sibling = pick(rng, "vvca"), pick(rng, (1, 1, 1, 2, 3))
        family = n.VIET_SURNAMES.draw(rng) if culture == "v" else n.CHINESE_SURNAMES.draw(rng) if culture == "c" else n.ARAB_FAMILY.draw(rng)
        fathers, city = [n.ARAB_MEN.draw(rng), n.ARAB_MEN.draw(rng)], f"city {int(120 * rng.random() ** 2)}"
        for _ in range(sibling):
            sex, date = pick(rng, "FM"), birth(rng, 1945, 2010)
            date = date if chance(rng, 0.8) else f"{date[:4]}-01-01"
            at = 0 if sex == "F" else 1
            if culture == "v":
                own = [n.VIET_MIDDLE[at].draw(rng), n.VIET_GIVEN[at].draw(rng)]
            elif culture == "c":
                own = [n.CHINESE_GIVEN[at].draw(rng), n.CHINESE_GIVEN[at].draw(rng) if chance(rng, 0.7) else ""]
            else:
                own = [given(rng, sex, (n.ARAB_WOMEN, n.ARAB_MEN))]
            for _ in range(pick(rng, (1, 1, 2, 2, 3))):
                whole = {"v": vietnamese, "c": chinese, "a": arabic}[culture](rng, family, own, fathers)
                whole = typed(rng, whole) if chance(rng, 0.06) else whole
                day = dated(rng, date) if chance(rng, 0.05) else f"{date[:4]}-01-01" if chance(rng, 0.06) else date
                row = dict(full_name=whole, dob=day, sex=sex, citizenship={"v": "VN", "c": "CN", "a": pick(rng, ("IQ", "SY", "IQ"))}[culture],
                           residence=city if chance(rng, 0.75) else f"city {int(120 * rng.random() ** 2)}")
                yield person, None, emptied(rng, row, dict(dob=0.04, sex=0.06, citizenship=0.1, residence=0.15))
                rows += 1
            person += 1


def vietnamese(rng, family, own, _fathers):
    parts = pick(rng, ([family, *own], [family, *own], [own[1], own[0], family], [own[1], family], [family, own[1]]))
    whole = " ".join(parts)
    return toneless(whole) if chance(rng, 0.6) else whole


def toneless(text):
    """Without marks over and under letters."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign)).replace("đ", "d")


def chinese(rng, family, own, _fathers):
    first = own[0] + pick(rng, ("", "", " ", "-")) + own[1] if own[1] else own[0]
    first = first if chance(rng, 0.9) else own[0]
    return f"{family} {first}" if chance(rng, 0.6) else f"{first} {family}"


def arabic(rng, family, own, fathers):
    spelled = lambda word: one_of(rng, n.SPOKEN, word) if chance(rng, 0.45) else word
    chain = [*own, *fathers][:pick(rng, (1, 2, 2, 3))]
    last = family if chance(rng, 0.6) else family.replace("al", "al ", 1) if family.startswith("al") else f"al {family}"
    tail = [last] if chance(rng, 0.8) or len(chain) < 2 else []
    return " ".join([spelled(word) for word in chain] + tail)


def keyboard(rng):
    person, rows = 0, 0
    towns = n.Pool([f"{a}{b}" for a in "neu alt ober unter gross klein".split() for b in "stadt dorf kirchen hausen feld bach heim au".split()], 1.0)
    while rows < 12_000:
        place, last = int(48 * rng.random() ** 2), n.GERMAN.draw(rng)
        house = dict(street=f"{pick(rng, 'haupt bahnhof garten schul berg kirch linden wald rosen birken'.split())}strasse", number=str(int(rng.integers(1, 150))),
                     town=towns.names[place], postcode=f"{10000 + place * 700 + int(rng.integers(12)):05d}")
        for _ in range(pick(rng, (1, 1, 2))):
            right = dict(vorname=given(rng, pick(rng, "FM"), (n.GERMAN_WOMEN, n.GERMAN_MEN)), nachname=last, geburtsdatum=birth(rng, 1930, 2010),
                         telefon=f"0{int(rng.integers(200, 999))}{int(rng.integers(10_000, 9_999_999))}", **house)
            for copy in range(1 + (pick(rng, (1, 1, 2, 3, 5)) if chance(rng, 0.4) else 0)):
                yield person, None, copied(rng, right, int(rng.integers(1, 6)) if copy else 0)
                rows += 1
            person += 1


def copied(rng, right, n_errors):
    row = dict(right)
    for _ in range(n_errors):
        column = pick(rng, ("vorname", "vorname", "nachname", "nachname", "geburtsdatum", "street", "number", "town", "postcode", "telefon"))
        value = row[column]
        if value is None:
            continue
        if chance(rng, 0.12):
            row[column] = None
        elif column == "geburtsdatum":
            row[column] = dated(rng, value) if chance(rng, 0.7) and len(value) == 10 else scanned(rng, value)
        elif column in ("number", "postcode", "telefon"):
            row[column] = digits(rng, value)
        else:
            row[column] = pick(rng, (typed, scanned, heard))(rng, value)
    if chance(rng, 0.02):
        row["vorname"], row["nachname"] = row["nachname"], row["vorname"]
    return row


def two_files(rng):
    person, rows = 0, 0
    cities = n.Pool([f"{a} {b}" for a in ("santa", "sao", "nova", "porto") for b in "rita jose lima alegre clara bento luzia real".split()], 1.0)
    while rows < 24_000:
        mother = [n.BRAZIL_WOMEN.draw(rng), n.BRAZIL_SECOND.draw(rng) if chance(rng, 0.4) else "", n.BRAZIL.draw(rng), n.BRAZIL.draw(rng)]
        father, city, district = n.BRAZIL.draw(rng), cities.draw(rng), f"{pick(rng, ('jardim', 'vila', 'parque'))} {pick(rng, n.BRAZIL.names[:60])}"
        for _ in range(pick(rng, (1, 1, 2, 3))):
            sex = pick(rng, "FM")
            own = [given(rng, sex, (n.BRAZIL_WOMEN, n.BRAZIL_MEN)), n.BRAZIL_SECOND.draw(rng) if chance(rng, 0.35) else "", mother[3], father]
            date, files = birth(rng, 1940, 2022), pick(rng, ("ab", "ab", "ab", "a", "b"))
            for file in files:
                row = dict(name=shortened(rng, own), mother=shortened(rng, mother), born=dated(rng, date) if chance(rng, 0.05) else date, sex=sex,
                           city=city if file == "a" or chance(rng, 0.7) else cities.draw(rng), district=district if file == "a" else None)
                empty = dict(mother=0.08, born=0.03, sex=0.01, district=0.1) if file == "a" else dict(mother=0.3, born=0.08, city=0.1)
                yield person, f"file_{file}", emptied(rng, row, empty)
                rows += 1
            person += 1


def shortened(rng, words):
    """A Brazilian name as an office has it: words left out, a particle put in, letters wrong."""
    words = [word for at, word in enumerate(words) if word and not (at in (1, 2) and chance(rng, 0.22))]
    if chance(rng, 0.2):
        words.insert(len(words) - 1, pick(rng, ("da", "de", "dos")))
    if chance(rng, 0.04):
        words[-2] = words[-2][0] if len(words) > 2 else words[-2]
    whole = " ".join(words)
    return typed(rng, whole) if chance(rng, 0.08) else heard(rng, whole) if chance(rng, 0.06) else whole


HOUSE = dict(address="address_line", city="city", zip="postal_code")
# The function of each kind, its columns with what they are about, and how sources are to be read.
KINDS = {
    "noise": (noise, dict(first="given_name", last="family_name", year="birth_year", month="birth_month", day="birth_day"), None),
    "historical": (historical, dict(given_name="given_name", surname="family_name", born="date_of_birth", sex="sex", occupation="category",
                                    parish="category"), None),
    "immigration": (immigration, dict(given_name="given_name", family_name="family_name", birth_date="date_of_birth", sex="sex", nationality="country",
                                      phone="phone", a_number="identifier", **HOUSE), None),
    "voters": (voters, dict(first_name="given_name", middle_name="middle_name", last_name="family_name", suffix="category", birth_year="birth_year",
                            sex="sex", phone="phone", birth_state="category", **HOUSE), "rolls"),
    "census": (census, dict(given_name="given_name", surname="family_name", birth_year="birth_year", sex="sex", village="city", street="address_line",
                            birthplace="city"), "one_per_source"),
    "north": (north, dict(name="full_name", birth_date="date_of_birth", sex="sex", municipality="city", national_id="identifier",
                          street="address_line"), None),
    "few_names": (few_names, dict(full_name="full_name", dob="date_of_birth", sex="sex", citizenship="country", residence="city"), None),
    "keyboard": (keyboard, dict(vorname="given_name", nachname="family_name", geburtsdatum="date_of_birth", street="address_line", number="text",
                                town="city", postcode="postal_code", telefon="phone"), None),
    "two_files": (two_files, dict(name="full_name", mother="full_name", born="date_of_birth", sex="sex", city="city", district="text"), "one_per_source"),
}
