// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/hostile_input.h"

#include "core/error.h"
#include "core/model/model_config.h"
#include "core/model/weight_plan.h"
#include "core/text/tokenizer.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <vector>

namespace headscope {
namespace {

namespace fs = std::filesystem;

/// A directory of this process for the files of one input after the other.
class Directory {
public:
    Directory()
    {
        std::string name = (fs::temp_directory_path() / "headscope-fuzz-XXXXXX").string();
        if (!mkdtemp(name.data()))
            throw std::runtime_error(name + ": cannot be made");
        path_ = name;
    }
    ~Directory()
    {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }

    ModelFiles holding(const std::vector<std::pair<std::string, std::string>>& files)
    {
        for (const std::string& name : names_)
            fs::remove(path_ / name);
        names_.clear();
        for (const auto& [name, content] : files) {
            std::ofstream(path_ / name, std::ios::binary) << content;
            names_.push_back(name);
        }
        return ModelFiles::open(path_.string());
    }

private:
    fs::path path_;
    std::vector<std::string> names_;
};

Directory& directory()
{
    static Directory made;
    return made;
}

std::vector<std::string> partsOf(std::string_view input, std::size_t most)
{
    std::vector<std::string> parts;
    while (parts.size() + 1 < most && input.find('\0') != std::string_view::npos) {
        parts.emplace_back(input.substr(0, input.find('\0')));
        input.remove_prefix(parts.back().size() + 1);
    }
    parts.emplace_back(input);
    parts.resize(most);
    return parts;
}

/// Runs `work` and remembers its Error. \return whether there was none
template <typename Work> bool refused(Fed& fed, const Work& work)
{
    constexpr std::size_t longestMessage = 2048;
    try {
        work();
        return false;
    } catch (const Error& error) {
        fed.refusal = error.what();
        const bool oneLine = std::none_of(
            fed.refusal.begin(), fed.refusal.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
        if (fed.refusal.empty() || !oneLine || fed.refusal.size() > longestMessage)
            throw std::logic_error("not a message of one line: " + fed.refusal);
        return true;
    }
}

void requireWhole(const Encoding& encoding)
{
    const std::size_t size = encoding.ids.size();
    if (encoding.pieces.size() != size || encoding.offsets.size() != size || encoding.special.size() != size
        || encoding.typeIds.size() != size || encoding.words.size() != size)
        throw std::logic_error("an encoding's vectors differ in length");
}

void useIds(Fed& fed, const Tokenizer& tokenizer, std::vector<std::int64_t> ids)
{
    constexpr std::size_t most = 64; // each is looked at alone
    refused(fed, [&] { tokenizer.decode(ids, false); });
    refused(fed, [&] { tokenizer.decode(ids, true); });
    ids.resize(std::min(ids.size(), most));
    for (const std::int64_t id : {std::int64_t(-1), std::int64_t(0), std::int64_t(1) << 32,
             std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()})
        ids.push_back(id);
    refused(fed, [&] {
        for (const std::int64_t id : ids) {
            tokenizer.bytes(id);
            tokenizer.isSpecial(id);
            tokenizer.find(tokenizer.piece(id));
        }
    });
}

/// A shard: "8{…}" becomes a file with that header and eight bytes of data.
std::string shardFile(const std::string& described)
{
    constexpr std::size_t mostData = 1 << 17;
    const std::size_t digits = std::min(described.find_first_not_of("0123456789"), described.size());
    const std::size_t data = std::min<std::size_t>(std::strtoull(described.c_str(), nullptr, 10), mostData);
    const std::uint64_t header = described.size() - digits;
    std::string file(sizeof header, '\0');
    std::memcpy(file.data(), &header, sizeof header);
    return file.append(described, digits).append(data, '\1');
}

/// Reads every byte, so that a sanitizer sees a tensor that leaves its file.
void touch(const SafetensorsFile& file)
{
    volatile unsigned sum = 0;
    for (const StoredTensor& tensor : file.tensors())
        for (const std::byte byte : tensor.bytes)
            sum = sum + static_cast<unsigned>(byte);
}

} // namespace

Fed feedTokenizer(std::string_view input)
{
    const auto parts = partsOf(input, 3);
    std::vector<std::pair<std::string, std::string>> files{{"tokenizer.json", parts[0]}};
    if (!parts[2].empty())
        files.emplace_back("tokenizer_config.json", parts[2]);
    const ModelFiles model = directory().holding(files);
    Fed fed;
    std::shared_ptr<const Tokenizer> tokenizer;
    fed.read = !refused(fed, [&] { tokenizer = Tokenizer::load(model); });
    if (!tokenizer)
        return fed;
    const std::string& text = parts[1];
    std::vector<std::int64_t> ids{0, 1, 2, 3};
    refused(fed, [&] {
        const Encoding encoding = tokenizer->encode(text);
        requireWhole(encoding);
        ids = encoding.ids;
    });
    refused(fed, [&] { requireWhole(tokenizer->encodePair(text, "a b", true)); });
    refused(fed, [&] {
        for (const Encoding& window :
            tokenizer->encodeTruncated(text, "a b", {.maxLength = 6, .stride = 1, .side = TruncationSide::Left}))
            requireWhole(window);
    });
    useIds(fed, *tokenizer, std::move(ids));
    return fed;
}

Fed feedConfig(std::string_view input)
{
    const ModelFiles model = directory().holding({{"config.json", std::string(input)}});
    Fed fed;
    fed.read = !refused(fed, [&] {
        const ModelConfig config = readModelConfig(model);
        if (config.windows.size() != static_cast<std::size_t>(config.layers) || config.heads % config.keyValueHeads != 0
            || !isActivation(config.activation))
            throw std::logic_error("a configuration breaks its promises");
        scoreScale(config, config.windows.size() - 1);
        planWeights(config, {}, "no weights");
    });
    if (fed.refusal.starts_with("no weights: ")) {
        fed.read = true; // as expected
        fed.refusal.clear();
    }
    return fed;
}

Fed feedSafetensors(std::string_view input)
{
    Fed fed;
    const char kind = input.empty() ? 'R' : input.front();
    input.remove_prefix(std::min<std::size_t>(1, input.size()));
    if (kind == 'S') {
        const auto parts = partsOf(input, 3);
        const ModelFiles model = directory().holding({{"model.safetensors.index.json", parts[0]},
            {"a.safetensors", shardFile(parts[1])}, {"b.safetensors", shardFile(parts[2])}});
        fed.read = !refused(fed, [&] {
            for (const SafetensorsFile& file : model.weights())
                touch(file);
        });
    } else if (kind == 'P') {
        const auto parts = partsOf(input, 2);
        const ModelFiles model
            = directory().holding({{"config.json", parts[0]}, {"model.safetensors", shardFile(parts[1])}});
        fed.read = !refused(fed, [&] {
            const std::vector<SafetensorsFile> weights = model.weights();
            planWeights(readModelConfig(model), weights, "weights");
        });
    } else {
        const std::vector<char> exact(input.begin(), input.end()); // nothing readable behind its end
        fed.read = !refused(fed, [&] { touch(SafetensorsFile::fromBytes("file", std::as_bytes(std::span(exact)))); });
    }
    return fed;
}

} // namespace headscope
