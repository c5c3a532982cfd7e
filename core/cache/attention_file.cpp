// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/attention_file.h"

#include "core/cache/attention_contents.h"
#include "core/engine/reader_queue.h"
#include "core/error.h"
#include "core/io/sha256.h"
#include "core/io/wide_floats.h"

#include <algorithm>

namespace headscope {
namespace {

/// "'a', 'b', 'c' and 4 more"
std::string namesIn(const SafetensorsFile& file)
{
    constexpr std::size_t shown = 3;
    std::string names;
    for (std::size_t i = 0; i < std::min(shown, file.tensors().size()); ++i)
        names.append(i ? ", '" : "'").append(file.tensors()[i].name).append("'");
    if (file.tensors().size() > shown)
        names.append(" and ").append(std::to_string(file.tensors().size() - shown)).append(" more");
    return names.empty() ? "no tensors" : names;
}

} // namespace

void AttentionFileContents::read(
    const AttentionLayers& part, const PatternTile& place, std::size_t row, Range keys, float* out) const
{
    const StoredTensor& tensor = *part.layers[place.layer.value];
    const std::size_t head = place.sequence.value * part.heads + place.head.value;
    widen(tensor.type, tensor.bytes, (head * part.queries + row) * part.keys + keys.begin, keys.size(), out);
}

void AttentionFileContents::kinds(
    const AttentionLayers& part, std::size_t sequence, std::size_t row, Range keys, CellKind* out)
{
    if (part.header.tokens[sequence][row].padding) {
        std::fill_n(out, keys.size(), CellKind::Padding);
        return;
    }
    const auto& tokens = part.header.keysOf(sequence);
    const std::size_t last = part.causal ? row + part.keys - part.queries : part.keys;
    for (std::size_t key = keys.begin; key < keys.end; ++key)
        *out++ = tokens[key].padding ? CellKind::Padding : key > last ? CellKind::Masked : CellKind::Allowed;
}

AttentionFileReader::AttentionFileReader()
    : queue(std::make_shared<ReaderQueue>())
    , thread([queue = queue](std::stop_token quit) { queue->serve(std::move(quit)); })
{
}

AttentionFileReader::~AttentionFileReader()
{
    thread.request_stop();
    if (thread.get_id() == std::this_thread::get_id())
        thread.detach(); // a sink had the last hold of it
}

AttentionFile::AttentionFile(std::shared_ptr<const AttentionFileContents> contents)
    : contents_(std::move(contents))
    , reader_(std::make_shared<AttentionFileReader>())
{
    for (const auto& [part, layers] : contents_->parts)
        parts_.push_back(part);
}

std::shared_ptr<const AttentionFile> AttentionFile::open(const std::filesystem::path& path)
{
    std::shared_ptr<const AttentionFile> result;
    translated("opening " + path.string(), [&] {
        auto contents = std::make_shared<AttentionFileContents>(SafetensorsFile::open(path));
        contents->path = path;
        for (const StoredTensor& tensor : contents->file.tensors())
            if (const auto what = attentionTensor(tensor.name))
                contents->parts.try_emplace(what->first);
        if (contents->parts.empty())
            throw Error(Fault::BadInput,
                path.string()
                    + ": expected attention, in tensors such as 'attentions.0', 'cross_attentions.0' or "
                      "'blocks.0.attn.hook_pattern', found "
                    + namesIn(contents->file));
        for (auto& [part, layers] : contents->parts)
            checkLayers(contents->file, part, layers);
        readTokens(*contents);
        contents->file.requireIntact();
        result.reset(new AttentionFile(std::move(contents)));
    });
    return result;
}

const std::filesystem::path& AttentionFile::path() const noexcept { return contents_->path; }

bool AttentionFile::has(AttentionPart part) const noexcept { return contents_->parts.count(part) > 0; }

CapturePtr AttentionFile::capture(AttentionPart part) const
{
    if (has(part))
        return attentionCapture(contents_, reader_, part);
    std::string there;
    for (const AttentionPart each : parts_)
        there.append(there.empty() ? "" : ", ").append(spell(each));
    throw Error(Fault::BadInput,
        contents_->file.label() + ": expected attention of kind " + there + ", found '" + std::string(spell(part))
            + "' asked for");
}

std::string attentionFingerprint(const std::filesystem::path& path)
{
    constexpr std::size_t sample = 64;
    const SafetensorsFile file = SafetensorsFile::open(path);
    Sha256 hash;
    for (const auto& [key, value] : file.metadata())
        hash.add(key + "=" + value + "\n");
    for (const StoredTensor& tensor : file.tensors()) {
        hash.add(tensor.name + " " + std::string(nameOf(tensor.type)) + " " + shapeText(tensor.shape) + "\n");
        const std::size_t count = std::min(sample, tensor.bytes.size());
        hash.add(tensor.bytes.first(count));
        hash.add(tensor.bytes.last(count));
    }
    file.requireIntact();
    return hash.hex();
}

} // namespace headscope
