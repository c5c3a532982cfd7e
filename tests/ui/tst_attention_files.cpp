// SPDX-License-Identifier: GPL-3.0-or-later
// Attention that real transformers computed, in the real window: rows and columns of two texts.
#include "core/io/safetensors_writer.h"
#include "tests/core/attention_golden.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/head_files.h"
#include "ui/views/head_grid.h"
#include "ui/views/lines_view.h"
#include "ui/views/picture.h"
#include "ui/views/token_strip.h"
#include "ui/windows/attention_files.h"
#include "ui/windows/desktop.h"
#include "ui/windows/export_controller.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/lines_panel.h"
#include "ui/windows/main_window.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/recent_files.h"
#include "ui/windows/session_controller.h"
#include "ui/windows/token_panel.h"

#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QHelpEvent>
#include <QLabel>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolTip>

#include <bit>
#include <fstream>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestAttentionFiles : public QObject {
    Q_OBJECT

    QTemporaryDir settings_;
    std::unique_ptr<EngineBridge> bridge_;
    std::unique_ptr<MainWindow> window_;
    const GoldenRows golden_ = goldenRows("t5");

    template <class T> T* find(const QString& name)
    {
        auto* found = window_->findChild<T*>(name);
        Q_ASSERT(found);
        return found;
    }
    InspectorView& inspector() { return window_->inspector(); }
    AttentionHeatmap& heatmap() { return inspector().heatmap(); }
    QComboBox& parts() { return *find<QComboBox>(u"attentionPartBox"_s); }
    bool settled()
    {
        const bool done = QTest::qWaitFor([this] { return window_->isSettled(); }, 30000);
        QCoreApplication::processEvents();
        return done;
    }
    bool open(const char* name = "t5.safetensors")
    {
        window_->desktop().take(
            {QUrl::fromLocalFile(QString::fromStdString(attentionData(name).string()))}); // as if it was dropped
        return settled();
    }
    const std::vector<float>& row(std::size_t layer, std::size_t head, std::size_t query) const
    {
        return golden_.at({"cross_attentions." + std::to_string(layer), {0, head, query}});
    }
    void choose(std::size_t layer, std::size_t head)
    {
        inspector().selection().choose({LayerId{layer}, HeadId{head}});
        QVERIFY(settled());
    }
    QColor colourAt(const QImage& image, Cell cell)
    {
        const QPointF centre = heatmap().cellRect(cell).center();
        return image.pixelColor(qRound(centre.x()), qRound(centre.y()));
    }
    QString toolTipAt(QPointF place)
    {
        QToolTip::hideText();
        QHelpEvent help(QEvent::ToolTip, place.toPoint(), heatmap().mapToGlobal(place.toPoint()));
        QCoreApplication::sendEvent(&heatmap(), &help);
        return QToolTip::text();
    }

private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path());
        qputenv("XDG_STATE_HOME", settings_.path().toUtf8());
    }

    void init()
    {
        QSettings().clear();
        bridge_ = std::make_unique<EngineBridge>();
        window_ = std::make_unique<MainWindow>(*bridge_);
        window_->resize(1280, 900);
        window_->show();
        QVERIFY(open());
    }

    void cleanup()
    {
        window_.reset();
        bridge_.reset();
    }

    void takesThePlaceOfARun()
    {
        QVERIFY(inspector().capture()->header().isCross()); // what makes it an encoder-decoder comes first
        QVERIFY(window_->windowTitle().startsWith(u"t5.safetensors"_s));
        QVERIFY(find<QLabel>(u"headTitle"_s)->toolTip().contains(u"t5.safetensors (cross)"_s));
        QVERIFY(find<QLabel>(u"nextTokenHeading"_s)->text().startsWith(u"Attention from a file"_s));
        QVERIFY(find<QLabel>(u"staleLabel"_s)->isHidden()); // no settings made it
        QVERIFY(find<QLabel>(u"emulatesLabel"_s)->toolTip().contains(u"attention from a file"_s));
        QVERIFY(!find<QAction>(u"attributeAction"_s)->isEnabled() && !find<QAction>(u"cutAction"_s)->isEnabled());
        QCOMPARE(inspector().grid().accessibleName(), u"Heads"_s);
        QCOMPARE(inspector().selection().layers(), std::size_t(3));
        QCOMPARE(RecentFiles::attention().size(), 1);
        QCOMPARE(find<QComboBox>(u"sequenceBox"_s)->itemText(1).left(9), u"1: <pad> "_s); // there is no prompt to show

        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        QVERIFY(inspector().capture()->header().keyTokens.empty());
        QVERIFY(!parts().isVisible());
        QVERIFY(!find<QLabel>(u"nextTokenHeading"_s)->text().startsWith(u"Attention from a file"_s));
        QVERIFY(open());
        QVERIFY(parts().isVisible());
        find<QAction>(u"runAction"_s)->trigger(); // F5 runs what the Run panel says
        QVERIFY(settled());
        QVERIFY(!inspector().capture()->header().isCross());
    }

    void cellsHaveTheColoursOfTheirValues()
    {
        choose(1, 2);
        const QImage image = heatmap().grab().toImage();
        const auto& scale = heatmap().colourScale();
        for (const Cell cell : {Cell{0, 0}, Cell{4, 6}, Cell{0, 6}, Cell{4, 0}, Cell{2, 5}}) {
            const QColor found = colourAt(image, cell), wanted(scale.value(row(1, 2, cell.query)[cell.key]));
            for (const auto channel : {&QColor::red, &QColor::green, &QColor::blue})
                QVERIFY2(std::abs((found.*channel)() - (wanted.*channel)()) <= 2,
                    qPrintable(u"q%1 k%2: %3 %4"_s.arg(cell.query).arg(cell.key).arg(found.name(), wanted.name())));
        }
        QVERIFY(heatmap().cellRect({4, 6}).right() <= heatmap().width());
        const QRectF cell = heatmap().cellRect({2, 2});
        QVERIFY(std::abs(cell.width() - cell.height()) < 1); // 5 × 7 cells are no square, a cell is
    }

    void labelsAreOfTheirOwnText()
    {
        const auto besides = [this](std::size_t query) {
            return QPointF(heatmap().cellRect({query, 0}).left() - 10, heatmap().cellRect({query, 0}).center().y());
        };
        const auto below = [this](std::size_t key) {
            return QPointF(heatmap().cellRect({4, key}).center().x(), heatmap().cellRect({4, key}).bottom() + 8);
        };
        QVERIFY2(toolTipAt(besides(2)).contains(u"q[2]  ·kleine"_s), qPrintable(toolTipAt(besides(2))));
        QVERIFY2(toolTipAt(below(3)).contains(u"k[3]  ·stand"_s), qPrintable(toolTipAt(below(3))));
        QVERIFY(!toolTipAt(below(3)).contains(u">id<"_s)); // the file says none
        ViewOptions transposed = inspector().options();
        transposed.transposed = true;
        inspector().setOptions(transposed);
        QVERIFY(settled());
        const QRectF keyRow = heatmap().cellRect({0, 3});
        QVERIFY(toolTipAt({keyRow.left() - 10, keyRow.center().y()}).contains(u"k[3]  ·stand"_s));
        inspector().setOptions({});
    }

    void readOutAndKeyboard()
    {
        choose(2, 1);
        heatmap().choose(Cell{2, 4});
        QVERIFY(settled());
        const QString words = find<QLabel>(u"readout"_s)->text();
        QVERIFY2(words.contains(u"q[2] \"·kleine\" → k[4] \"s\""_s), qPrintable(words));
        QVERIFY2(words.contains(u"p=%1"_s.arg(double(row(2, 1, 2)[4]), 0, 'f', 4)), qPrintable(words));
        heatmap().choose(Cell{4, 6});
        for (const auto key : {Qt::Key_Right, Qt::Key_Down})
            QTest::keyClick(&heatmap(), key);
        QVERIFY(heatmap().chosenCell() == (Cell{4, 6})); // the last of either text
        QTest::keyClick(&heatmap(), Qt::Key_Up);
        QVERIFY(heatmap().chosenCell() == (Cell{3, 6}));
        heatmap().zoom(0.5);
        QVERIFY(settled());
        heatmap().resetView();
        QVERIFY(viewIsWhole());
    }

    void linesHaveATextOnEitherSide()
    {
        ViewOptions options = inspector().options();
        options.page = CentrePage::Lines;
        inspector().setOptions(options);
        choose(0, 3);
        auto& view = inspector().lines().view();
        const auto click = [&](TokenSide side, std::size_t position) {
            QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.tokenRect({side, position}).center());
            QVERIFY(settled());
        };
        const auto words = [this] { return find<QLabel>(u"linesReadout"_s)->text(); };
        click(TokenSide::Key, 6);
        QVERIFY(view.lockedToken() == (LineToken{TokenSide::Key, 6}));
        QVERIFY2(words().startsWith(u"k[6] \"</s>\" (special) is looked at by q["_s), qPrintable(words()));
        click(TokenSide::Query, 3);
        QVERIFY2(words().startsWith(u"q[3] \"·Haus\" looks at k["_s), qPrintable(words()));
        for (const auto& line : view.lines())
            QVERIFY(std::bit_cast<std::uint32_t>(line.weight) == std::bit_cast<std::uint32_t>(row(0, 3, 3)[line.key]));
        click(TokenSide::Query, 6); // the target has only five tokens: nothing is there
        QVERIFY(!view.lockedToken());
        click(TokenSide::Key, 6);
        QTest::keyClick(&view, Qt::Key_Left);
        QVERIFY(view.lockedToken() == (LineToken{TokenSide::Query, 4}));
        inspector().setOptions({});
    }

    void tokensOfBothTexts()
    {
        choose(1, 0);
        auto* panel = window_->findChild<TokenPanel*>();
        heatmap().choose(Cell{3, 2});
        QVERIFY(settled());
        QCOMPARE(panel->strip().tokens()->size(), std::size_t(5));
        QCOMPARE(panel->otherStrip().tokens()->size(), std::size_t(7));
        QVERIFY(panel->otherStrip().isVisible());
        QCOMPARE(panel->strip().picked(), (std::vector<std::size_t>{3}));
        QCOMPARE(panel->otherStrip().picked(), (std::vector<std::size_t>{2}));
        QVERIFY(panel->strip().tints().empty());
        for (std::size_t key = 0; key < 7; ++key)
            QCOMPARE(panel->otherStrip().tints()[key], row(1, 0, 3)[key]);
        const auto* table = find<QTableView>(u"tokenWeightTable"_s);
        QCOMPARE(table->model()->rowCount(), 7);
        panel->setSide(TokenSide::Key);
        QVERIFY(settled());
        QCOMPARE(panel->strip().tokens()->size(), std::size_t(7));
        QCOMPARE(panel->strip().picked(), (std::vector<std::size_t>{2}));
        for (std::size_t query = 0; query < 5; ++query)
            QCOMPARE(panel->otherStrip().tints()[query], row(1, 0, query)[2]);
        QCOMPARE(table->model()->rowCount(), 5);
        QTest::mouseClick(
            panel->otherStrip().viewport(), Qt::LeftButton, {}, panel->otherStrip().tokenRect(1).center());
        QVERIFY(heatmap().chosenCell() == (Cell{1, 2}));
    }

    void anotherPartOfTheFile()
    {
        QVERIFY(parts().isVisible());
        QCOMPARE(parts().count(), 3);
        QCOMPARE(parts().currentText(), u"Cross (decoder looks at encoder)"_s);
        parts().setCurrentIndex(0);
        QVERIFY(settled());
        QVERIFY(find<QLabel>(u"headTitle"_s)->toolTip().contains(u"t5.safetensors (encoder)"_s));
        QCOMPARE(inspector().selection().layers(), std::size_t(2));
        QVERIFY(!inspector().capture()->header().isCross());
        QVERIFY(!window_->findChild<TokenPanel*>()->otherStrip().isVisible());
        QVERIFY(parts().isVisible());
        parts().setCurrentIndex(1);
        QVERIFY(settled());
        const QImage image = heatmap().grab().toImage();
        QCOMPARE(colourAt(image, {0, 4}), QColor(heatmap().colourScale().masked())); // the file says it is causal
    }

    void exportsAreTheFilesValues()
    {
        choose(2, 3);
        heatmap().zoom(0.4);
        heatmap().resetView();
        QTemporaryDir folder;
        ExportJob job = window_->exports().shownHead();
        QVERIFY(!job.what.rows && !job.what.columns); // the whole head
        job.format = FileFormat::Csv;
        job.target = folder.filePath(u"cross.csv"_s).toStdString();
        runExport(job, [](std::size_t, std::size_t) {});
        std::ifstream csv(job.target);
        std::string line;
        std::getline(csv, line);
        std::getline(csv, line);
        QCOMPARE(line, std::string("query\\key,0:·the,1:·little,2:·house,3:·stand,4:s,5:·there,6:</s>"));
        for (std::size_t query = 0; query < 5; ++query) {
            std::getline(csv, line);
            std::istringstream fields(line);
            std::string field;
            std::getline(fields, field, ',');
            for (const float value : row(2, 3, query)) {
                std::getline(fields, field, ',');
                QVERIFY(std::bit_cast<std::uint32_t>(std::strtof(field.c_str(), nullptr))
                    == std::bit_cast<std::uint32_t>(value));
            }
        }
        // A picture, whose cells are found where its sheet says they are.
        const HeadSheet sheet = sheetOf(job, {2, 3});
        QCOMPARE(sheet.rows(), std::size_t(5));
        QCOMPARE(sheet.columns(), std::size_t(7));
        for (const auto format : {FileFormat::Svg, FileFormat::Pdf, FileFormat::Png, FileFormat::Html}) {
            job.format = format;
            job.target = folder.filePath(u"cross.%1"_s.arg(static_cast<int>(format))).toStdString();
            runExport(job, [](std::size_t, std::size_t) {});
        }
        std::ifstream svg(folder.filePath(u"cross.%1"_s.arg(static_cast<int>(FileFormat::Svg))).toStdString());
        const std::string text((std::istreambuf_iterator<char>(svg)), {});
        QVERIFY(text.find("attention from a file") != std::string::npos);
    }

    void picturesLabelEitherText()
    {
        const auto picture = [](const char* source, const char* target) {
            const QTemporaryDir folder;
            const float values[6] = {0.5f, 0.25f, 0.25f, 0.125f, 0.75f, 0.125f};
            const StoredTensor tensor{
                "cross_attentions.0", StoredType::Float32, {1, 2, 3}, std::as_bytes(std::span(values))};
            const auto file = std::filesystem::path(folder.path().toStdString()) / "two.safetensors";
            writeSafetensors(file, std::span(&tensor, 1), {{"encoder_tokens", source}, {"decoder_tokens", target}});
            ExportJob job;
            job.what = {.capture = AttentionFile::open(file)->capture(AttentionPart::Cross), .heads = {{0, 0}}};
            job.footer = false; // the rest is the same but for the labels
            return headPicture(sheetOf(job, {0, 0}), 1);
        };
        const char *source = R"(["aaa","b","c"])", *target = R"(["x","y"])";
        const QImage first = picture(source, target);
        QVERIFY(first == picture(source, target));
        QVERIFY(first != picture(R"(["zzz","b","c"])", target)); // below the columns
        QVERIFY(first != picture(source, R"(["x","z"])")); // beside the rows
    }

    void whatIsWrongIsTold()
    {
        const CapturePtr before = inspector().capture();
        const QString bad = settings_.filePath(u"bad.safetensors"_s);
        QFile file(bad);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("12345678 no safetensors");
        file.close();
        window_->attentionFiles().open(bad);
        QVERIFY(QTest::qWaitFor([this] { return window_->attentionFiles().isSettled(); }));
        QVERIFY(inspector().messages().message().startsWith(bad));
        QCOMPARE(inspector().capture(), before);
        window_->attentionFiles().open(
            QString::fromStdString(attentionData("t5.safetensors").string()), AttentionPart::Self);
        QVERIFY(QTest::qWaitFor([this] { return window_->attentionFiles().isSettled(); }));
        QVERIFY(inspector().messages().message().contains(u"expected its attention of kind: Self"_s));
    }

private:
    bool viewIsWhole()
    {
        const QRectF seen = heatmap().view().seen;
        return seen == QRectF(0, 0, 7, 5);
    }

    void aSessionKeepsTheFileAndWhatIsShownOfIt()
    {
        const QTemporaryDir directory;
        const QString session = directory.filePath(u"a.headscope"_s);
        parts().setCurrentIndex(parts().findData(static_cast<int>(AttentionPart::Encoder)));
        QVERIFY(settled());
        choose(1, 2);
        heatmap().choose(Cell{2, 1});
        QVERIFY(window_->desktop().sessions().save(session));

        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        QVERIFY(!isFromFile(inspector().capture()->header()));
        QVERIFY(window_->desktop().sessions().open(session));
        QVERIFY(settled());
        QTRY_VERIFY(heatmap().chosenCell() == (Cell{2, 1}));
        QVERIFY(isFromFile(inspector().capture()->header()));
        QCOMPARE(parts().currentData().toInt(), static_cast<int>(AttentionPart::Encoder));
        QVERIFY(inspector().selection().shown() == (HeadRef{LayerId{1}, HeadId{2}}));

        QFile written(session);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QByteArray json = written.readAll();
        QVERIFY(json.contains("\"kind\": \"encoder\""));
    }
};

QTEST_MAIN(TestAttentionFiles)
#include "tst_attention_files.moc"
