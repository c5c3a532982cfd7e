// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/regex_dialect.h"

#include "core/text/regex_brackets.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

namespace headscope {
namespace {

constexpr std::size_t longest = std::size_t(4) << 20; // bytes in ICU's dialect
constexpr auto everything = "[\\x{0}-\\x{10FFFF}]";

/// Something that a repetition may follow.
struct Piece {
    std::string text;
    std::string repeated; ///< what `text` repeats, if it is nothing but a greedy ?, * or +
    char repetition = 0;
    bool unit = true; ///< a repetition may follow at once
    bool place = false; ///< stands for a place and cannot be repeated
};

struct Options {
    bool ignoreCase = false, dotTakesNewlines = false, extended = false;
};

/// Reads Oniguruma's dialect from left to right and writes ICU's.
class DialectReader {
public:
    DialectReader(std::string_view pattern, const std::string& label)
        : cursor_(pattern, label)
    {
        for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
            const std::string_view rest = pattern.substr(i);
            const bool names = rest.starts_with("(?<") && !rest.starts_with("(?<=") && !rest.starts_with("(?<!");
            named_ = named_ || (names && (i == 0 || pattern[i - 1] != '\\'));
            referenced_ = referenced_
                || (rest[0] == '\\' && std::string_view("k123456789").find(rest[1]) != std::string_view::npos);
        }
    }

    std::string read()
    {
        std::string result = alternatives().text;
        if (!cursor_.atEnd())
            cursor_.fail("a parenthesis that nothing opens");
        return result;
    }

private:
    /// Up to the end of the group, which stays.
    Piece alternatives()
    {
        cursor_.enter();
        Piece result;
        bool first = true;
        for (skipComments(); !cursor_.atEnd() && !cursor_.sees(")"); skipComments(), first = false) {
            Piece piece;
            piece.text = "|";
            if (!cursor_.takes("|"))
                piece = repeated();
            if (first) {
                result = std::move(piece);
                continue;
            }
            result.text += piece.text;
            result.repetition = 0;
            if (result.text.size() > longest)
                cursor_.fail("an expression that is too large");
        }
        cursor_.leave();
        return result;
    }

    void skipComments()
    {
        for (;;)
            if (cursor_.takes("(?#"))
                cursor_.takeUntil(")");
            else if (options_.extended && !cursor_.atEnd()
                && std::string_view(" \t\n\r\f\v").find(cursor_.next()) != std::string_view::npos)
                ++cursor_.at;
            else if (options_.extended && cursor_.sees("#"))
                while (!cursor_.atEnd() && cursor_.takeCharacter() != '\n') { }
            else
                return;
    }

    Piece repeated()
    {
        Piece piece = atom();
        for (skipComments(); !cursor_.atEnd(); skipComments()) {
            const char c = cursor_.next();
            const std::size_t start = cursor_.at;
            if (c == '*' || c == '+' || c == '?') {
                ++cursor_.at;
                const char mode
                    = cursor_.sees("?") || cursor_.sees("+") ? static_cast<char>(cursor_.takeCharacter()) : '\0';
                piece = repeat(std::move(piece), c, mode);
            } else if (c != '{' || !interval(piece)) {
                cursor_.at = start;
                break;
            }
        }
        return piece;
    }

    Piece repeat(Piece piece, char repetition, char mode)
    {
        if (piece.place)
            cursor_.fail("a repetition of a place");
        if (!mode && piece.repetition) { // of two at once nothing remains but how often at least
            piece.repetition = piece.repetition == repetition ? repetition : '*';
            piece.text = piece.repeated + piece.repetition;
            return piece;
        }
        Piece result;
        result.unit = false;
        result.repeated = piece.unit ? piece.text : "(?:" + piece.text + ")";
        result.text = result.repeated + repetition;
        if (mode)
            result.text += mode;
        else
            result.repetition = repetition;
        return result;
    }

    /// {n}, {n,}, {,m} or {n,m}; with a ? that makes it lazy, but not after {n}. False when it is none of those.
    bool interval(Piece& piece)
    {
        ++cursor_.at;
        const auto low = number();
        const bool range = cursor_.takes(",");
        const auto high = range ? number() : low;
        if (!cursor_.takes("}") || (!low && !high))
            return false;
        if (piece.place)
            cursor_.fail("a repetition of a place");
        const int least = low.value_or(0), most = high.value_or(least);
        std::string bounds = "{";
        bounds.append(std::to_string(std::min(least, most))).append(",");
        if (high)
            bounds += std::to_string(std::max(least, most));
        bounds += "}";
        const bool lazy = range && least <= most && cursor_.takes("?");
        std::string text = (piece.unit ? piece.text : "(?:" + piece.text + ")") + bounds + (lazy ? "?" : "");
        piece = {};
        piece.unit = high && most < least; // {3,1} is greedy and does not give back
        piece.text = piece.unit ? "(?>" + text + ")" : text;
        return true;
    }

    std::optional<int> number()
    {
        std::optional<int> result;
        for (; !cursor_.atEnd() && cursor_.next() >= '0' && cursor_.next() <= '9'; ++cursor_.at) {
            result = result.value_or(0) * 10 + (cursor_.next() - '0');
            if (*result > 100000)
                cursor_.fail("a repetition beyond 100000");
        }
        return result;
    }

    Piece atom()
    {
        Piece piece;
        const char c = cursor_.next();
        if (c == '(')
            return group();
        if (c == '[') {
            cursor_.takes("[");
            piece.text = takeBracket(cursor_);
        } else if (c == '\\') {
            return escape();
        } else if (c == '^' || c == '$') {
            ++cursor_.at;
            piece.text = c;
            piece.place = true;
        } else if (c == '.') {
            ++cursor_.at;
            piece.text = options_.dotTakesNewlines ? everything : ".";
        } else if (c == '*' || c == '+' || c == '?') {
            cursor_.fail("nothing to repeat");
        } else {
            piece.text = literal(cursor_.takeCharacter());
        }
        return piece;
    }

    static std::string literal(char32_t c)
    {
        std::string text;
        if (c < 0x80 && std::string_view("\\^$.|?*+()[]{}#&-~/").find(static_cast<char>(c)) != std::string_view::npos)
            text = "\\";
        appendUtf8(text, c);
        return text;
    }

    Piece group()
    {
        const Options outside = options_;
        Piece piece;
        std::string opening = "(";
        cursor_.takes("(");
        if (cursor_.takes("?")) {
            opening = groupKind(piece);
            if (opening.empty()) { // (?i) on its own: the rest of the group, alternatives and all
                piece.text = std::string("(?") + flags() + ":" + alternatives().text + ")";
                options_ = outside;
                return piece;
            }
        } else if (named_ || !referenced_) {
            opening = "(?:"; // only names capture where there are names
        } else {
            ++groups_;
        }
        Piece inside = alternatives();
        if (!cursor_.takes(")"))
            cursor_.fail("no )");
        piece.text = opening + inside.text + ")";
        if (opening == "(?:") {
            piece.repeated = std::move(inside.repeated);
            piece.repetition = inside.repetition;
        }
        options_ = outside;
        return piece;
    }

    /// What opens the group in ICU's dialect; empty for options that stand alone.
    std::string groupKind(Piece& piece)
    {
        for (const char* look : {"=", "!", "<=", "<!"})
            if (cursor_.takes(look)) {
                piece.place = true;
                return std::string("(?") + look;
            }
        if (cursor_.takes(":"))
            return "(?:";
        if (cursor_.takes(">"))
            return "(?>";
        if (cursor_.takes("<")) {
            names_.push_back(cursor_.takeUntil(">"));
            ++groups_;
            return "(";
        }
        const bool before = options_.ignoreCase;
        bool on = true;
        for (;;) {
            const char32_t c = cursor_.takeCharacter();
            if (c == ':')
                return options_.ignoreCase == before ? "(?:" : std::string("(?") + flags() + ":";
            if (c == ')')
                return {};
            if (c == '-')
                on = false;
            else if (c == 'i')
                options_.ignoreCase = on;
            else if (c == 'm')
                options_.dotTakesNewlines = on;
            else if (c == 'x')
                options_.extended = on;
            else
                cursor_.fail("a group or option that is not supported");
        }
    }

    const char* flags() const { return options_.ignoreCase ? "i" : "-i"; }

    Piece escape()
    {
        Piece piece;
        cursor_.takes("\\");
        if (const auto set = takeClass(cursor_)) { // where case is ignored it stays as it is, unlike one in brackets
            piece.text = options_.ignoreCase ? "(?-i:" + *set + ")" : *set;
            return piece;
        }
        piece.text = placeEscape();
        piece.place = !piece.text.empty();
        if (piece.text.empty())
            piece.text = ownEscape();
        if (piece.text.empty())
            piece.text = reference();
        if (piece.text.empty())
            piece.text = literal(takeEscaped(cursor_));
        return piece;
    }

    /// Empty, here and in the next ones, when nothing of the kind is there.
    std::string placeEscape()
    {
        const std::string in = wordOutsideBrackets();
        const auto around = [&](const char* same, const char* other) {
            return "(?:(?<=" + in + ")(?" + same + in + ")|(?<!" + in + ")(?" + other + in + "))";
        };
        if (cursor_.takes("b"))
            return around("!", "=");
        if (cursor_.takes("B"))
            return around("=", "!");
        for (const char* same : {"A", "z", "G"})
            if (cursor_.takes(same))
                return std::string("\\") + same;
        return cursor_.takes("Z") ? "(?=\\n?\\z)" : "";
    }

    std::string ownEscape()
    {
        for (const char* other : {"K", "X", "y", "Y", "g"})
            if (cursor_.sees(other))
                cursor_.fail(std::string("\\") + other + ", which is not supported");
        if (cursor_.takes("R"))
            return "(?>\\r\\n|[\\n-\\r\\x{85}\\x{2028}\\x{2029}])";
        if (cursor_.takes("N"))
            return "[^\\n]";
        return cursor_.takes("O") ? everything : "";
    }

    /// \k<name>, or a number of a group before, if there are as many; a single digit always is one.
    std::string reference()
    {
        if (cursor_.takes("k"))
            return namedReference();
        const std::size_t start = cursor_.at;
        if (cursor_.atEnd() || cursor_.next() < '1' || cursor_.next() > '9')
            return {};
        const auto group = static_cast<int>(cursor_.takeDigits(4, 10));
        if (group > 9 && group > groups_) {
            cursor_.at = start;
            return {};
        }
        if (named_ || group > groups_)
            cursor_.fail("a reference to a group that is not there");
        return std::string("(?:\\") + std::to_string(group) + ")";
    }

    std::string namedReference()
    {
        if (!cursor_.takes("<"))
            cursor_.fail("\\k without a name");
        const std::string name = cursor_.takeUntil(">");
        const auto found = std::find(names_.begin(), names_.end(), name);
        if (found == names_.end() || std::count(names_.begin(), names_.end(), name) != 1)
            cursor_.fail("\\k<" + name + ">, which is not supported");
        return std::string("(?:\\") + std::to_string(found - names_.begin() + 1) + ")";
    }

    PatternCursor cursor_;
    Options options_;
    bool named_ = false, referenced_ = false; ///< some group has a name; something may refer to a group
    std::vector<std::string> names_;
    int groups_ = 0;
};

} // namespace

std::string inIcuDialect(const std::string& pattern, const std::string& label)
{
    return DialectReader(pattern, label).read();
}

} // namespace headscope
