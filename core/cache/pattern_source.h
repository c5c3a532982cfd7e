// SPDX-License-Identifier: GPL-3.0-or-later
// The one door to attention values: views, exports and scores all read rectangles of one head through it.
#pragma once

#include "core/ids.h"

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace headscope {

/// What is read of a head. See stage_names.h for their names.
enum class Stage {
    Scores, ///< scaled and masked, before the softmax
    Pattern, ///< after the softmax
    Mask, ///< what a mask does to the scores: the number it adds to a cell, -inf where it forbids one
    ValueWeighted, ///< the length of what a key gives a query: |a v W_O|, with v through the head's output projection
    ValueNorm, ///< the length of |a v|, before the output projection
};

/// Why a cell holds what it holds. Never inferred from the value.
enum class CellKind : std::uint8_t {
    Allowed, ///< the query may attend to the key
    Masked, ///< forbidden: the future, outside a window, or by the user's mask
    Padding, ///< the query or the key is padding
    Excluded, ///< allowed, but SpecialTokens leaves the query or the key out
};

/// What a value that covers several cells says of them. Only the cells of the most telling kind count; whatever the
/// choice, the value is NaN where any cell of the block is.
enum class Pool {
    Maximum, ///< the largest: no spike is lost
    MaximumMagnitude, ///< the one furthest from 0, with its sign: for differences
    Mean, ///< the arithmetic mean
};

/// What becomes of queries and keys that are special or padding tokens, by the flags of Token.
enum class SpecialTokens {
    Show, ///< like all others
    Exclude, ///< their kind is Excluded; values stay
    Renormalise, ///< likewise with the value 0, and the other values of a row are divided by the probability left to
                 ///< them
};

/// A rectangle of one head, copied out of the tensor world.
///
/// Shape    [height, width], row-major; rows are queries, columns are keys.
/// Units    Pattern: probability in [0, 1]. Scores and Mask: logits before the softmax. ValueWeighted: of the residual
///          stream; ValueNorm: of v. Per row: a share of the row's largest value.
/// Threads  immutable after construction.
struct PatternTile {
    SequenceId sequence;
    LayerId layer;
    HeadId head;
    Stage stage = Stage::Pattern;
    Range rows, columns; ///< the positions covered, in the padded sequence
    std::size_t height = 0, width = 0;
    std::size_t rowStep = 1; ///< positions per value vertically; above 1 a value is pooled over its block
    std::size_t columnStep = 1; ///< likewise horizontally
    Pool pool = Pool::Maximum; ///< how
    SpecialTokens specials = SpecialTokens::Show; ///< as asked for
    bool perRow = false; ///< each row is divided by its own largest allowed value, of scores by the largest magnitude
    std::vector<float> values; ///< NaN where any source value of the block is NaN
    std::vector<CellKind> kinds; ///< of a block: Allowed if any cell is, else Masked if any is, and so on
    std::string origin; ///< how the values came about, such as "eager"
    /// What several heads' values were combined to, such as "mean of 2 heads: L0 H1, L3 H7"; layer and head are then 0.
    /// Empty for values of one head.
    std::string combination{};

    float value(std::size_t row, std::size_t column) const { return values[row * width + column]; }
    CellKind kind(std::size_t row, std::size_t column) const { return kinds[row * width + column]; }
};
using PatternTilePtr = std::shared_ptr<const PatternTile>;

/// What is visible goes before what is not.
enum class Priority { Background, Thumbnail, Visible };

/// Interest in an answer. Dropping the ticket withdraws it: the sink is then not called any more (a call already under
/// way on the reader's thread may still finish). Move-only.
class [[nodiscard]] Ticket {
public:
    Ticket() = default;
    explicit Ticket(std::shared_ptr<std::atomic<bool>> withdrawn)
        : withdrawn_(std::move(withdrawn))
    {
    }
    Ticket(Ticket&&) noexcept = default;
    Ticket& operator=(Ticket&& other) noexcept
    {
        withdraw();
        withdrawn_ = std::move(other.withdrawn_);
        return *this;
    }
    ~Ticket() { withdraw(); }

    void withdraw()
    {
        if (withdrawn_)
            withdrawn_->store(true);
        withdrawn_.reset();
    }
    /// Keeps the request alive without a holder.
    void detach() { withdrawn_.reset(); }

private:
    std::shared_ptr<std::atomic<bool>> withdrawn_;
};

/// How a rectangle is wanted.
struct PatternOptions {
    std::size_t maxHeight = 0; ///< 0: every row; else rows are pooled in equal blocks to at most so many values
    std::size_t maxWidth = 0; ///< likewise for columns
    Priority priority = Priority::Visible;
    Pool pool = Pool::Maximum;
    SpecialTokens specials = SpecialTokens::Show;
    bool perRow = false; ///< see PatternTile; both change rows before they are pooled
};

/// Attention values of one sequence of one run.
///
/// Threads  request() from any thread, never blocks on computation. The sink is called once, on the engine's reader
/// thread,
///          with either a tile or the reason why there is none; it must be quick and must not throw. It is never called
///          after the engine that made the source is gone.
class PatternSource {
public:
    using Sink = std::function<void(PatternTilePtr, std::exception_ptr)>;

    virtual ~PatternSource() = default;

    virtual std::size_t layers() const noexcept = 0; ///< layers of the model
    virtual std::size_t heads() const noexcept = 0; ///< query heads of a layer
    virtual std::size_t queries() const noexcept = 0;
    virtual std::size_t keys() const noexcept = 0;
    virtual bool has(LayerId layer, Stage stage) const noexcept = 0; ///< whether that layer has been computed and kept

    /// Asks for rows × columns of a head. Fails with Error(BadInput) for a layer, head, stage or range that is not
    /// there.
    virtual Ticket request(
        LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options, Sink sink)
        = 0;
};

/// Blocks until the answer is there. Not for the UI thread.
/// \throws whatever the request failed with.
PatternTilePtr fetch(PatternSource& source, LayerId layer, HeadId head, Stage stage, Range rows, Range columns,
    PatternOptions options = {});

} // namespace headscope
