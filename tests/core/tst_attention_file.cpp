// SPDX-License-Identifier: GPL-3.0-or-later
// Attention that real transformers computed, read from files.
#include "core/cache/aggregate_source.h"
#include "core/cache/attention_file.h"
#include "core/cache/rollout_source.h"
#include "core/error.h"
#include "core/io/safetensors_writer.h"
#include "core/io/wide_floats.h"
#include "core/report/head_export.h"
#include "tests/core/attention_golden.h"

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <QTemporaryDir>
#include <QTest>

#include <bit>
#include <cmath>
#include <limits>
#include <span>

using namespace headscope;
using namespace headscope::test;

namespace {

constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();

bool sameBits(float a, float b) { return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b); }

PatternTilePtr whole(
    const CapturePtr& capture, std::size_t sequence, LayerId layer, HeadId head, PatternOptions options = {})
{
    const auto source = capture->patterns({sequence});
    return fetch(*source, layer, head, Stage::Pattern, {0, source->queries()}, {0, source->keys()}, options);
}

QString refusal(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& e) {
        return QString::fromStdString(e.what());
    }
    return QStringLiteral("no refusal");
}

/// A file with tensors of rising or given values.
struct Writer {
    QTemporaryDir folder{};
    std::map<std::string, std::string> metadata{};
    std::vector<std::vector<std::byte>> bytes{};
    std::vector<StoredTensor> tensors{};

    template <class Value>
    void add(const std::string& name, std::vector<std::int64_t> shape, StoredType type, std::vector<Value> values = {})
    {
        std::size_t count = 1;
        for (const auto extent : shape)
            count *= static_cast<std::size_t>(extent);
        if (values.empty())
            for (std::size_t i = 0; i < count; ++i)
                values.push_back(static_cast<Value>(static_cast<float>(i) / 64));
        const auto raw = std::as_bytes(std::span(values));
        bytes.emplace_back(raw.begin(), raw.end());
        tensors.push_back({name, type, std::move(shape), {}});
    }
    std::filesystem::path write(const std::string& name = "some.safetensors")
    {
        for (std::size_t i = 0; i < tensors.size(); ++i)
            tensors[i].bytes = bytes[i];
        const auto path = std::filesystem::path(folder.path().toStdString()) / name;
        writeSafetensors(path, tensors, metadata);
        return path;
    }
};

} // namespace

class TestAttentionFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyCellIsTorchs_data();
    void everyCellIsTorchs();
    void tokensAndPadding();
    void namesOfTransformerLens();
    void precisions();
    void nanStays();
    void causalOnlyWhereTheFileSaysSo();
    void specialTokensAndRows();
    void scores();
    void refusals_data();
    void refusals();
    void crossHasNoRollout();
    void answersEndWithTheFile();
    void tables();
};

void TestAttentionFile::everyCellIsTorchs_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("values");
    QTest::newRow("T5, float32") << "t5" << 2224;
    QTest::newRow("BART, bfloat16") << "bart" << 1288;
}

void TestAttentionFile::everyCellIsTorchs()
{
    QFETCH(QString, name);
    QFETCH(int, values);
    const auto file = AttentionFile::open(attentionData(name.toStdString() + ".safetensors"));
    QCOMPARE(file->parts(), (std::vector{AttentionPart::Encoder, AttentionPart::Decoder, AttentionPart::Cross}));
    const std::map<std::string, AttentionPart> kinds{{"encoder_attentions", AttentionPart::Encoder},
        {"decoder_attentions", AttentionPart::Decoder}, {"cross_attentions", AttentionPart::Cross}};
    int compared = 0;
    for (const auto& [place, row] : goldenRows(name.toStdString())) {
        const auto dot = place.first.find('.');
        const CapturePtr capture = file->capture(kinds.at(place.first.substr(0, dot)));
        const auto [sequence, head, query] = place.second;
        const auto source = capture->patterns({sequence});
        const auto tile = fetch(*source, {std::stoul(place.first.substr(dot + 1))}, {head}, Stage::Pattern,
            {query, query + 1}, {0, source->keys()});
        QCOMPARE(tile->values.size(), row.size());
        for (std::size_t key = 0; key < row.size(); ++key, ++compared)
            QVERIFY2(sameBits(tile->values[key], row[key]), place.first.c_str());
    }
    QCOMPARE(compared, values);
}

void TestAttentionFile::tokensAndPadding()
{
    const auto file = AttentionFile::open(attentionData("bart.safetensors"));
    const CapturePtr cross = file->capture(AttentionPart::Cross);
    const RunHeader& header = cross->header();
    QVERIFY(isFromFile(header));
    QVERIFY(header.isCross());
    QCOMPARE(header.sequences(), std::size_t(2));
    QCOMPARE(header.tokens[0].size(), std::size_t(5));
    QCOMPARE(header.keysOf(0).size(), std::size_t(8));
    QCOMPARE(header.model.layers, std::size_t(2));
    QCOMPARE(header.model.heads, std::size_t(2));
    QCOMPARE(file->capture(AttentionPart::Encoder)->header().model.heads, std::size_t(3));
    const auto label = [&](std::size_t at) { return QString::fromStdString(header.keysOf(0)[at].label); };
    QCOMPARE(label(0), QStringLiteral("<s>"));
    QCOMPARE(label(2), QStringLiteral("·little"));
    QCOMPARE(label(6), QStringLiteral("é")); // written byte by byte in the file
    QVERIFY(header.keysOf(0)[0].special);
    QVERIFY(!header.keysOf(0)[2].special);
    const auto t5 = AttentionFile::open(attentionData("t5.safetensors"))->capture(AttentionPart::Cross);
    QCOMPARE(QString::fromStdString(t5->header().tokens[0][2].label), QStringLiteral("·kleine"));
    QVERIFY(provenance(header).find("attention from a file · transformers 5.23.0") != std::string::npos);

    // The second sequence has 4 of 5 target tokens and 5 of 8 source tokens.
    const auto tile = whole(cross, 1, {0}, {0});
    for (std::size_t row = 0; row < 5; ++row)
        for (std::size_t key = 0; key < 8; ++key)
            QCOMPARE(tile->kind(row, key), row < 4 && key < 5 ? CellKind::Allowed : CellKind::Padding);
    QCOMPARE(tile->origin, std::string("from bart.safetensors"));
    const auto pooled = whole(cross, 0, {1}, {1}, {.maxHeight = 3, .maxWidth = 4});
    QCOMPARE(pooled->height, std::size_t(3));
    QCOMPARE(pooled->width, std::size_t(4));
    const auto plain = whole(cross, 0, {1}, {1});
    QCOMPARE(pooled->value(2, 3), std::max(plain->value(4, 6), plain->value(4, 7)));
}

void TestAttentionFile::namesOfTransformerLens()
{
    using Found = std::optional<std::pair<AttentionPart, std::size_t>>;
    const auto is = [](AttentionPart part, std::size_t layer) { return Found(std::pair(part, layer)); };
    QVERIFY(attentionTensor("blocks.11.attn.hook_pattern") == is(AttentionPart::Self, 11));
    QVERIFY(attentionTensor("encoder.0.attn.hook_pattern") == is(AttentionPart::Encoder, 0));
    QVERIFY(attentionTensor("decoder.2.attn.hook_pattern") == is(AttentionPart::Decoder, 2));
    QVERIFY(attentionTensor("decoder.2.cross_attn.hook_pattern") == is(AttentionPart::Cross, 2));
    QVERIFY(attentionTensor("encoder_blocks.3.attn.hook_pattern") == is(AttentionPart::Encoder, 3));
    QVERIFY(attentionTensor("decoder_blocks.3.self_attn.hook_pattern") == is(AttentionPart::Decoder, 3));
    QVERIFY(attentionTensor("decoder_blocks.3.cross_attn.hook_pattern") == is(AttentionPart::Cross, 3));
    for (const char* other : {"attentions.", "attentions.x", "attentions.-1", "attentions.1.2", "blocks.1.attn.hook_z",
             "cross_attentions", "logits", "attentions.99999999999999999999999"})
        QVERIFY2(!attentionTensor(other), other);

    Writer writer;
    writer.add<float>("blocks.0.attn.hook_pattern", {1, 2, 3, 3}, StoredType::Float32);
    writer.add<std::int64_t>("input_ids", {1, 3}, StoredType::Int64, {7, 300, 7});
    const auto capture = AttentionFile::open(writer.write())->capture(AttentionPart::Self);
    QCOMPARE(capture->header().tokens[0][1].id, std::int64_t(300));
    QCOMPARE(capture->header().tokens[0][1].label, std::string("300"));
    QVERIFY(!capture->header().isCross());
}

void TestAttentionFile::precisions()
{
    std::vector<std::uint16_t> all(1 << 16);
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = static_cast<std::uint16_t>(i);
    std::vector<float> half(all.size()), brain(all.size());
    widen(StoredType::Float16, std::as_bytes(std::span(all)), 0, all.size(), half.data());
    widen(StoredType::BFloat16, std::as_bytes(std::span(all)), 0, all.size(), brain.data());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const float wanted = c10::Half(all[i], c10::Half::from_bits());
        QVERIFY2(sameBits(half[i], wanted) || (std::isnan(half[i]) && std::isnan(wanted)), std::to_string(i).c_str());
        const float other = c10::BFloat16(all[i], c10::BFloat16::from_bits());
        QVERIFY2(sameBits(brain[i], other) || (std::isnan(brain[i]) && std::isnan(other)), std::to_string(i).c_str());
    }
    Writer writer;
    const double third = 1.0 / 3;
    writer.add<double>("attentions.0", {1, 1, 2}, StoredType::Float64, {third, 1 - third});
    writer.add<double>("attentions.1", {1, 1, 2}, StoredType::Float64, {0, 1});
    const auto tile = whole(AttentionFile::open(writer.write())->capture(AttentionPart::Self), 0, {0}, {0});
    QVERIFY(sameBits(tile->values[0], static_cast<float>(third)));
    QVERIFY(sameBits(tile->values[1], static_cast<float>(1 - third)));
}

void TestAttentionFile::nanStays()
{
    Writer writer;
    writer.add<float>("attentions.0", {1, 2, 2, 2}, StoredType::Float32,
        {0.5f, 0.5f, notANumber, 1, 1, 0, std::numeric_limits<float>::infinity(), -1});
    const auto capture = AttentionFile::open(writer.write())->capture(AttentionPart::Self);
    const auto tile = whole(capture, 0, {0}, {0});
    QVERIFY(std::isnan(tile->value(1, 0)));
    QCOMPARE(tile->kind(1, 0), CellKind::Allowed);
    QVERIFY(std::isinf(whole(capture, 0, {0}, {1})->value(1, 0)));
    QVERIFY(std::isnan(fetchHeadScores(*capture, {0}, {0})->heads[0].entropy));
    QVERIFY(std::isnan(whole(capture, 0, {0}, {0}, {.maxHeight = 1, .maxWidth = 1})->values[0]));
}

void TestAttentionFile::causalOnlyWhereTheFileSaysSo()
{
    Writer writer;
    writer.add<float>("decoder_attentions.0", {1, 1, 3, 3}, StoredType::Float32, {1, 0, 0, .5, .5, 0, .2f, .3f, .5f});
    writer.add<float>("cross_attentions.0", {1, 1, 3, 2}, StoredType::Float32, {1, 0, 1, 0, 1, 0});
    const auto kinds = [&](AttentionPart part) {
        return whole(AttentionFile::open(writer.write())->capture(part), 0, {0}, {0})->kinds;
    };
    QCOMPARE(kinds(AttentionPart::Decoder), std::vector<CellKind>(9, CellKind::Allowed)); // never told by values
    writer.metadata["causal"] = "1";
    const auto a = CellKind::Allowed, m = CellKind::Masked;
    QCOMPARE(kinds(AttentionPart::Decoder), (std::vector{a, m, m, a, a, m, a, a, a}));
    QCOMPARE(kinds(AttentionPart::Cross), std::vector<CellKind>(6, a));
    // With a cache of keys the queries are the last tokens.
    Writer cached;
    cached.metadata = {{"causal", "1"}, {"tokens", R"(["a","b","c"])"}};
    cached.add<float>("attentions.0", {1, 2, 3}, StoredType::Float32);
    const auto capture = AttentionFile::open(cached.write())->capture(AttentionPart::Self);
    QCOMPARE(capture->header().tokens[0][0].label, std::string("b"));
    QCOMPARE(capture->header().keysOf(0)[0].label, std::string("a"));
    QCOMPARE(whole(capture, 0, {0}, {0})->kinds, (std::vector{a, a, m, a, a, a}));
}

void TestAttentionFile::specialTokensAndRows()
{
    Writer writer;
    writer.metadata = {{"encoder_tokens", R"(["<s>","x","y"])"}, {"decoder_tokens", R"(["<s>","z"])"},
        {"special_tokens", R"(["<s>"])"}};
    writer.add<float>("cross_attentions.0", {1, 2, 3}, StoredType::Float32, {.5f, .25f, .25f, .6f, .1f, .3f});
    const auto capture = AttentionFile::open(writer.write())->capture(AttentionPart::Cross);
    const auto a = CellKind::Allowed, x = CellKind::Excluded;
    const auto left = whole(capture, 0, {0}, {0}, {.specials = SpecialTokens::Renormalise});
    QCOMPARE(left->kinds, (std::vector{x, x, x, x, a, a}));
    QCOMPARE(left->value(1, 0), 0.f);
    QCOMPARE(left->value(1, 1), .1f / static_cast<float>(double(.1f) + double(.3f)));
    // A part of a row is divided by what the whole row has.
    const auto part = fetch(*capture->patterns({0}), {0}, {0}, Stage::Pattern, {1, 2}, {1, 2}, {.perRow = true});
    QCOMPARE(part->value(0, 0), .1f / .6f);
    QVERIFY(part->origin.find("rows divided") != std::string::npos);
}

void TestAttentionFile::scores()
{
    Writer writer;
    writer.metadata = {{"tokens", R"(["a","b","a","pad"])"}, {"attention_mask", "[1,1,1,0]"}};
    writer.add<float>("attentions.0", {1, 1, 4, 4}, StoredType::Float32,
        {1, 0, 0, 0, .25f, .75f, 0, 0, .5f, .125f, .375f, 0, .1f, .2f, .3f, .4f});
    const auto capture = AttentionFile::open(writer.write())->capture(AttentionPart::Self);
    const HeadScores found = fetchHeadScores(*capture, {0}, {0})->heads.at(0);
    QCOMPARE(found.rows, std::size_t(3));
    const double entropy = -(.25 * std::log(.25) + .75 * std::log(.75))
        - (.5 * std::log(.5) + .125 * std::log(.125) + .375 * std::log(.375));
    QVERIFY(std::abs(found.entropy - entropy / 3) < 1e-12);
    QCOMPARE(found.firstToken, (1 + .25 + .5) / 3);
    QCOMPARE(found.previousToken, (.25 + .125) / 3);
    QCOMPARE(found.duplicateToken, .5 / 3);
    QCOMPARE(found.induction, .125 / 3);

    const auto bart = AttentionFile::open(attentionData("bart.safetensors"));
    const HeadScores cross = fetchHeadScores(*bart->capture(AttentionPart::Cross), {1}, {0})->heads.at(1);
    QCOMPARE(cross.rows, std::size_t(4));
    QVERIFY(cross.entropy > 0 && cross.firstToken > 0);
    QVERIFY(std::isnan(cross.previousToken) && std::isnan(cross.duplicateToken) && std::isnan(cross.induction));

    Writer unnamed; // what its tokens are nobody knows
    unnamed.add<float>("attentions.0", {1, 3, 3}, StoredType::Float32);
    const auto scores
        = fetchHeadScores(*AttentionFile::open(unnamed.write())->capture(AttentionPart::Self), {0}, {0})->heads[0];
    QVERIFY(!std::isnan(scores.previousToken) && std::isnan(scores.duplicateToken) && std::isnan(scores.induction));
}

void TestAttentionFile::refusals_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<QString>("message");
    const char* messages[] = {
        "expected attention, in tensors such as 'attentions.0', 'cross_attentions.0' or 'blocks.0.attn.hook_pattern', "
        "found 'logits'",
        "tensor 'attentions.0': expected dtype F32, F16, BF16 or F64, found I64",
        "tensor 'attentions.0': expected [batch, heads, queries, keys] or [heads, queries, keys], none of them 0, "
        "found "
        "[2, 2]",
        "tensor 'attentions.0': expected [batch, heads, queries, keys] or [heads, queries, keys], none of them 0, "
        "found "
        "[1, 0, 2]",
        "expected every layer from 0 to 3 of the cross attention, found none for layer 1 before 'cross_attentions.3'",
        "tensor 'attentions.1': expected [1, 1, 2, 2] as 'attentions.0', found [1, 1, 2, 3]",
        "'tokens': expected 1 row of 2, as the attention has it, found a row of 3",
        "'encoder_tokens': expected 2 rows of 3, as the attention has it, found 1 row",
        "'tokens': expected 1 row of 2, as the attention has it, found among the tokens 7",
        "'attention_mask': expected 1 row of 2, as the attention has it, found [1, 3]",
        "'causal': expected 1 or 0 in the metadata, found 'yes'",
        "expected one tensor for layer 0 of the self attention, found also 'attentions.0'",
        "tensor 'attentions.0': expected at most as many queries as keys, found [1, 3, 2]",
        "'tokens': the JSON",
    };
    for (int i = 0; i < static_cast<int>(std::size(messages)); ++i)
        QTest::newRow(messages[i]) << i << QString::fromUtf8(messages[i]);
}

void TestAttentionFile::refusals()
{
    QFETCH(int, which);
    QFETCH(QString, message);
    Writer writer;
    const auto floats = [&](const char* name, std::vector<std::int64_t> shape) {
        writer.add<float>(name, std::move(shape), StoredType::Float32);
    };
    switch (which) {
    case 0:
        floats("logits", {1, 2});
        break;
    case 1:
        writer.add<std::int64_t>("attentions.0", {1, 2, 2}, StoredType::Int64);
        break;
    case 2:
        floats("attentions.0", {2, 2});
        break;
    case 3:
        floats("attentions.0", {1, 0, 2});
        break;
    case 4:
        floats("cross_attentions.0", {1, 2, 2});
        floats("cross_attentions.3", {1, 2, 2});
        break;
    case 5:
        floats("attentions.0", {1, 1, 2, 2});
        floats("attentions.1", {1, 1, 2, 3});
        break;
    case 6:
        writer.metadata["tokens"] = R"(["a","b","c"])";
        floats("attentions.0", {1, 2, 2});
        break;
    case 7:
        writer.metadata["encoder_tokens"] = R"(["a","b","c"])";
        floats("cross_attentions.0", {2, 1, 2, 3});
        break;
    case 8:
        writer.metadata["tokens"] = R"(["a",7])";
        floats("attentions.0", {1, 2, 2});
        break;
    case 9:
        writer.add<std::int64_t>("attention_mask", {1, 3}, StoredType::Int64);
        floats("attentions.0", {1, 2, 2});
        break;
    case 10:
        writer.metadata["causal"] = "yes";
        floats("attentions.0", {1, 2, 2});
        break;
    case 11:
        floats("attentions.0", {1, 2, 2});
        floats("blocks.0.attn.hook_pattern", {1, 2, 2});
        break;
    case 12:
        floats("attentions.0", {1, 3, 2});
        break;
    default:
        writer.metadata["tokens"] = "[\"a\"";
        floats("attentions.0", {1, 2, 2});
    }
    const auto path = writer.write();
    const QString found = refusal([&] { AttentionFile::open(path); });
    QVERIFY2(found.startsWith(QString::fromStdString(path.string()) + QStringLiteral(": ")), qPrintable(found));
    QVERIFY2(!found.contains(QLatin1Char('\n')), qPrintable(found));
    if (which < 13)
        QVERIFY2(found.contains(message), qPrintable(found));
}

void TestAttentionFile::crossHasNoRollout()
{
    const auto file = AttentionFile::open(attentionData("t5.safetensors"));
    const CapturePtr cross = file->capture(AttentionPart::Cross);
    QVERIFY(refusal([&] { rolloutOf(cross->patterns({0}), {1}); }).contains(QStringLiteral("as many keys as queries")));
    // Aggregates work on any shape.
    const auto mean = aggregateOf(cross->patterns({0}), {{0, 0}, {2, 3}}, Aggregate::Mean);
    const auto tile = fetch(*mean, {0}, {0}, Stage::Pattern, {0, 5}, {0, 7});
    const auto one = whole(cross, 0, {0}, {0}), other = whole(cross, 0, {2}, {3});
    QCOMPARE(tile->value(4, 6), static_cast<float>((double(one->value(4, 6)) + double(other->value(4, 6))) / 2));
    QVERIFY(refusal([&] {
        fetch(*cross->patterns({0}), {0}, {0}, Stage::Scores, {0, 1}, {0, 1});
    }).contains(QStringLiteral("--stage: expected pattern")));
    QVERIFY(refusal([&] {
        fetch(*cross->patterns({0}), {3}, {0}, Stage::Pattern, {0, 1}, {0, 1});
    }).contains(QStringLiteral("--layer: expected 0 to 2, found 3")));
    QVERIFY(refusal([&] {
        fetch(*cross->patterns({0}), {0}, {0}, Stage::Pattern, {0, 1}, {0, 8});
    }).contains(QStringLiteral("--columns: expected a range within 0:7, found 0:8")));
    QVERIFY(refusal([&] {
        fetchNextTokens(*cross, {0}, {0}, 3);
    }).contains(QStringLiteral("next tokens: expected a run of a model, found attention from t5.safetensors")));
    QVERIFY(refusal([&] {
        file->capture(AttentionPart::Self);
    }).contains(QStringLiteral("expected attention of kind encoder, decoder, cross, found 'self' asked for")));
}

void TestAttentionFile::answersEndWithTheFile()
{
    for (int round = 0; round < 50; ++round) {
        auto capture = AttentionFile::open(attentionData("t5.safetensors"))->capture(AttentionPart::Cross);
        auto source = capture->patterns({0});
        for (int i = 0; i < 20; ++i)
            source
                ->request({0}, {0}, Stage::Pattern, {0, 5}, {0, 7}, {}, [source](PatternTilePtr, std::exception_ptr) {})
                .detach(); // a sink may have the last hold of it
    }
}

void TestAttentionFile::tables()
{
    const auto file = AttentionFile::open(attentionData("t5.safetensors"));
    QTemporaryDir folder;
    const auto target = std::filesystem::path(folder.path().toStdString()) / "cross.csv";
    HeadExport what{.capture = file->capture(AttentionPart::Cross), .heads = {{1, 2}}};
    writeHeadTable(what, {1, 2}, TableFormat::Csv, target);
    std::ifstream csv(target);
    std::string line;
    std::getline(csv, line);
    QVERIFY2(line.find("attention from a file · transformers 5.23.0 · tiny t5") != std::string::npos, line.c_str());
    QVERIFY2(line.find("native") == std::string::npos, line.c_str()); // nothing that Headscope did not do
    std::getline(csv, line);
    QCOMPARE(line, std::string("query\\key,0:·the,1:·little,2:·house,3:·stand,4:s,5:·there,6:</s>"));
    const auto rows = goldenRows("t5");
    const char* names[] = {"0:<pad>", "1:·das", "2:·kleine", "3:·Haus", "4:</s>"};
    for (std::size_t query = 0; query < 5; ++query) {
        std::getline(csv, line);
        std::istringstream fields(line);
        std::string field;
        std::getline(fields, field, ',');
        QCOMPARE(field, std::string(names[query]));
        for (const float value : rows.at({"cross_attentions.1", {0, 2, query}})) {
            std::getline(fields, field, ',');
            QVERIFY(sameBits(std::strtof(field.c_str(), nullptr), value));
        }
    }
    QVERIFY(!std::getline(csv, line));
    QCOMPARE(QString::fromStdString(valuesText(what)).section(QLatin1Char('\n'), 0, 0).count(QLatin1Char('\t')), 7);

    const auto array = std::filesystem::path(folder.path().toStdString()) / "cross.npy";
    writeHeadTable(what, {1, 2}, TableFormat::Npy, array);
    std::ifstream side(array.string() + ".json");
    const std::string json((std::istreambuf_iterator<char>(side)), {});
    QVERIFY(json.find("\"label\": \"·kleine\"") != std::string::npos);
    QVERIFY(json.find("\"label\": \"·stand\"") != std::string::npos);
    QVERIFY(json.find("\"attention_file\": \"t5.safetensors\"") != std::string::npos);
    QVERIFY(json.find("unknown") == std::string::npos); // the file has a fingerprint
}

QTEST_APPLESS_MAIN(TestAttentionFile)
#include "tst_attention_file.moc"
