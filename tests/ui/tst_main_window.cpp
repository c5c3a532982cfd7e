// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/engine_bridge.h"
#include "ui/models/next_token_model.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/head_grid.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/main_window.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/result_export.h"
#include "ui/windows/run_panel.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QtEndian>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

class TestMainWindow : public QObject {
    Q_OBJECT

    QTemporaryDir settings_;
    std::unique_ptr<EngineBridge> bridge_;
    std::unique_ptr<MainWindow> window_;

    template <class T> T* find(const QString& name)
    {
        auto* found = window_->findChild<T*>(name);
        Q_ASSERT(found);
        return found;
    }
    /// Drags over a widget and lets go, as the window system does: whoever accepts the drag gets the drop. An empty
    /// address is text. \return whether anybody took it.
    static bool drop(QWidget* widget, const QUrl& url)
    {
        QMimeData data;
        data.setText(url.toString()); // as file managers do
        if (!url.isEmpty())
            data.setUrls({url});
        QDragEnterEvent enter({2, 2}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        enter.ignore();
        QCoreApplication::sendEvent(widget, &enter);
        if (!enter.isAccepted())
            return false;
        QDropEvent dropped({2, 2}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(widget, &dropped);
        return true;
    }
    static void writeInputs(const std::filesystem::path& path)
    {
        const std::array<std::int64_t, 3> ids{1, 2, 3};
        QByteArray header = R"({"input_ids":{"dtype":"I64","shape":[1,3],"data_offsets":[0,24]}})";
        const quint64 size = qToLittleEndian(static_cast<quint64>(header.size()));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(reinterpret_cast<const char*>(&size), sizeof size);
        file.write(header);
        file.write(reinterpret_cast<const char*>(ids.data()), sizeof ids);
    }
    bool settled()
    {
        return QTest::qWaitFor([this] { return window_->isSettled(); }, 30000);
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
        window_->show();
    }

    void cleanup()
    {
        window_.reset();
        bridge_.reset();
    }

    void opensOnTheDemoAndFillsTheGrid()
    {
        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        const auto& header = window_->inspector().capture()->header();
        QCOMPARE(header.model.name, MainWindow::defaultRequest().model);
        QCOMPARE(window_->inspector().grid().filled(), header.model.layers * header.model.heads);
        QVERIFY(window_->inspector().heatmap().isComplete());
        auto* table = find<QTableView>(u"nextTokenTable"_s);
        QCOMPARE(table->model()->rowCount(), 10);
        QVERIFY(find<QLabel>(u"nextTokenHeading"_s)->text().startsWith(u"after q[%1] \""_s.arg(header.length() - 1)));
        QVERIFY(find<QLabel>(u"outlookLabel"_s)->text().contains(u"%1 tokens"_s.arg(header.length())));
    }

    void runAndCancelFollowTheRun()
    {
        auto* run = find<QPushButton>(u"runButton"_s);
        auto* cancel = find<QPushButton>(u"cancelButton"_s);
        QVERIFY(!cancel->isEnabled());
        window_->open(MainWindow::defaultRequest());
        QVERIFY(run->isEnabled() && cancel->isEnabled());
        QVERIFY(settled());
        QVERIFY(run->isEnabled() && !cancel->isEnabled());
        find<QPlainTextEdit>(u"promptEdit"_s)->clear();
        QVERIFY(!run->isEnabled());
    }

    void cancellingLeavesTheWindowUsable()
    {
        window_->open(MainWindow::defaultRequest());
        find<QAction>(u"cancelAction"_s)->trigger();
        QVERIFY(!bridge_->isBusy());
        find<QAction>(u"runAction"_s)->trigger();
        QVERIFY(settled());
        QVERIFY(window_->inspector().capture()->finished());
    }

    void aBadModelIsToldAndTheOldResultStays()
    {
        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        const auto before = window_->inspector().capture();
        auto* model = find<QComboBox>(u"modelBox"_s);
        const QString good = model->currentText();
        model->setEditText(u"/nonexistent/model"_s);
        find<QAction>(u"runAction"_s)->trigger();
        auto& bar = window_->inspector().messages();
        QTRY_VERIFY_WITH_TIMEOUT(bar.isVisible(), 30000);
        QVERIFY2(bar.message().contains(u"/nonexistent/model"_s), qPrintable(bar.message()));
        QCOMPARE(window_->inspector().capture(), before);
        QVERIFY(window_->inspector().heatmap().isComplete());
        model->setEditText(good);
        find<QAction>(u"runAction"_s)->trigger();
        QVERIFY(bar.isHidden());
        QVERIFY(settled());
        QVERIFY(window_->inspector().capture() != before);
    }

    void aDirectoryCanBeDropped_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("file");
        for (const auto* target : {"mainWindow", "promptEdit", "modelBox", "headGrid"}) // whatever is under the pointer
            for (const auto* file : {"", "/config.json", "/model.safetensors"})
                QTest::addRow("%s%s", target, file) << QString::fromLatin1(target) << QString::fromLatin1(file);
    }

    void aDirectoryCanBeDropped()
    {
        QFETCH(QString, target);
        QFETCH(QString, file);
        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        QWidget* widget = target == u"mainWindow"_s ? window_.get() : find<QWidget>(target);
        if (auto* box = qobject_cast<QComboBox*>(widget))
            widget = box->lineEdit();
        const auto prompts = window_->runPanel().request().prompts;
        const QString tiny = QStringLiteral(HEADSCOPE_TEST_DATA "/models/gpt2-tiny");
        QVERIFY(drop(widget, QUrl::fromLocalFile(tiny + file)));
        QCOMPARE(find<QComboBox>(u"modelBox"_s)->currentText(), tiny);
        QCOMPARE(window_->runPanel().request().prompts, prompts);
        QVERIFY(find<QLabel>(u"staleLabel"_s)->isVisible());
        QVERIFY(window_->inspector().messages().isHidden());
    }

    void whatIsNoModelIsToldWhenItIsDropped()
    {
        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        const QString model = find<QComboBox>(u"modelBox"_s)->currentText();
        auto& bar = window_->inspector().messages();
        QVERIFY(drop(window_.get(), QUrl::fromLocalFile(QStringLiteral(HEADSCOPE_SOURCE_DIR "/README.md"))));
        QCOMPARE(bar.message(),
            u"README.md: expected a model folder or file of one, a session, prompts (.txt, .jsonl), a dump or attention; found another file"_s);
        QCOMPARE(find<QComboBox>(u"modelBox"_s)->currentText(), model);
        QVERIFY(!find<QLabel>(u"staleLabel"_s)->isVisible());
        const QString tiny = QStringLiteral(HEADSCOPE_TEST_DATA "/models/gpt2-tiny");
        QVERIFY(drop(window_.get(), QUrl::fromLocalFile(tiny)));
        QVERIFY(bar.isHidden()); // it was about the drop before
        QVERIFY(!drop(window_.get(), {})); // text alone
    }

    void aModelThatRanIsRemembered()
    {
        const QString tiny = QStringLiteral(HEADSCOPE_TEST_DATA "/models/llama-tied");
        QFile list(settings_.filePath(u"headscope/recent-models"_s));
        list.remove();
        auto request = MainWindow::defaultRequest();
        window_->open(request); // embedded ones are always there
        QVERIFY(settled());
        QVERIFY(!list.exists());
        request.model = tiny.toStdString();
        window_->open(request); // it takes token ids, not text
        QTRY_VERIFY_WITH_TIMEOUT(window_->inspector().messages().isVisible(), 30000);
        QVERIFY(!list.exists());
        request.prompts.clear();
        request.inputs = settings_.filePath(u"in.safetensors"_s).toStdString();
        writeInputs(request.inputs);
        window_->open(request);
        QVERIFY(settled());
        QVERIFY2(window_->inspector().messages().isHidden(), qPrintable(window_->inspector().messages().message()));
        QVERIFY(list.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(list.readAll()), tiny + u'\n');
    }

    void changedSettingsMarkTheResultAsStale()
    {
        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        auto* stale = find<QLabel>(u"staleLabel"_s);
        QVERIFY(!stale->isVisible());
        auto* dtype = find<QComboBox>(u"dtypeBox"_s);
        QCOMPARE(dtype->count(), 4);
        dtype->setCurrentIndex(1);
        QVERIFY(stale->isVisible());
        dtype->setCurrentIndex(0);
        QVERIFY(!stale->isVisible());
        dtype->setCurrentIndex(1);
        find<QAction>(u"runAction"_s)->trigger();
        QVERIFY(settled());
        QVERIFY(!stale->isVisible());
        QVERIFY(window_->inspector().capture()->header().request.dtype == DType::BFloat16);
    }

    void theWindowSaysWhatIsEmulated_data()
    {
        QTest::addColumn<int>("backend");
        QTest::addColumn<int>("mode");
        QTest::addColumn<QString>("emulated");
        const auto row = [](const char* name, Backend backend, BridgeMode mode, const QString& emulated) {
            QTest::newRow(name) << static_cast<int>(backend) << static_cast<int>(mode) << emulated;
        };
        row("native", Backend::Native, BridgeMode::Plain, u"emulates transformers "_s);
        row("tapped", Backend::Tapped, BridgeMode::Plain, u"emulates NNsight "_s);
        row("plain", Backend::Bridge, BridgeMode::Plain, u"emulates TransformerBridge "_s);
        row("compat", Backend::Bridge, BridgeMode::Compat, u"emulates TransformerBridge "_s);
        row("hooked", Backend::Hooked, BridgeMode::Plain, u"emulates HookedTransformer "_s);
    }

    void theWindowSaysWhatIsEmulated()
    {
        QFETCH(int, backend);
        QFETCH(int, mode);
        QFETCH(QString, emulated);
        auto request = MainWindow::defaultRequest();
        request.backend = static_cast<Backend>(backend);
        request.bridgeMode = static_cast<BridgeMode>(mode);
        window_->open(request);
        QVERIFY(settled());
        QVERIFY2(window_->inspector().messages().isHidden(), qPrintable(window_->inspector().messages().message()));
        auto* label = find<QLabel>(u"emulatesLabel"_s);
        QVERIFY2(label->text().startsWith(emulated), qPrintable(label->text()));
        QCOMPARE(label->text().contains(u"(compat)"_s), request.bridgeMode == BridgeMode::Compat);
        QVERIFY(label->toolTip().contains(u"positions "_s)); // the whole provenance line
        QVERIFY(!find<QLabel>(u"extensionLabel"_s)->isVisible());
    }

    void aRunWithoutReferenceSaysWhy()
    {
        auto request = MainWindow::defaultRequest();
        request.prompts = {"The cat sat on the mat", "Mary"};
        request.backend = Backend::Hooked;
        window_->open(request);
        QVERIFY(settled());
        auto* extension = find<QLabel>(u"extensionLabel"_s);
        QVERIFY(!extension->isVisible());
        auto* positions = find<QComboBox>(u"positionsBox"_s);
        positions->setCurrentIndex(positions->findData(static_cast<int>(PositionPolicy::Arange)));
        find<QAction>(u"runAction"_s)->trigger();
        QVERIFY(settled());
        QVERIFY(extension->isVisible());
        QCOMPARE(extension->text(), u"extension: no reference"_s);
        const auto& why = window_->inspector().capture()->header().noReference;
        QVERIFY(!why.empty());
        QCOMPARE(extension->toolTip(), QString::fromStdString(why));
    }

    void promptsAreABatch()
    {
        auto request = MainWindow::defaultRequest();
        request.prompts = {"The cat sat on the mat", "Mary"};
        window_->open(request);
        QVERIFY(settled());
        const auto& header = window_->inspector().capture()->header();
        QCOMPARE(header.sequences(), std::size_t{2});
        QVERIFY(find<QComboBox>(u"sequenceBox"_s)->isVisible());
        find<QComboBox>(u"sequenceBox"_s)->setCurrentIndex(1);
        QVERIFY(settled());
        QVERIFY(window_->inspector().position() == TokenPos{header.length() - 1}); // padded on the left
        QVERIFY(header.tokens[1].front().padding);
    }

    void everyMnemonicIsItsOwn()
    {
        QMap<QChar, QString> taken;
        const auto take = [&](const QString& words) {
            const QKeySequence key = QKeySequence::mnemonic(words);
            if (key.isEmpty())
                return true;
            const QChar letter(key[0].key());
            const bool unique = !taken.contains(letter);
            if (!unique)
                qWarning("%s and %s share Alt+%c", qPrintable(taken[letter]), qPrintable(words), letter.toLatin1());
            taken.insert(letter, words);
            return unique;
        };
        for (const auto* menu : window_->menuBar()->actions())
            QVERIFY(take(menu->text()));
        for (const auto* button : window_->findChildren<QAbstractButton*>())
            QVERIFY(take(button->text()));
        int buddies = 0;
        for (const auto* named : window_->findChildren<QLabel*>())
            if (named->buddy()) {
                ++buddies;
                QVERIFY(take(named->text()));
            }
        QVERIFY(buddies >= 16);
    }

    void escapeUnlocksWhenNothingRuns()
    {
        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        auto& selection = window_->inspector().selection();
        selection.toggleLock({LayerId{1}, HeadId{1}});
        QVERIFY(find<QAction>(u"unlockAction"_s)->isEnabled());
        find<QAction>(u"unlockAction"_s)->trigger();
        QVERIFY(!selection.isLocked());
        QVERIFY(!find<QAction>(u"unlockAction"_s)->isEnabled());
    }

    void exportsWriteFilesInTheBackground()
    {
        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        const QTemporaryDir directory;
        const auto& capture = window_->inspector().capture();
        int told = 0;
        QString failure;
        const auto notice = [&](const QString&, const QString& why) {
            ++told;
            failure += why;
        };
        exportHead(this, capture, {}, {LayerId{1}, HeadId{0}}, directory.filePath(u"head.png"_s), notice);
        exportHead(this, capture, {}, {LayerId{1}, HeadId{0}}, directory.filePath(u"head.csv"_s), notice);
        exportGrid(this, capture, {}, {}, directory.filePath(u"grid.png"_s), notice);
        QTRY_COMPARE_WITH_TIMEOUT(told, 3, 30000);
        QVERIFY2(failure.isEmpty(), qPrintable(failure));
        QVERIFY(!QImage(directory.filePath(u"head.png"_s)).isNull());
        QVERIFY(!QImage(directory.filePath(u"grid.png"_s)).isNull());
        QVERIFY(QFile::exists(directory.filePath(u"head.csv"_s)));
        exportHead(this, capture, {}, {}, directory.filePath(u"head.gif"_s), notice);
        QTRY_COMPARE(told, 4);
        QVERIFY(failure.contains(u"head.gif"_s));
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
