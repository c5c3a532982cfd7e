// SPDX-License-Identifier: GPL-3.0-or-later
// TransformerLens's test_use_attn_result: heads' results add up to what attention writes, and cost nothing when nobody
// looks. Also the shapes of attention's hooks where several heads share keys and values.
#include "core/engine/forward_pass.h"
#include "tests/core/seed_run.h"

#include <ATen/record_function.h>
#include <c10/core/InferenceMode.h>

using namespace headscope;
using namespace headscope::golden;
using namespace headscope::seeds;

namespace {

void addCases(const std::vector<std::string>& models)
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("which");
    for (const std::string& model : models)
        for (std::size_t which = 1; which < backendCases().size(); ++which) // native tells no such hooks
            QTest::addRow("%s, %s", model.c_str(), backendCases()[which].name)
                << QString::fromStdString(model) << static_cast<int>(which);
}

/// Operators called on this thread while it lives.
class OperatorCounter {
public:
    OperatorCounter()
        : handle_(at::addThreadLocalCallback(at::RecordFunctionCallback(&OperatorCounter::seen)))
    {
        counts_.clear();
    }
    ~OperatorCounter() { at::removeCallback(handle_); }
    OperatorCounter(const OperatorCounter&) = delete;
    OperatorCounter& operator=(const OperatorCounter&) = delete;

    int total() const
    {
        int sum = 0;
        for (const auto& [name, count] : counts_)
            sum += count;
        return sum;
    }
    int of(const std::string& name) const { return counts_.contains(name) ? counts_.at(name) : 0; }

private:
    static std::unique_ptr<at::ObserverContext> seen(const at::RecordFunction& function)
    {
        ++counts_[function.name()];
        return nullptr;
    }
    static inline thread_local std::map<std::string, int> counts_;
    at::CallbackHandle handle_;
};

/// A model loaded for one backend, run on this thread.
struct Rig {
    InspectionRequest request;
    std::shared_ptr<const ModelDescription> description;
    BackendPolicies policies;
    LoadedModel model;
    ModelInputs inputs;

    Rig(const std::string& name, const BackendCase& how)
        : request(how.request({.model = modelLocation(name), .inputs = folder("golden/") + name + "_left.safetensors"}))
        , description(describe(name))
        , policies(policiesFor(request, description->config()))
        , model(description, recipeFor(policies), {})
        , inputs(makeInputs(request, *description, policies))
    {
        model.weights(); // what reads layers must not be counted
    }

    /// The logits, with one hook observed.
    at::Tensor logits(
        const std::string& glob, const HookObserver& observer = [](const std::string&, const at::Tensor&) {})
    {
        HookRegistry hooks(policies.hooks);
        const auto handle = hooks.observe(glob, observer);
        ForwardPass pass(model, policies, hooks, {});
        return pass.run(
            inputs, [](std::size_t, LayerOutcome) {}, [] {});
    }
};

} // namespace

class TestUseAttnResult : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Not where a norm stands between the two: gemma2, and the bridge's view of BERT.
    void sumsToAttentionOut_data()
    {
        addCases({"gpt2-tiny", "gpt2-switches", "neox-parallel", "neox-nobias", "llama-gqa", "llama-bias",
            "mistral-window", "qwen2-bias", "qwen3-norm", "bert-mlm"});
    }

    void sumsToAttentionOut()
    {
        const c10::InferenceMode inference;
        Rig rig(model(), backend());
        if (rig.policies.postNormHooks == PostNormHooks::After && rig.inputs.causal == false)
            return;
        const ModelConfig& config = rig.model.config();
        Tensors found;
        rig.logits("blocks.*", [&](const std::string& name, const at::Tensor& value) { found[name] = value; });
        for (std::int64_t layer = 0; layer < config.layers; ++layer) {
            const std::string block = "blocks." + std::to_string(layer);
            const at::Tensor result = found.at(block + ".attn.hook_result"), out = found.at(block + ".hook_attn_out");
            QCOMPARE(result.sizes().vec(),
                (std::vector<std::int64_t>{out.size(0), out.size(1), config.heads, config.width}));
            const at::Tensor bias = rig.model.weights().layers[static_cast<std::size_t>(layer)].output.bias;
            const at::Tensor sum = result.sum(2);
            const double gap = distance(bias.defined() ? at::add(sum, bias) : sum, out);
            QVERIFY2(gap < 1e-5, qPrintable(QString::number(gap)));
            QVERIFY(size(out) > 0.01);
            if (bias.defined() && size(bias) > 0)
                QVERIFY(distance(sum, out) > 1e-5); // b_O is no part of it
            // Each head's own: z of the head through its rows of W_O.
            const LinearWeights& output = rig.model.weights().layers[static_cast<std::size_t>(layer)].output;
            const at::Tensor rows = output.layout == ProjectionLayout::InOut ? output.weight : output.weight.t();
            const std::int64_t head = config.heads - 1, d = config.headWidth;
            const at::Tensor own
                = at::matmul(found.at(block + ".attn.hook_z").select(2, head), rows.slice(0, head * d, head * d + d));
            QVERIFY(distance(result.select(2, head), own) < 1e-5);
        }
    }

    void isNotComputedUnasked_data() { addCases({"gpt2-tiny", "llama-gqa"}); }

    void isNotComputedUnasked()
    {
        const c10::InferenceMode inference;
        Rig rig(model(), backend());
        const auto layers = static_cast<int>(rig.model.config().layers);
        int fired = 0;
        const auto count = [&](const std::string&, const at::Tensor&) { ++fired; };
        const auto operators = [&](const std::string& glob) {
            const OperatorCounter counter;
            rig.logits(glob, count);
            return std::pair(counter.total(), counter.of("aten::einsum"));
        };
        const auto [least, none] = operators("nothing");
        const auto [other, noneEither] = operators("blocks.*.attn.hook_z");
        QCOMPARE(fired, layers);
        const auto [more, products] = operators("blocks.*.attn.hook_result");
        QCOMPARE(fired, 2 * layers);
        QVERIFY(least > 50 && other == least);
        QCOMPARE(none + noneEither, 0);
        QCOMPARE(products, layers);
        QVERIFY(more > least);

        // Nor does looking change anything.
        QVERIFY(rig.logits("blocks.*.attn.hook_result").equal(rig.logits("nothing")));
        InspectionRequest unasked = rig.request;
        unasked.hooks = {"blocks.*.hook_attn_out", "blocks.*.attn.hook_z"};
        for (const auto& [name, value] : run(engine_, unasked))
            QVERIFY(!name.ends_with("hook_result"));
    }

    void headCounts_data() { addCases(tinyModels()); }

    /// Keys and values have the heads that they are stored for; queries, scores, patterns and results those of queries.
    void headCounts()
    {
        const BackendCase& how = backend();
        const ModelConfig config = describe(model())->config();
        const Tensors found = run(engine_,
            how.request({.model = modelLocation(model()),
                .inputs = folder("golden/") + model() + "_left.safetensors",
                .hooks = {"blocks.*"}}));
        const at::Tensor resid = found.at("blocks.0.hook_resid_pre");
        const std::int64_t batch = resid.size(0), length = resid.size(1), heads = config.heads, d = config.headWidth;
        const std::int64_t groups = config.keyValueHeads;
        using Shape = std::vector<std::int64_t>;
        std::map<std::string, Shape> wanted{{"q", {batch, length, heads, d}}, {"k", {batch, length, groups, d}},
            {"v", {batch, length, groups, d}}, {"z", {batch, length, heads, d}},
            {"result", {batch, length, heads, config.width}}, {"attn_scores", {batch, heads, length, length}},
            {"pattern", {batch, heads, length, length}}};
        if (config.architecture->position == PositionKind::Rotary)
            wanted.insert({{"rot_q", {batch, length, heads, d}}, {"rot_k", {batch, length, groups, d}}});
        for (std::int64_t layer = 0; layer < config.layers; ++layer)
            for (const auto& [hook, shape] : wanted) {
                const std::string name = "blocks." + std::to_string(layer) + ".attn.hook_" + hook;
                QVERIFY2(found.contains(name), name.c_str());
                QVERIFY2(found.at(name).sizes().vec() == shape, name.c_str());
            }
        if (groups < heads) { // heads of a group look at the same keys
            QVERIFY(heads % groups == 0);
            ++grouped_;
        }
    }

    void groupsWereSeen() { QVERIFY(grouped_ >= 4 * static_cast<int>(backendCases().size() - 1)); }

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

    BlockingEngine engine_;
    int grouped_ = 0;
};

QTEST_GUILESS_MAIN(TestUseAttnResult)
#include "tst_use_attn_result.moc"
