// SPDX-License-Identifier: GPL-3.0-or-later
// Export and copy as somebody at the window meets them.
#include "tests/ui/fakes.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/picture.h"
#include "ui/windows/export_controller.h"
#include "ui/windows/inspector_view.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QMainWindow>
#include <QProgressDialog>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <QThreadPool>
#include <QTimer>

#include <mutex>

using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

/// An inspector on a made-up run, with what exports it.
struct Rig {
    explicit Rig(std::size_t tokens = 8)
        : source(std::make_shared<FakePatternSource>(tokens))
        , capture(std::make_shared<FakeCapture>(source))
        , inspector(new InspectorView)
    {
        source->value = [](LayerId layer, HeadId head, std::size_t query, std::size_t key) {
            return key > query ? 0 : 1.0f / static_cast<float>(3 + layer.value + head.value + query * 7 + key);
        };
        window.setCentralWidget(inspector);
        exports = new ExportController(window, *inspector);
        window.resize(900, 700);
        window.show();
        inspector->begin(capture);
        inspector->selection().choose({{1}, {2}});
        window.activateWindow();
        [[maybe_unused]] const bool active = QTest::qWaitForWindowActive(&window);
    }

    QMainWindow window;
    std::shared_ptr<FakePatternSource> source;
    std::shared_ptr<FakeCapture> capture;
    InspectorView* inspector;
    ExportController* exports;
};

template <class Widget> Widget* in(ExportDialog& dialog, const char* name)
{
    return dialog.findChild<Widget*>(QLatin1StringView(name));
}

void choose(ExportDialog& dialog, const char* box, int data)
{
    auto* combo = in<QComboBox>(dialog, box);
    combo->setCurrentIndex(combo->findData(data));
}

constexpr int view = 0, picked = 1, all = 2; // ExportDialog::What

} // namespace

class TestExportDialog : public QObject {
    Q_OBJECT

    QTemporaryDir directory_;
    QString path(const QString& name) { return directory_.filePath(name); }
    QStringList files() { return QDir(directory_.path()).entryList(QDir::Files | QDir::Hidden, QDir::Name); }

private Q_SLOTS:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName(u"HeadscopeTests"_s);
        QCoreApplication::setApplicationName(u"export_dialog"_s);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, directory_.filePath(u"settings"_s));
    }

    void init()
    {
        QSettings().clear();
        QSettings().setValue("export/directory"_L1, directory_.path());
        for (const auto& file : files())
            QFile::remove(path(file));
    }

    void theDialogProposesANameAndFollowsTheFormat()
    {
        Rig rig;
        ExportDialog dialog(rig.exports->offer());
        auto* target = in<QLineEdit>(dialog, "exportTarget");
        QCOMPARE(target->text(), path(u"fake_L01_H02.png"_s));
        choose(dialog, "exportFormat", static_cast<int>(FileFormat::Svg));
        QCOMPARE(target->text(), path(u"fake_L01_H02.svg"_s));
        QCOMPARE(dialog.job().format, FileFormat::Svg);
        choose(dialog, "exportWhat", all);
        QCOMPARE(target->text(), directory_.path()); // SVG holds one head: a directory for the files
        QVERIFY(dialog.job().separate);
        choose(dialog, "exportFormat", static_cast<int>(FileFormat::Pdf));
        QVERIFY(in<QCheckBox>(dialog, "exportSeparate")->isEnabled());
        in<QCheckBox>(dialog, "exportSeparate")->setChecked(false);
        QCOMPARE(target->text(), path(u"fake_heads.pdf"_s));
        QCOMPARE(dialog.job().what.heads.size(), std::size_t(6));
        dialog.setTarget(path(u"mine.pdf"_s));
        choose(dialog, "exportFormat", static_cast<int>(FileFormat::Html));
        QCOMPARE(target->text(), path(u"mine.html"_s)); // the user's own name stays
    }

    void optionsShowWhereTheyApply()
    {
        Rig rig;
        ExportDialog dialog(rig.exports->offer());
        dialog.show();
        const auto shown
            = [&](const char* name) { return dialog.findChild<QWidget*>(QLatin1StringView(name))->isVisible(); };
        for (const auto& each : fileFormats()) {
            choose(dialog, "exportFormat", static_cast<int>(each.format));
            QCOMPARE(shown("exportScale"), each.format == FileFormat::Png);
            QCOMPARE(shown("exportInteractive"), each.format == FileFormat::Html);
            QCOMPARE(shown("exportFooter"), each.format != FileFormat::Csv && each.format != FileFormat::Npy);
            QVERIFY(!shown("exportPart")); // everything is in view
        }
        for (const auto* widget : dialog.findChildren<QWidget*>())
            if (widget->focusPolicy() != Qt::NoFocus && widget->objectName().startsWith(u"export"_s))
                QVERIFY2(!widget->toolTip().isEmpty() && !widget->accessibleName().isEmpty(),
                    qPrintable(widget->objectName()));
    }

    void returnExportsFromAnyField()
    {
        Rig rig;
        ExportDialog dialog(rig.exports->offer(), &rig.window);
        dialog.setTarget(path(u"by-return.png"_s));
        dialog.show();
        for (const auto* label : dialog.findChildren<QLabel*>())
            QVERIFY2(!label->text().contains(u'&') || label->buddy(), qPrintable(label->text()));
        QTest::keyClick(in<QSpinBox>(dialog, "exportScale"), Qt::Key_Return);
        QCOMPARE(dialog.result(), int(QDialog::Accepted));
        QVERIFY(!dialog.isVisible());
    }

    void aTargetThatCannotBeWrittenIsToldInTheDialog()
    {
        Rig rig;
        ExportDialog dialog(rig.exports->offer());
        dialog.setTarget(path(u"no/such/a.png"_s));
        dialog.accept();
        QCOMPARE(dialog.result(), 0);
        QVERIFY(in<QLabel>(dialog, "exportSummary")->text().contains(u"is not a directory"_s));
        dialog.setTarget(path(u"a.png"_s));
        dialog.accept();
        QCOMPARE(dialog.result(), int(QDialog::Accepted));
        QCOMPARE(QSettings().value("export/directory"_L1).toString(), directory_.path());
    }

    void aZoomedViewOffersItsPart()
    {
        Rig rig(64);
        rig.inspector->heatmap().showPart(QRectF(8, 16, 10, 10));
        const ExportOffer offer = rig.exports->offer();
        QCOMPARE(offer.view.rows, (std::optional<Range>{{16, 26}}));
        QCOMPARE(offer.view.columns, (std::optional<Range>{{8, 18}}));
        ExportDialog dialog(offer);
        QCOMPARE(dialog.job().what.rows, offer.view.rows);
        in<QCheckBox>(dialog, "exportPart")->setChecked(false);
        QVERIFY(!dialog.job().what.rows);
        in<QCheckBox>(dialog, "exportPart")->setChecked(true);
        choose(dialog, "exportWhat", all); // other heads were not seen in part
        QVERIFY(!dialog.job().what.rows && !dialog.job().what.columns);
    }

    void theMenuWritesAFile()
    {
        Rig rig;
        QSignalSpy told(rig.exports, &ExportController::told);
        QTimer::singleShot(0, this, [&] {
            auto* dialog = qobject_cast<ExportDialog*>(QApplication::activeModalWidget());
            QVERIFY(dialog);
            choose(*dialog, "exportWhat", all);
            choose(*dialog, "exportFormat", static_cast<int>(FileFormat::Csv));
            dialog->setTarget(directory_.path());
            dialog->accept();
        });
        QTest::keyClick(&rig.window, Qt::Key_E, Qt::ControlModifier | Qt::AltModifier);
        QTRY_COMPARE_WITH_TIMEOUT(told.size(), 1, 10000);
        QCOMPARE(files().size(), 6);
        QVERIFY(told[0][0].toString().contains(u"6 files"_s));
        QVERIFY(rig.exports->isSettled());
    }

    void aFailureIsTold()
    {
        Rig rig;
        QSignalSpy failed(rig.exports, &ExportController::failed);
        ExportJob job = rig.exports->shownHead();
        job.target = path(u"no/a.png"_s).toStdString();
        rig.exports->start(job);
        QVERIFY(!rig.exports->exportAction()->isEnabled());
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed[0][0].toString().contains(u"no/a.png"_s));
        QVERIFY(rig.exports->exportAction()->isEnabled());
    }

    void anExportCanBeCancelled()
    {
        Rig rig;
        QSignalSpy told(rig.exports, &ExportController::told);
        std::mutex gate; // holds the second head back
        std::unique_lock closed(gate);
        rig.source->value = [&](LayerId, HeadId head, std::size_t, std::size_t) {
            if (head.value == 1 && QThread::currentThread() != qApp->thread())
                const std::lock_guard wait(gate);
            return 0.0f;
        };
        ExportJob job = rig.exports->shownHead();
        job.what.heads = {{0, 0}, {0, 1}, {0, 2}};
        job.format = FileFormat::Csv;
        job.separate = true;
        job.target = directory_.path().toStdString();
        rig.exports->start(job);
        auto* progress = rig.window.findChild<QProgressDialog*>();
        QTRY_VERIFY(progress->isVisible()); // worth showing by now
        QTRY_COMPARE(progress->value(), 1);
        QCOMPARE(progress->maximum(), 3);
        QTest::keyClick(progress, Qt::Key_Escape);
        QCOMPARE(told.size(), 1);
        QVERIFY(rig.exports->isSettled());
        closed.unlock();
        QThreadPool::globalInstance()->waitForDone();
        QCoreApplication::processEvents();
        QCOMPARE(told.size(), 1); // and nothing more
        QCOMPARE(files(), (QStringList{u"fake_L00_H00.csv"_s, u"fake_L00_H01.csv"_s})); // whole ones stay
    }

    void copiesThePicture()
    {
        Rig rig;
        QApplication::clipboard()->clear();
        QTest::keyClick(&rig.window, Qt::Key_C, Qt::ControlModifier);
        QTRY_VERIFY(rig.exports->isSettled() && !QApplication::clipboard()->image().isNull());
        const ExportJob job = rig.exports->shownHead();
        QCOMPARE(QApplication::clipboard()->image().size(), sheetOf(job, {1, 2}).size() * 2);
    }

    void picturesLookLikeTheWindow()
    {
        Rig rig(24);
        rig.inspector->setOptions(
            {.scale = ScaleMode::Logarithmic, .palette = SequentialPalette::Magma, .transposed = true});
        QTRY_VERIFY(rig.inspector->isSettled());
        QCoreApplication::processEvents();
        const ExportJob job = rig.exports->shownHead();
        const HeadSheet sheet = sheetOf(job, {1, 2});
        const QImage picture = headPicture(sheet, 1), window = rig.inspector->heatmap().grab().toImage();
        for (const Cell cell : {Cell{3, 1}, Cell{23, 0}, Cell{12, 12}, Cell{2, 9}}) {
            const auto at = [](const QImage& image, QPointF place) {
                return image.pixelColor(static_cast<int>(place.x()) + 1, static_cast<int>(place.y()) + 1).name();
            };
            QCOMPARE(at(picture, sheet.cellArea(cell.query, cell.key).center()),
                at(window, rig.inspector->heatmap().cellRect(cell).center()));
        }
    }

    void aSharedScaleIsExported()
    {
        Rig rig;
        rig.inspector->setOptions({.scale = ScaleMode::Auto, .sharedScale = true});
        QTRY_VERIFY(rig.inspector->isSettled());
        QCoreApplication::processEvents();
        rig.inspector->selection().choose({{0}, {0}});
        QTRY_VERIFY(rig.inspector->isSettled());
        const ColourScale& window = rig.inspector->heatmap().colourScale();
        const ExportJob job = rig.exports->shownHead();
        QVERIFY(job.shown && job.shown->kept);
        QCOMPARE(sheetOf(job, {0, 0}).scale().number(1), window.number(1));
        QVERIFY(window.number(1) < 0.25); // that of L1 H2
        ExportDialog dialog(rig.exports->offer());
        choose(dialog, "exportWhat", all);
        QVERIFY(dialog.job().shown); // it is one for all heads
    }

    void severalHeadsAsOneAreWhatIsExported()
    {
        Rig rig(12);
        rig.inspector->selection().setPicked({{{0}, {1}}, {{1}, {2}}});
        auto* show = rig.inspector->findChild<QComboBox*>(u"showBox"_s);
        show->setCurrentIndex(1); // mean
        QTRY_VERIFY(rig.inspector->isSettled());
        const QString name = u"mean of 2 heads: L0 H1, L1 H2"_s;
        const auto mean = [&](std::size_t query, std::size_t key) {
            return static_cast<float>(
                (double(rig.source->value({0}, {1}, query, key)) + rig.source->value({1}, {2}, query, key)) / 2);
        };
        ExportJob job = rig.exports->shownHead();
        QVERIFY(sheetOf(job, job.what.heads.front()).title().endsWith(name));
        QSignalSpy told(rig.exports, &ExportController::told);
        QTest::keyClick(&rig.window, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(told.size(), 1);
        QCOMPARE(told[0][0].toString(), u"Copied the values of "_s + name);
        const QStringList lines = QApplication::clipboard()->text().split(u'\n');
        QCOMPARE(lines[8].split(u'\t')[4].toFloat(), mean(7, 3));

        ExportDialog dialog(rig.exports->offer());
        QCOMPARE(in<QComboBox>(dialog, "exportWhat")->itemText(0), u"What is in view, "_s + name);
        choose(dialog, "exportFormat", static_cast<int>(FileFormat::Npy));
        QCOMPARE(in<QLineEdit>(dialog, "exportTarget")->text(), path(u"fake_mean.npy"_s));
        QVERIFY(dialog.job().what.combined);
        choose(dialog, "exportWhat", all);
        QVERIFY(!dialog.job().what.combined && !dialog.job().what.source);
        QCOMPARE(in<QLineEdit>(dialog, "exportTarget")->text(), path(u"fake_heads.npy"_s));

        show->setCurrentIndex(4); // rollout
        QTRY_VERIFY(rig.inspector->isSettled());
        job = rig.exports->shownHead();
        QVERIFY(job.what.source); // not made once more
        QVERIFY(sheetOf(job, job.what.heads.front()).title().endsWith(u"rollout up to layer 1, mean over heads"_s));
        show->setCurrentIndex(0);
        QVERIFY(!rig.exports->shownHead().what.combined);
    }

    void copiesTheValuesInView()
    {
        Rig rig(64);
        rig.inspector->heatmap().showPart(QRectF(8, 16, 10, 10));
        QTest::keyClick(&rig.window, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(rig.exports->isSettled());
        const QStringList lines = QApplication::clipboard()->text().split(u'\n');
        QCOMPARE(lines.size(), 12); // the tokens above, and nothing after the last line break
        QCOMPARE(lines[0].split(u'\t')[1], u"8:·t8"_s);
        QCOMPARE(lines[3].split(u'\t')[0], u"18:·t18"_s);
        QCOMPARE(lines[3].split(u'\t')[2].toFloat(), rig.source->value({1}, {2}, 18, 9));
    }
};

QTEST_MAIN(TestExportDialog)
#include "tst_export_dialog.moc"
