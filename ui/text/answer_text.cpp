// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/answer_text.h"

#include "ui/text/labels.h"

#include <QCoreApplication>

#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

QString tr(const char* source) { return QCoreApplication::translate("AnswerText", source); }

QString tokenWords(const AnswerToken& answer, std::size_t index)
{
    return u"“"_s + shownLabel(answer.labels[index]) + u"” (%1)"_s.arg(answer.ids[index]);
}

} // namespace

QString answerText(const AnswerToken& answer) { return tokenWords(answer, 0); }

QString logitsText(double logits)
{
    if (std::isnan(logits))
        return u"NaN"_s;
    const QString words = QString::number(logits, 'f', 4);
    const bool zero = words == "0.0000"_L1 || words == "-0.0000"_L1;
    return zero ? u"0.0000"_s : logits > 0 ? u'+' + words : words;
}

QString partText(const AttributionTerm& part)
{
    if (part.layer && part.head)
        return headText({LayerId{*part.layer}, HeadId{*part.head}});
    if (part.layer)
        return u"L%1 "_s.arg(*part.layer) + (part.name == "mlp" ? tr("MLP") : tr("bias"));
    return part.name == "embedding"         ? tr("Embedding")
        : part.name == "position embedding" ? tr("Positions")
        : part.name == "final norm bias"    ? tr("Norm bias")
                                            : tr("Logit bias");
}

QString partName(const AttributionTerm& part)
{
    if (part.layer && part.head)
        return partText(part);
    if (part.layer)
        return (part.name == "mlp" ? tr("MLP of layer %1") : tr("Bias of the attention's output in layer %1"))
            .arg(*part.layer);
    return part.name == "embedding"         ? tr("Token embedding")
        : part.name == "position embedding" ? tr("Position embedding")
        : part.name == "final norm bias"    ? tr("Bias of the final norm")
                                            : tr("Bias of the unembedding");
}

QStringList answerNotes(const ExampleAnswers& answers)
{
    QStringList notes;
    const auto look = [&](const QString& name, const AnswerToken& answer) {
        if (!answer.isCut())
            return;
        QStringList tokens;
        for (std::size_t i = 0; i < answer.ids.size(); ++i)
            tokens << tokenWords(answer, i);
        notes << tr("Answer %1 is %2 tokens, of which the first one is read: ").arg(name).arg(tokens.size())
                + tokens.join(u", "_s);
    };
    look(u"A"_s, answers.correct.front());
    look(u"B"_s, answers.incorrect.front());
    if (answers.correctIds == answers.incorrectIds)
        notes << tr("Answers A and B are the same token: ") + answerText(answers.correct.front());
    return notes;
}

} // namespace headscope::ui
