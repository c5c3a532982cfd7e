// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/token_alignment.h"

#include <algorithm>
#include <cstdint>

namespace headscope {
namespace {

constexpr std::size_t mostCells = std::size_t{4096} * 4096; ///< of the table of steps

struct Item {
    std::int64_t id;
    std::size_t position;
};
using Items = std::vector<Item>;

Items contentOf(const std::vector<Token>& tokens)
{
    Items items;
    for (std::size_t position = 0; position < tokens.size(); ++position)
        if (!tokens[position].padding)
            items.push_back({tokens[position].id, position});
    return items;
}

AlignedPlace both(const Item& a, const Item& b) { return {a.position, b.position, a.id == b.id}; }

/// The part of two lists between what they begin and end with alike.
class Middle {
public:
    Middle(const Items& a, const Items& b)
        : a_(a)
        , b_(b)
    {
        while (begin_ < std::min(a.size(), b.size()) && a[begin_].id == b[begin_].id)
            ++begin_;
        endA_ = a.size(), endB_ = b.size();
        while (endA_ > begin_ && endB_ > begin_ && a[endA_ - 1].id == b[endB_ - 1].id)
            --endA_, --endB_;
    }

    std::size_t begin() const { return begin_; }
    std::size_t after() const { return a_.size() - endA_; } ///< tokens behind it
    std::size_t rows() const { return endA_ - begin_; }
    std::size_t columns() const { return endB_ - begin_; }
    const Item& a(std::size_t row) const { return a_[begin_ + row]; }
    const Item& b(std::size_t column) const { return b_[begin_ + column]; }

    std::vector<AlignedPlace> inOrder() const
    {
        std::vector<AlignedPlace> places;
        for (std::size_t at = 0; at < std::max(rows(), columns()); ++at)
            places.push_back(at >= rows() ? AlignedPlace{{}, b(at).position, false}
                    : at >= columns()     ? AlignedPlace{a(at).position, {}, false}
                                          : both(a(at), b(at)));
        return places;
    }

    std::vector<AlignedPlace> cheapest() const
    {
        enum Step : std::uint8_t { Both, OnlyA, OnlyB };
        const std::size_t width = columns() + 1;
        std::vector<Step> steps((rows() + 1) * width);
        std::vector<std::uint32_t> above(width), line(width);
        for (std::size_t column = 0; column < width; ++column)
            above[column] = static_cast<std::uint32_t>(column), steps[column] = OnlyB;
        for (std::size_t row = 1; row <= rows(); ++row) {
            line[0] = static_cast<std::uint32_t>(row), steps[row * width] = OnlyA;
            for (std::size_t column = 1; column < width; ++column) {
                const std::uint32_t pair = above[column - 1] + (a(row - 1).id != b(column - 1).id),
                                    onlyA = above[column] + 1, onlyB = line[column - 1] + 1;
                line[column] = std::min({pair, onlyA, onlyB});
                steps[row * width + column] = pair == line[column] ? Both : onlyA == line[column] ? OnlyA : OnlyB;
            }
            std::swap(above, line);
        }
        std::vector<AlignedPlace> places;
        for (std::size_t row = rows(), column = columns(); row > 0 || column > 0;)
            switch (steps[row * width + column]) {
            case Both:
                --row, --column;
                places.push_back(both(a(row), b(column)));
                break;
            case OnlyA:
                places.push_back({a(--row).position, {}, false});
                break;
            case OnlyB:
                places.push_back({{}, b(--column).position, false});
                break;
            }
        std::reverse(places.begin(), places.end());
        return places;
    }

private:
    const Items& a_;
    const Items& b_;
    std::size_t begin_ = 0, endA_ = 0, endB_ = 0;
};

} // namespace

std::vector<AlignedPlace> alignTokens(const std::vector<Token>& a, const std::vector<Token>& b)
{
    const Items first = contentOf(a), second = contentOf(b);
    const Middle middle(first, second);
    std::vector<AlignedPlace> places;
    for (std::size_t at = 0; at < middle.begin(); ++at)
        places.push_back(both(first[at], second[at]));
    const bool fits = middle.rows() * middle.columns() <= mostCells;
    const std::vector<AlignedPlace> between = fits ? middle.cheapest() : middle.inOrder();
    places.insert(places.end(), between.begin(), between.end());
    for (std::size_t at = middle.after(); at > 0; --at)
        places.push_back(both(first[first.size() - at], second[second.size() - at]));
    return places;
}

} // namespace headscope
