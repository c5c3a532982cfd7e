// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/head_statistics.h"

#include "core/analysis/pattern_sums.h"
#include "core/engine/streamed_head.h"
#include "core/error.h"

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <atomic>

namespace headscope {
namespace {

void requireLayer(const TensorCapture& capture, SequenceId sequence, LayerId layer)
{
    const RunHeader& header = capture.header();
    const auto wrong = [](const std::string& what) { return Error(Fault::BadInput, "head scores: " + what); };
    if (sequence.value >= header.sequences())
        throw wrong("expected a sequence from 0 to " + std::to_string(header.sequences() - 1) + ", found "
            + std::to_string(sequence.value));
    if (layer.value >= header.model.layers)
        throw wrong("expected a layer from 0 to " + std::to_string(header.model.layers - 1) + ", found "
            + std::to_string(layer.value));
    if (layer.value >= capture.layers().size())
        throw wrong("layer " + std::to_string(layer.value) + " has not been computed yet");
    if (!capture.has(layer.value, Stage::Pattern))
        throw wrong("this run kept no patterns");
}

/// One layer of one sequence, cut into heads and blocks of rows that can be summed in any order.
class LayerStatistics {
public:
    LayerStatistics(const TensorCapture& capture, SequenceId sequence, LayerId layer, HeadScoreOptions options)
        : capture_(capture)
        , mask_(capture.shared().mask())
        , config_(capture.shared().model->config())
        , sequence_(sequence.value)
        , layer_(layer.value)
        , options_(options)
        , tokens_(capture.header().tokens[sequence.value])
        , whole_(capture.isWhole(layer.value))
    {
        if (whole_)
            onHost_ = capture.layers()[layer_].front().outcome->pattern.is_cpu();
        else
            gatherHeads();
        const std::size_t rows = streamed_.empty() ? capture.header().length() : tokens_.size();
        const std::size_t step = streamed_.empty() ? blockRows(rows) : StreamedHead::blockRows;
        for (std::size_t first = 0; first < rows; first += step)
            blocks_.push_back({first, std::min(rows, first + step)});
        std::reverse(blocks_.begin(), blocks_.end()); // the longest first: threads end together
        sums_.resize(blocks_.size() * heads());
    }

    std::size_t parts() const { return sums_.size(); }
    /// Threads that parts may be computed on at the same time. Other devices have queues of their own.
    int threadsFor(int spare) const { return onHost_ ? spare : 1; }

    void compute(std::size_t part)
    {
        const std::size_t head = part / blocks_.size();
        const Range rows = blocks_[part % blocks_.size()];
        sums_[part] = streamed_.empty() ? sumsOfPattern(head, rows) : streamed_[head].sums(tokens_, rows, options_);
    }

    LayerScores scores() const
    {
        LayerScores result{.sequence = {sequence_},
            .layer = {layer_},
            .options = options_,
            .origin = capture_.origin(layer_),
            .heads = {}};
        for (std::size_t head = 0; head < heads(); ++head) {
            PatternSums all;
            for (std::size_t block = 0; block < blocks_.size(); ++block)
                all += sums_[head * blocks_.size() + block];
            result.heads.push_back(all.scores());
        }
        return result;
    }

private:
    std::size_t heads() const { return capture_.header().model.heads; }
    std::int64_t window() const { return config_.windows[layer_]; }

    /// Rows of a pattern that are looked at together: what fits in a core's cache, on the grid of AttentionReader.
    static std::size_t blockRows(std::size_t keys)
    {
        constexpr std::size_t grid = 16, cells = 1 << 18;
        return std::clamp<std::size_t>(cells / keys / grid * grid, grid, 256);
    }

    /// Prepares what patterns are recomputed from. A pattern of at least 32 bits that only causality, a window and
    /// padding restrict is streamed; any other is recomputed as views see it, in blocks of whole rows.
    void gatherHeads()
    {
        for (std::size_t head = 0; head < heads(); ++head)
            inputs_.push_back(capture_.headInputs(sequence_, layer_, head));
        const at::Tensor& query = inputs_.front().query;
        onHost_ = query.is_cpu();
        const bool plain = mask_.rank() == 0 || mask_.rank() == 2;
        if (!onHost_ || query.element_size() < 4 || !plain || (window() > 0 && !tokens_.contiguous()))
            return;
        const ScoreArithmetic how = scoreArithmetic(config_, capture_.shared().policies, layer_);
        for (const HeadInputs& each : inputs_)
            streamed_.push_back(StreamedHead(each, tokens_.positions(), how, mask_.causal(), window()));
    }

    /// [rows, keys] on the host, in at least 32 bits.
    at::Tensor patternOf(std::size_t head, Range rows) const
    {
        const std::size_t length = capture_.header().length();
        const bool fused = capture_.layers()[layer_].front().outcome->fused;
        const at::Tensor pattern = whole_
            ? capture_.rectangle(sequence_, layer_, head, Stage::Pattern, rows, {0, length})
            : capture_.shared().reader->patternRows(layer_, fused, inputs_[head], rows);
        const auto type = pattern.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
        return pattern.to(at::TensorOptions().device(at::kCPU).dtype(type)).contiguous();
    }

    PatternSums sumsOfPattern(std::size_t head, Range rows) const
    {
        at::Tensor pattern = patternOf(head, rows), attends; // attends: rows that may attend to something
        const Range keys{0, static_cast<std::size_t>(pattern.size(1))};
        const AttentionMask part = mask_.section({{sequence_, sequence_ + 1}, {head, head + 1}, rows, keys});
        if (const at::Tensor open = part.allowed(at::kCPU, window()); open.defined()) {
            const at::Tensor plane = open.select(0, 0).select(0, 0).expand_as(pattern);
            pattern = at::where(plane, pattern, 0.0);
            attends = plane.any(1);
        }
        return pattern.scalar_type() == at::kDouble ? sumsOfCells<double>(pattern, attends, rows)
                                                    : sumsOfCells<float>(pattern, attends, rows);
    }

    /// \param pattern [rows, keys], zero where forbidden; excluded cells are cleared in a copy
    template <class Value>
    PatternSums sumsOfCells(const at::Tensor& pattern, const at::Tensor& attends, Range rows) const
    {
        const auto width = static_cast<std::size_t>(pattern.size(1));
        const at::Tensor logarithms = at::where(at::eq(pattern, 0), 1.0, pattern).log();
        const at::Tensor entropy = at::mul(pattern, logarithms).sum(1, false, at::kDouble);
        const at::Tensor kept = withoutExcluded(pattern, rows);
        const at::Tensor counted = kept.sum(1, false, at::kDouble);
        PatternSums sums;
        for (std::size_t real = firstReal(rows); real < tokens_.size() && realPosition(real) < rows.end; ++real) {
            const std::size_t row = realPosition(real) - rows.begin;
            if (attends.defined() && !attends.const_data_ptr<bool>()[row])
                continue;
            const Value* cells = kept.const_data_ptr<Value>() + row * width;
            const auto first = pattern.const_data_ptr<Value>()[row * width + realPosition(0)];
            sums += {1, -entropy.const_data_ptr<double>()[row], static_cast<double>(first),
                counted.const_data_ptr<double>()[row],
                ChosenCells::of(tokens_, real, {0, tokens_.size()},
                    [&](std::size_t key) { return static_cast<double>(cells[realPosition(key)]); })};
        }
        return sums;
    }

    at::Tensor withoutExcluded(const at::Tensor& pattern, Range rows) const
    {
        if (options_ == HeadScoreOptions{} || tokens_.size() == 0)
            return pattern;
        const at::Tensor kept = pattern.clone();
        if (options_.excludeBos)
            kept.select(1, tokens_.positions().front()).zero_();
        if (options_.excludeCurrentToken)
            kept.diagonal(static_cast<std::int64_t>(rows.begin)).zero_();
        return kept;
    }

    std::size_t realPosition(std::size_t number) const { return static_cast<std::size_t>(tokens_.positions()[number]); }
    /// The number of the first real token of `rows` or after them.
    std::size_t firstReal(Range rows) const
    {
        const auto& positions = tokens_.positions();
        const auto begin = static_cast<std::int64_t>(rows.begin);
        return static_cast<std::size_t>(
            std::lower_bound(positions.begin(), positions.end(), begin) - positions.begin());
    }

    const TensorCapture& capture_;
    const AttentionMask& mask_;
    const ModelConfig& config_;
    std::size_t sequence_, layer_;
    HeadScoreOptions options_;
    TokenRepeats tokens_;
    bool whole_ = false, onHost_ = true;
    std::vector<HeadInputs> inputs_; ///< [head]; empty where patterns are whole
    std::vector<StreamedHead> streamed_; ///< [head]; empty where whole rows are computed
    std::vector<Range> blocks_; ///< of positions, or of real tokens where streamed
    std::vector<PatternSums> sums_; ///< [head][block]
};

/// Computes parts until none is left, the ticket is dropped, or something else wants this thread or its helpers.
void computeSome(LayerStatistics& layer, std::atomic<std::size_t>& next, ReaderQueue& queue, int spare,
    const std::atomic<bool>& withdrawn)
{
    const c10::InferenceMode inference; // of each thread its own
    while (!withdrawn.load() && queue.spareThreads() == spare && !queue.anyAbove(Priority::Background)) {
        const std::size_t part = next.fetch_add(1);
        if (part >= layer.parts())
            return;
        layer.compute(part);
    }
}

} // namespace

LayerScores headStatistics(const TensorCapture& capture, SequenceId sequence, LayerId layer, HeadScoreOptions options,
    const std::atomic<bool>& withdrawn)
{
    requireLayer(capture, sequence, layer);
    const c10::InferenceMode inference;
    LayerStatistics statistics(capture, sequence, layer, options);
    const auto queue = capture.shared().queue.lock();
    std::atomic<std::size_t> next{0};
    while (queue && !withdrawn.load() && next.load() < statistics.parts()) {
        queue->serveAbove(Priority::Background);
        const int spare = queue->spareThreads(), threads = statistics.threadsFor(spare);
        const auto work = [&](std::int64_t, std::int64_t) { computeSome(statistics, next, *queue, spare, withdrawn); };
        // Threads are this thread's own choice; every run makes its own for the runner.
        at::set_num_threads(threads);
        struct Restore {
            ~Restore() { at::set_num_threads(1); }
        } const restore;
        at::parallel_for(0, threads, 1, work);
    }
    return statistics.scores();
}

} // namespace headscope
