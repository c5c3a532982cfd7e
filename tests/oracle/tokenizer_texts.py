# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the seeded texts on which Headscope's tokenizer is compared with the tokenizers library."""

import argparse
import json
import random

SEED = 20260922
COUNT = 1040

WORDS = """the of and to in is was for that with as on by it from at an are this be which or had not but were one all
we can has more when who will no if out so said what up its about into than them only other time new some could these
two may first then do any like my now over such our man me even most made after also did many before must through
attention head layer token query key value residual stream model logit softmax pattern position mask padding induction
circuit weight matrix vector tensor gradient probe ablation capital France Paris Rome Italy doctor nurse program
interpretability mechanistic uncharacteristically antidisestablishmentarianism don't naive""".split()
NAMES = "Mary John Alice Bob Wei Anna Ivan Fatima Kofi Zoe".split()
IDENTIFIERS = "x y i n data self value head_index tokenIds kMaxLayers __init__ HTTPServer parse2 utf8_to_utf16".split()
CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]
SPACES = [" ", "\t", "\n", "\r\n", "\r", "\v", "\f", "\u0085", "\u00a0", "\u1680", "\u2003", "\u2009", "\u200a",
          "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"]
# Look like spaces to somebody, and are not White_Space.
NOT_SPACES = ["\u001c", "\u001d", "\u001e", "\u001f", "\u180e", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff",
              "\u00ad"]
CONTROLS = ["\u0000", "\u0001", "\u0004", "\u0007", "\b", "\u001b[31m", "\u007f", "\u0080", "\u009f"]
# Decimal digits, letter numbers and other numbers; the last four are newer than Unicode 15 or rare.
NUMBERS = ["\u00bd", "\u00b2", "\u2167", "\u0663", "\u0967", "\u2460", "\u3007", "\u4e09", "\u0f33", "\u09f4", "\ua620",
           "\uff15", "\U0001d7d8", "\U00010107", "\U00011de0", "\U00016ff4", "\U00011bf1", "\U0001ccf3"]
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>",
            "<|pad|>", "<s>", "</s>", "[CLS]", "[SEP]", "<unk>", "<mark>", "<repo_name>"]
# By escape, so that no right-to-left text turns this file around.
SCRIPTS = {
    "latin": ["caf\u00e9", "na\u00efve", "\u00c5ngstr\u00f6m", "\u0130stanbul", "\u00dfTRA\u1e9eE", "\u0141\u00f3d\u017a",
              "it'\u017f", "\u212a", "\ufb01n"],
    "combining": ["cafe\u0301", "n\u0303", "a\u0300\u0316\u0301\u0337b", "o\u0308\u0304", "\u0301start", "q\u20dd",
                  "\u0939\u093f\u0928\u094d\u0926\u0940", "\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22",
                  "\u1112\u1161\u11ab\u1100\u116e\u11a8"],
    "emoji": ["\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "\U0001f44d\U0001f3fd",
              "\U0001f1eb\U0001f1f7", "1\ufe0f\u20e3", "\u2764\ufe0f\u200d\U0001f525", "\U0001f3f3\ufe0f\u200d\U0001f308"],
    "rtl": ["\u0645\u0631\u062d\u0628\u0627 \u0628\u0643", "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd",
            "abc \u202e\u05d0\u05d1\u202c 12", "\u0667\u0668\u0669", "\u0644\u0627"],
    "cjk": ["\u4f60\u597d\uff0c\u4e16\u754c\uff01", "\u6771\u4eac\u90fd", "\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8",
            "\ud55c\uad6d\uc5b4", "\u30fc", "\U00020bb7\u91ce\u5bb6", "\uff71\uff72\uff73", "\u3092\u3099"],
    "other": ["\u041f\u0440\u0438\u0432\u0435\u0442", "\u0395\u03bb\u03bb\u03ac\u03b4\u03b1\u03c2", "\U0001d518\U0001d52b",
              "\u10e5\u10d0\u10e0\u10d7", "\ue000", "\ufffe", "\U0010ffff", "\ufffd", "\u02b0\u02bc", "\u2211\u222b\u221e",
              "\u20ac5", "\u00a9\u2122", "\u2014\u201cquoted\u201d\u2026", "\u16ee", "\U0001e900\U0001e943"],
}
CODE = [
    "for (int i = 0; i < n; ++i) {\n\tsum += a[i];\n}\n",
    "def f(x, *args, **kw):\n    return x ** 2  # squared\n\n\n",
    "std::vector<std::pair<int, float>> v{{1, 2.0f}};",
    "SELECT * FROM t WHERE a >= 10 AND b != 'x';",
    "<a href=\"https://example.org/?q=1&r=2#top\">link</a>",
    "if (a && !b || c->d::e) { return ~0xFFu << 3; }",
    "{\"key\": [1, 2.5e-3, null, true], \"k\\\"2\": \"\\u00e9\"}",
    "$ ls -la | grep '^d' > out.txt 2>&1",
    "    indented\n        twice\n\tand a tab\n",
    "let re = /\\s+(?!\\S)|\\p{L}+/gu;",
    "x=1;y=2;;z=x+y-=+--__--",
]
FIXED = [
    "", " ", "  ", "\n", "\n\n", "\r\n", "\t", "\u00a0", "a", " a", "a ", " a ", "  a", "a  ", "\na", "a\n", "a\n ", " \na",
    "a \n b", "a\n\n\n b", "a \n\n", "  \n  \n  ", "\t\t\n\t", "Hello world", "Hello, world!", "hello  world",
    "Hello   world    again", "IT'S", "it's", "It'S", "we'LL we'll We'Ll", "I'm I'M i'd I'D they've THEY'VE 'tis 're",
    "don't DON'T can't've", "it''s", "'s", "' s", "x's's", "rock'n'roll", "O'Neil", "l'\u00e9t\u00e9", "it\u2019s",
    "1", "12", "123", "1234", "12345678901", "3.14159", "1,000,000.00", "v2.13.0+cpu", "0x1F", "a1b22c333", "1st 2nd 3rd",
    "  12", " 1 2 3 ", "\n1\n2", "100%", "x\u00b2+y\u00b2=z\u00b2", "\u00bd cup", "Louis \u2167.", "\u0663\u0664\u0665", "5\u00bd",
    "\u2460\u2461", "\uff11\uff12\uff13", "\u4e00\u4e8c\u4e09 3", "a\U00011de0b", "\U00016ff4\U00016ff5", "\u0664x\u0be7",
    "<|endoftext|>", "a<|endoftext|>b", "a <|endoftext|> b", "<|endoftext|><|endoftext|>", "<|endoftext", "|endoftext|>",
    "<|endoftext|>\n\nText", "x<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n", " <|im_start|> ", "<|im_start|",
    "<|<|im_end|>|>", "<|begin_of_text|>Hi<|eot_id|>", "<|begin_of_text|>", "a  <mark>  b", "<mark>", "x<mark>y", " <mark>",
    "Neighborhood hood hoods hood_ hood.", "a\u0000b", "\u0000", "\ufeffBOM", "zero\u200bwidth", "soft\u00adhyphen", "\u180e",
    "e\u0301", "\u00e9", "\u0301", "A\u030a\u212b\u00c5", "\u1e69\u0073\u0323\u0307", "\uac00\u1100\u1161", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "a\U0001f600b", "\U0001f600\U0001f600", "\U0001f1eb\U0001f1f7\U0001f1e9\U0001f1ea", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "abababababababababab",
    "!!!!!!!!", "...---...", "?!?!", "((()))", "#include <x>", "____", "a_b_c", "CamelCaseWord", "ALLCAPS", "\u0130I\u0131i",
    "\u3000\u3000x", "x\u2028y\u2029z", "a\u0085b", "a\u001cb\u001fc", "a\vb\fc", "\r\r\n\n\r", "tab\there", "   \u00a0  x", "x \u00a0", "\u00a0x",
]


def sentence(r):
    words = [r.choice(WORDS + NAMES) for _ in range(r.randint(2, 9))]
    if r.random() < 0.3:
        words.insert(r.randrange(len(words)), str(r.randint(0, 99999)))
    text = " ".join(words)
    return (text[0].upper() + text[1:] if r.random() < 0.5 else text) + r.choice([".", "!", "?", "", ",", ";", "..."])


def contraction(r):
    word = r.choice(["it", "We", "THEY", "she", "don", "I", "you", "x"])
    tail = r.choice(CONTRACTIONS)
    change = r.choice([str.lower, str.upper, str.title, str.swapcase])
    return word + change(tail) + r.choice(["", " ", "x", "'", ".", " not"])


def numbers(r):
    parts = []
    for _ in range(r.randint(1, 5)):
        parts.append(r.choice([str(r.randint(0, 10 ** r.randint(1, 9))), r.choice(NUMBERS), r.choice(NUMBERS) * 3,
                               f"{r.random():.{r.randint(1, 6)}f}", r.choice("abX")]))
    return r.choice(["", " ", "-", "  "]).join(parts)


def spaces(r):
    run = lambda: "".join(r.choice(SPACES[:5]) for _ in range(r.randint(1, 4))) if r.random() < 0.5 else \
        r.choice(SPACES) * r.randint(1, 24)
    return r.choice(["", run()]) + run().join(r.choice(WORDS + ["1", "."]) for _ in range(r.randint(1, 3))) + r.choice(["", run()])


def scripts(r):
    parts = [r.choice(SCRIPTS[r.choice(sorted(SCRIPTS))]) for _ in range(r.randint(1, 4))]
    return r.choice(["", " ", " ", ", "]).join(parts)


def specials(r):
    gap = lambda: r.choice(["", "", " ", "\n", "  ", r.choice(WORDS)])
    text = gap() + r.choice(SPECIALS) + gap() + r.choice([r.choice(SPECIALS), r.choice(WORDS)]) + gap()
    return text[:-1] if r.random() < 0.15 else text


def code(r):
    if r.random() < 0.5:
        return r.choice(CODE)
    name = lambda: r.choice(IDENTIFIERS)
    return f"{' ' * r.choice([0, 2, 4, 8])}{name()} {r.choice(['=', '==', '+=', '->', '<<'])} {name()}({name()}, {r.randint(0, 300)});"


def controls(r):
    return "".join(r.choice(CONTROLS + NOT_SPACES + ["a", " ", "Z", "\n"]) for _ in range(r.randint(1, 7)))


def soup(r):
    """Random code points, assigned or not, with a word now and then."""
    limits = [0x7f, 0x7f, 0x24f, 0x7ff, 0x2fff, 0xffff, 0x1ffff]
    text = ""
    for _ in range(r.randint(1, 12)):
        point = r.randint(0, r.choice(limits))
        if not 0xd800 <= point <= 0xdfff:
            text += chr(point)
        if r.random() < 0.2:
            text += r.choice([" ", r.choice(WORDS), "'s", "12"])
    return text


KINDS = [sentence, sentence, contraction, numbers, spaces, scripts, scripts, specials, code, controls, soup, soup]


def make_texts(count=COUNT, seed=SEED):
    """`count` different texts, the fixed ones first; the same for the same seed."""
    r = random.Random(seed)
    texts = list(dict.fromkeys(FIXED))[:count]
    seen = set(texts)
    while len(texts) < count:
        text = r.choice(KINDS)(r)
        if r.random() < 0.15:
            text = r.choice([" ", "  ", "\n", ""]) + text + r.choice([" ", "\n", "\t", ""]) + r.choice(KINDS)(r)
        if text not in seen:
            seen.add(text)
            texts.append(text)
    return texts


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", required=True, help="the JSON file to write: an array of strings")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    with open(options.output, "w", encoding="utf-8") as file:
        json.dump(make_texts(options.count, options.seed), file, ensure_ascii=True)


if __name__ == "__main__":
    main()
