// SPDX-License-Identifier: GPL-3.0-or-later
// Session files: what is written is read again, and what is wrong with a file is said.
#include "core/error.h"
#include "ui/models/autosave.h"
#include "ui/models/session.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLockFile>
#include <QProcess>
#include <QRegularExpression>
#include <QSysInfo>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

class TestSession : public QObject {
    Q_OBJECT

    static QString problemOf(const QByteArray& json, const QString& file = u"a.headscope"_s)
    {
        try {
            sessionFromJson(json, file);
        } catch (const Error& e) {
            return QString::fromUtf8(e.what());
        }
        return u"none"_s;
    }
    static void touch(const QString& file)
    {
        QFile out(file);
        QVERIFY(QDir().mkpath(QFileInfo(file).absolutePath()) && out.open(QIODevice::WriteOnly));
    }
    static QByteArray contents(const QString& file)
    {
        QFile in(file);
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
    }
    /// Nothing in it is a default.
    static Session unusual()
    {
        Session session;
        auto& request = session.request;
        request.model = "/models/one";
        request.prompts = {"a \"quoted\" prompt", "line\nbreak", "", "日本 😀 \t"};
        request.secondPrompts = {"its second ||| text", "", "x", ""};
        request.inputs = "/data/in.safetensors";
        request.backend = Backend::Hooked;
        request.bridgeMode = BridgeMode::Compat;
        request.sentinel = SentinelChoice::NegativeInfinity;
        request.processing = {true, false, true, false};
        request.attention = AttentionKind::Sdpa;
        request.device = "cuda:1,cpu";
        request.cacheDevice = "cuda:2";
        request.dtype = DType::BFloat16;
        request.padding = PaddingSide::Right;
        request.positions = PositionPolicy::FromMask;
        request.mask = MaskForm::Additive4D;
        request.prependBos = PrependBos::Auto;
        request.hooks = {"blocks.*.hook_mlp_out"};
        request.edits = {{"blocks.0.attn.hook_z", Edit::Operation::Scale, -0.1, {}, {}, {1}, {0, 2}, {3}, {4}},
            {"hook_embed", Edit::Operation::Replace, 0, "/data/patch.safetensors", "x"},
            {"hook_embed", Edit::Operation::Add, -std::numeric_limits<double>::infinity()}};
        request.keepPatterns = false;
        request.keepScores = true;
        request.keepLogits = true;
        request.cacheBudget = (std::uint64_t{1} << 53) + 1; // no double has it
        request.threads = 3;
        session.view = {{LayerId{3}, HeadId{7}}, true, {{LayerId{1}, HeadId{2}}, {LayerId{2}, HeadId{5}}},
            {.stage = Stage::Scores,
                .scale = ScaleMode::PerRow,
                .transposed = true,
                .pool = Pool::Mean,
                .sentences = SentencePart::SecondToFirst},
            SequenceId{2}, Cell{9, 4}, {1.25, 2, 1.0 / 3, 7},
            {HeadOrder::Likeness, false, {HeadFilter::Keep::AtMost, 0.1}, {LayerId{4}, HeadId{1}}},
            {ShowKind::Rollout, LayerId{5}}, {29, 7, TokenSide::Key, {{LayerId{0}, HeadId{3}}}}};
        session.attention = AttentionView{u"/data/t5.safetensors"_s, AttentionPart::Cross};
        session.tab = u"comparisonView"_s;
        session.layout = QByteArray::fromHex("00ff10");
        session.file = u"/sessions/mine.headscope"_s;
        return session;
    }

private Q_SLOTS:
    void whatIsWrittenIsRead()
    {
        const Session session = unusual();
        // A field that is added must be written as well: then this no longer compiles.
        [[maybe_unused]] const auto& [model, prompts, secondPrompts, inputs, backend, bridgeMode, sentinel, processing,
            attention, device, cacheDevice, dtype, padding, positions, mask, prependBos, hooks, edits, keepPatterns,
            keepScores, keepLogits, cacheBudget, threads]
            = session.request;
        [[maybe_unused]] const auto& [head, locked, picked, options, sequence, cell, part, grid, show, lines]
            = session.view;
        [[maybe_unused]] const auto& [order, descending, filter, like] = grid;
        [[maybe_unused]] const auto& [keep, bound] = filter;
        [[maybe_unused]] const auto& [kind, last] = show;
        [[maybe_unused]] const auto& [least, most, side, hidden] = lines;
        [[maybe_unused]] const auto& [stage, scale, shared, palette, diverging, specials, transposed, page, pool,
            sentences]
            = options;
        const Session back = sessionFromJson(toJson(session, u"/elsewhere"_s), u"/elsewhere/a.headscope"_s);
        QVERIFY(back.request == session.request);
        QVERIFY(back.view == session.view);
        QVERIFY(back == session);
        QVERIFY(sessionFromJson(toJson({}, u"/"_s), u"/a"_s).view == ViewState{});
    }

    void aMissingKeyIsTheDefault()
    {
        const Session session = sessionFromJson(R"({"headscope_session": 1, "of_the_future": 7})", u"a"_s);
        QVERIFY(session.request.prompts.empty() && session.request.model.empty());
        QVERIFY(session.request.attention == AttentionKind::Auto && !session.request.keepLogits); // the window's
        QVERIFY(session.view == ViewState{});
    }

    void everyChoiceHasANameOfItsOwn()
    {
        const auto same
            = [](const Session& session) { return sessionFromJson(toJson(session, u"/"_s), u"/a"_s) == session; };
        for (int order = 0; order <= static_cast<int>(HeadOrder::Likeness); ++order) {
            Session session;
            session.view.arrangement.order = static_cast<HeadOrder>(order);
            QVERIFY2(same(session), qPrintable(QString::number(order)));
        }
        for (const auto keep : {HeadFilter::Keep::All, HeadFilter::Keep::AtLeast, HeadFilter::Keep::AtMost}) {
            Session session;
            session.view.arrangement = {HeadOrder::Entropy, false, {keep, 0}, {}};
            QVERIFY(same(session));
        }
        for (int kind = 0; kind <= static_cast<int>(ShowKind::Rollout); ++kind) {
            Session session;
            session.view.show.kind = static_cast<ShowKind>(kind);
            QVERIFY(same(session));
        }
        for (int least = 0; least <= largestLeast; ++least) {
            Session session;
            session.view.lines = {least, least, least % 2 ? TokenSide::Key : TokenSide::Query, {}};
            QVERIFY2(same(session), qPrintable(QString::number(least)));
        }
    }

    void pathsMoveWithTheFolder()
    {
        const QTemporaryDir directory;
        const QString before = directory.filePath(u"before"_s), after = directory.filePath(u"after"_s);
        touch(before + u"/models/one/config.json"_s);
        Session session;
        session.request.model = (before + u"/models/one"_s).toStdString();
        session.request.inputs = directory.filePath(u"outside.safetensors"_s).toStdString();
        writeSession(session, before + u"/a.headscope"_s);
        const auto json = QJsonDocument::fromJson(contents(before + u"/a.headscope"_s)).object();
        QCOMPARE(json[u"model"_s][u"path"_s].toString(), u"models/one"_s);
        QCOMPARE(json[u"inputs"_s][u"path"_s].toString(), directory.filePath(u"outside.safetensors"_s));
        QCOMPARE(readSession(before + u"/a.headscope"_s).request.model, session.request.model);

        QVERIFY(QDir().rename(before, after));
        QCOMPARE(readSession(after + u"/a.headscope"_s).request.model, (after + u"/models/one"_s).toStdString());
        // The file alone went elsewhere, and the model is where it was.
        QVERIFY(QDir().rename(after, before) && QDir().mkpath(after));
        QVERIFY(QFile::rename(before + u"/a.headscope"_s, after + u"/a.headscope"_s));
        QCOMPARE(readSession(after + u"/a.headscope"_s).request.model, session.request.model);
    }

    void anEmbeddedModelIsAName()
    {
        Session session;
        session.request.model = "demo-gpt2";
        QCOMPARE(sessionFromJson(toJson(session, u"/"_s), u"/a"_s).request.model, std::string("demo-gpt2"));
    }

    void aDamagedFileIsOneLine_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char* name, const char* json, const QString& problem) {
            QTest::newRow(name) << QByteArray(json) << u"a.headscope: "_s + problem;
        };
        row("cut", "{\"headscope_session\": 1, \"prom", u"expected JSON, found unterminated string at byte 31"_s);
        row("array", "[]", u"expected a JSON object, found an array"_s);
        row("other", "{\"a\": 1}", u"headscope_session: expected version 1, found nothing"_s);
        row("newer", "{\"headscope_session\": 2}", u"headscope_session: expected version 1, found 2"_s);
        row("words", "{\"headscope_session\": \"1\"}", u"headscope_session: expected version 1, found \"1\""_s);
        const auto in = [&](const char* name, const char* rest, const QString& problem) {
            row(name, (std::string("{\"headscope_session\": 1, ") + rest + "}").c_str(), problem);
        };
        in("prompt", "\"prompts\": [\"a\", 7]", u"prompts[1]: expected a string, found 7"_s);
        in("prompts", "\"prompts\": \"a\"", u"prompts: expected an array, found \"a\""_s);
        in("embedded", "\"model\": {\"embedded\": \"demo\"}",
            u"model.embedded: expected the name of an embedded model, found \"demo\""_s);
        in("path", "\"model\": {}", u"model.path: expected a string, found nothing"_s);
        in("dtype", "\"settings\": {\"dtype\": \"float31\"}",
            u"settings.dtype: expected one of float32, bfloat16, float16, float64, found \"float31\""_s);
        in("attention", "\"attention\": {\"path\": \"a\", \"kind\": \"across\"}",
            u"attention.kind: expected one of self, encoder, decoder, cross, found \"across\""_s);
        in("settings", "\"settings\": 3", u"settings: expected an object, found 3"_s);
        in("threads", "\"settings\": {\"threads\": -1}",
            u"settings.threads: expected an integer from 0 to 4096, found -1"_s);
        in("budget", "\"settings\": {\"cache_budget\": 0.5}",
            u"settings.cache_budget: expected an integer from 0 to 9223372036854775807, found 0.5"_s);
        in("processing", "\"settings\": {\"processing\": \"fold\"}",
            u"settings.processing: expected all, none, or some of fold_ln, center_writing_weights, center_unembed and "
            u"fold_value_biases with commas between, found \"fold\""_s);
        in("operation", "\"settings\": {\"edits\": [{\"hook\": \"a\", \"operation\": \"cut\"}]}",
            u"settings.edits[0].operation: expected one of replace, add, scale, zero, mean, found \"cut\""_s);
        in("head", "\"view\": {\"head\": {\"layer\": 1.5, \"head\": 0}}",
            u"view.head.layer: expected an integer from 0 to 2147483647, found 1.5"_s);
        in("locked", "\"view\": {\"locked\": 1}", u"view.locked: expected true or false, found 1"_s);
        in("part", "\"view\": {\"part\": {\"x\": 0, \"y\": -1, \"width\": 1, \"height\": 1}}",
            u"view.part.y: expected a number of tokens, found -1"_s);
        in("scale", "\"view\": {\"options\": {\"scale\": \"wide\"}}",
            u"view.options.scale: expected fixed, auto, per-row, percentile, log, found \"wide\""_s);
        in("grid", "\"view\": {\"grid\": 3}", u"view.grid: expected an object, found 3"_s);
        in("order", "\"view\": {\"grid\": {\"order\": \"size\"}}",
            u"view.grid.order: expected one of model, entropy, first-token, previous-token, duplicate-token, "
            u"induction, difference, contribution, likeness, found \"size\""_s);
        in("descending", "\"view\": {\"grid\": {\"descending\": 1}}",
            u"view.grid.descending: expected true or false, found 1"_s);
        in("filter", "\"view\": {\"grid\": {\"filter\": 2}}",
            u"view.grid.filter: expected one of all, at-least, at-most, found 2"_s);
        in("bound", "\"view\": {\"grid\": {\"bound\": \"1\"}}", u"view.grid.bound: expected a number, found \"1\""_s);
        in("like", "\"view\": {\"grid\": {\"like\": {\"layer\": -1, \"head\": 0}}}",
            u"view.grid.like.layer: expected an integer from 0 to 2147483647, found -1"_s);
        in("show", "\"view\": {\"show\": {\"heads\": \"median\"}}",
            u"view.show.heads: expected one of one, mean, max, deviation, rollout, found \"median\""_s);
        in("last", "\"view\": {\"show\": {\"last_layer\": true}}",
            u"view.show.last_layer: expected an integer from 0 to 2147483647, found true"_s);
        in("least", "\"view\": {\"lines\": {\"least\": 0.75}}",
            u"view.lines.least: expected a number from 0 to 0.5, found 0.75"_s);
        in("most", "\"view\": {\"lines\": {\"most\": 65}}",
            u"view.lines.most: expected an integer from 0 to 64, found 65"_s);
        in("side", "\"view\": {\"lines\": {\"locked\": \"left\"}}",
            u"view.lines.locked: expected one of query, key, found \"left\""_s);
        in("hidden", "\"view\": {\"lines\": {\"hidden\": {}}}",
            u"view.lines.hidden: expected an array, found an object"_s);
        in("options", "\"view\": {\"options\": 1}", u"view.options: expected an object, found 1"_s);
        in("layout", "\"window\": {\"layout\": \"%\"}", u"window.layout: expected base64, found \"%\""_s);
    }

    void aDamagedFileIsOneLine()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, problem);
        QCOMPARE(problemOf(json), problem);
    }

    void everyCutOfAFileIsToldAndNeverACrash()
    {
        const QByteArray json = toJson(unusual(), u"/"_s);
        for (qsizetype size = 0; size < json.trimmed().size(); size += 3)
            QVERIFY2(problemOf(json.left(size)).startsWith(u"a.headscope: "_s), json.left(size).constData());
    }

    void whatIsNoFileIsSaid()
    {
        const QTemporaryDir directory;
        const auto problem = [](const QString& file) -> QString {
            try {
                readSession(file);
            } catch (const Error& e) {
                return QString::fromUtf8(e.what());
            }
            return {};
        };
        QCOMPARE(problem(directory.path()), directory.path() + u": expected a Headscope session, found a folder"_s);
        QVERIFY(problem(directory.filePath(u"none"_s)).contains(u"none: expected a Headscope session, found "_s));
        QFile large(directory.filePath(u"large"_s));
        QVERIFY(large.open(QIODevice::WriteOnly) && large.resize(largestSession + 1));
        QCOMPARE(
            problem(large.fileName()), large.fileName() + u": expected a Headscope session, found more than 64 MiB"_s);
    }

    void writingFailsAsAWhole()
    {
        const QTemporaryDir directory;
        const QString file = directory.filePath(u"no/folder/a.headscope"_s);
        QVERIFY_THROWS_EXCEPTION(Error, writeSession({}, file));
        QVERIFY(QDir(directory.path()).isEmpty());
    }

    void aWindowThatEndedLeavesNothing()
    {
        const QTemporaryDir directory;
        {
            Autosave autosave(directory.path());
            autosave.save(unusual());
            autosave.finishSaving();
            QVERIFY(QFile::exists(autosave.file()));
            QVERIFY(!autosave.takeLost()); // it runs
            QVERIFY(!Autosave(directory.path()).takeLost()); // another window leaves it alone
            QVERIFY(QFile::exists(autosave.file()));
        }
        QVERIFY(QDir(directory.path()).isEmpty());
    }

    void whatACrashLeftIsFoundOnce()
    {
        const QTemporaryDir directory;
        const QString file = directory.filePath(u"lost.headscope"_s);
        writeSession(unusual(), file);
        Autosave first(directory.path()), second(directory.path());
        auto lost = first.takeLost();
        QVERIFY(lost);
        QCOMPARE(lost->file, file);
        QVERIFY(lost->session == unusual());
        QVERIFY(!second.takeLost()); // the first window offers it
        lost.reset();
        lost = second.takeLost(); // which ended undecided
        QVERIFY(lost);
        second.forget(*lost);
        QVERIFY(!QFile::exists(file));
        QVERIFY(!first.takeLost());
    }

    void whatGuardedALockGoesWithItsWindow()
    {
        const QTemporaryDir directory;
        QProcess gone;
        gone.start(u"true"_s, {});
        QVERIFY(gone.waitForStarted());
        const qint64 number = gone.processId();
        QVERIFY(gone.waitForFinished());
        QFile left(directory.filePath(u"a.headscope.lock.rmlock"_s));
        QVERIFY(left.open(QIODevice::WriteOnly));
        left.write(QByteArray::number(number) + "\ntrue\n" + QSysInfo::machineHostName().toUtf8() + "\n");
        left.close();
        QLockFile held(directory.filePath(u"b.headscope.lock.rmlock"_s));
        QVERIFY(held.tryLock());
        Autosave autosave(directory.path());
        QVERIFY(!autosave.takeLost());
        QVERIFY(!left.exists());
        QVERIFY(QFile::exists(held.fileName()));
    }

    void theLatestComesFirstAndDamageIsPutAside()
    {
        const QTemporaryDir directory;
        for (int i = 0; i < 3; ++i) {
            Session session;
            session.request.threads = i;
            const QString file = directory.filePath(u"%1.headscope"_s.arg(i));
            writeSession(session, file);
            QFile times(file);
            QVERIFY(times.open(QIODevice::ReadWrite));
            QVERIFY(times.setFileTime(QDateTime::currentDateTime().addSecs(i * 60 - 600), QFile::FileModificationTime));
        }
        QFile(directory.filePath(u"2.headscope"_s)).resize(20);
        Autosave autosave(directory.path());
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"2\\.headscope: expected JSON, found "_s));
        auto lost = autosave.takeLost();
        QVERIFY(lost);
        QCOMPARE(lost->session.request.threads, 1);
        QVERIFY(QFile::exists(directory.filePath(u"2.headscope.damaged"_s)));
        autosave.forget(*lost);
        lost = autosave.takeLost();
        QVERIFY(lost);
        QCOMPARE(lost->session.request.threads, 0);
    }
};

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
