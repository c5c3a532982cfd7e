# SPDX-License-Identifier: GPL-3.0-or-later
"""Regular expressions on which Split is compared with the tokenizers library, by name: those that well-known models ship, and one
for every construct of the dialect (Oniguruma's own)."""

CONTRACTIONS = "'s|'t|'re|'ve|'m|'ll|'d"
BLANKS = r"\s*[\r\n]+|\s+(?!\S)|\s+"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
FRONT = r"[^\r\n\p{L}\p{N}]?"
NO_HAN_UPPER, NO_HAN_LOWER = UPPER[:-1] + r"&&[^\p{Han}]]", LOWER[:-1] + r"&&[^\p{Han}]]"

SHIPPED = {
    "GPT-2": CONTRACTIONS + r"| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    "CLIP": CONTRACTIONS + r"|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+",
    "Llama-3": rf"(?i:{CONTRACTIONS})|{FRONT}\p{{L}}+|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|{BLANKS}",
    "Qwen2": rf"(?i:{CONTRACTIONS})|{FRONT}\p{{L}}+|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|{BLANKS}",
    "Qwen3.5": rf"(?i:{CONTRACTIONS})|{FRONT}[\p{{L}}\p{{M}}]+|\p{{N}}| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+[\r\n]*|{BLANKS}",
    "GPT-4": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    "GPT-4o": rf"{FRONT}{UPPER}*{LOWER}+(?i:{CONTRACTIONS})?|{FRONT}{UPPER}+{LOWER}*(?i:{CONTRACTIONS})?"
              rf"|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{BLANKS}",
    "Tekken": rf"{FRONT}{UPPER}*{LOWER}+|{FRONT}{UPPER}+{LOWER}*|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{BLANKS}",
    "Kimi": rf"[\p{{Han}}]+|{FRONT}{NO_HAN_UPPER}*{NO_HAN_LOWER}+(?i:{CONTRACTIONS})?|{FRONT}{NO_HAN_UPPER}+{NO_HAN_LOWER}*"
            rf"(?i:{CONTRACTIONS})?|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|{BLANKS}",
    "Ling": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
    "DeepSeek-V3": r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|"""
                   + BLANKS,
    "DeepSeek-V3 scripts": "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
    "DeepSeek letters": r"\s?[A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01ba\u01bc-\u01bf\u0370-\u0373\u10a0-\u10c5]+",
    "DeepSeek punctuation": "\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+",
    "DeepSeek-Coder": r"\s?\p{P}+|\s?\p{L}+|[\r\n]",
    "trailing space": r"\s+$",
    "Falcon": "[0-9][0-9][0-9]",
    "BLOOM": " ?[^(\\s|[.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c])]+",
    "StarCoder": r"\p{N}|" + CONTRACTIONS + r"| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    "thousands": r"(?=(\d{3})+(?!\d))",
    "thousands boundary": r"\d{1,3}(?=(?:\d{3})*\b)",
    "digits from the right": r"\p{Nd}{1,3}(?=(?:\p{Nd}{3})*(?:\P{Nd}|$))",
    "T5 spaces": " {2,}",
    "snake and camel": r"(?<=[a-z])(?=[A-Z])|_+|(?<=\d)(?=\p{L})",
    "code points": r".|\n",
}

CONSTRUCTS = {
    # Classes.
    **{f"posix {name}": f"[[:{name}:]]+" for name in "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit".split()},
    "posix not": r"[[:^alpha:]]+", "posix mixed": r"[[:upper:][:digit:]_]+",
    "posix negated class": r"[^[:space:][:punct:]]+",
    **{f"category {name}": rf"\p{{{name}}}+" for name in
       "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Co Cn".split()},
    **{f"property {name}": rf"\p{{{name}}}+" for name in
       "Alpha Alphabetic Upper Lower Space White_Space Punct Letter Digit Han Hiragana Katakana Hangul Greek Cyrillic Arabic Hebrew "
       "Thai Devanagari Latin LC Any".split()},
    "property not": r"\P{L}+|\p{^N}", "property spelling": r"\p{upper case letter}|\p{decimal_number}",
    "property without braces": r"\pL+|p", "digit": r"\d+|\D", "space": r"\s+", "no space": r"\S+", "word": r"\w+",
    "no word": r"\W+",
    "hexadecimal": r"\h+|\H",
    "class and": r"[\p{L}&&[^aeiou]]+", "class and bare": "[a-z&&aeiou]+", "class not and": "[^a-z&&aeiou]+",
    "class nested": "[a-c[x-z]]+",
    "class nested not": "[a-c[^a-z]]+", "class bracket first": r"[]a]+", "class hyphens": r"[-a]+|[0-9-]+",
    "class escaped range": r"[\x61-\x66]+",
    "class hyphen after class": r"[\w-]+", "class backspace": r"[\b\n]+", "class caret": "[a^]+", "class dollar": "[$.]+",
    "class ampersand": "[a&]+", "class braces": "[{}]+", "class colon": "[:a]+", "class posix lookalike": "[:alpha:]+",
    "class not space": r"[^\S\n]+",
    # Anchors.
    "caret": "^.", "dollar": ".$", "begin": r"\A.", "end": r".\z", "end before newline": r".\Z", "boundary": r"\b",
    "no boundary": r"\B",
    "search start": r"\G.", "boundary around digits": r"\b\d+\b", "dot": "..",
    # Options.
    "ignoring case": "(?i)the|e.", "ignoring case group": "(?i:the|[a-f]+)x?", "ignoring case off": "(?i)t(?-i)he",
    "ignoring case class": "(?i)[k\u00e5]+",
    "ignoring case Greek": "(?i)\u03c3+|\u0391", "ignoring case sharp s": "(?i)stra\u00dfe|ss",
    "ignoring case ligature": "(?i)fi|st|\u0130", "ignoring case range": "(?i)[a-f]+|[\u0410-\u042f]+",
    "ignoring case not": "(?i)[^a-f]+", "ignoring case category": r"(?i)\p{Lu}+", "dot and newline": "(?m).+",
    "dot and newline group": "(?m:a.)|b.",
    "extended": "(?x) a  b # comment\n | [ x] ", "options in middle": "a(?i)b|c", "options together": "(?mi)a.",
    # Repeats.
    "lazy": "a+?|b*?c|x??y", "possessive star": "a*+b|a", "possessive plus": r"\w++\s|.", "possessive question": "a?+a|b",
    "atomic": "(?>a|ab)c|(?>x+)",
    "interval possessive": "o{1,2}+x|[0-9]{1,3}+", "interval fixed lazy": "a{2}?|[0-9]{3}?", "interval lazy": "[a-z]{2,4}?",
    "interval open": "o{2,}",
    "interval upper": "o{,2}x|[0-9]{,2}", "interval reversed": "[0-9]{3,1}", "interval literal": "a{|b{x}|c{1,",
    "interval zero": "a{0}b", "repeat of repeat": "(?:a+)*b|(?:[0-9]?)+", "repeat twice": "a+*b",

    # Groups.
    "lookbehind": "(?<=a)b|(?<=\\s)t", "lookbehind not": r"(?<!\w)\d+", "lookbehind alternatives": "(?<=ab|c)d|(?<=the|a) ",
    "lookahead": r"\w(?=\d)", "lookahead not": r"o(?!n)", "named": "(?<first>a|b)\\k<first>", "backreference": r"(\w)\1",
    "comment": "a(?#note)b|t",
    "empty alternative": "a|", "nested groups": "((a|b)(c|(?:d|e)))+",
    # Characters.
    "tab and others": r"[\t\f\v\a\e]+", "vertical tab": r"\v+", "hexadecimal character": r"\x41|\x{1F600}|\x{e9}",
    "unicode escape": r"\u00e9|\u4f60", "octal": r"\101|\0",
    "control": r"\cA|\C-A", "escaped letters": r"\j|\q|\-|\ |\'", "newline sequence": r"\R+", "no newline": r"\N+",
    "any character": r"\O", "quoted": r"\Qa.b\E|t",
    "wide character": "\U0001f600|[\U0001f600-\U0001f64f]+", "brace alone": "}|]|x]",
}

PATTERNS = {**SHIPPED, **CONSTRUCTS}

# What Headscope refuses by name, because ICU has nothing equal.
UNSUPPORTED = {
    "property Emoji": r"\p{Emoji}", "keep": r"a\Kb", "lookbehind without limit": r"(?<=t\w*) ", "condition": "(a)?(?(1)b|c)",
    "absent": r"(?~ab)",
    "call": r"(?<paren>\((?:[^()]|\g<paren>)*\))", "grapheme": r"\X", "grapheme boundary": r"\y", "meta character": r"\M-a",
    "byte": r"\xC3\xA9",
}

# What the library itself refuses, too.
REFUSED = {
    "empty range": "[a--b]", "option s": "(?s).+", "repeated place": "(?=a)*b", "property prefix": r"\p{IsL}",
    "property ampersand": r"\p{L&}",
    "property key": r"\p{Script=Han}", "nothing to repeat": "*a", "open group": "(a", "closed group": "a)",
    "open bracket": "[a", "no such group": r"(a)\2",
}
