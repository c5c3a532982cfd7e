// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/unigram.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/text/unicode.h"
#include "core/text/work_limit.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <deque>
#include <limits>

namespace headscope {
namespace {

/// A score as the library reads it: the decimal digits as one whole number, rounded, times or by a power of ten,
/// rounded again. That may be off by the last bit, and decides ties. \pre the file has the shortest digits, as
/// libraries write them
double asTheLibraryReads(double exact)
{
    std::array<char, 32> text; // "-7.824e+00"
    const auto written
        = std::to_chars(text.data(), text.data() + text.size(), std::abs(exact), std::chars_format::scientific);
    std::uint64_t digits = 0;
    int exponent = 0;
    for (const char* at = text.data(); at != written.ptr; ++at) {
        if (*at == 'e') {
            at += at[1] == '+' ? 2 : 1;
            int power = 0;
            std::from_chars(at, written.ptr, power);
            exponent += power;
            break;
        }
        if (*at == '.')
            continue;
        digits = 10 * digits + static_cast<std::uint64_t>(*at - '0');
        exponent -= at > text.data() + 1;
    }
    if (exponent < -300 || exponent > 300)
        return exact;
    const double power = std::pow(10.0, std::abs(exponent)), whole = static_cast<double>(digits);
    return std::copysign(exponent < 0 ? whole / power : whole * power, exact);
}

} // namespace

Unigram::Unigram(const nlohmann::json& model, const std::string& where)
    : byteFallback_(boolField(model, "byte_fallback", false, where))
{
    constexpr double penalty = 10; // of an unknown character, below the least probable piece
    double least = std::numeric_limits<double>::infinity();
    const auto& list = model.at("vocab");
    for (const auto& entry : list) {
        if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_number())
            throw Error(Fault::BadModelFile, where + ".vocab: expected [piece, score], found " + excerpt(entry));
        pieces_.push_back(entry[0].get<std::string>());
        scores_.push_back(asTheLibraryReads(entry[1].get<double>()));
        least = std::min(least, scores_.back());
        ids_.insert_or_assign(pieces_.back(), static_cast<std::int64_t>(pieces_.size()) - 1); // the last one counts
    }
    unknownScore_ = least - penalty;
    if (const auto id = model.value("unk_id", nlohmann::json()); !id.is_null()) {
        unknown_ = static_cast<std::size_t>(tokenId(id, where + ".unk_id"));
        if (*unknown_ >= pieces_.size())
            throw Error(Fault::BadModelFile,
                where + ".unk_id: expected an id below " + std::to_string(pieces_.size()) + ", found " + excerpt(id));
    }
    buildTree(where);
}

void Unigram::buildTree(const std::string& where)
{
    constexpr std::size_t largest = std::size_t(1)
        << 24; // a node is about a byte of a piece; 250 000 pieces have two million
    struct Range { // of the sorted pieces, which agree up to `depth`
        std::size_t begin, end, depth, node;
    };
    std::vector<std::int32_t> sorted(pieces_.size());
    for (std::size_t i = 0; i < sorted.size(); ++i)
        sorted[i] = static_cast<std::int32_t>(i);
    const auto text = [&](std::size_t i) -> const std::string& { return pieces_[static_cast<std::size_t>(sorted[i])]; };
    std::sort(sorted.begin(), sorted.end(), [&](std::int32_t a, std::int32_t b) {
        return pieces_[static_cast<std::size_t>(a)] < pieces_[static_cast<std::size_t>(b)];
    });
    tree_.emplace_back();
    for (std::deque<Range> open{{0, sorted.size(), 0, 0}}; !open.empty();) {
        auto [begin, end, depth, node] = open.front();
        open.pop_front();
        for (; begin < end && text(begin).size() == depth; ++begin)
            tree_[node].piece = static_cast<std::int32_t>(ids_.find(text(begin))->second);
        tree_[node].firstChild = static_cast<std::uint32_t>(tree_.size());
        while (begin < end) {
            const auto byte = static_cast<unsigned char>(text(begin)[depth]);
            std::size_t same = begin;
            while (same < end && static_cast<unsigned char>(text(same)[depth]) == byte)
                ++same;
            ++tree_[node].children;
            open.push_back({begin, same, depth + 1, tree_.size()});
            tree_.push_back({.byte = byte});
            if (tree_.size() > largest)
                throw Error(Fault::BadModelFile,
                    where + ".vocab: expected at most " + std::to_string(largest) + " different beginnings of pieces");
            begin = same;
        }
    }
}

const Unigram::Node* Unigram::child(const Node& node, unsigned char byte) const
{
    const Node* first = tree_.data() + node.firstChild;
    const Node* last = first + node.children;
    const Node* found = std::lower_bound(first, last, byte, [](const Node& a, unsigned char b) { return a.byte < b; });
    return found != last && found->byte == byte ? found : nullptr;
}

std::vector<Unigram::Step> Unigram::bestSteps(std::string_view word) const
{
    std::vector<Step> best(word.size() + 1);
    const auto offer = [&](std::size_t begin, std::size_t end, double score, std::size_t id) {
        Step& target = best[end];
        if (!target.reached || score > target.score)
            target = {score, begin, id, true};
    };
    for (std::size_t begin = 0; begin < word.size();) {
        const std::size_t length = utf8Length(word[begin]);
        const double before = best[begin].score;
        bool single = false; // whether the character alone is a piece
        const Node* node = tree_.data();
        std::size_t end = begin;
        while (end < word.size()) {
            node = child(*node, static_cast<unsigned char>(word[end++]));
            if (!node)
                break;
            if (node->piece < 0)
                continue;
            const auto id = static_cast<std::size_t>(node->piece);
            offer(begin, end, scores_[id] + before, id);
            single = single || end - begin == length;
        }
        WorkLimit::steps(2 * (end - begin), "model");
        if (!single) {
            if (!unknown_)
                refuseUnknownWord(word.substr(begin, length), "unk_id");
            offer(begin, begin + length, unknownScore_ + before, *unknown_);
        }
        begin += length;
    }
    return best;
}

void Unigram::appendPiece(
    std::vector<WordToken>& result, std::string_view word, std::size_t begin, std::size_t end) const
{
    const auto text = word.substr(begin, end - begin);
    if (const auto id = find(text)) {
        result.push_back({*id, begin, end});
        return;
    }
    if (byteFallback_) {
        std::vector<WordToken> bytes;
        for (const char byte : text)
            if (const auto id = find(bytePiece(static_cast<unsigned char>(byte))))
                bytes.push_back({*id, begin, end});
        if (bytes.size() == text.size()) {
            result.insert(result.end(), bytes.begin(), bytes.end());
            return;
        }
    }
    if (!unknown_)
        refuseUnknownWord(text, "unk_id");
    result.push_back({static_cast<std::int64_t>(*unknown_), begin, end, true});
}

std::vector<WordToken> Unigram::encode(std::string_view word) const
{
    const std::vector<Step> best = bestSteps(word);
    std::vector<std::pair<std::size_t, std::size_t>> ranges; // from the end
    bool afterUnknown = false;
    for (std::size_t end = word.size(); end > 0;) {
        const Step& step = best[end];
        const bool isUnknown = unknown_ && step.id == *unknown_;
        if (isUnknown && afterUnknown)
            ranges.back().first = step.begin; // neighbours become one
        else
            ranges.emplace_back(step.begin, end);
        afterUnknown = isUnknown;
        end = step.begin;
    }
    std::vector<WordToken> result;
    for (auto range = ranges.rbegin(); range != ranges.rend(); ++range)
        appendPiece(result, word, range->first, range->second);
    return result;
}

std::optional<std::int64_t> Unigram::find(std::string_view piece) const
{
    const auto it = ids_.find(piece);
    return it == ids_.end() ? std::nullopt : std::optional(it->second);
}

const std::string& Unigram::piece(std::int64_t id) const
{
    static const std::string none;
    return id >= 0 && static_cast<std::size_t>(id) < pieces_.size() ? pieces_[static_cast<std::size_t>(id)] : none;
}

} // namespace headscope
