# SPDX-License-Identifier: GPL-3.0-or-later
"""The words that the demo corpus is made of: names, places, things, animals, weather."""

GIRLS = """Mary Anna Alice Emma Sarah Jane Kate Lucy Rose Laura Helen Julia Grace Clara Nora Ruth Amy Lily Sophie Eva
Maria Linda Susan Ella""".split()
BOYS = """John Tom James Peter Paul Mark David Jack Ben Sam Max Robert Henry Daniel Simon Adam George Martin Leo Oscar
Frank Luke Alex Noah""".split()
NAMES = GIRLS + BOYS

# Where an indirect-object sentence can happen, and what can be given there.
GIVE_PLACES = """store park school house office garden beach market station library kitchen farm restaurant hospital
museum zoo cafe bank church hotel""".split()
GIFTS = """drink book ball ring gift letter flower cake coat key kite basket apple bone computer snack hat map pen
ticket lamp cup box toy""".split()

# place: (preposition, what one sees there, animals there, what one does there: past tense, infinitive)
PLACES = {
    "park": ("in", ["tree", "bench", "pond", "path", "swing"], ["dog", "duck", "squirrel", "bird"],
             [("played with a ball", "play with a ball"), ("sat on a bench", "sit on a bench"),
              ("fed the ducks", "feed the ducks"), ("ran along the path", "run along the path")]),
    "garden": ("in", ["tree", "flower", "wall", "gate", "hole"], ["cat", "bee", "bird", "rabbit", "frog"],
               [("watered the flowers", "water the flowers"), ("picked some apples", "pick some apples"),
                ("planted a tree", "plant a tree"), ("dug a hole", "dig a hole")]),
    "kitchen": ("in", ["table", "chair", "window", "cup", "plate"], ["cat", "mouse", "dog"],
                [("baked a cake", "bake a cake"), ("cooked some soup", "cook some soup"),
                 ("washed the plates", "wash the plates"), ("made some tea", "make some tea")]),
    "forest": ("in", ["tree", "path", "river", "hill", "stone"], ["bear", "fox", "bird", "rabbit", "wolf"],
               [("walked between the trees", "walk between the trees"), ("picked some berries", "pick some berries"),
                ("climbed a tall tree", "climb a tall tree"), ("listened to the birds", "listen to the birds")]),
    "beach": ("on", ["boat", "stone", "shell", "wave", "rock"], ["dog", "bird", "crab"],
              [("swam in the sea", "swim in the sea"), ("built a castle of sand", "build a castle of sand"),
               ("looked for shells", "look for shells"), ("watched the waves", "watch the waves")]),
    "farm": ("on", ["barn", "field", "gate", "fence", "cart"], ["cow", "horse", "sheep", "pig", "duck", "goat"],
             [("fed the pigs", "feed the pigs"), ("milked the cows", "milk the cows"),
              ("rode a horse", "ride a horse"), ("worked in the field", "work in the field")]),
    "school": ("at", ["desk", "door", "window", "chair", "wall"], ["mouse", "bird", "cat"],
               [("read a book", "read a book"), ("wrote a letter", "write a letter"),
                ("learned a new song", "learn a new song"), ("drew a picture", "draw a picture")]),
    "market": ("at", ["cart", "basket", "table", "box", "bag"], ["dog", "horse", "goat"],
               [("bought some bread", "buy some bread"), ("sold some apples", "sell some apples"),
                ("looked for fresh fish", "look for fresh fish"), ("bought a new hat", "buy a new hat")]),
    "house": ("in", ["bed", "chair", "door", "lamp", "clock"], ["cat", "dog", "mouse"],
              [("cleaned the room", "clean the room"), ("read a long book", "read a long book"),
               ("slept in a warm bed", "sleep in a warm bed"), ("played a quiet game", "play a quiet game")]),
    "library": ("in", ["shelf", "table", "lamp", "chair", "window"], ["cat", "mouse"],
                [("read an old book", "read an old book"), ("looked at a map", "look at a map"),
                 ("wrote a short story", "write a short story"), ("sat by the window", "sit by the window")]),
    "river": ("by", ["boat", "bridge", "stone", "tree", "bank"], ["fish", "duck", "frog", "bird"],
              [("caught a big fish", "catch a big fish"), ("threw stones into the water",
                                                         "throw stones into the water"),
               ("rowed a small boat", "row a small boat"), ("washed the dog", "wash the dog")]),
    "station": ("at", ["train", "clock", "bench", "door", "bag"], ["dog", "bird"],
                [("waited for the train", "wait for the train"), ("bought a ticket", "buy a ticket"),
                 ("met an old friend", "meet an old friend"), ("carried a heavy bag", "carry a heavy bag")]),
}

# animal: (sound, what it does in the past tense, what animals of the kind do, food, where it lives)
ANIMALS = {
    "dog": ("barked", "wagged its tail", "bark", "meat", "house"),
    "cat": ("purred", "slept in the sun", "sleep all day", "fish", "house"),
    "bird": ("sang", "flew away", "fly", "seeds", "nest"),
    "cow": ("mooed", "ate the grass", "give milk", "grass", "farm"),
    "horse": ("neighed", "ran across the field", "run fast", "grass", "farm"),
    "duck": ("quacked", "swam across the pond", "swim", "bread", "pond"),
    "frog": ("croaked", "jumped into the water", "jump", "flies", "pond"),
    "mouse": ("squeaked", "ran into a hole", "hide in holes", "cheese", "hole"),
    "sheep": ("bleated", "walked up the hill", "give wool", "grass", "farm"),
    "pig": ("grunted", "rolled in the mud", "like mud", "apples", "farm"),
    "goat": ("bleated", "climbed a rock", "climb rocks", "leaves", "farm"),
    "bear": ("growled", "walked slowly away", "sleep in winter", "honey", "forest"),
    "fox": ("barked", "ran into the trees", "hunt at night", "mice", "forest"),
    "wolf": ("howled", "ran into the trees", "hunt at night", "meat", "forest"),
    "rabbit": ("squeaked", "jumped into a hole", "jump", "carrots", "hole"),
    "squirrel": ("squeaked", "climbed up a tree", "climb trees", "nuts", "tree"),
    "bee": ("buzzed", "landed on a flower", "make honey", "sugar", "garden"),
    "crab": ("clicked", "walked into the sea", "walk sideways", "fish", "sea"),
    "fish": ("splashed", "swam under the bridge", "swim", "worms", "water"),
}

# weather: (how the day is described, what people do, what happens next)
WEATHER = {
    "sunny": (["It was a sunny day.", "The sun was shining.", "The sky was blue and the sun was warm."],
              ["wore a hat", "drank cold water", "sat under a tree"], ["felt warm and happy", "was hot and thirsty"]),
    "rainy": (["It was a rainy day.", "It was raining.", "The rain fell on the roof."],
              ["took an umbrella", "stayed inside", "ran home"], ["got wet", "was cold and wet"]),
    "snowy": (["It was a cold winter day.", "It was snowing.", "The snow was white and deep."],
              ["wore a warm coat", "made a snowman", "stayed by the fire"], ["felt cold", "had cold hands"]),
    "windy": (["It was a windy day.", "The wind was strong.", "The wind blew the leaves from the trees."],
              ["flew a kite", "held the hat", "closed the window"], ["lost a hat", "was very cold"]),
    "night": (["It was a dark night.", "The moon was bright.", "It was late, and the stars were in the sky."],
              ["lit a lamp", "looked at the stars", "went to bed"], ["was very tired", "could not see much"]),
}

COLOURS = "red blue green yellow white black brown".split()
SIZES = "big small little old new".split()
FEELINGS = "happy sad tired hungry thirsty afraid angry proud cold".split()
TOYS = "ball kite book hat doll boat drum bike ring coat box key bag cup map toy".split()
FOODS = ["bread", "cake", "soup", "cheese", "rice", "fruit", "honey", "meat", "fish"]
FAMILY = ["mother", "father", "sister", "brother", "friend", "aunt", "uncle"]
JOBS = {"teacher": ("school", "read a story to the children"), "farmer": ("farm", "worked in the field"),
        "baker": ("market", "baked some fresh bread"), "doctor": ("hospital", "helped a sick child"),
        "king": ("castle", "had a golden ring"), "queen": ("castle", "sat on a golden chair"),
        "fisherman": ("river", "caught three big fish"), "old woman": ("forest", "lived in a little house"),
        "old man": ("village", "told a long story")}
ADVERBS = ["quickly", "slowly", "quietly", "happily"]
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
NUMBERS = "one two three four five six seven eight nine ten".split()
OPPOSITES = [("big", "small"), ("hot", "cold"), ("old", "new"), ("happy", "sad"), ("day", "night"), ("up", "down"),
             ("black", "white"), ("fast", "slow"), ("long", "short"), ("good", "bad"), ("open", "closed"),
             ("wet", "dry"), ("left", "right"), ("strong", "weak"), ("light", "dark"), ("young", "old")]
COLOUR_OF = [("sky", "blue"), ("grass", "green"), ("snow", "white"), ("sun", "yellow"), ("night", "black"),
             ("sea", "blue"), ("blood", "red"), ("milk", "white"), ("honey", "yellow"), ("earth", "brown")]


def article(word):
    """The noun with its indefinite article: 'an apple', 'a drink'."""
    return ("an " if word[0] in "aeiou" else "a ") + word


def plural(noun):
    """The plural of the animals' names."""
    return {"mouse": "mice", "sheep": "sheep", "fish": "fish", "wolf": "wolves", "fox": "foxes"}.get(noun, noun + "s")
