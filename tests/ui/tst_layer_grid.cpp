// SPDX-License-Identifier: GPL-3.0-or-later
// The picture of a logit lens alone, over a lens that makes its words up: what it asks for, where it scrolls.
#include "ui/bridge/lens_feed.h"
#include "ui/views/layer_grid.h"

#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

namespace {

/// 30 layers over 3,000 positions; says "·%4DEPTH/POSITION", with the probability depth / 30.
class FakeLens : public LogitLens {
public:
    explicit FakeLens(std::size_t positions = 3000)
    {
        header_.model.layers = 30;
        header_.tokens.emplace_back();
        for (std::size_t i = 0; i < positions; ++i)
            header_.tokens[0].push_back({.label = "t" + std::to_string(i)});
    }

    const RunHeader& header() const noexcept override { return header_; }
    SequenceId sequence() const noexcept override { return {}; }
    Range positions() const noexcept override { return {0, header_.tokens[0].size()}; }
    Ticket requestGrid(Range positions, LensNorm norm, GridSink sink) const override
    {
        asked.push_back(positions);
        if (fails) {
            sink(nullptr, std::make_exception_ptr(std::runtime_error("no")));
            return {};
        }
        auto grid = std::make_shared<LensGrid>();
        grid->positions = positions;
        grid->depths = depths();
        grid->norm = norm;
        for (std::size_t depth = 0; depth < depths(); ++depth)
            for (std::size_t position = positions.begin; position < positions.end; ++position)
                grid->cells.push_back({.best = {.label = "·%4" + std::to_string(depth) + "/" + std::to_string(position),
                                           .probability = static_cast<float>(depth) / 30},
                    .choiceProbability = norm == LensNorm::Own ? 0.25f : 0.75f,
                    .choiceRank = 31 - depth});
        sink(grid, nullptr);
        return {};
    }
    Ticket requestPosition(TokenPos, LensQuestion, PositionSink) const override { return {}; }
    Ticket requestPart(LensPart, TokenPos, std::size_t, PartSink) const override { return {}; }

    mutable std::vector<Range> asked;
    bool fails = false;

private:
    RunHeader header_;
};

} // namespace

class TestLayerGrid : public QObject {
    Q_OBJECT

    std::shared_ptr<FakeLens> lens_;
    std::unique_ptr<LensFeed> feed_;
    std::unique_ptr<LayerGrid> grid_;

    bool settled()
    {
        return QTest::qWaitFor(
            [this] {
                grid_->viewport()->repaint();
                QCoreApplication::processEvents();
                return !feed_->isWaiting();
            },
            5000);
    }
    QColor colourAt(LensPlace place)
    {
        return grid_->viewport()->grab().toImage().pixel(grid_->rectOf(place).topLeft() + QPoint(3, 3));
    }

private Q_SLOTS:
    void init()
    {
        lens_ = std::make_shared<FakeLens>();
        feed_ = std::make_unique<LensFeed>();
        grid_ = std::make_unique<LayerGrid>(*feed_);
        grid_->resize(700, 300);
        grid_->show();
        QVERIFY(QTest::qWaitForWindowExposed(grid_.get()));
        feed_->setLens(lens_, LensNorm::Own);
        QVERIFY(settled());
    }

    void cleanup()
    {
        grid_.reset();
        feed_.reset();
    }

    void asksOnlyForWhatIsSeen()
    {
        // The last layer at the last position is chosen, so the end is in view.
        QCOMPARE(*grid_->chosen(), (LensPlace{30, 2999}));
        QVERIFY(lens_->asked.size() <= 2);
        QCOMPARE(lens_->asked.front().end, std::size_t{3000});
        const std::size_t before = lens_->asked.size();
        grid_->horizontalScrollBar()->setValue(0);
        QVERIFY(settled());
        QCOMPARE(lens_->asked[before], (Range{0, 16}));
        QVERIFY(lens_->asked.size() <= before + 2);
        grid_->viewport()->repaint();
        QVERIFY(settled());
        QVERIFY(lens_->asked.size() <= before + 2); // once each
        const QString words = grid_->wordsOf({7, 3});
        QVERIFY(words.startsWith(u"after L6, q[3]"_s));
        QVERIFY(words.contains(u"·%47/3"_s) && words.contains(u"p 0.2333"_s));
        QVERIFY(words.endsWith(u"rank 24, p 0.2500"_s));
    }

    void everyCellIsWhereItIsPainted()
    {
        for (const LensPlace place : {LensPlace{30, 2990}, LensPlace{0, 0}, LensPlace{17, 1500}}) {
            grid_->choose(place);
            QVERIFY(settled());
            const QRect box = grid_->rectOf(place);
            QVERIFY(grid_->viewport()->rect().contains(box));
            QCOMPARE(*grid_->placeAt(box.center()), place);
            QCOMPARE(*grid_->placeAt(box.topLeft()), place);
            QVERIFY(grid_->placeAt(box.topLeft() - QPoint(1, 0)) != place);
            LensPlace beside = place; // without the frame of the chosen one
            beside.depth = place.depth > 0 ? place.depth - 1 : 1;
            grid_->choose(beside);
            QCOMPARE(colourAt(place), QColor(grid_->scale().colourOf(static_cast<float>(place.depth) / 30)));
        }
        QVERIFY(!grid_->placeAt({2, 100})); // names of layers
        QVERIFY(!grid_->placeAt({200, 2})); // names of tokens
        // Layer above layer: the last one on top.
        QVERIFY(grid_->rectOf({1, 0}).top() < grid_->rectOf({0, 0}).top());
    }

    void theColourIsWhatWasChosen()
    {
        grid_->choose({10, 5});
        QVERIFY(settled());
        grid_->setColour(LensColour::Choice);
        QCOMPARE(colourAt({11, 5}), QColor(grid_->scale().colourOf(0.25f)));
        feed_->setLens(lens_, LensNorm::Final);
        QCOMPARE(*grid_->chosen(), (LensPlace{10, 5})); // stays
        QVERIFY(settled());
        QCOMPARE(colourAt({11, 5}), QColor(grid_->scale().colourOf(0.75f)));
    }

    void pointingReadsOut()
    {
        grid_->choose({10, 5});
        QVERIFY(settled());
        QSignalSpy told(grid_.get(), &LayerGrid::wordsChanged);
        QSignalSpy chosen(grid_.get(), &LayerGrid::chosenChanged);
        QTest::mouseMove(grid_->viewport(), grid_->rectOf({11, 6}).center());
        QTRY_COMPARE(*grid_->hovered(), (LensPlace{11, 6}));
        QVERIFY(grid_->words().startsWith(u"after L10"_s));
        QVERIFY(told.size() >= 1);
        QCOMPARE(chosen.size(), 0);
        QEvent left(QEvent::Leave);
        QCoreApplication::sendEvent(grid_->viewport(), &left);
        QVERIFY(grid_->words().startsWith(u"after L9"_s));
        QTest::keyClick(grid_.get(), Qt::Key_PageDown);
        QVERIFY(grid_->chosen()->depth < 5);
        QCOMPARE(chosen.size(), 1);
        QTest::keyClick(grid_.get(), Qt::Key_Home);
        QTest::keyClick(grid_.get(), Qt::Key_Left); // the edge
        QCOMPARE(grid_->chosen()->position, std::size_t{0});
        QCOMPARE(chosen.size(), 2);
    }

    void aFailureIsToldOnce()
    {
        lens_->fails = true;
        QSignalSpy failed(feed_.get(), &LensFeed::failed);
        feed_->setLens(lens_, LensNorm::Final);
        QVERIFY(settled());
        QCOMPARE(failed.size(), 1);
        QVERIFY(grid_->words().endsWith(u"…"_s));
        feed_->setLens({}, LensNorm::Own);
        QVERIFY(!grid_->chosen());
        QCOMPARE(grid_->words(), QString());
        QTest::keyClick(grid_.get(), Qt::Key_Up);
        QTest::mouseClick(grid_->viewport(), Qt::LeftButton, {}, {200, 100});
    }

    void aShorterTextHasOtherPlaces()
    {
        grid_->choose({20, 2999});
        QVERIFY(settled());
        feed_->setLens(std::make_shared<FakeLens>(5), LensNorm::Own);
        QCOMPARE(*grid_->chosen(), (LensPlace{30, 4}));
        QVERIFY(settled());
        QVERIFY(grid_->words().startsWith(u"after L29, q[4]"_s));
        QCOMPARE(grid_->horizontalScrollBar()->maximum(), 0);
    }

    void isTheSameAtTwiceTheSize()
    {
        // Fractions of pixels: rows keep to whole ones, names stay in their cells.
        QFont large = grid_->font();
        large.setPointSizeF(large.pointSizeF() * 2);
        grid_->setFont(large);
        QVERIFY(settled());
        grid_->choose({30, 2999});
        QVERIFY(grid_->rectOf({30, 2999}).height() > QFontMetrics(large).height());
        QVERIFY(grid_->viewport()->rect().contains(grid_->rectOf({30, 2999})));
    }
};

QTEST_MAIN(TestLayerGrid)
#include "tst_layer_grid.moc"
