// SPDX-License-Identifier: GPL-3.0-or-later
// Attention that another program computed, opened from a file.
#pragma once

#include "core/cache/capture.h"

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headscope {

/// Which attention of a model.
enum class AttentionPart {
    Self, ///< of a model with one stack of layers
    Encoder, ///< of an encoder-decoder: source tokens to one another
    Decoder, ///< target tokens to one another
    Cross, ///< target tokens to source tokens
};

/// What parts are called in command lines and messages, in the order in which they are offered.
inline constexpr std::array<std::pair<AttentionPart, std::string_view>, 4> attentionPartNames{
    {{AttentionPart::Self, "self"}, {AttentionPart::Encoder, "encoder"}, {AttentionPart::Decoder, "decoder"},
        {AttentionPart::Cross, "cross"}}};

std::string_view spell(AttentionPart part) noexcept;

struct AttentionFileContents;
struct AttentionFileReader;

/// A .safetensors file of attention probabilities (README.md says what its tensors and metadata are named). The header
/// is checked as a whole when it is opened; values are read when somebody asks for a rectangle, so that a file of any
/// size opens at once.
///
/// Threads  immutable; shared. Captures answer on a thread that the file, its captures and their sources own together:
///          what has not been answered when the last of them goes is dropped.
class AttentionFile {
public:
    /// \throws Error(BadInput) naming the file, and where there is one the tensor or the key of the metadata, what was
    /// expected and what was found; Error(BadModelFile) for what is no safetensors file
    static std::shared_ptr<const AttentionFile> open(const std::filesystem::path& path);

    const std::filesystem::path& path() const noexcept;
    const std::vector<AttentionPart>& parts() const noexcept { return parts_; } ///< that it has; at least one
    bool has(AttentionPart part) const noexcept;
    /// The one a file is looked at first: of an encoder-decoder what makes it one.
    AttentionPart firstPart() const noexcept { return parts_.back(); }

    /// Of a part as if a run had made it. Its header names the file, and its request has no model. Head scores that
    /// compare the tokens of queries and keys are NaN where these are of different texts, or not known.
    /// \throws Error(BadInput) naming the file and the parts there are
    CapturePtr capture(AttentionPart part) const;

private:
    explicit AttentionFile(std::shared_ptr<const AttentionFileContents> contents);

    std::shared_ptr<const AttentionFileContents> contents_;
    std::shared_ptr<const AttentionFileReader> reader_;
    std::vector<AttentionPart> parts_;
};

/// Which part, and the number of its layer, a tensor of that name holds: "cross_attentions.3" as transformers names its
/// outputs, "decoder.3.cross_attn.hook_pattern" as TransformerLens does. Nothing for all other names.
std::optional<std::pair<AttentionPart, std::size_t>> attentionTensor(std::string_view name);

/// Whether a run was not Headscope's own, but is shown from a file.
inline bool isFromFile(const RunHeader& header)
{
    return header.request.model.empty() && !header.request.inputs.empty();
}

/// SHA-256 of a file's names, shapes, metadata and of the first and last bytes of each tensor. \throws Error
std::string attentionFingerprint(const std::filesystem::path& path);

} // namespace headscope
