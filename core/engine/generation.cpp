// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/generation.h"

#include "core/engine/planned_run.h"
#include "core/error.h"

#include <algorithm>

namespace headscope {
namespace {

/// Keeps what a run ends with.
class LastCapture : public RunListener {
public:
    CapturePtr capture;

    void onStarted(RunId, CapturePtr) override { }
    void onLayer(RunId, CapturePtr, LayerId) override { }
    void onProgress(RunId, Progress) override { }
    void onFinished(RunId, CapturePtr finished) override { capture = std::move(finished); }
    void onFailed(RunId, std::exception_ptr) override { }
    void onCancelled(RunId) override { }
};

/// The prompts as they grow.
class Continuation {
public:
    explicit Continuation(const GenerationRequest& request)
        : request_(lean(request.run))
        , plan_(planRun(request_))
        , encodings_(encodePrompts(request_, *plan_.description))
        , texts_(encodings_.size())
    {
        const ModelConfig& config = plan_.config();
        if (!config.architecture->causal || !config.hasHead)
            throw Error(Fault::BadInput,
                "generate: expected a causal language model, found " + plan_.description->info().name + " ("
                    + config.architecture->family + (config.hasHead ? ")" : " without a head)"));
        for (const Encoding& encoding : encodings_)
            prompts_.push_back(encoding.ids);
    }

    bool isDone() const
    {
        return std::all_of(
            texts_.begin(), texts_.end(), [](const GeneratedText& text) { return text.ended || text.full; });
    }

    /// One token more for every prompt that goes on.
    void step(RunId run, EngineRoom& room, const std::stop_token& stop)
    {
        const EncodedPrompts encoded(encodings_);
        plan_.inputs = makeInputs(request_, *plan_.description, plan_.policies, true, &encoded);
        LastCapture last;
        room.inspector.inspect(run, plan_, stop, last);
        for (std::size_t row = 0; row < encodings_.size(); ++row)
            append(row, nextOf(*last.capture, row));
    }

    const std::vector<GeneratedText>& texts()
    {
        for (std::size_t row = 0; row < texts_.size(); ++row)
            describe(row);
        return texts_;
    }

    std::vector<GeneratedText> finished()
    {
        texts();
        for (std::size_t row = 0; row < texts_.size(); ++row)
            texts_[row].sameTokens
                = encodeText(texts_[row].prompt, "generate", request_, *plan_.description).ids == encodings_[row].ids;
        return std::move(texts_);
    }

private:
    static InspectionRequest lean(InspectionRequest run)
    {
        if (run.prompts.empty())
            throw Error(Fault::BadInput, "generate: expected --prompt, found none");
        run.keepLogits = run.keepScores = false;
        run.keepPatterns = run.attention != AttentionKind::Eager;
        run.hooks.clear();
        return run;
    }

    static std::int64_t nextOf(const Capture& capture, std::size_t row)
    {
        const auto& tokens = capture.header().tokens[row];
        std::size_t last = tokens.size() - 1;
        while (last > 0 && tokens[last].padding)
            --last;
        return fetchNextTokens(capture, {row}, {last}, 1)->top.front().id;
    }

    void append(std::size_t row, std::int64_t id)
    {
        GeneratedText& text = texts_[row];
        if (text.ended || text.full)
            return;
        const Tokenizer& tokenizer = plan_.description->requireTokenizer();
        if (tokenizer.eosId() == id) {
            text.ended = true;
            return;
        }
        text.ids.push_back(id);
        Encoding& encoding = encodings_[row];
        const auto end = encoding.offsets.empty() ? 0 : encoding.offsets.back().second;
        encoding.ids.push_back(id);
        encoding.offsets.emplace_back(end, end);
        // The other rows could still grow, but none can be longer than this.
        text.full = static_cast<std::int64_t>(encoding.ids.size()) >= plan_.config().maxPositions
            && plan_.config().rope.kind != RopeConfig::Kind::Dynamic;
    }

    void describe(std::size_t row)
    {
        const Tokenizer& tokenizer = plan_.description->requireTokenizer();
        GeneratedText& text = texts_[row];
        const std::string before = tokenizer.decode(prompts_[row]), whole = tokenizer.decode(encodings_[row].ids);
        const bool continues = whole.compare(0, before.size(), before) == 0;
        text.text = continues ? whole.substr(before.size()) : tokenizer.decode(text.ids);
        text.prompt = request_.prompts[row] + text.text;
    }

    InspectionRequest request_;
    PlannedRun plan_;
    std::vector<Encoding> encodings_;
    std::vector<std::vector<std::int64_t>> prompts_; ///< ids before anything was added
    std::vector<GeneratedText> texts_;
};

} // namespace

std::vector<GeneratedText> generate(RunId run, const GenerationRequest& request, EngineRoom& room,
    const std::stop_token& stop, const std::function<void(std::size_t, const std::vector<GeneratedText>&)>& told)
{
    Continuation continuation(request);
    for (std::size_t done = 0; done < request.count && !continuation.isDone(); ++done) {
        if (stop.stop_requested())
            throw Cancelled{};
        continuation.step(run, room, stop);
        told(done + 1, continuation.texts());
    }
    return continuation.finished();
}

} // namespace headscope
