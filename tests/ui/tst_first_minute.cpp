// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody sees who opens the window for the first time: examples, empty views, explanations, tool tips.
#include "ui/bridge/engine_bridge.h"
#include "ui/models/examples.h"
#include "ui/models/next_token_model.h"
#include "ui/models/token_weight_model.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/lines_view.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/lines_panel.h"
#include "ui/windows/main_window.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/run_panel.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QAction>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QSettings>
#include <QSlider>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

class TestFirstMinute : public QObject {
    Q_OBJECT

    QTemporaryDir settings_;
    std::unique_ptr<EngineBridge> bridge_;
    std::unique_ptr<MainWindow> window_;

    template <class T> T* find(const QString& name) { return window_->findChild<T*>(name); }
    bool settled()
    {
        return QTest::qWaitFor([this] { return window_->isSettled(); }, 30000);
    }
    QAction* exampleAction(qsizetype index)
    {
        for (auto* menu : window_->menuBar()->findChildren<QMenu*>())
            if (menu->title() == u"Exa&mples"_s)
                return menu->actions().value(index);
        return nullptr;
    }
    QString words() { return find<QLabel>(u"explanation"_s)->text(); }
    /// Parts of other widgets that Qt makes, and what they are named and explained by.
    static bool isInside(const QWidget* widget)
    {
        const auto* parent = widget->parentWidget();
        return widget->objectName().startsWith(u"qt_"_s) || qobject_cast<const QComboBox*>(parent)
            || qobject_cast<const QAbstractSpinBox*>(parent) || qobject_cast<const QTabBar*>(parent)
            || qobject_cast<const QAbstractItemView*>(parent) || qobject_cast<const QLineEdit*>(parent);
    }
    QString nameOf(const QWidget* widget) const
    {
        if (!widget->accessibleName().isEmpty())
            return widget->accessibleName();
        const auto labels = window_->findChildren<QLabel*>();
        for (const auto* label : labels)
            if (label->buddy() == widget)
                return label->text();
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        const QString text = button ? button->text() : QString();
        return std::any_of(text.begin(), text.end(), [](QChar c) { return c.isLetter(); }) ? text : QString();
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
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    }
    void cleanup()
    {
        window_.reset();
        bridge_.reset();
    }

    void everyControlIsExplainedAndNamed()
    {
        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        QStringList missing;
        int seen = 0;
        for (const auto* widget : window_->findChildren<QWidget*>()) {
            const bool control = qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QComboBox*>(widget)
                || qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget)
                || qobject_cast<const QSlider*>(widget) || qobject_cast<const QPlainTextEdit*>(widget);
            if (!control || isInside(widget))
                continue;
            ++seen;
            const QString which = QString::fromLatin1(widget->metaObject()->className()) + u' ' + widget->objectName()
                + u" in "_s + widget->parentWidget()->objectName() + u" ("_s + nameOf(widget) + u')';
            if (widget->toolTip().isEmpty())
                missing << u"no tool tip: "_s + which;
            if (nameOf(widget).isEmpty())
                missing << u"no name: "_s + which;
        }
        QVERIFY(seen > 20);
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join(u'\n')));
    }

    void examplesShowWhatTheirNotesSay_data()
    {
        QTest::addColumn<int>("index");
        QTest::addColumn<double>("least"); // weight of the cell
        QTest::addColumn<QString>("next");
        QTest::addColumn<int>("padding");
        QTest::newRow("induction") << 0 << 0.9 << u"·Tom"_s << 0;
        QTest::newRow("indirect object") << 1 << 0.99 << u"·Mary"_s << 0;
        QTest::newRow("left-padded batch") << 2 << 0.99 << QString() << 7;
    }

    void examplesShowWhatTheirNotesSay()
    {
        QFETCH(int, index);
        QFETCH(double, least);
        QFETCH(QString, next);
        QFETCH(int, padding);
        window_->open(builtInExamples()[2].request); // a batch, to come from its second prompt
        QVERIFY(settled());
        window_->inspector().setSequence(SequenceId{1});
        auto* action = exampleAction(index);
        QVERIFY(action);
        action->trigger();
        QVERIFY(settled());
        const Example example = builtInExamples()[static_cast<std::size_t>(index)];
        auto& inspector = window_->inspector();
        const auto& header = inspector.capture()->header();
        QCOMPARE(header.model.name, example.request.model);
        QVERIFY(inspector.selection().shown() == example.head);
        QVERIFY(inspector.sequence() == SequenceId{0});
        QVERIFY(inspector.heatmap().chosenCell() == example.cell);
        QCOMPARE(example.cell.query + 1, header.length()); // the last token: what comes next is told beside it
        const auto tile = fetch(*inspector.capture()->patterns(SequenceId{0}), example.head.layer, example.head.head,
            Stage::Pattern, {example.cell.query, example.cell.query + 1}, {example.cell.key, example.cell.key + 1});
        QVERIFY2(static_cast<double>(tile->value(0, 0)) > least, qPrintable(QString::number(tile->value(0, 0))));
        const auto& tokens = header.tokens[0];
        QCOMPARE(
            static_cast<int>(std::count_if(tokens.begin(), tokens.end(), [](const Token& t) { return t.padding; })),
            padding);
        const auto* table = find<QTableView>(u"nextTokenTable"_s);
        if (!next.isEmpty())
            QTRY_COMPARE(table->model()->index(0, NextTokenModel::TokenColumn).data().toString(), next);
        QCOMPARE(inspector.messages().message(), example.note);
        QTest::mouseClick(find<QToolButton>(u"messageClose"_s), Qt::LeftButton);
        QVERIFY(inspector.messages().isHidden());
    }

    void emptyViewsSayWhatToDo()
    {
        auto& panel = window_->runPanel();
        panel.setRequest({});
        const auto notice = [this] {
            QTest::keyClick(window_.get(), Qt::Key_F1);
            return words();
        };
        QVERIFY2(notice().contains(u"Choose a model"_s), qPrintable(words()));
        QVERIFY(find<QDockWidget>(u"explainDock"_s)->isVisible());
        const QImage first = window_->inspector().heatmap().grab().toImage();
        auto request = MainWindow::defaultRequest();
        request.prompts.clear();
        panel.setRequest(request);
        QTest::qWait(20);
        QVERIFY(window_->inspector().heatmap().grab().toImage() != first); // other words in the middle
        QVERIFY2(words().contains(u"Type a prompt"_s), qPrintable(words()));
        panel.setRequest(MainWindow::defaultRequest());
        QVERIFY2(words().contains(u"Press F5"_s), qPrintable(words()));
    }

    void theExplanationFollows()
    {
        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        QVERIFY(!find<QDockWidget>(u"explainDock"_s)->isVisible());
        QTest::keyClick(window_.get(), Qt::Key_F1);
        QVERIFY(settled());
        QCOMPARE(words().count(u"\n\n"_s), 3);
        const auto* text = find<QLabel>(u"explanation"_s);
        QVERIFY(text->heightForWidth(text->width()) <= text->parentWidget()->height()); // all of it is seen
        QVERIFY2(words().startsWith(u"You see L1 H2 of demo-rotary (3 layers of 4 heads) as a heatmap"_s),
            qPrintable(words()));
        QVERIFY2(words().contains(u"recomputed"_s), qPrintable(words()));
        window_->inspector().selection().choose({LayerId{0}, HeadId{1}});
        window_->inspector().heatmap().choose(Cell{4, 3});
        QVERIFY(settled());
        QVERIFY2(words().contains(u"L0 H1 of"_s) && words().contains(u"q[4] \"·went\" and k[3] \"·John\""_s),
            qPrintable(words()));
        QTest::keyClick(window_.get(), Qt::Key_2, Qt::ControlModifier);
        QVERIFY(settled());
        QVERIFY2(words().contains(u"as lines"_s), qPrintable(words()));
        QVERIFY(window_->inspector().lines().view().isVisible());
        QVERIFY((window_->inspector().lines().view().lockedToken() == LineToken{TokenSide::Query, 4}));
        QTest::keyClick(window_.get(), Qt::Key_1, Qt::ControlModifier);
        QVERIFY(window_->inspector().heatmap().isVisible());
    }

    void findLooksInTheTokens()
    {
        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        find<QDockWidget>(u"tokensDock"_s)->hide();
        QTest::keyClick(window_.get(), Qt::Key_F, Qt::ControlModifier);
        auto* edit = find<QLineEdit>(u"searchEdit"_s);
        QTRY_VERIFY(edit->isVisible());
        QTest::keyClicks(edit, u"john"_s);
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(find<QLabel>(u"searchCount"_s)->text(), u"2 of 2"_s);
        QVERIFY(window_->inspector().heatmap().chosenCell()->query == 9);
        QTest::keyClick(edit, Qt::Key_Escape);
        QVERIFY(!edit->isVisible());
    }
};

QTEST_MAIN(TestFirstMinute)
#include "tst_first_minute.moc"
