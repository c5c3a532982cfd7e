// SPDX-License-Identifier: GPL-3.0-or-later
// Recent and dropped files, layouts, preferences, shortcuts and screen readers, in the real window.
#include "core/error.h"
#include "core/model/recent_models.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/head_grid.h"
#include "ui/windows/about_dialog.h"
#include "ui/windows/desktop.h"
#include "ui/windows/dropped_files.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/layout_menu.h"
#include "ui/windows/main_window.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/parity_controller.h"
#include "ui/windows/parity_dock.h"
#include "ui/windows/parity_setup.h"
#include "ui/windows/recent_files.h"
#include "ui/windows/run_panel.h"
#include "ui/windows/session_controller.h"
#include "ui/windows/settings_dialog.h"
#include "ui/windows/shortcuts_dialog.h"

#include <QAccessible>
#include <QAction>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

namespace {

QStringList valuesTold; ///< by accessible value events of the heatmap

void onAccessible(QAccessibleEvent* event)
{
    if (event->type() == QAccessible::ValueChanged && qobject_cast<AttentionHeatmap*>(event->object()))
        valuesTold << static_cast<QAccessibleValueChangeEvent*>(event)->value().toString();
}

} // namespace

class TestDesktop : public QObject {
    Q_OBJECT

    QTemporaryDir settings_;
    std::unique_ptr<EngineBridge> bridge_;
    std::unique_ptr<MainWindow> window_;
    const QString tiny_ = QStringLiteral(HEADSCOPE_TEST_DATA "/models/gpt2-tiny");

    template <class T> T* find(const QString& name)
    {
        auto* found = window_->findChild<T*>(name);
        Q_ASSERT(found);
        return found;
    }
    bool run()
    {
        window_->open(MainWindow::defaultRequest());
        return QTest::qWaitFor([this] { return window_->isSettled(); }, 30000);
    }
    Desktop& desktop() { return window_->desktop(); }
    QString path(const QString& name) const { return settings_.filePath(name); }
    QUrl write(const QString& name, const QByteArray& contents)
    {
        QFile out(path(name));
        if (!out.open(QIODevice::WriteOnly) || out.write(contents) != contents.size())
            qFatal("%s cannot be written", qPrintable(name));
        return QUrl::fromLocalFile(path(name));
    }
    static QByteArray safetensors(const QByteArray& header)
    {
        QByteArray size(8, 0);
        qToLittleEndian<quint64>(static_cast<quint64>(header.size()), size.data());
        return size + header;
    }
    QString told() { return window_->inspector().messages().message(); }

private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path());
        qputenv("XDG_STATE_HOME", settings_.path().toUtf8());
    }

    void init()
    {
        QSettings().clear();
        QDir(path(u"headscope"_s)).removeRecursively();
        bridge_ = std::make_unique<EngineBridge>();
        window_ = std::make_unique<MainWindow>(*bridge_);
        window_->resize(1280, 800);
        window_->show();
    }

    void cleanup()
    {
        window_.reset();
        bridge_.reset();
    }

    void sessionsAndModelsUsedLastAreListed()
    {
        auto& menu = desktop().recent();
        QCOMPARE(menu.actions().size(), 1);
        QVERIFY(!menu.actions().front()->isEnabled());
        QVERIFY(run());
        for (const auto* name : {"a & b.headscope", "c.headscope"})
            QVERIFY(desktop().sessions().save(path(QLatin1String(name))));
        RecentModels(RecentModels::usualFile()).add(tiny_.toStdString());
        RecentModels(RecentModels::usualFile()).add(path(u"gone"_s).toStdString());
        menu.refresh();
        QList<QAction*> files;
        for (auto* action : menu.actions())
            if (!action->isSeparator())
                files << action;
        QCOMPARE(files.size(), 3); // the model that is gone is not among them
        QVERIFY(files[0]->text().startsWith(u"c.headscope"_s));
        QVERIFY(files[1]->text().startsWith(u"a && b.headscope"_s));
        QVERIFY(files[2]->text().startsWith(u"gpt2-tiny"_s));
        for (int i = 0; i < 3; ++i)
            QCOMPARE(files[i]->shortcut(), QKeySequence(u"Ctrl+Alt+%1"_s.arg(i + 1)));

        files[2]->trigger();
        QCOMPARE(find<QComboBox>(u"modelBox"_s)->currentText(), tiny_);
        files[1]->trigger();
        QCOMPARE(desktop().sessions().file(), path(u"a & b.headscope"_s));
        QVERIFY(QTest::qWaitFor([this] { return window_->isSettled(); }, 30000));
        QVERIFY(QFile::remove(path(u"c.headscope"_s)));
        QCOMPARE(RecentFiles::sessions(), QStringList{path(u"a & b.headscope"_s)});
        QCOMPARE(QSettings().value(u"recent/sessions"_s).toStringList().size(), 1); // dropped for good
        QFile::remove(path(u"a & b.headscope"_s));
    }

    void whatIsDroppedIsKnownByWhatItIs_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("contents");
        QTest::addColumn<int>("kind");
        const auto row = [](const char* name, const QByteArray& contents, Dropped::Kind kind) {
            QTest::newRow(name) << QString::fromLatin1(name) << contents << static_cast<int>(kind);
        };
        using Kind = Dropped::Kind;
        row("a.headscope", "", Kind::Session);
        row("named.json", "{\"headscope_session\": 1}", Kind::Session);
        row("other.json", "{}", Kind::Nothing);
        row("a.txt", "x", Kind::Prompts);
        row("a.jsonl", "{}", Kind::PromptSet);
        row("dump.safetensors", safetensors("{\"__metadata__\":{\"system\":\"transformers\"}}"), Kind::Dump);
        row("own.safetensors", safetensors("{\"__metadata__\":{\"backend\":\"native\"}}"), Kind::Dump);
        const QByteArray tensor = "{\"dtype\":\"F32\",\"shape\":[1,1,1],\"data_offsets\":[0,4]}";
        row("attention.safetensors",
            safetensors("{\"__metadata__\":{\"system\":\"transformers\"},\"cross_attentions.0\":" + tensor + "}"),
            Kind::Attention);
        row("plain.safetensors", safetensors("{\"attentions.0\":" + tensor + ",\"others\":" + tensor + "}"),
            Kind::Attention);
        row("dumped.safetensors",
            safetensors("{\"__metadata__\":{\"dump\":\"1\",\"system\":\"transformers\"},"
                        "\"blocks.0.attn.hook_pattern\":"
                + tensor + "}"),
            Kind::Dump);
        row("everything.safetensors",
            safetensors("{\"__metadata__\":{\"backend\":\"native\"},\"blocks.0.hook_resid_pre\":" + tensor
                + ",\"blocks.0.attn.hook_pattern\":" + tensor + "}"),
            Kind::Dump);
        row("weights.safetensors", safetensors("{\"__metadata__\":{\"format\":\"pt\"}}"), Kind::Nothing);
        row("cut.safetensors", "12", Kind::Nothing);
        row("model.bin", "", Kind::Nothing);
    }

    void whatIsDroppedIsKnownByWhatItIs()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, contents);
        QFETCH(int, kind);
        const Dropped found = dropped({write(name, contents)});
        QCOMPARE(static_cast<int>(found.kind), kind);
        QCOMPARE(found.problem.isEmpty(), found.kind != Dropped::Kind::Nothing);
        QCOMPARE(found.path, found.problem.isEmpty() ? path(name) : QString());
    }

    void droppedFilesGoWhereTheyBelong()
    {
        QVERIFY(run());
        desktop().take({write(u"p.txt"_s, "one\r\n\n two \nthree")});
        const std::vector<std::string> expected{"one", " two ", "three"};
        QVERIFY(window_->runPanel().request().prompts == expected);
        QVERIFY(find<QLabel>(u"staleLabel"_s)->isVisible());

        desktop().take({write(u"bad.txt"_s, "a\xff")});
        QVERIFY2(told().endsWith(u"bad.txt: expected prompts, one a line, found bytes that are no UTF-8"_s),
            qPrintable(told()));
        QVERIFY(window_->runPanel().request().prompts == expected);

        auto& dock = window_->parity().dock();
        QVERIFY(!dock.isVisible());
        desktop().take({write(u"set.jsonl"_s, "{\"prompt\": \"a\", \"correct\": \"b\", \"incorrect\": \"c\"}\n")});
        QVERIFY(dock.isVisible() && told().isEmpty());
        QCOMPARE(dock.setup().promptSet(), path(u"set.jsonl"_s));
        desktop().take({write(u"d.safetensors"_s, safetensors("{\"__metadata__\":{\"system\":\"transformers\"}}"))});
        QVERIFY(dock.setup().request().reference == path(u"d.safetensors"_s).toStdString());

        QVERIFY(desktop().sessions().save(path(u"s.headscope"_s)));
        auto request = MainWindow::defaultRequest();
        request.prompts = {"other"};
        window_->runPanel().setRequest(request);
        desktop().take({QUrl::fromLocalFile(path(u"s.headscope"_s))});
        QVERIFY(window_->runPanel().request().prompts == expected);
        QVERIFY(QTest::qWaitFor([this] { return window_->isSettled(); }, 30000));
    }

    void layoutsHaveNames()
    {
        auto& layouts = desktop().layouts();
        auto* dock = find<QDockWidget>(u"nextTokenDock"_s);
        layouts.save(u"  with  tokens "_s);
        dock->hide();
        layouts.save(u"without"_s);
        layouts.save(QString());
        QCOMPARE(LayoutMenu::names(), (QStringList{u"with tokens"_s, u"without"_s}));
        QVERIFY(layouts.show(u"with tokens"_s));
        QVERIFY(dock->isVisible());
        Q_EMIT layouts.aboutToShow();
        layouts.actions()[1]->trigger();
        QVERIFY(dock->isHidden());
        layouts.rename(u"without"_s, u"bare"_s);
        layouts.remove(u"with tokens"_s);
        QCOMPARE(LayoutMenu::names(), QStringList{u"bare"_s});
        QVERIFY(!layouts.show(u"without"_s));
        QVERIFY(layouts.show(u"bare"_s));
    }

    void settingsApply()
    {
        QVERIFY(run());
        const int labelsBefore = window_->inspector().heatmap().font().pointSize();
        QTimer::singleShot(0, this, [this] {
            auto* dialog = window_->findChild<SettingsDialog*>();
            QVERIFY(dialog);
            const auto number = [&](const char* name) { return dialog->findChild<QSpinBox*>(QLatin1String(name)); };
            const auto choice = [&](const char* name) { return dialog->findChild<QComboBox*>(QLatin1String(name)); };
            number("threadsBox")->setValue(3);
            number("cacheBox")->setValue(512);
            number("labelSizeBox")->setValue(16);
            choice("palettePreferenceBox")->setCurrentIndex(1);
            auto* restart = dialog->findChild<QLabel*>(u"restartLabel"_s);
            QVERIFY(!restart->isVisible());
            choice("languageBox")->setCurrentIndex(2);
            QVERIFY(restart->isVisible());
            choice("themeBox")->setCurrentIndex(2);
            dialog->reject();
        });
        find<QAction>(u"settingsAction"_s)->trigger();
        const auto request = window_->runPanel().request();
        QCOMPARE(request.threads, 3);
        QCOMPARE(request.cacheBudget, std::uint64_t{512} << 20);
        QVERIFY(find<QLabel>(u"staleLabel"_s)->isVisible());
        QCOMPARE(window_->inspector().heatmap().font().pointSize(), 16);
        QCOMPARE(window_->inspector().grid().font().pointSize(), 16);
        QVERIFY(window_->inspector().options().palette == SequentialPalette::Cividis);
        QVERIFY(QApplication::palette().color(QPalette::Window).lightness() < 128);
        QVERIFY(SettingsDialog::theme() == Theme::Dark);
        Preferences expected;
        expected.threads = 3;
        expected.cache = 512;
        expected.labelPoints = 16;
        expected.palette = SequentialPalette::Cividis;
        expected.language = u"de"_s;
        QVERIFY(Preferences::read() == expected);

        // Another window opens with them, and the run gets them.
        MainWindow other(*bridge_);
        QVERIFY(other.inspector().options().palette == SequentialPalette::Cividis);
        QCOMPARE(MainWindow::defaultRequest().threads, 3);
        QVERIFY(run());
        QCOMPARE(window_->inspector().capture()->header().request.threads, 3);

        QTimer::singleShot(0, this, [this] {
            auto* dialog = window_->findChild<SettingsDialog*>();
            dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::RestoreDefaults)->click();
            dialog->reject();
        });
        find<QAction>(u"settingsAction"_s)->trigger();
        QVERIFY(Preferences::read() == Preferences());
        QCOMPARE(window_->inspector().heatmap().font().pointSize(), labelsBefore);
        QCOMPARE(window_->runPanel().request().threads, 0);
        applyTheme(Theme::Light);
    }

    void labelSizesStepOverWhatIsTooSmall()
    {
        SettingsDialog dialog;
        auto* box = dialog.findChild<QSpinBox*>(u"labelSizeBox"_s);
        box->stepUp();
        QCOMPARE(box->value(), Preferences::smallestLabel);
        box->stepDown();
        QCOMPARE(box->value(), 0);
    }

    void preferencesThatMakeNoSenseAreDefaults()
    {
        QSettings settings;
        settings.setValue(u"run/threads"_s, u"many"_s);
        settings.setValue(u"run/cacheMiB"_s, -5);
        settings.setValue(u"window/labelPoints"_s, 400);
        settings.setValue(u"window/language"_s, u"../x"_s);
        settings.setValue(u"view/palette"_s, u"rainbow"_s);
        QVERIFY(Preferences::read() == Preferences());
    }

    void everyShortcutIsListedAndItsOwn()
    {
        const auto keys = keyHelp(*window_);
        for (const KeyHelp& each : keys)
            QVERIFY2(!each.effect.isEmpty() && !each.keys.isEmpty(), qPrintable(each.place));
        QMap<QString, QString> ofActions;
        for (const auto* action : window_->findChildren<QAction*>())
            for (const QKeySequence& key : action->shortcuts()) {
                const QString keyText = key.toString();
                QVERIFY2(keyText == u"Esc"_s || !ofActions.contains(keyText),
                    qPrintable(keyText + u": "_s + action->text() + u", "_s + ofActions[keyText]));
                ofActions[keyText] = action->text();
                // What is in no menu is not found by anybody.
                const bool listed = std::any_of(keys.begin(), keys.end(), [&](const KeyHelp& each) {
                    return each.keys == key.toString(QKeySequence::NativeText)
                        || action->objectName().startsWith(u"recent"_s);
                });
                QVERIFY2(
                    listed || action->shortcutContext() == Qt::WidgetShortcut, qPrintable(keyText + action->text()));
            }
        for (const auto* wanted :
            {"F5", "Ctrl+O", "Ctrl+S", "Ctrl+Shift+S", "Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+,", "F1", "Ctrl+F1"})
            QVERIFY2(ofActions.contains(QLatin1String(wanted)), wanted);

        ShortcutsDialog dialog(keys);
        auto* table = dialog.findChild<QTableWidget*>(u"shortcutTable"_s);
        QCOMPARE(table->rowCount(), static_cast<int>(keys.size()));
        dialog.findChild<QLineEdit*>(u"shortcutSearch"_s)->setText(u"ctrl+z"_s);
        int shown = 0;
        for (int row = 0; row < table->rowCount(); ++row)
            shown += !table->isRowHidden(row);
        QCOMPARE(shown, 1);
    }

    void mnemonicsOfAMenuAreItsOwn()
    {
        const std::function<void(const QMenu&)> check = [&](const QMenu& menu) {
            QMap<QString, QString> taken;
            for (const auto* action : menu.actions()) {
                if (action->menu())
                    check(*action->menu());
                const QString key = QKeySequence::mnemonic(action->text()).toString();
                QVERIFY2(key.isEmpty() || !taken.contains(key),
                    qPrintable(menu.title() + u": "_s + action->text() + u" and "_s + taken[key]));
                taken[key] = action->text();
            }
        };
        for (const auto* menu : window_->menuBar()->actions())
            check(*menu->menu());
    }

    void tabReachesEverythingAndComesBack()
    {
        QVERIFY(run());
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        auto* first = find<QWidget>(u"promptEdit"_s);
        first->setFocus();
        QSet<QWidget*> reached;
        for (int i = 0; i < 200 && !reached.contains(QApplication::focusWidget()); ++i) {
            reached << QApplication::focusWidget();
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        }
        for (const auto* name : {"promptEdit", "deviceBox", "runButton", "headGrid", "heatmap", "scaleBox"})
            QVERIFY2(reached.contains(find<QWidget>(QLatin1String(name))), name);
    }

    void everythingHasANameForScreenReaders()
    {
        QVERIFY(run());
        window_->parity().dock().show();
        QStringList nameless;
        const auto check = [&](QWidget& root) {
            for (auto* widget : root.findChildren<QWidget*>()) {
                const bool inner = widget->objectName().startsWith(u"qt_"_s)
                    || (widget->parentWidget() && widget->parentWidget()->focusProxy() == widget);
                if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisibleTo(&root) || inner)
                    continue;
                const auto* seen = QAccessible::queryAccessibleInterface(widget);
                if (!seen || seen->text(QAccessible::Name).isEmpty())
                    nameless << QLatin1String(widget->metaObject()->className()) + u' ' + widget->objectName();
            }
        };
        check(*window_);
        SettingsDialog settings;
        check(settings);
        ShortcutsDialog shortcuts(keyHelp(*window_));
        check(shortcuts);
        AboutDialog about;
        check(about);
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u"; "_s)));
    }

    void returnDoesNotRestoreDefaults()
    {
        SettingsDialog settings;
        settings.setVisible(true);
        for (const auto* button : settings.findChildren<QPushButton*>())
            QVERIFY2(!button->isDefault() || !button->text().contains(u"Restore"_s), qPrintable(button->text()));
    }

    void aScreenReaderReadsTheChosenCell()
    {
        QVERIFY(run());
        auto& heatmap = window_->inspector().heatmap();
        const auto* seen = QAccessible::queryAccessibleInterface(&heatmap);
        QVERIFY(seen);
        QCOMPARE(seen->role(), QAccessible::Chart);
        QCOMPARE(seen->text(QAccessible::Name), u"Attention heatmap"_s);
        const auto before = QAccessible::installUpdateHandler(onAccessible);
        valuesTold.clear();
        heatmap.choose(Cell{5, 2});
        QTRY_VERIFY(seen->text(QAccessible::Value).contains(u"k[2]"_s));
        QTest::qWait(50);
        const QString first = seen->text(QAccessible::Value);
        QVERIFY2(first.contains(u"q[5]"_s), qPrintable(first));
        QCOMPARE(first, find<QLabel>(u"readout"_s)->text());
        QTest::keyClick(&heatmap, Qt::Key_Left);
        QTRY_VERIFY(seen->text(QAccessible::Value).contains(u"k[1]"_s));
        QTest::qWait(50);
        QAccessible::installUpdateHandler(before);
        if (!QAccessible::isActive()) // the offscreen platform has no readers to tell
            return;
        QVERIFY(valuesTold.size() >= 2);
        QCOMPARE(valuesTold.last(), seen->text(QAccessible::Value));
        QVERIFY(valuesTold.contains(first));
    }

    void aboutTellsLicences()
    {
        AboutDialog about;
        auto* components = about.findChild<QTableWidget*>(u"componentTable"_s);
        QStringList names;
        for (int row = 0; row < components->rowCount(); ++row) {
            names << components->item(row, 0)->text();
            QVERIFY(!components->item(row, 2)->text().isEmpty());
        }
        for (const auto* name : {"Qt", "QCustomPlot", "LibTorch", "nlohmann/json", "ICU", "CLI11", "libpng"})
            QVERIFY2(names.contains(QLatin1String(name)), name);
        QCOMPARE(about.findChild<QTableWidget*>(u"modelTable"_s)->rowCount(), 2);
        const QString licence = about.findChild<QPlainTextEdit*>(u"licenceText"_s)->toPlainText();
        QVERIFY(
            licence.contains(u"GNU GENERAL PUBLIC LICENSE"_s) && licence.contains(u"END OF TERMS AND CONDITIONS"_s));
    }
};

QTEST_MAIN(TestDesktop)
#include "tst_desktop.moc"
