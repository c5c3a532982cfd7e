# SPDX-License-Identifier: GPL-3.0-or-later
"""Generates the demo corpus: little English stories and facts, written by the grammar below and by nobody else."""

import hashlib
import random

from lexicon import (ADVERBS, ANIMALS, BOYS, COLOUR_OF, COLOURS, DAYS, FAMILY, FEELINGS, FOODS, GIRLS, JOBS, MONTHS,
                     NUMBERS, OPPOSITES, PLACES, SIZES, TOYS, WEATHER, article, plural)

HELD_OUT_ONE_IN = 20


def held_out(key, one_in=HELD_OUT_ONE_IN):
    """Whether a piece of text belongs to the held-out part: decided by its hash, so that training and measuring agree."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % one_in == 0


class Person:
    """A character: a name and the pronouns that go with it."""

    def __init__(self, name):
        self.name = name
        girl = name in GIRLS
        self.he, self.him, self.his = ("she", "her", "her") if girl else ("he", "him", "his")
        self.child = "girl" if girl else "boy"

    def __str__(self):
        return self.name


def cap(text):
    return text[0].upper() + text[1:]


def people(r, count):
    return [Person(n) for n in r.sample(GIRLS + BOYS, count)]


def thing(r):
    return f"{r.choice(COLOURS + SIZES)} {r.choice(TOYS)}"


def opening(r, a):
    return r.choice([
        f"Once upon a time there was a little {a.child} called {a}.",
        f"One day {a} went for a walk.",
        f"There was a {a.child} called {a}.",
        f"{a} was a {r.choice(['little', 'young', 'kind', 'good'])} {a.child}.",
        f"One {r.choice(['morning', 'evening', 'day'])}, {a} woke up early.",
        f"On {r.choice(DAYS)}, {a} was at home with {a.his} {r.choice(FAMILY)}.",
    ])


def closing(r, a):
    return r.choice([
        f"{a} was very happy.", f"Then {a} went home.", f"In the evening {a} went to bed.", "It was a good day.",
        f"{cap(a.he)} was tired, but {a.he} was happy.", f"{a} told {a.his} {r.choice(FAMILY)} about it.",
        "The end.", f"{a} smiled.",
    ])


def both_closing(r, a, b):
    return r.choice([f"{a} and {b} were happy.", f"Then {a} and {b} went home.", "They were good friends.",
                     "They laughed and played all day.", "Then they went home.", "They lived happily ever after."])


def story_walk(r):
    """One person goes to a place, does something there, and meets an animal."""
    (a,) = people(r, 1)
    place = r.choice(list(PLACES))
    prep, seen, animals, acts = PLACES[place]
    animal = r.choice(animals)
    past, infinitive = r.choice(acts)
    colour = r.choice(COLOURS)
    sound, did = ANIMALS[animal][:2]
    text = [opening(r, a), r.choice(WEATHER[r.choice(list(WEATHER))][0]) if r.random() < 0.4 else None,
            r.choice([f"{cap(a.he)} went to the {place} to {infinitive}.", f"{a} wanted to {infinitive}.",
                      f"{cap(a.he)} went to the {place}.", f"{cap(a.he)} liked to {infinitive}."]),
            f"{prep.capitalize()} the {place} {a.he} {past}." if r.random() < 0.5 else None,
            r.choice([f"{cap(a.he)} saw a {colour} {animal} by the {r.choice(seen)}.",
                      f"There was a {colour} {animal} under the {r.choice(seen)}.",
                      f"A {colour} {animal} came out from behind the {r.choice(seen)}."]),
            r.choice([f"The {animal} {sound} and {did}.", f"The {animal} looked at {a} and {sound}.",
                      f"The {animal} was {r.choice(FEELINGS)}.", f"When the {animal} saw {a}, it {did}."]),
            r.choice([f"{a} gave the {animal} some {ANIMALS[animal][3]}.", f"{a} laughed.",
                      f"{a} was not afraid of the {animal}.", f"The {animal} and {a} were friends.", None]),
            closing(r, a)]
    return text


def story_lost(r):
    """Somebody loses a thing and somebody else finds it."""
    a, b = people(r, 2)
    what = thing(r)
    noun = what.split()[-1]
    place = r.choice(list(PLACES))
    prep, seen, _, _ = PLACES[place]
    spot = f"{r.choice(['under', 'behind', 'near', 'on'])} the {r.choice(seen)}"
    return [opening(r, a), r.choice([f"{a} had a {what}.", f"{cap(a.his)} {r.choice(FAMILY)} gave {a.him} a {what}."]),
            r.choice([f"But one day {a.he} lost the {noun}.", f"{cap(a.he)} took the {noun} to the {place} and lost it.",
                      f"{a} could not find the {noun}."]),
            r.choice([f"{a} was sad.", f"{a} began to cry.", f"{cap(a.he)} looked for the {noun} all day.", None]),
            r.choice([f'"Where is my {noun}?" asked {a}.', f'"I cannot find my {noun}," said {a}.',
                      f"{a} asked {b} for help."]),
            r.choice([f'"It is {spot}," said {b}.', f"{b} found the {noun} {spot}.",
                      f"{b} looked {spot}, and there was the {noun}."]),
            r.choice([f'"Thank you," said {a}.', f"{b} gave the {noun} to {a}.", f"{a} thanked {b}."]),
            both_closing(r, a, b)]


def story_give(r):
    """Two friends, one thing: sharing and giving."""
    a, b = people(r, 2)
    what = thing(r)
    noun = what.split()[-1]
    place = r.choice(list(PLACES))
    prep, _, _, acts = PLACES[place]
    past, infinitive = r.choice(acts)
    return [r.choice([f"{a} and {b} were friends.", f"{a} and {b} went to the {place}.",
                      f"{a} was the {r.choice(['best friend', 'sister' if a.he == 'she' else 'brother'])} of {b}."]),
            r.choice([f"They liked to {infinitive}.", f"They {past} together.", f"{cap(prep)} the {place} they {past}.",
                      None]),
            r.choice([f"{a} had a {what}, but {b} had nothing.", f"{a} found a {what} {prep} the {place}.",
                      f"{b} saw that {a} had a {what}."]),
            r.choice([f'"Can I have the {noun}?" asked {b}.', f"{b} wanted to play with the {noun}.",
                      f'"I like your {noun}," said {b}.']),
            r.choice([f'"Yes," said {a}, and gave the {noun} to {b}.', f"So {a} gave the {noun} to {b}.",
                      f'"No," said {a}, "it is my {noun}."', f"{a} gave {b} the {noun}."]),
            both_closing(r, a, b)]


def story_food(r):
    """Hunger or thirst and what is done about it."""
    (a,) = people(r, 1)
    food = r.choice(FOODS)
    hungry = r.random() < 0.7
    if hungry:
        middle = [r.choice([f"{a} was hungry.", f"{cap(a.he)} was very hungry."]),
                  r.choice([f"{cap(a.he)} wanted to eat some {food}.", f'"I want some {food}," {a.he} said.',
                            f"There was no {food} in the house, so {a.he} went to the market."]),
                  r.choice([f"{cap(a.his)} mother made some {food}.", f"{cap(a.he)} ate the {food} {r.choice(ADVERBS)}.",
                            f"The {food} was very good.", f"{a} bought some {food} and ate it."]),
                  r.choice([f"After that {a.he} was not hungry.", f"{a} ate all of the {food}.", None])]
    else:
        drink = r.choice(["water", "milk", "tea"])
        middle = [f"It was hot, and {a} was thirsty.", f"{cap(a.he)} wanted to drink some {drink}.",
                  r.choice([f"{cap(a.his)} father gave {a.him} a cup of {drink}.", f"{a} drank a cup of {drink}."]),
                  r.choice([f"After that {a.he} was not thirsty.", f"The {drink} was cold.", None])]
    return [opening(r, a)] + middle + [closing(r, a)]


def story_weather(r):
    """The weather, what people do because of it, and what comes of it."""
    (a,) = people(r, 1)
    says, does, effects = WEATHER[r.choice(list(WEATHER))]
    do, effect = r.choice(does), r.choice(effects)
    place = r.choice(list(PLACES))
    return [r.choice(says), r.choice([f"{a} went to the {place}.", f"{a} looked out of the window.",
                                      f"{a} was in the {r.choice(['house', 'garden', 'kitchen'])}."]),
            r.choice([f"{cap(a.he)} {do}.", f"So {a} {do}.", f"Because of this, {a.he} {do}."]),
            r.choice([f"{cap(a.he)} {effect}.", f"{a} {effect}, so {a.he} went home.", None]), closing(r, a)]


def story_job(r):
    """A short tale of somebody known by their work."""
    job = r.choice(list(JOBS))
    place, did = JOBS[job]
    animal = r.choice(list(ANIMALS))
    sound, act, _, food, home = ANIMALS[animal]
    what = thing(r)
    noun = what.split()[-1]
    return [r.choice([f"Once upon a time there was {article(job)}.", f"Every day the {job} went to the {place}.",
                      f"There was {article(job)} who lived near the {place}."]),
            f"The {job} {did}.", r.choice([f"The {job} had {article(animal)}.", f"One day the {job} saw {article(animal)}.",
                                           f"The {job} had a {what}."]),
            r.choice([f"The {animal} {act}.", f"The {animal} {sound} all night.", f"The {animal} liked {food}.",
                      f"The {animal} lived in a {home}.", f"The {animal} took the {noun} and ran away."]),
            r.choice([f"The {job} was {r.choice(FEELINGS)}.", f'"Go away!" said the {job}.', f'"Come here," said the {job}.',
                      f"The {job} laughed and laughed."]),
            r.choice(["The end.", "They lived happily ever after.", f"Then the {job} went home.", None])]


def story_talk(r):
    """A little conversation."""
    a, b = people(r, 2)
    place = r.choice(list(PLACES))
    _, infinitive = r.choice(PLACES[place][3])
    day = r.choice(DAYS)
    return [r.choice([f"{a} met {b} at the {r.choice(['station', 'market', 'school'])}.", f"On {day}, {a} met {b}.",
                      f"{a} saw {b} and said hello."]),
            r.choice([f'"Where are you going?" asked {b}.', f'"What do you want to do?" asked {b}.',
                      f'"How are you?" asked {b}.']),
            r.choice([f'"I am going to the {place}," said {a}.', f'"I want to {infinitive}," said {a}.',
                      f'"I am very {r.choice(FEELINGS)}," said {a}.']),
            r.choice([f'"Can I come with you?" asked {b}.', f'"I want to {infinitive} too," said {b}.', None]),
            r.choice([f'"Yes," said {a}.', f"So they went to the {place} together.", f'"Let us go," said {a}.']),
            both_closing(r, a, b)]


def facts(r):
    """Plain statements: animals, colours, opposites, days, months and numbers in order."""
    out = []
    for _ in range(r.randint(1, 4)):
        kind = r.randrange(8)
        animal = r.choice(list(ANIMALS))
        if kind == 0:
            out.append(f"{cap(plural(animal))} {ANIMALS[animal][2]}.")
        elif kind == 1:
            out.append(f"{cap(plural(animal))} like {ANIMALS[animal][3]}.")
        elif kind == 2:
            out.append("The {} is {} and the {} is {}.".format(*r.choice(COLOUR_OF), *r.choice(COLOUR_OF)))
        elif kind == 3:
            out.append("The opposite of {} is {}.".format(*r.choice(OPPOSITES)[:: r.choice([1, -1])]))
        elif kind in (4, 5):
            series = r.choice([DAYS, MONTHS, NUMBERS])
            start = r.randrange(len(series) - 1)
            run = series[start:start + r.randint(2, 7)]
            out.append(cap(", ".join(run)) + ".")
        elif kind == 6:
            series = r.choice([DAYS, MONTHS])
            at = r.randrange(len(series))
            out.append(f"After {series[at - 1]} comes {series[at]}.")
        else:
            out.append(f"The {animal} lives in the {ANIMALS[animal][4]}.")
    return out


KINDS = [story_walk, story_walk, story_lost, story_lost, story_give, story_food, story_weather, story_job, story_talk,
         story_talk, facts]


def stories(seed, count, want_held_out):
    """`count` distinct documents from one part, the training part or the held-out part."""
    r = random.Random(seed)
    seen, out = set(), []
    while len(out) < count:
        text = " ".join(s for s in r.choice(KINDS)(r) if s)
        if text in seen or held_out(text) != want_held_out:
            continue
        seen.add(text)
        out.append(text)
    return out


if __name__ == "__main__":
    print("\n\n".join(stories(1, 12, False)))
