// SPDX-License-Identifier: GPL-3.0-or-later
// The window in German: translated wherever strings come from, and wide enough.
#include "ui/bridge/engine_bridge.h"
#include "ui/text/choices.h"
#include "ui/text/labels.h"
#include "ui/text/translation.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/main_window.h"
#include "ui/windows/parity_controller.h"
#include "ui/windows/parity_dock.h"
#include "ui/windows/settings_dialog.h"
#include "ui/windows/shortcuts_dialog.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QSettings>
#include <QStyleOptionComboBox>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

class TestTranslation : public QObject {
    Q_OBJECT

    QTemporaryDir settings_;
    std::unique_ptr<EngineBridge> bridge_;
    std::unique_ptr<MainWindow> window_;

    /// Pixels that a widget lacks to show its words.
    static int missing(const QWidget& widget)
    {
        if (const auto* button = qobject_cast<const QAbstractButton*>(&widget))
            return button->text().isEmpty() ? 0 : button->minimumSizeHint().width() - button->width();
        if (const auto* label = qobject_cast<const QLabel*>(&widget))
            return label->wordWrap() || label->sizePolicy().horizontalPolicy() == QSizePolicy::Ignored
                    || label->minimumWidth() > 0
                ? 0
                : label->sizeHint().width() - label->width();
        return 0;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path());
        qputenv("XDG_STATE_HOME", settings_.path().toUtf8());
        QCOMPARE(installTranslation(u"en"_s), u"en"_s);
        QCOMPARE(installTranslation(u"de"_s), u"de"_s);
        bridge_ = std::make_unique<EngineBridge>();
        window_ = std::make_unique<MainWindow>(*bridge_);
        window_->resize(1280, 800);
        window_->show();
        auto request = MainWindow::defaultRequest();
        request.prompts.push_back("x");
        window_->open(request);
        QVERIFY(QTest::qWaitFor([this] { return window_->isSettled(); }, 30000));
    }

    void cleanupTestCase()
    {
        window_.reset();
        bridge_.reset();
    }

    void stringsOfEveryKindAreGerman()
    {
        QCOMPARE(window_->menuBar()->actions().front()->text().remove(u'&'), u"Datei"_s); // a class's
        QCOMPARE(describe(PaddingSide::Left).name, u"Links"_s); // a function's own context
        QCOMPARE(describe(PaddingSide::Left).explanation, u"Wo kürzere Prompts eines Batchs aufgefüllt werden"_s);
        QCOMPARE(QCoreApplication::translate("SemanticsBox", "Fold norms"), u"Normen einfalten"_s);
        QVERIFY(window_->findChild<QLabel*>(u"nextTokenHeading"_s)->text().startsWith(u"nach "_s));
    }

    void buttonsOfQtAreGerman()
    {
        const SettingsDialog dialog;
        QStringList words;
        for (const auto* button : dialog.findChildren<QPushButton*>())
            words << button->text().remove(u'&');
        QVERIFY2(words.contains(u"Schließen"_s), qPrintable(words.join(u' ')));
        QVERIFY2(words.contains(u"Voreinstellungen"_s), qPrintable(words.join(u' ')));
    }

    void nothingIsCutOff()
    {
        window_->parity().dock().show();
        QTest::qWait(50);
        QCOMPARE(window_->size(), QSize(1280, 800));
        for (const auto* widget : window_->findChildren<QWidget*>())
            if (widget->isVisible() && missing(*widget) > 0)
                QFAIL(qPrintable(u"%1 %2 lacks %3 pixels"_s.arg(QLatin1String(widget->metaObject()->className()),
                    widget->property("text").toString(), QString::number(missing(*widget)))));
        for (const auto* box : window_->findChildren<QComboBox*>()) {
            if (!box->isVisible() || box->isEditable() || box->objectName() == u"sequenceBox"_s)
                continue; // what is typed and what prompts say may be of any length
            QStyleOptionComboBox option;
            option.initFrom(box);
            const QRect field
                = box->style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, box);
            QVERIFY2(box->fontMetrics().horizontalAdvance(box->currentText()) <= field.width(),
                qPrintable(box->objectName() + u": "_s + box->currentText()));
        }
    }

    void mnemonicsAreTheirOwn()
    {
        QMap<QString, QString> taken;
        const auto take = [&](const QString& words) {
            const QString key = QKeySequence::mnemonic(words).toString();
            const bool free = key.isEmpty() || !taken.contains(key);
            if (!free)
                qWarning("%s and %s share %s", qPrintable(taken[key]), qPrintable(words), qPrintable(key));
            taken[key] = words;
            return free;
        };
        bool unique = true;
        for (const auto* menu : window_->menuBar()->actions())
            unique = take(menu->text()) && unique;
        for (const auto* button : window_->findChildren<QAbstractButton*>())
            unique = take(button->text()) && unique;
        for (const auto* named : window_->findChildren<QLabel*>())
            if (named->buddy())
                unique = take(named->text()) && unique;
        const std::function<void(const QMenu&)> check = [&](const QMenu& menu) {
            taken.clear();
            for (const auto* action : menu.actions())
                unique = take(action->text()) && unique;
            for (const auto* action : menu.actions())
                if (action->menu())
                    check(*action->menu());
        };
        for (const auto* menu : window_->menuBar()->actions())
            check(*menu->menu());
        QVERIFY(unique);
    }
};

QTEST_MAIN(TestTranslation)
#include "tst_translation.moc"
