// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/engine_bridge.h"
#include "ui/windows/choice_box.h"
#include "ui/windows/run_panel.h"

#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

namespace {

const QStringList stepNames{u"foldLnBox"_s, u"centerWritingBox"_s, u"centerUnembedBox"_s, u"foldValueBiasesBox"_s};

/// All sixteen.
std::vector<Processing> allProcessings()
{
    std::vector<Processing> all;
    for (int i = 0; i < 16; ++i)
        all.push_back({(i & 1) != 0, (i & 2) != 0, (i & 4) != 0, (i & 8) != 0});
    return all;
}

} // namespace

class TestRunPanel : public QObject {
    Q_OBJECT

    QTemporaryDir settings_;
    std::unique_ptr<EngineBridge> bridge_;
    std::unique_ptr<QAction> run_, cancel_;
    std::unique_ptr<RunPanel> panel_;

    template <class T> T* find(const QString& name)
    {
        auto* found = panel_->findChild<T*>(name);
        Q_ASSERT(found);
        return found;
    }
    template <class Enum> void choose(const QString& box, Enum value) { find<ChoiceBox>(box)->choose(value); }
    static InspectionRequest request(Backend backend)
    {
        return {.model = "demo-rotary", .prompts = {"one two"}, .backend = backend};
    }
    void make() { panel_ = std::make_unique<RunPanel>(*bridge_, run_.get(), cancel_.get()); }

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
        run_ = std::make_unique<QAction>(u"Run"_s);
        cancel_ = std::make_unique<QAction>(u"Cancel"_s);
        make();
        panel_->setRequest(request(Backend::Native));
    }

    void cleanup()
    {
        panel_.reset();
        bridge_.reset();
    }

    void aChatTemplateIsSaidNotToBeUsed()
    {
        const QTemporaryDir model;
        const QString source = QStringLiteral(HEADSCOPE_SOURCE_DIR "/resources/models/demo-gpt2/");
        for (const auto* file : {"config.json", "model.safetensors", "tokenizer.json"})
            QVERIFY(QFile::copy(source + QLatin1String(file), model.filePath(QLatin1String(file))));
        QFile config(model.filePath(u"tokenizer_config.json"_s));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write(R"({"chat_template": "<b>{{ messages }}</b>"})");
        config.close();
        auto* note = find<QLabel>(u"templateLabel"_s);
        auto wanted = request(Backend::Native);
        wanted.model = model.path().toStdString();
        panel_->setRequest(wanted);
        QTRY_VERIFY(!note->isHidden());
        QCOMPARE(note->text(), u"This model has a chat template; prompts are sent as raw text."_s);
        QCOMPARE(panel_->request().prompts, wanted.prompts);
        panel_->setRequest(request(Backend::Native));
        QTRY_VERIFY(note->isHidden());
        panel_->setRequest(wanted);
        QTRY_VERIFY(!note->isHidden());
        wanted.model = "no such model";
        panel_->setRequest(wanted);
        QTRY_VERIFY(note->isHidden());
    }

    void everyRequestThatMakesSenseComesBack()
    {
        std::vector<InspectionRequest> requests;
        for (const auto& positions : spellings<PositionPolicy>())
            for (const auto& bos : spellings<PrependBos>())
                for (const auto& backend : spellings<Backend>()) {
                    auto made = request(backend.value);
                    made.positions = positions.value;
                    made.prependBos = bos.value;
                    requests.push_back(made);
                }
        for (const auto& sentinel : spellings<SentinelChoice>()) {
            auto plain = request(Backend::Bridge), compat = plain, hooked = request(Backend::Hooked);
            plain.sentinel = compat.sentinel = hooked.sentinel = sentinel.value;
            compat.bridgeMode = BridgeMode::Compat;
            requests.push_back(plain);
            for (const auto& processing : allProcessings()) {
                compat.processing = hooked.processing = processing;
                requests.push_back(compat);
                requests.push_back(hooked);
            }
        }
        requests.front().padding = PaddingSide::Right;
        requests.front().dtype = DType::Float16;
        requests.front().hooks = {"*"};
        for (const auto& each : requests) {
            panel_->setRequest(each);
            QVERIFY2(panel_->request() == each, std::string(spell(each.backend)).c_str());
        }
    }

    void widgetsMakeTheRequest()
    {
        QSignalSpy edited(panel_.get(), &RunPanel::edited);
        choose(u"backendBox"_s, Backend::Bridge);
        choose(u"positionsBox"_s, PositionPolicy::FromMask);
        choose(u"bridgeModeBox"_s, BridgeMode::Compat);
        choose(u"sentinelBox"_s, SentinelChoice::FinfoMin);
        choose(u"prependBosBox"_s, PrependBos::Auto);
        find<QCheckBox>(u"centerWritingBox"_s)->click();
        QCOMPARE(edited.count(), 6);
        auto expected = request(Backend::Bridge);
        expected.positions = PositionPolicy::FromMask;
        expected.bridgeMode = BridgeMode::Compat;
        expected.sentinel = SentinelChoice::FinfoMin;
        expected.prependBos = PrependBos::Auto;
        expected.processing.centerWritingWeights = false;
        QVERIFY(panel_->request() == expected);
    }

    /// Core refuses, for example, a bridge mode with the native backend.
    void whatABackendHasNoChoiceOfStaysOutOfTheRequest()
    {
        auto rich = request(Backend::Bridge);
        rich.bridgeMode = BridgeMode::Compat;
        rich.sentinel = SentinelChoice::NegativeInfinity;
        rich.processing = {true, false, true, false};
        panel_->setRequest(rich);
        for (const auto backend : {Backend::Native, Backend::Tapped}) {
            choose(u"backendBox"_s, backend);
            QVERIFY(panel_->request() == request(backend));
        }
        choose(u"backendBox"_s, Backend::Hooked);
        auto hooked = request(Backend::Hooked);
        hooked.sentinel = rich.sentinel;
        hooked.processing = rich.processing;
        QVERIFY(panel_->request() == hooked);
        choose(u"backendBox"_s, Backend::Bridge); // what was chosen is there again
        QVERIFY(panel_->request() == rich);
        choose(u"bridgeModeBox"_s, BridgeMode::Plain);
        QVERIFY(panel_->request().processing == Processing{});
        choose(u"bridgeModeBox"_s, BridgeMode::Compat);
        QVERIFY(panel_->request() == rich);
    }

    void whatABackendHasNoChoiceOfIsDisabledAndEmpty_data()
    {
        QTest::addColumn<int>("backend");
        QTest::addColumn<int>("mode");
        QTest::addColumn<bool>("hasMode");
        QTest::addColumn<bool>("hasSentinel");
        QTest::addColumn<bool>("hasProcessing");
        const auto row = [](const char* name, Backend backend, BridgeMode mode, bool a, bool b, bool c) {
            QTest::newRow(name) << static_cast<int>(backend) << static_cast<int>(mode) << a << b << c;
        };
        row("native", Backend::Native, BridgeMode::Plain, false, false, false);
        row("tapped", Backend::Tapped, BridgeMode::Plain, false, false, false);
        row("bridge plain", Backend::Bridge, BridgeMode::Plain, true, true, false);
        row("bridge compat", Backend::Bridge, BridgeMode::Compat, true, true, true);
        row("hooked", Backend::Hooked, BridgeMode::Plain, false, true, true);
    }

    void whatABackendHasNoChoiceOfIsDisabledAndEmpty()
    {
        QFETCH(int, backend);
        QFETCH(int, mode);
        QFETCH(bool, hasMode);
        QFETCH(bool, hasSentinel);
        QFETCH(bool, hasProcessing);
        auto made = request(static_cast<Backend>(backend));
        made.bridgeMode = static_cast<BridgeMode>(mode);
        panel_->setRequest(made);
        const auto check = [&](const QString& name, bool possible) {
            const auto* box = find<ChoiceBox>(name);
            return box->isEnabled() == possible && (box->currentIndex() >= 0) == possible && !box->toolTip().isEmpty();
        };
        QVERIFY(check(u"bridgeModeBox"_s, hasMode));
        QVERIFY(check(u"sentinelBox"_s, hasSentinel));
        QVERIFY(check(u"prependBosBox"_s, true));
        for (const auto& name : stepNames) {
            QCOMPARE(find<QCheckBox>(name)->isEnabled(), hasProcessing);
            QCOMPARE(find<QCheckBox>(name)->isChecked(), hasProcessing);
        }
    }

    void semanticsFoldAwayAndSayWhatIsChosen()
    {
        panel_->show();
        auto* toggle = find<QToolButton>(u"semanticsToggle"_s);
        auto* summary = find<QLabel>(u"semanticsSummary"_s);
        QVERIFY(!find<ChoiceBox>(u"bridgeModeBox"_s)->isVisible());
        QVERIFY(summary->isVisible());
        QCOMPARE(summary->text(), u"defaults"_s);
        auto made = request(Backend::Bridge);
        made.bridgeMode = BridgeMode::Compat;
        made.processing.foldLn = false;
        made.prependBos = PrependBos::On;
        panel_->setRequest(made);
        QCOMPARE(summary->text(), u"Compat, 3 of 4 steps, BOS on"_s);
        QCOMPARE(toggle->accessibleDescription(), summary->text());

        const int narrowest = toggle->parentWidget()->minimumSizeHint().width();
        toggle->setFocus();
        QTest::keyClick(toggle, Qt::Key_Space);
        QVERIFY(find<ChoiceBox>(u"bridgeModeBox"_s)->isVisible());
        QCOMPARE(toggle->parentWidget()->minimumSizeHint().width(), narrowest); // the dock was made for it folded
        make();
        QVERIFY(find<QToolButton>(u"semanticsToggle"_s)->isChecked()); // remembered
    }

    void everyFieldHasANameAndTabWalksDownThePanel()
    {
        panel_->show();
        panel_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(panel_.get()));
        choose(u"backendBox"_s, Backend::Hooked);
        find<QToolButton>(u"semanticsToggle"_s)->setChecked(true);
        QStringList walked;
        find<QPlainTextEdit>(u"promptEdit"_s)->setFocus();
        for (int i = 0; i < 14; ++i) {
            QVERIFY(QApplication::focusWidget());
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            walked << QApplication::focusWidget()->objectName();
        }
        QStringList expected{u"deviceBox"_s, u"dtypeBox"_s, u"paddingBox"_s, u"positionsBox"_s, u"backendBox"_s,
            u"attentionBox"_s, u"semanticsToggle"_s, u"sentinelBox"_s, u"prependBosBox"_s};
        QCOMPARE(walked, expected + stepNames + QStringList{u"runButton"_s});
        for (const auto* box : panel_->findChildren<ChoiceBox*>()) {
            const auto* accessible = QAccessible::queryAccessibleInterface(const_cast<ChoiceBox*>(box));
            QVERIFY2(!accessible->text(QAccessible::Name).isEmpty(), qPrintable(box->objectName()));
            for (int i = 0; i < box->count() && box->objectName() != u"deviceBox"_s; ++i)
                QVERIFY2(!box->itemText(i).isEmpty() && !box->itemData(i, Qt::ToolTipRole).toString().isEmpty(),
                    qPrintable(box->objectName()));
        }
    }

    void aWheelThatPassesByChangesNothing()
    {
        panel_->show();
        auto* backend = find<ChoiceBox>(u"backendBox"_s);
        const auto turn = [&] {
            QWheelEvent event({5, 5}, backend->mapToGlobal(QPointF(5, 5)), {}, {0, -120}, Qt::NoButton, Qt::NoModifier,
                Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(backend, &event);
        };
        panel_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(panel_.get()));
        find<QPlainTextEdit>(u"promptEdit"_s)->setFocus();
        turn();
        QCOMPARE(backend->chosen<Backend>(), Backend::Native);
        backend->setFocus();
        QTRY_VERIFY(backend->hasFocus());
        turn();
        QCOMPARE(backend->chosen<Backend>(), Backend::Tapped);
    }
};

QTEST_MAIN(TestRunPanel)
#include "tst_run_panel.moc"
