// SPDX-License-Identifier: GPL-3.0-or-later
// A checked attention file, and the thread that reads it. Internal to core.
#pragma once

#include "core/analysis/token_repeats.h"
#include "core/cache/attention_file.h"
#include "core/io/safetensors.h"

#include <atomic>
#include <memory>
#include <thread>

namespace headscope {

class ReaderQueue;

/// The layers of one part.
struct AttentionLayers {
    std::vector<const StoredTensor*> layers; ///< of the file, all of one shape
    std::size_t batch = 1, heads = 0, queries = 0, keys = 0;
    RunHeader header; ///< as of a run
    bool causal = false; ///< the metadata say so
    bool ownText = false; ///< queries and keys are the same tokens, which are known
};

struct AttentionFileContents {
    explicit AttentionFileContents(SafetensorsFile opened)
        : file(std::move(opened))
    {
    }
    SafetensorsFile file;
    std::filesystem::path path;
    std::map<AttentionPart, AttentionLayers> parts;

    /// A row of a head as float32. \pre all of it is there
    void read(const AttentionLayers& part, const PatternTile& place, std::size_t row, Range keys, float* out) const;
    /// Why cells hold what they hold: padding as the file's masks say, the future of a causal part; values say nothing.
    static void kinds(const AttentionLayers& part, std::size_t sequence, std::size_t row, Range keys, CellKind* out);
};

/// One thread, with what is visible first.
struct AttentionFileReader {
    AttentionFileReader();
    ~AttentionFileReader();
    AttentionFileReader(const AttentionFileReader&) = delete;
    AttentionFileReader& operator=(const AttentionFileReader&) = delete;

    std::shared_ptr<ReaderQueue> queue;
    std::jthread thread; ///< serves it
};

/// Gives the layers of a part their shape. \throws Error(BadInput) unless all layers are there and alike.
void checkLayers(const SafetensorsFile& file, AttentionPart part, AttentionLayers& layers);

/// Gives every part its header, tokens and padding from metadata and tensors. \throws Error(BadInput)
void readTokens(AttentionFileContents& contents);

CapturePtr attentionCapture(std::shared_ptr<const AttentionFileContents> contents,
    std::shared_ptr<const AttentionFileReader> reader, AttentionPart part);

/// Scores of all heads of a layer, row by row; stops when the ticket is dropped, lets what is more urgent go before.
LayerScores attentionScores(const AttentionFileContents& contents, const AttentionLayers& part, SequenceId sequence,
    LayerId layer, HeadScoreOptions options, ReaderQueue& queue, const std::atomic<bool>& withdrawn);

} // namespace headscope
