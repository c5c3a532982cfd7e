// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/next_token_model.h"

#include <QAbstractItemModelTester>
#include <QFont>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

class TestNextTokenModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void showsRankTokenIdProbabilityAndLogit()
    {
        NextTokenModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTokens(std::make_shared<const NextTokens>(
            NextTokens{{}, {3}, {{42, "Ġstore", "·store", 7.25f, 0.5f}, {7, "<b>", "<b>", -1.5f, 1.2e-7f}}}));
        QCOMPARE(model.rowCount(), 2);
        const auto cell
            = [&](int row, int column, int role = Qt::DisplayRole) { return model.index(row, column).data(role); };
        QCOMPARE(cell(0, NextTokenModel::RankColumn).toInt(), 1);
        QCOMPARE(cell(0, NextTokenModel::TokenColumn).toString(), u"·store"_s);
        QCOMPARE(cell(0, NextTokenModel::IdColumn).toInt(), 42);
        QCOMPARE(cell(0, NextTokenModel::ProbabilityColumn).toString(), u"0.5000"_s);
        QCOMPARE(cell(0, NextTokenModel::ProbabilityColumn, NextTokenModel::ShareRole).toDouble(), 0.5);
        QCOMPARE(cell(0, NextTokenModel::LogitColumn).toString(), u"7.250"_s);
        QCOMPARE(cell(1, NextTokenModel::TokenColumn).toString(), u"<b>"_s);
        QCOMPARE(cell(1, NextTokenModel::ProbabilityColumn).toString(), u"1.2e-07"_s);
        QCOMPARE(model.headerData(NextTokenModel::TokenColumn, Qt::Horizontal).toString(), u"Token"_s);
    }

    void piecesAreInTheToolTipAndSpecialTokensAreMarked()
    {
        NextTokenModel model;
        NextToken special{7, "<img src=x>", "<img src=x>", 1, 0.5f};
        special.special = true;
        model.setTokens(
            std::make_shared<const NextTokens>(NextTokens{{}, {3}, {{42, "Ġstore", "·store", 7.25f, 0.5f}, special}}));
        for (int column = 0; column < NextTokenModel::ColumnCount; ++column) {
            const QString toolTip = model.index(0, column).data(Qt::ToolTipRole).toString();
            QVERIFY2(toolTip.contains(u">Ġstore<"_s) && toolTip.contains(u">42<"_s), qPrintable(toolTip));
        }
        const QModelIndex plain = model.index(0, NextTokenModel::TokenColumn), marked = plain.siblingAtRow(1);
        QVERIFY(marked.data(Qt::ToolTipRole).toString().contains(u"&lt;img src=x&gt;"_s));
        QVERIFY(!marked.data(Qt::ToolTipRole).toString().contains(u"<img"_s));
        QVERIFY(marked.data(Qt::FontRole).value<QFont>().italic());
        QVERIFY(marked.data(Qt::ForegroundRole).isValid());
        QVERIFY(!plain.data(Qt::FontRole).isValid() && !plain.data(Qt::ForegroundRole).isValid());
        QVERIFY(!marked.siblingAtColumn(NextTokenModel::IdColumn).data(Qt::FontRole).isValid());
    }

    void isEmptyUntilThereIsAnAnswer()
    {
        NextTokenModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(!model.data(model.index(0, 0)).isValid());
        model.setTokens(std::make_shared<const NextTokens>(NextTokens{{}, {}, {{1, "a", "a", 0, 1}}}));
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setTokens({});
        QCOMPARE(reset.count(), 1);
        QCOMPARE(model.rowCount(), 0);
    }
};

QTEST_MAIN(TestNextTokenModel)
#include "tst_next_token_model.moc"
