// SPDX-License-Identifier: GPL-3.0-or-later
// How answers and what the parts of a model add to them are written.
#pragma once

#include "core/analysis/logit_difference.h"

#include <QString>
#include <QStringList>

namespace headscope::ui {

/// "“·Mary” (517)"
QString answerText(const AnswerToken& answer);

/// Four decimals with a sign: "+1.2345", "-0.0003", "0.0000"; "NaN".
QString logitsText(double logits);

/// As short as it can be told: "L3 H7", "L3 MLP", "Positions".
QString partText(const AttributionTerm& part);

/// In full: "L3 H7", "MLP of layer 3", "Position embedding".
QString partName(const AttributionTerm& part);

/// What a reader should know of answers A and B, a sentence each: what is more than one token, and what is the same.
QStringList answerNotes(const ExampleAnswers& answers);

} // namespace headscope::ui
