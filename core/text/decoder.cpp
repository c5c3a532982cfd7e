// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/decoder.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/text/byte_alphabet.h"
#include "core/text/unicode.h"
#include "core/text/work_limit.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace headscope {
namespace {

using nlohmann::json;
using Pieces = std::vector<std::string>;

void replaceAll(std::string& text, std::string_view from, std::string_view to)
{
    std::size_t at = from.empty() ? std::string::npos : text.find(from), done = 0;
    if (at == std::string::npos)
        return;
    std::string result;
    for (; at != std::string::npos; at = text.find(from, done)) {
        result.append(text, done, at - done).append(to);
        done = at + from.size();
    }
    text = result.append(text, done);
}

class ByteLevel : public Decoder {
public:
    Pieces apply(Pieces pieces) const override
    {
        std::string all;
        for (const std::string& piece : pieces)
            all += bytesOfPiece(piece);
        return {validUtf8(all)};
    }
    std::string bytes(std::string_view piece) const override { return bytesOfPiece(piece); }
};

class WordPiece : public Decoder {
public:
    WordPiece(const json& description, const std::string& where)
        : prefix_(textField(description, "prefix", "##", where))
        , cleanup_(boolField(description, "cleanup", true, where))
    {
    }

    Pieces apply(Pieces pieces) const override
    {
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            if (i > 0 && pieces[i].starts_with(prefix_))
                pieces[i].erase(0, prefix_.size());
            else if (i > 0)
                pieces[i] = " " + pieces[i];
            if (cleanup_)
                cleanUp(pieces[i]);
        }
        return pieces;
    }

private:
    static void cleanUp(std::string& text)
    {
        constexpr std::pair<std::string_view, std::string_view> changes[]
            = {{" .", "."}, {" ?", "?"}, {" !", "!"}, {" ,", ","}, {" ' ", "'"}, {" n't", "n't"}, {" 'm", "'m"},
                {" do not", " don't"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}};
        for (const auto& [from, to] : changes)
            replaceAll(text, from, to);
    }

    std::string prefix_;
    bool cleanup_;
};

/// <0x0A> and the like become bytes where these make text; each byte that does not is U+FFFD.
class ByteFallback : public Decoder {
public:
    Pieces apply(Pieces pieces) const override
    {
        Pieces result;
        std::string run;
        const auto flush = [&] {
            if (firstInvalidUtf8(run) == std::string::npos && !run.empty())
                result.push_back(run);
            else
                result.insert(result.end(), run.size(), "\xEF\xBF\xBD");
            run.clear();
        };
        for (std::string& piece : pieces) {
            if (const auto byte = byteOf(piece)) {
                run.push_back(*byte);
                continue;
            }
            flush();
            result.push_back(std::move(piece));
        }
        flush();
        return result;
    }

    std::string bytes(std::string_view piece) const override
    {
        const auto byte = byteOf(piece);
        return byte ? std::string(1, *byte) : std::string(piece);
    }

private:
    static std::optional<char> byteOf(std::string_view piece)
    {
        if (piece.size() != 6 || !piece.starts_with("<0x") || piece[5] != '>')
            return std::nullopt;
        int value = 0;
        for (std::size_t i = piece[3] == '+' ? 4 : 3; i < 5; ++i) { // the library takes a sign
            const char c = piece[i];
            const int digit = c >= '0' && c <= '9' ? c - '0'
                : c >= 'a' && c <= 'f'             ? c - 'a' + 10
                : c >= 'A' && c <= 'F'             ? c - 'A' + 10
                                                   : -1;
            if (digit < 0)
                return std::nullopt;
            value = 16 * value + digit;
        }
        return static_cast<char>(value);
    }
};

class Fuse : public Decoder {
public:
    Pieces apply(Pieces pieces) const override
    {
        std::string all;
        for (const std::string& piece : pieces)
            all += piece;
        return {all};
    }
};

/// Takes up to so many of one character off both ends of every piece.
class Strip : public Decoder {
public:
    Strip(const json& description, const std::string& where)
        : content_(textField(description, "content", " ", where))
        , start_(count(description, "start", where))
        , stop_(count(description, "stop", where))
    {
        if (content_.empty() || utf8Length(content_.front()) != content_.size())
            throw Error(Fault::BadModelFile, where + ".content: expected one character, found '" + content_ + "'");
    }

    Pieces apply(Pieces pieces) const override
    {
        for (std::string& piece : pieces) {
            std::size_t begin = 0, end = piece.size();
            for (std::size_t i = 0; i < start_ && piece.compare(begin, content_.size(), content_) == 0; ++i)
                begin += content_.size();
            for (std::size_t i = 0; i < stop_ && std::string_view(piece).substr(0, end).ends_with(content_); ++i)
                end -= content_.size();
            piece = begin < end ? piece.substr(begin, end - begin) : std::string();
        }
        return pieces;
    }

private:
    static std::uint64_t count(const json& description, const char* key, const std::string& where)
    {
        const json value = description.value(key, json(0U));
        if (!value.is_number_unsigned())
            throw Error(Fault::BadModelFile, where + "." + key + ": expected a whole number, found " + excerpt(value));
        return value.get<std::uint64_t>();
    }

    std::string content_;
    std::uint64_t start_, stop_;
};

class Replace : public Decoder {
public:
    Replace(const json& description, const std::string& where)
        : pattern_(description.value("pattern", json::object()), where)
        , content_(textField(description, "content", "", where))
    {
    }

    Pieces apply(Pieces pieces) const override
    {
        for (std::string& piece : pieces)
            piece = bytes(piece);
        return pieces;
    }

    std::string bytes(std::string_view piece) const override
    {
        std::string result;
        std::size_t done = 0;
        const std::vector<ByteRange> matches = pattern_.matches(piece);
        WorkLimit::memory(matches.size() * content_.size(), "decoder");
        for (const ByteRange match : matches) {
            result.append(piece.substr(done, match.begin - done)).append(content_);
            done = match.end;
        }
        return result.append(piece.substr(done));
    }

private:
    Pattern pattern_;
    std::string content_;
};

class Metaspace : public Decoder {
public:
    Metaspace(const json& description, const std::string& where)
        : replacement_(textField(description, "replacement", "\xE2\x96\x81", where))
        , prepended_(textField(description, "prepend_scheme",
                         boolField(description, "add_prefix_space", true, where) ? "always" : "never", where)
              != "never")
    {
    }

    Pieces apply(Pieces pieces) const override
    {
        for (std::size_t i = 0; i < pieces.size(); ++i)
            replaceAll(pieces[i], replacement_, i == 0 && prepended_ ? "" : " ");
        return pieces;
    }

    std::string bytes(std::string_view piece) const override
    {
        std::string result(piece);
        replaceAll(result, replacement_, " ");
        return result;
    }

private:
    std::string replacement_;
    bool prepended_;
};

/// A suffix ends words.
class BpeSuffix : public Decoder {
public:
    explicit BpeSuffix(std::string suffix)
        : suffix_(std::move(suffix))
    {
    }

    Pieces apply(Pieces pieces) const override
    {
        for (std::size_t i = 0; i < pieces.size(); ++i)
            replaceAll(pieces[i], suffix_, i + 1 == pieces.size() ? "" : " ");
        return pieces;
    }

private:
    std::string suffix_;
};

class Sequence : public Decoder {
public:
    explicit Sequence(std::vector<std::unique_ptr<const Decoder>> steps)
        : steps_(std::move(steps))
    {
    }

    Pieces apply(Pieces pieces) const override
    {
        for (const auto& step : steps_) {
            for (const std::string& piece : pieces)
                WorkLimit::steps(piece.size() + 1, "decoder");
            pieces = step->apply(std::move(pieces));
        }
        return pieces;
    }

    std::string bytes(std::string_view piece) const override
    {
        std::string result(piece);
        for (const auto& step : steps_) {
            WorkLimit::steps(result.size() + 1, "decoder");
            result = step->bytes(result);
        }
        return result;
    }

private:
    std::vector<std::unique_ptr<const Decoder>> steps_;
};

} // namespace

std::unique_ptr<const Decoder> Decoder::parse(const json& description, const std::string& label)
{
    if (description.is_null())
        return nullptr;
    const std::string where = label + ": decoder";
    const auto type = textField(description, "type", "(no type)", where);
    if (type == "ByteLevel")
        return std::make_unique<ByteLevel>();
    if (type == "WordPiece")
        return std::make_unique<WordPiece>(description, where);
    if (type == "ByteFallback")
        return std::make_unique<ByteFallback>();
    if (type == "Fuse")
        return std::make_unique<Fuse>();
    if (type == "Strip")
        return std::make_unique<Strip>(description, where + " Strip");
    if (type == "Replace")
        return std::make_unique<Replace>(description, where + " Replace");
    if (type == "Metaspace")
        return std::make_unique<Metaspace>(description, where);
    if (type == "BPEDecoder")
        return std::make_unique<BpeSuffix>(textField(description, "suffix", "</w>", where));
    if (type == "Sequence") {
        std::vector<std::unique_ptr<const Decoder>> steps;
        for (const auto& step : description.value("decoders", json::array()))
            if (auto parsed = parse(step, label))
                steps.push_back(std::move(parsed));
        return std::make_unique<Sequence>(std::move(steps));
    }
    throw Error(Fault::BadModelFile, where + " " + type + " is not supported (token ids still work)");
}

} // namespace headscope
