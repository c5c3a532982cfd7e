// SPDX-License-Identifier: GPL-3.0-or-later
// TransformerLens's test_left_padding, test_run_with_cache_batch and test_attention_mask: what a mask hides is as if it
// were not there.
#include "tests/core/seed_run.h"

using namespace headscope;
using namespace headscope::golden;
using namespace headscope::seeds;

namespace {

constexpr double limit = 1e-4; ///< of the original tests

const std::vector<std::vector<std::int64_t>> prompts{{5, 17, 42, 8, 33, 50, 2}, {9, 9, 31, 4, 26}, {60, 12, 45}, {28}};
constexpr std::int64_t longest = 7;

struct Batch {
    at::Tensor ids, mask;
};

/// The prompts, padded with a token that means something to the model.
Batch padded(PaddingSide side)
{
    Batch result{at::full({4, longest}, 7, at::kLong), at::zeros({4, longest}, at::kLong)};
    for (std::size_t row = 0; row < prompts.size(); ++row) {
        const auto length = static_cast<std::int64_t>(prompts[row].size());
        const std::int64_t start = side == PaddingSide::Left ? longest - length : 0;
        const auto index = static_cast<std::int64_t>(row);
        result.ids[index].slice(0, start, start + length).copy_(integers(prompts[row], {length}));
        result.mask[index].slice(0, start, start + length).fill_(1);
    }
    return result;
}

void addCases(std::initializer_list<const char*> models, bool native = true)
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("which");
    for (const char* model : models)
        for (std::size_t which = native ? 0 : 1; which < backendCases().size(); ++which)
            QTest::addRow("%s, %s", model, backendCases()[which].name)
                << QString::fromUtf8(model) << static_cast<int>(which);
}

/// Patterns count keys, whose places padding changes; what is compared has a row for each token.
bool perToken(const std::string& name) { return !isScoreLike(name) && name != "hook_pos_embed"; }

} // namespace

class TestLeftPadding : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void batchEqualsSingleRuns_data() { addCases({"gpt2-tiny", "llama-gqa", "gemma2-caps", "neox-parallel"}); }

    /// Every row of a padded batch equals a run of its own: logits, residuals and every other hook, on both sides.
    void batchEqualsSingleRuns()
    {
        for (const PaddingSide side : {PaddingSide::Left, PaddingSide::Right}) {
            const Batch batch = padded(side);
            const InputsFile together({{"input_ids", batch.ids}, {"attention_mask", batch.mask}});
            const Tensors found = run(engine_, request(together, PositionPolicy::FromMask));
            QVERIFY(found.contains("logits") && found.contains("blocks.0.hook_resid_post"));
            double moved = 0;
            for (std::size_t row = 0; row < prompts.size(); ++row) {
                const auto length = static_cast<std::int64_t>(prompts[row].size());
                const std::int64_t start = side == PaddingSide::Left ? longest - length : 0;
                const InputsFile alone({{"input_ids", integers(prompts[row], {1, length})}});
                const Tensors single = run(engine_, request(alone, PositionPolicy::FromMask));
                QCOMPARE(single.size(), found.size());
                for (const auto& [name, wanted] : single) {
                    if (!perToken(name))
                        continue;
                    const at::Tensor real
                        = found.at(name)[static_cast<std::int64_t>(row)].slice(0, start, start + length);
                    QCOMPARE(real.sizes().vec(), wanted[0].sizes().vec());
                    const double gap = distance(real, wanted[0]);
                    QVERIFY2(gap < limit, qPrintable(QString::fromStdString(name) + QStringLiteral(" %1").arg(gap)));
                    moved = std::max(moved, size(wanted));
                }
            }
            QVERIFY(moved > 0.1); // not a comparison of zeros
        }
    }

    void positionsByDefault_data() { addCases({"gpt2-tiny", "llama-gqa"}); }

    /// bridge and hooked count real tokens by themselves; native and tapped count slots, and so differ.
    void positionsByDefault()
    {
        const Batch batch = padded(PaddingSide::Left);
        const InputsFile together({{"input_ids", batch.ids}, {"attention_mask", batch.mask}});
        const at::Tensor real = at::ne(batch.mask, 0);
        const auto logits = [&](PositionPolicy positions) {
            return run(engine_, request(together, positions)).at("logits").index({real});
        };
        const at::Tensor counted = logits(PositionPolicy::FromMask), usual = logits(PositionPolicy::BackendDefault),
                         slots = logits(PositionPolicy::Arange);
        const bool lens = backend().backend == Backend::Bridge || backend().backend == Backend::Hooked;
        QVERIFY(usual.equal(lens ? counted : slots));
        const bool rotary = describe(model())->config().architecture->position == PositionKind::Rotary;
        if (rotary) // only the distance of two tokens matters there
            QVERIFY(distance(counted, slots) < limit);
        else
            QVERIFY(distance(counted, slots) > 0.01);
    }

    /// Attended tokens have the embeddings of positions 0, 1, 2, …; HookedTransformer's pads have none.
    void positionEmbeddings_data() { addCases({"gpt2-tiny"}, false); }

    void positionEmbeddings()
    {
        const InputsFile plain({{"input_ids", integers(prompts[0], {1, longest})}});
        const at::Tensor table = run(engine_, request(plain, PositionPolicy::Arange)).at("hook_pos_embed")[0];
        for (const PaddingSide side : {PaddingSide::Left, PaddingSide::Right}) {
            const Batch batch = padded(side);
            const InputsFile together({{"input_ids", batch.ids}, {"attention_mask", batch.mask}});
            const at::Tensor found = run(engine_, request(together, PositionPolicy::FromMask)).at("hook_pos_embed");
            for (std::int64_t row = 0; row < 4; ++row) {
                const auto length = static_cast<std::int64_t>(prompts[static_cast<std::size_t>(row)].size());
                const at::Tensor real = at::ne(batch.mask[row], 0), pads = at::eq(batch.mask[row], 0);
                QVERIFY(found[row].index({real}).equal(table.slice(0, 0, length)));
                const double sum = found[row].index({pads}).abs().sum().item<double>();
                QVERIFY(length == longest || (sum == 0) == (backend().backend == Backend::Hooked));
            }
        }
    }

    void maskingEqualsDeleting_data()
    {
        addCases({"gpt2-tiny", "llama-gqa", "neox-serial", "gemma2-plain", "bert-mlm"});
    }

    /// Models without a window: with one, a hidden token still takes its place in it.
    void maskingEqualsDeleting()
    {
        constexpr std::int64_t hidden = 2;
        at::Tensor mask = at::ones({1, longest}, at::kLong);
        mask[0][hidden] = 0;
        const at::Tensor kept = at::ne(mask[0], 0), ids = integers(prompts[0], {1, longest});
        const InputsFile masking({{"input_ids", ids}, {"attention_mask", mask}}), whole({{"input_ids", ids}}),
            deleting({{"input_ids", ids[0].index({kept}).unsqueeze(0)}});
        const Tensors found = run(engine_, request(masking, PositionPolicy::FromMask)),
                      wanted = run(engine_, request(deleting, PositionPolicy::FromMask)),
                      unmasked = run(engine_, request(whole, PositionPolicy::FromMask));
        for (const auto& [name, value] : wanted) {
            if (!perToken(name))
                continue;
            const double gap = distance(found.at(name)[0].index({kept}), value[0]);
            QVERIFY2(gap < limit, qPrintable(QString::fromStdString(name) + QStringLiteral(" %1").arg(gap)));
        }
        QVERIFY(distance(unmasked.at("logits")[0].index({kept}), wanted.at("logits")[0]) > 0.01);
        for (const auto& [name, value] : found)
            if (name.ends_with("hook_pattern")) {
                const at::Tensor rows = value.index_select(2, kept.nonzero().flatten());
                QVERIFY(rows.select(3, hidden).eq(0).all().item<bool>());
            }
    }

    void allOnesEqualsNoMask_data()
    {
        addCases(
            {"gpt2-tiny", "llama-gqa", "gemma2-caps", "neox-parallel", "mistral-window", "qwen3-norm", "bert-mlm"});
    }

    void allOnesEqualsNoMask()
    {
        const at::Tensor ids = at::arange(14, at::kLong).mul(11).remainder(61).reshape({2, 7});
        const InputsFile without({{"input_ids", ids}});
        const Tensors wanted = run(engine_, request(without, PositionPolicy::BackendDefault));
        for (const at::Tensor& mask : {at::ones({2, 7}, at::kLong), at::ones({2, 7}, at::kBool),
                 at::ones({2, 7, 7}, at::kBool), at::zeros({2, 7, 7}, at::kFloat)}) {
            const InputsFile with({{"input_ids", ids}, {"attention_mask", mask}});
            const Tensors found = run(engine_, request(with, PositionPolicy::BackendDefault));
            QCOMPARE(found.size(), wanted.size());
            for (const auto& [name, value] : wanted)
                QVERIFY2(found.at(name).equal(value), name.c_str());
        }
    }

private:
    static const BackendCase& backend()
    {
        QFETCH(int, which);
        return backendCases().at(static_cast<std::size_t>(which));
    }
    static std::string model()
    {
        QFETCH(QString, model);
        return model.toStdString();
    }
    static InspectionRequest request(const InputsFile& inputs, PositionPolicy positions)
    {
        return backend().request(
            {.model = modelLocation(model()), .inputs = inputs.path(), .positions = positions, .hooks = {"*"}});
    }

    BlockingEngine engine_;
};

QTEST_GUILESS_MAIN(TestLeftPadding)
#include "tst_left_padding.moc"
