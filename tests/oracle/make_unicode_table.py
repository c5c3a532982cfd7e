# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/unicode_wheel.json: how the tokenizers wheel classes and changes every code point."""

import argparse
import hashlib
import json
import unicodedata
from pathlib import Path

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

ROOT = Path(__file__).resolve().parents[2]
# Every code point that a text may hold: surrogates are none.
POINTS = [point for point in range(0x110000) if not 0xd800 <= point <= 0xdfff]
# Those of them that Unicode 16 gives a meaning to, and some more.
USED = [point for point in POINTS if point < 0x32400 or 0xe0000 <= point < 0xe0400]

# Scripts by Unicode's long names, as far as Oniguruma knows them.
SCRIPTS = """Common Inherited Arabic Armenian Bengali Bopomofo Cherokee Coptic Cyrillic Deseret Devanagari Ethiopic Georgian Gothic
Greek Gujarati Gurmukhi Han Hangul Hebrew Hiragana Kannada Katakana Khmer Lao Latin Malayalam Mongolian Myanmar Ogham
Old_Italic Oriya Runic Sinhala Syriac Tamil Telugu Thaana Thai Tibetan Canadian_Aboriginal Yi Tagalog Hanunoo Buhid
Tagbanwa Braille Cypriot Limbu Linear_B Osmanya Shavian Tai_Le Ugaritic Buginese Glagolitic Kharoshthi Syloti_Nagri
New_Tai_Lue Tifinagh Old_Persian Balinese Batak Brahmi Cham Egyptian_Hieroglyphs Pahawh_Hmong Old_Hungarian Javanese
Kayah_Li Lepcha Linear_A Mandaic Meroitic_Hieroglyphs Nko Old_Turkic Old_Permic Phags_Pa Phoenician Miao Vai Cuneiform
Carian Tai_Tham Lycian Lydian Ol_Chiki Rejang Saurashtra SignWriting Sundanese Meetei_Mayek Imperial_Aramaic Avestan
Chakma Kaithi Manichaean Inscriptional_Pahlavi Psalter_Pahlavi Inscriptional_Parthian Samaritan Tai_Viet Bamum Lisu
Old_South_Arabian Bassa_Vah Duployan Elbasan Grantha Mende_Kikakui Meroitic_Cursive Old_North_Arabian Nabataean
Palmyrene Khudawadi Warang_Citi Mro Nushu Sharada Sora_Sompeng Takri Tangut Anatolian_Hieroglyphs Khojki Tirhuta
Caucasian_Albanian Mahajani Ahom Hatran Modi Multani Pau_Cin_Hau Siddham Adlam Bhaiksuki Marchen Newa Osage
Masaram_Gondi Soyombo Zanabazar_Square Dogra Gunjala_Gondi Makasar Medefaidrin Hanifi_Rohingya Sogdian Old_Sogdian
Elymaic Nyiakeng_Puachue_Hmong Nandinagari Wancho Chorasmian Dives_Akuru Khitan_Small_Script Yezidi Cypro_Minoan
Old_Uyghur Tangsa Toto Vithkuqi Kawi Nag_Mundari""".split()
CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co".split()
GROUPS = "L M N P S Z C LC Cn".split()
BRACKETS = "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit".split()


def ranges(members):
    """Sorted code points as inclusive [first, last] pairs."""
    result = []
    for point in members:
        if result and result[-1][1] == point - 1:
            result[-1][1] = point
        else:
            result.append([point, point])
    return result


def removed_by(splitter, points=POINTS):
    """The code points that a splitter takes out of the text of all code points."""
    left = set()
    for _piece, (begin, end) in splitter.pre_tokenize_str("".join(map(chr, points))):
        left.update(points[begin:end])
    return [point for point in points if point not in left]


def isolated_by_digits():
    digits = pre_tokenizers.Digits(individual_digits=True)
    return [point for point in POINTS if len(digits.pre_tokenize_str("a" + chr(point))) == 2]


def erased_by(normalizer):
    return [point for point in POINTS if not normalizer.normalize_str(chr(point))]


def bert(**options):
    switched_off = dict.fromkeys(["clean_text", "handle_chinese_chars", "strip_accents", "lowercase"], False)
    return normalizers.BertNormalizer(**{**switched_off, **options})


def words():
    """What the pre-tokenizer Whitespace takes for part of a word: joins the letter before it."""
    whitespace = pre_tokenizers.Whitespace()
    return [point for point in POINTS if [span for _, span in whitespace.pre_tokenize_str("a" + chr(point))] == [(0, 2)]]


def newer_lowercase():
    """[code point, its lower case] where the wheel's Unicode and Python's differ."""
    lower = normalizers.Lowercase().normalize_str
    return [[point, ord(lower(chr(point)))] for point in POINTS if lower(chr(point)) != chr(point).lower()]


def normal_form_hashes():
    """SHA-256 of every code point normalised, alone and between marks of several classes, as UTF-8 after one another."""
    result = {}
    for name in ("NFC", "NFD", "NFKC", "NFKD"):
        normalize = getattr(normalizers, name)().normalize_str
        digest = hashlib.sha256()
        for point in POINTS:
            digest.update(normalize(chr(point)).encode())
            digest.update(normalize("a\u0345" + chr(point) + "\u0334\u0316\u0301").encode())
        result[name] = digest.hexdigest()
    return result


def class_patterns():
    names = CATEGORIES + GROUPS + SCRIPTS + ["Punct", "Alpha", "White_Space"]
    return [rf"\p{{{name}}}" for name in names] + [f"[[:{name}:]]" for name in BRACKETS] + [r"\d", r"\s", r"\w", r"[\w]", r"\h", "."]


def class_hashes(members):
    """SHA-256 of a flag, 1 or 0, for every one of USED."""
    return {name: hashlib.sha256("".join("01"[point in found] for point in USED).encode()).hexdigest()
            for name, found in members.items()}


def newer_characters(members):
    """[first, last, category, script, "a" alphabetic "l" lower "u" upper] of what Python's older tables have in another category."""
    rows = []
    for category in CATEGORIES:
        for point in members[rf"\p{{{category}}}"]:
            if unicodedata.category(chr(point)) != category:
                script = next((name for name in SCRIPTS if point in members[rf"\p{{{name}}}"]), "Unknown")
                flags = "".join(name[0] for name in ("alpha", "lower", "upper") if point in members[f"[[:{name}:]]"])
                rows.append([point, point, category, script, flags])
    result = []
    for row in sorted(rows):
        if result and result[-1][1] == row[0] - 1 and result[-1][2:] == row[2:]:
            result[-1][1] = row[1]
        else:
            result.append(row)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "tests/data/unicode_wheel.json")
    options = parser.parse_args()
    tables = {"regex " + name: removed_by(pre_tokenizers.Split(Regex(name), "removed"))
              for name in (r"\p{L}", r"\p{N}", r"\s", r"\p{M}", r"\p{P}", r"\w")}
    tables["Digits"] = isolated_by_digits()
    tables["WhitespaceSplit"] = removed_by(pre_tokenizers.WhitespaceSplit())
    tables["BertNormalizer clean_text"] = erased_by(bert(clean_text=True))
    tables["BertNormalizer strip_accents"] = erased_by(bert(strip_accents=True))
    tables["StripAccents"] = erased_by(normalizers.StripAccents())
    tables["Punctuation"] = removed_by(pre_tokenizers.Punctuation("removed"))
    tables["Whitespace words"] = words()
    members = {name: set(removed_by(pre_tokenizers.Split(Regex(name), "removed"), USED)) for name in class_patterns()}
    lines = [f'"tokenizers":"{tokenizers.__version__}"', '"normal forms":' + json.dumps(normal_form_hashes()),
             '"newer Lowercase":' + json.dumps(newer_lowercase()),
             '"newer characters":' + json.dumps(newer_characters(members), separators=(",", ":")),
             '"class hashes":' + json.dumps(class_hashes(members), separators=(",", ":"))]
    for name, members in tables.items():
        spans = ranges(members)
        lines.append(json.dumps(name) + ":" + json.dumps(spans, separators=(",", ":")))
        print(f"{name}: {len(members)} code points in {len(spans)} ranges")
    options.output.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{options.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
