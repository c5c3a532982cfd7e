// SPDX-License-Identifier: GPL-3.0-or-later
// Prompt sets on several backends, and how far their answers lie apart.
#pragma once

#include "core/error.h"
#include "core/model/model_description.h"
#include "tests/core/golden_run.h"

namespace headscope::answers {

constexpr double limit = 1e-4;

inline std::vector<InspectionRequest> fourBackends(const std::string& model)
{
    std::vector<InspectionRequest> runs;
    for (const Backend backend : {Backend::Native, Backend::Tapped, Backend::Bridge, Backend::Hooked})
        runs.push_back({.model = model, .backend = backend, .positions = PositionPolicy::FromMask, .threads = 1});
    runs.back().processing = readProcessing("none", "test");
    return runs;
}

inline InspectionRequest on(const std::string& model, Backend backend = Backend::Tapped)
{
    return {.model = model, .backend = backend, .threads = 1};
}

/// Largest difference of any figure of two runs over one set. Processed weights move all logits of a row by one
/// constant, so those of single answers can be left out.
inline double distance(const LogitDifferenceRun& a, const LogitDifferenceRun& b, bool answers = true)
{
    double worst = 0;
    const auto compare = [&](double x, double y) { worst = std::max(worst, std::abs(x - y)); };
    const auto score = [&](const AnswerScore& x, const AnswerScore& y) {
        compare(x.difference(), y.difference());
        compare(x.loss, y.loss);
        for (std::size_t i = 0; answers && i < x.correct.size(); ++i)
            compare(x.correct[i], y.correct.at(i));
        for (std::size_t i = 0; answers && i < x.incorrect.size(); ++i)
            compare(x.incorrect[i], y.incorrect.at(i));
        if (x.prediction != y.prediction)
            worst = INFINITY;
    };
    if (a.examples.size() != b.examples.size())
        return INFINITY;
    for (std::size_t i = 0; i < a.examples.size(); ++i) {
        score(a.examples[i].score, b.examples[i].score);
        if (a.examples[i].ablated.has_value() != b.examples[i].ablated.has_value())
            return INFINITY;
        if (a.examples[i].ablated)
            score(*a.examples[i].ablated, *b.examples[i].ablated);
    }
    return worst;
}

/// Largest change that cutting heads makes to a difference.
inline double effect(const LogitDifferenceRun& run)
{
    double worst = 0;
    for (const ExampleResult& example : run.examples)
        worst = std::max(worst, std::abs(example.score.difference() - example.ablated->difference()));
    return worst;
}

inline QByteArray messageOf(BlockingEngine& engine, const LogitDifferenceRequest& request)
{
    try {
        engine.readAnswers(request);
    } catch (const Error& e) {
        return e.what();
    }
    return "no error";
}

} // namespace headscope::answers
