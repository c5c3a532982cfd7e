// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/model_box.h"

#include <QComboBox>
#include <QDir>
#include <QLineEdit>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

namespace {

void copyModel(const QString& name, const QString& to)
{
    const QDir from(QStringLiteral(HEADSCOPE_TEST_DATA "/models/") + name);
    QVERIFY(QDir().mkpath(to));
    for (const QString& file : from.entryList(QDir::Files))
        QVERIFY(QFile::copy(from.filePath(file), to + u'/' + file));
}

} // namespace

class TestModelBox : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> dir_;
    std::unique_ptr<ModelBox> box_;

    QString path(const char* name) const { return dir_->filePath(QString::fromUtf8(name)); }
    void open()
    {
        box_ = std::make_unique<ModelBox>();
        QTRY_VERIFY(!box_->isSearching());
    }
    QComboBox& combo() const { return *box_->findChild<QComboBox*>(u"modelBox"_s); }
    /// Every row: "# heading", or a model, with "- " before it when it cannot be chosen.
    QStringList rows() const
    {
        QStringList said;
        const auto* list = qobject_cast<QStandardItemModel*>(combo().model());
        for (int row = 0; row < list->rowCount(); ++row) {
            const QStandardItem* item = list->item(row);
            const bool heading = item->font().bold();
            said << (heading ? u"# "_s : item->isEnabled() ? QString() : u"- "_s) + item->text();
        }
        return said;
    }

private Q_SLOTS:
    void init()
    {
        dir_ = std::make_unique<QTemporaryDir>();
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, path("settings"));
        QSettings().clear();
        QVERIFY(QDir::setCurrent(dir_->path()));
        qputenv("HF_HUB_CACHE", path("hub").toUtf8());
    }

    void cleanup() { box_.reset(); }

    void listsEveryPlaceWithItsFacts()
    {
        copyModel(u"llama-tied"_s, path("hub/models--org--tied/snapshots/0123456789abc"));
        copyModel(u"gpt2-tiny"_s, path("models/tiny"));
        QVERIFY(QDir().mkpath(path("models/odd<b>")));
        QFile config(path("models/odd<b>/config.json"));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write(R"({"model_type": "<i>mamba"})");
        config.close();
        open();
        const QStringList said = rows();
        QCOMPARE(said.size(), 8);
        QCOMPARE(said[0], u"# Embedded"_s);
        QVERIFY2(said[1].startsWith(u"demo-rotary   llama · 3×4 · "_s), qPrintable(said[1]));
        QCOMPARE(said[3], u"# Hugging Face cache"_s);
        QCOMPARE(said[4], u"org/tied   llama · 2×3 · 10.4k · 22.3 KiB bfloat16"_s);
        QCOMPARE(said[5], u"# Folders"_s);
        QVERIFY2(said[6].startsWith(u"- odd<b>   cannot be opened: config.json: model_type: expected one of"_s),
            qPrintable(said[6]));
        const QString toolTip = combo().itemData(6, Qt::ToolTipRole).toString();
        QVERIFY2(toolTip.contains(u"&lt;i&gt;mamba"_s) && !toolTip.contains(u"<b>"_s), qPrintable(toolTip));
        QVERIFY(combo().itemData(7, Qt::ToolTipRole).toString().contains(u"token ids, not text"_s));
        QVERIFY(combo().itemData(4, Qt::ToolTipRole).toString().contains(u"revision 0123456789abc"_s));

        QSignalSpy changed(box_.get(), &ModelBox::modelChanged);
        combo().setCurrentIndex(4);
        QCOMPARE(box_->model(), path("hub/models--org--tied/snapshots/0123456789abc"));
        QCOMPARE(changed.size(), 1);
    }

    void whatIsTypedStaysWhenTheListArrives()
    {
        box_ = std::make_unique<ModelBox>();
        QVERIFY(box_->isSearching());
        QCOMPARE(rows(), QStringList({u"# Embedded"_s, u"demo-rotary"_s, u"demo-gpt2"_s}));
        QSignalSpy changed(box_.get(), &ModelBox::modelChanged);
        box_->setModel(u"some/where"_s);
        combo().lineEdit()->setCursorPosition(4);
        QTRY_VERIFY(!box_->isSearching());
        QCOMPARE(box_->model(), u"some/where"_s);
        QCOMPARE(combo().lineEdit()->cursorPosition(), 4);
        QCOMPARE(changed.size(), 1);
    }

    void remembersWhatWorked()
    {
        copyModel(u"gpt2-tiny"_s, path("a"));
        copyModel(u"gpt2-tiny"_s, path("b"));
        open();
        box_->remember(path("a"));
        box_->remember(u"b"_s); // relative to the working directory
        box_->remember(u"demo-gpt2"_s);
        QTRY_VERIFY(!box_->isSearching());
        QCOMPARE(rows().size(), 6);
        QCOMPARE(rows()[3], u"# Recent"_s);
        QVERIFY(rows()[4].startsWith(u"b   gpt2 · 2×2"_s) && rows()[5].startsWith(u"a   "_s));
        QVERIFY(QDir(path("a")).removeRecursively());
        open();
        QCOMPARE(rows().size(), 5);
        QCOMPARE(combo().itemData(4, Qt::EditRole).toString(), path("b"));
    }

    void aChosenDirectoryIsAModelOrAFolderOfSome()
    {
        copyModel(u"gpt2-tiny"_s, path("mine/one"));
        copyModel(u"gpt2-tiny"_s, path("mine/two"));
        open();
        box_->choose(path("mine/one"));
        QCOMPARE(box_->model(), path("mine/one"));
        QCOMPARE(rows().size(), 3);
        box_->choose(path("mine"));
        QTRY_VERIFY(!box_->isSearching());
        QCOMPARE(box_->model(), path("mine/one"));
        QCOMPARE(rows().size(), 6);
        open(); // the folder is remembered
        QCOMPARE(rows().size(), 6);
    }

    void aDroppedFileStandsForItsDirectory()
    {
        copyModel(u"gpt2-tiny"_s, path("a"));
        QVERIFY(QDir().mkpath(path("b")));
        QCOMPARE(ModelBox::directoryOf(path("a")), path("a"));
        QCOMPARE(ModelBox::directoryOf(path("a/model.safetensors")), path("a"));
        QCOMPARE(ModelBox::directoryOf(path("b")), QString());
        QCOMPARE(ModelBox::directoryOf(path("none")), QString());
    }

    void closingDoesNotWaitForTheSearch()
    {
        for (int i = 0; i < 20; ++i)
            ModelBox();
    }
};

QTEST_MAIN(TestModelBox)
#include "tst_model_box.moc"
