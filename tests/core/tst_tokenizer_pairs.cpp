// SPDX-License-Identifier: GPL-3.0-or-later
// Pairs of texts and truncation as in the `tokenizers` library, from rows made by
// tests/oracle/compare_tokenizer_pairs.py.
#include "core/error.h"
#include "core/text/tokenizer.h"

#include <QCryptographicHash>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

using namespace headscope;
using nlohmann::json;

namespace {

/// A file of tests/data; another one that a variable of the environment names instead.
json readData(const char* name, const char* variable = "")
{
    const QByteArray other = qgetenv(variable);
    std::ifstream file(other.isEmpty() ? std::filesystem::path(HEADSCOPE_TEST_DATA) / name
                                       : std::filesystem::path(other.toStdString()));
    return json::parse(file);
}

json readTokenizer(const std::string& name) { return readData(("tokenizers/" + name + "/tokenizer.json").c_str()); }

json orNull(const std::optional<std::int64_t>& id) { return id ? json(*id) : json(); }

json allOf(const Encoding& encoding, bool whole)
{
    return json::array({encoding.ids, encoding.pieces, encoding.offsets, encoding.typeIds,
        std::vector<int>(encoding.special.begin(), encoding.special.end()), encoding.words,
        whole ? encoding.texts : std::vector<int>()});
}

std::string hashOf(const std::vector<Encoding>& encodings)
{
    json all = json::array();
    for (const Encoding& encoding : encodings)
        all.push_back(allOf(encoding, all.empty()));
    return QCryptographicHash::hash(QByteArray::fromStdString(all.dump()), QCryptographicHash::Sha256)
        .toHex()
        .left(16)
        .toStdString();
}

struct Row {
    std::string first;
    std::optional<std::string> second;
    std::optional<Truncation> truncation;
    bool special = true;
};

Row readRow(const json& row, const json& texts)
{
    Row result{texts.at(row[0].get<std::size_t>()).get<std::string>(), {}, {}, row[6] == 1};
    if (!row[1].is_null())
        result.second = texts.at(row[1].get<std::size_t>()).get<std::string>();
    if (!row[2].is_null())
        result.truncation = Truncation{row[2].get<std::size_t>(), row[3].get<std::size_t>(),
            row[4] == "only_first"        ? TruncationStrategy::OnlyFirst
                : row[4] == "only_second" ? TruncationStrategy::OnlySecond
                                          : TruncationStrategy::LongestFirst,
            row[5] == "left" ? TruncationSide::Left : TruncationSide::Right};
    return result;
}

std::string outcome(const Tokenizer& tokenizer, const Row& row)
try {
    const std::optional<std::string_view> second = row.second;
    if (row.truncation)
        return hashOf(tokenizer.encodeTruncated(row.first, second, *row.truncation, row.special));
    return hashOf(
        {second ? tokenizer.encodePair(row.first, *second, row.special) : tokenizer.encode(row.first, row.special)});
} catch (const Error&) {
    return "error";
}

} // namespace

class TestTokenizerPairs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalsTheLibrary()
    {
        const json made = readData("tokenizer_pairs.json", "HEADSCOPE_PAIRS"), parts = readData("tokenizer_parts.json");
        QTemporaryDir dir;
        std::size_t rows = 0, refused = 0;
        for (const auto& [name, part] : made.at("rows").items()) {
            std::string location = HEADSCOPE_TEST_DATA "/tokenizers/" + name;
            if (parts.contains(name)) {
                location = dir.path().toStdString();
                std::ofstream(location + "/tokenizer.json") << parts.at(name).at("tokenizer").dump();
            }
            const auto tokenizer = Tokenizer::load(ModelFiles::open(location));
            for (const auto& row : part) {
                const std::string found = outcome(*tokenizer, readRow(row, made.at("texts")));
                QVERIFY2(found == row[7].get<std::string>(), (name + ": " + row.dump() + ", found " + found).c_str());
                ++rows;
                refused += found == "error";
            }
        }
        QVERIFY(rows >= 500 && refused >= 20 && refused < rows / 2);
    }

    /// What tests/oracle/compare_special_tokens.py found with transformers; add_bos_token has no effect there.
    void takesSpecialTokensAsTransformers()
    {
        std::size_t encoded = 0;
        for (const auto& row : readData("special_tokens.json", "HEADSCOPE_SPECIAL_TOKENS")) {
            QTemporaryDir dir;
            const std::string location = dir.path().toStdString() + "/";
            json tokenizer = readTokenizer(row.at("tokenizer").get<std::string>());
            tokenizer.update(row.at("changes"));
            std::ofstream(location + "tokenizer.json") << tokenizer.dump();
            const json files = row.at("files");
            for (const auto& [name, content] : files.items())
                std::ofstream(location + name) << content.dump();
            const auto loaded = Tokenizer::load(ModelFiles::open(location));
            const json found{orNull(loaded->bosId()), orNull(loaded->eosId()), orNull(loaded->padId())},
                expected{row.at("bos"), row.at("eos"), row.at("pad")};
            QVERIFY2(found == expected, (row.dump() + ", found " + found.dump()).c_str());
            if (row.at("ids").is_null())
                continue;
            QVERIFY2(
                loaded->encode("the model").ids == row.at("ids").get<std::vector<std::int64_t>>(), row.dump().c_str());
            ++encoded;
        }
        QVERIFY(encoded >= 100);
    }
};

QTEST_GUILESS_MAIN(TestTokenizerPairs)
#include "tst_tokenizer_pairs.moc"
