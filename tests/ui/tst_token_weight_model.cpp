// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/models/next_token_model.h"
#include "ui/models/token_weight_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestTokenWeightModel : public QObject {
    Q_OBJECT

    static QStringList print(const TokenWeightModel& model)
    {
        QStringList lines;
        for (int row = 0; row < model.rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < model.columnCount(); ++column)
                cells << model.index(row, column).data().toString();
            lines << cells.join(u'|');
        }
        return lines;
    }

private Q_SLOTS:
    void listsTheStrongestInEitherOrder()
    {
        TokenWeightModel model;
        QAbstractItemModelTester tester(&model);
        QCOMPARE(model.rowCount(), 0);
        const auto tokens = std::make_shared<const std::vector<Token>>(fakeTokens(5));
        const TokenWeights weights{{{0, 0.125f}, {1, 0.5f}, {2, 0.0f}, {4, 0.25f}}, false};
        model.setWeights(tokens, weights, u'k');
        QCOMPARE(print(model), (QStringList{u"1|1|·t1|0.5000"_s, u"2|4|·t4|0.2500"_s, u"3|0|·t0|0.1250"_s}));
        QCOMPARE(model.headerData(TokenWeightModel::PositionColumn, Qt::Horizontal).toString(), u"Key"_s);
        QCOMPARE(model.index(1, TokenWeightModel::WeightColumn).data(NextTokenModel::ShareRole).toDouble(), 0.25);
        model.setView(2, WeightOrder::ByWeight);
        QCOMPARE(print(model), (QStringList{u"1|1|·t1|0.5000"_s, u"2|4|·t4|0.2500"_s}));
        model.setView(10, WeightOrder::ByPosition);
        QCOMPARE(print(model), (QStringList{u"3|0|·t0|0.1250"_s, u"1|1|·t1|0.5000"_s, u"2|4|·t4|0.2500"_s}));
        QCOMPARE(model.positionOf(2), std::size_t{4});
        model.setWeights(tokens, {}, u'q');
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(model.headerData(TokenWeightModel::PositionColumn, Qt::Horizontal).toString(), u"Query"_s);
    }
};

QTEST_MAIN(TestTokenWeightModel)
#include "tst_token_weight_model.moc"
