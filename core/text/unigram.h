// SPDX-License-Identifier: GPL-3.0-or-later
// The model `Unigram` of tokenizer.json (SentencePiece): the most probable cut of a word.
#pragma once

#include "core/text/vocabulary.h"
#include "core/text/word_model.h"

namespace headscope {

class Unigram : public WordModel {
public:
    /// \throws Error(BadModelFile) with `where`.
    Unigram(const nlohmann::json& model, const std::string& where);

    std::vector<WordToken> encode(std::string_view word) const override;
    std::optional<std::int64_t> find(std::string_view piece) const override;
    const std::string& piece(std::int64_t id) const override;
    std::size_t size() const override { return pieces_.size(); }

private:
    /// The best way that ends at a byte.
    struct Step {
        double score = 0;
        std::size_t begin = 0;
        std::size_t id = 0;
        bool reached = false;
    };
    struct Node { ///< of a tree over the pieces' bytes
        std::uint32_t firstChild = 0, children = 0; ///< children lie together, sorted by byte
        std::int32_t piece = -1;
        unsigned char byte = 0;
    };
    void buildTree(const std::string& where);
    const Node* child(const Node& node, unsigned char byte) const;
    std::vector<Step> bestSteps(std::string_view word) const;
    void appendPiece(std::vector<WordToken>& result, std::string_view word, std::size_t begin, std::size_t end) const;

    std::vector<std::string> pieces_;
    std::vector<double> scores_;
    StringMap<std::int64_t> ids_;
    std::vector<Node> tree_;
    std::optional<std::size_t> unknown_; ///< unk_id
    bool byteFallback_;
    double unknownScore_ = 0;
};

} // namespace headscope
