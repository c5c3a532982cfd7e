// SPDX-License-Identifier: GPL-3.0-or-later
// What exported files tell of their model and run.
#include "core/error.h"
#include "core/io/safetensors.h"
#include "core/io/sha256.h"
#include "core/model/embedded.h"
#include "core/model/model_fingerprint.h"
#include "core/report/provenance.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace headscope;
using namespace Qt::Literals::StringLiterals;

namespace {

QByteArray embedded(const char* name)
{
    const auto text = findEmbeddedFile(std::string("models/demo-rotary/") + name)->text();
    return {text.data(), static_cast<qsizetype>(text.size())};
}

/// A copy of the embedded model, its weights changed by the test.
void copyModel(const QString& directory, const QByteArray& weights)
{
    for (const char* name : {"config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"}) {
        QFile file(QDir(directory).filePath(QString::fromLatin1(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(name) == "model.safetensors" ? weights : embedded(name));
    }
}

RunHeader header()
{
    RunHeader result;
    result.model.name = "m";
    result.request.model = "demo-rotary";
    result.request.prompts = {"first", "two\nlines \x1b[31m " + std::string(200, 'x')};
    result.tokens.resize(2);
    result.device = "cpu";
    result.maskForm = "2-D";
    result.positionsUsed = "mask";
    result.versions = {{"Headscope", "1"}, {"LibTorch", "2"}, {"ICU", "3"}};
    return result;
}

} // namespace

class TestProvenance : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sha256IsThatOfOthers()
    {
        QByteArray bytes;
        for (int i = 0; i < 300; ++i) {
            Sha256 whole, pieces;
            whole.add(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
            pieces.add(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size() / 3)));
            pieces.add(std::string_view(
                bytes.constData() + bytes.size() / 3, static_cast<std::size_t>(bytes.size() - bytes.size() / 3)));
            const QByteArray expected = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
            QCOMPARE(QByteArray::fromStdString(whole.hex()), expected);
            QCOMPARE(QByteArray::fromStdString(pieces.hex()), expected);
            bytes.append(static_cast<char>(i * 37));
        }
    }

    void theFingerprintIsAsDocumented()
    {
        const auto file
            = SafetensorsFile::fromBytes("w", findEmbeddedFile("models/demo-rotary/model.safetensors")->bytes);
        auto tensors = file.tensors();
        std::sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        QByteArray all = embedded("config.json") + '\0';
        for (const StoredTensor& tensor : tensors) {
            all += QByteArray::fromStdString(
                tensor.name + " " + std::string(nameOf(tensor.type)) + " " + shapeText(tensor.shape) + "\n");
            const auto* data = reinterpret_cast<const char*>(tensor.bytes.data());
            const auto size = static_cast<qsizetype>(tensor.bytes.size()), part = std::min<qsizetype>(64, size);
            all += QByteArray(data, part) + QByteArray(data + size - part, part);
        }
        QCOMPARE(QByteArray::fromStdString(modelFingerprint("demo-rotary")),
            QCryptographicHash::hash(all, QCryptographicHash::Sha256).toHex());
    }

    void theFingerprintTellsWeightsApart()
    {
        const QTemporaryDir same, other;
        QByteArray weights = embedded("model.safetensors");
        copyModel(same.path(), weights);
        weights[weights.size() - 1] = static_cast<char>(weights[weights.size() - 1] ^ 1); // the last value of a tensor
        copyModel(other.path(), weights);
        const std::string original = modelFingerprint("demo-rotary");
        QCOMPARE(modelFingerprint(same.path().toStdString()), original);
        QVERIFY(modelFingerprint(other.path().toStdString()) != original);
    }

    void theLineIsOneLine()
    {
        qputenv("SOURCE_DATE_EPOCH", "86400");
        const Provenance provenance(header(), {{"Qt", "6"}});
        const auto line = QString::fromStdString(provenance.line({{1}, "L0 H1 pattern", "eager", "renormalised"}));
        QVERIFY2(line.startsWith(u"m · native eager · cpu float32 · batch of 2 · left padding · positions mask · "
                                 "Headscope 1, LibTorch 2 · prompt "_s),
            qPrintable(line));
        QVERIFY(line.contains(u" · Qt 6 · sequence 1 · L0 H1 pattern · eager · renormalised · text “two↵lines "_s));
        QVERIFY(line.endsWith(u" · 1970-01-02T00:00:00Z"_s));
        QVERIFY(line.contains(
            u" · fingerprint %1 · "_s.arg(QString::fromStdString(modelFingerprint("demo-rotary").substr(0, 12)))));
        QVERIFY(!line.contains(u'\n') && !line.contains(u'\x1b') && line.size() < 420);
        const auto object
            = QJsonDocument::fromJson(QByteArray::fromStdString(provenance.json({{1}, "w", "", {}}))).object();
        QCOMPARE(object[u"prompt"_s].toString().size(), qsizetype(header().request.prompts[1].size())); // whole
        QCOMPARE(object[u"fingerprint"_s].toString().size(), 64);
        QCOMPARE(object[u"version_ICU"_s].toString(), u"3"_s);
        QVERIFY(!object.contains(u"values_from"_s)); // what is empty is left out
    }

    void aModelThatIsGoneIsNoError()
    {
        RunHeader moved = header();
        moved.request.model = "/no/such/model";
        QVERIFY(Provenance(moved).line({}).find("fingerprint unknown") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestProvenance)
#include "tst_provenance.moc"
