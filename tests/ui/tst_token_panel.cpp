// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/models/token_weight_model.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/token_strip.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/token_panel.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QTableView>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestTokenPanel : public QObject {
    Q_OBJECT

    std::shared_ptr<FakePatternSource> source_;
    std::unique_ptr<InspectorView> inspector_;
    std::unique_ptr<TokenPanel> panel_;

    template <class T> T* find(const QString& name) { return panel_->findChild<T*>(name); }
    QString heading() { return find<QLabel>(u"tokenHeading"_s)->text(); }
    QStringList list()
    {
        const auto* model = find<QTableView>(u"tokenWeightTable"_s)->model();
        QStringList lines;
        for (int row = 0; row < model->rowCount(); ++row)
            lines << model->index(row, TokenWeightModel::PositionColumn).data().toString() + u' '
                    + model->index(row, TokenWeightModel::WeightColumn).data().toString();
        return lines;
    }
    void click(std::size_t position, Qt::KeyboardModifiers keys = {})
    {
        auto& strip = panel_->strip();
        strip.reveal(position);
        QTest::mouseClick(strip.viewport(), Qt::LeftButton, keys, strip.tokenRect(position).center());
        QTRY_VERIFY(panel_->isSettled());
    }
    void type(Qt::Key key, Qt::KeyboardModifiers keys = {})
    {
        QTest::keyClick(find<QLineEdit>(u"searchEdit"_s), key, keys);
    }

private Q_SLOTS:
    void init()
    {
        source_ = std::make_shared<FakePatternSource>(8, 2, 3);
        source_->value = [](LayerId layer, HeadId, std::size_t q, std::size_t k) {
            return layer.value == 1 ? 1.0f / static_cast<float>(q + 1)
                : q == 0            ? 1.0f
                : k + 1 == q        ? 0.75f
                : k == q            ? 0.25f
                                    : 0.0f;
        };
        inspector_ = std::make_unique<InspectorView>();
        inspector_->resize(900, 800);
        inspector_->show();
        panel_ = std::make_unique<TokenPanel>(*inspector_);
        panel_->resize(360, 480);
        panel_->show();
        inspector_->begin(std::make_shared<FakeCapture>(source_));
        QTRY_VERIFY(inspector_->isSettled() && panel_->isSettled());
    }
    void cleanup()
    {
        panel_.reset();
        inspector_.reset();
    }

    void startsWithTheLastToken()
    {
        QCOMPARE(panel_->strip().picked(), std::vector<std::size_t>{7});
        QCOMPARE(heading(), u"L0 H0  q[7] \"·t7\" looks at"_s);
        QCOMPARE(list(), (QStringList{u"6 0.7500"_s, u"7 0.2500"_s}));
        QCOMPARE(panel_->strip().tints(), (std::vector<float>{0, 0, 0, 0, 0, 0, 0.75f, 0.25f}));
    }

    void aTokenIsTheRowOfTheChosenCell()
    {
        click(3);
        QVERIFY(inspector_->heatmap().chosenCell().has_value());
        QCOMPARE(inspector_->heatmap().chosenCell()->query, std::size_t{3});
        QVERIFY(inspector_->position() == TokenPos{3});
        inspector_->heatmap().choose(Cell{5, 1});
        QTRY_VERIFY(panel_->isSettled());
        QCOMPARE(panel_->strip().picked(), std::vector<std::size_t>{5});
        QCOMPARE(list(), (QStringList{u"4 0.7500"_s, u"5 0.2500"_s}));
        click(2);
        QVERIFY((inspector_->heatmap().chosenCell() == Cell{2, 1})); // the column stays
    }

    void whoLooksAtIt()
    {
        click(3);
        panel_->setSide(TokenSide::Key);
        QTRY_VERIFY(panel_->isSettled());
        QCOMPARE(heading(), u"L0 H0  k[3] \"·t3\" is looked at by"_s);
        QCOMPARE(list(), (QStringList{u"4 0.7500"_s, u"3 0.2500"_s}));
        click(1);
        QCOMPARE(inspector_->heatmap().chosenCell()->key, std::size_t{1});
        QCOMPARE(inspector_->heatmap().chosenCell()->query, std::size_t{3});
        inspector_->heatmap().choose(Cell{6, 5});
        QCOMPARE(panel_->strip().picked(), std::vector<std::size_t>{5});
        QCOMPARE(source_->asked.back().columns, (Range{5, 6}));
    }

    void severalAreAveraged()
    {
        click(3);
        click(5, Qt::ControlModifier);
        QCOMPARE(heading(), u"L0 H0  mean of 2 tokens looks at"_s);
        QCOMPARE(list(), (QStringList{u"2 0.3750"_s, u"4 0.3750"_s, u"3 0.1250"_s, u"5 0.1250"_s}));
        QCOMPARE(inspector_->heatmap().chosenCell()->query, std::size_t{3});
        find<QComboBox>(u"tokenOrderBox"_s)->setCurrentIndex(1);
        QCOMPARE(list(), (QStringList{u"2 0.3750"_s, u"3 0.1250"_s, u"4 0.3750"_s, u"5 0.1250"_s}));
        find<QSpinBox>(u"tokenCountBox"_s)->setValue(1);
        QCOMPARE(list(), (QStringList{u"2 0.3750"_s}));
    }

    void followsTheHeadAndTheScale()
    {
        click(3);
        inspector_->selection().choose({LayerId{1}, HeadId{1}});
        QTRY_COMPARE(list().size(), 4);
        QVERIFY(heading().startsWith(u"L1 H1  "_s));
        QCOMPARE(panel_->strip().tints().at(2), 0.25f);
        ViewOptions options = inspector_->options();
        options.scale = ScaleMode::Auto;
        inspector_->setOptions(options);
        QCOMPARE(panel_->strip().tints().at(2), 1.0f);
    }

    void anotherRunStartsAnew()
    {
        click(3);
        click(5, Qt::ControlModifier);
        const auto shorter = std::make_shared<FakePatternSource>(4, 2, 3);
        inspector_->begin(std::make_shared<FakeCapture>(shorter));
        QTRY_VERIFY(panel_->isSettled());
        QCOMPARE(panel_->strip().picked(), std::vector<std::size_t>{3});
        QCOMPARE(list(), (QStringList{u"3 1.0000"_s}));
    }

    void nothingIsFetchedWhileHidden()
    {
        panel_->hide();
        const auto before = source_->requests;
        inspector_->heatmap().choose(Cell{4, 4});
        QTRY_VERIFY(inspector_->isSettled());
        const auto own = source_->requests - before; // the read-out's row
        QVERIFY(own <= 1);
        panel_->show();
        QTRY_COMPARE(list(), (QStringList{u"3 0.7500"_s, u"4 0.2500"_s}));
    }

    void searchFindsAsOneTypes()
    {
        auto capture = std::make_shared<FakeCapture>(source_);
        auto& tokens = capture->editHeader().tokens[0];
        tokens[1].label = "·Mary";
        tokens[4].label = "·mary";
        tokens[6].label = "·John";
        tokens[6].piece = "ĠxMARYx";
        inspector_->begin(capture);
        panel_->search();
        auto* edit = find<QLineEdit>(u"searchEdit"_s);
        auto* count = find<QLabel>(u"searchCount"_s);
        QVERIFY(edit->isVisible());
        QTest::keyClicks(edit, u"mary"_s);
        QCOMPARE(count->text(), u"1 of 3"_s);
        QCOMPARE(panel_->strip().picked(), std::vector<std::size_t>{1});
        type(Qt::Key_Return);
        QCOMPARE(count->text(), u"2 of 3"_s);
        QCOMPARE(panel_->strip().picked(), std::vector<std::size_t>{4});
        QCOMPARE(inspector_->heatmap().chosenCell()->query, std::size_t{4});
        type(Qt::Key_Return);
        type(Qt::Key_Return); // round
        QCOMPARE(count->text(), u"1 of 3"_s);
        type(Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(count->text(), u"3 of 3"_s);
        QCOMPARE(panel_->strip().picked(), std::vector<std::size_t>{6});
        QTest::keyClicks(edit, u"?"_s);
        QCOMPARE(count->text(), u"none"_s);
        type(Qt::Key_Return);
        QCOMPARE(panel_->strip().picked(), std::vector<std::size_t>{6});
        type(Qt::Key_Escape);
        QVERIFY(!edit->isVisible());
        QCOMPARE(edit->text(), QString());
    }
};

QTEST_MAIN(TestTokenPanel)
#include "tst_token_panel.moc"
