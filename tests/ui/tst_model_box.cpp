// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/model_box.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QDir>
#include <QLineEdit>
#include <QRegularExpression>
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
        qputenv("XDG_STATE_HOME", path("state").toUtf8());
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
        QFile list(path("state/headscope/recent-models")); // which headscope-cli reads
        QVERIFY(list.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(list.readAll()), path("b") + u'\n' + path("a") + u'\n');
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

    void theListStandsOnTheModelThatIsChosen()
    {
        copyModel(u"gpt2-tiny"_s, path("models/tiny"));
        open();
        QSignalSpy changed(box_.get(), &ModelBox::modelChanged);
        box_->setModel(u"models/tiny"_s);
        QCOMPARE(combo().currentIndex(), 4);
        QCOMPARE(box_->model(), u"models/tiny"_s);
        box_->setModel(u"models/tiny"_s);
        QCOMPARE(changed.size(), 1);
        box_->setModel(u"somewhere/else"_s);
        QCOMPARE(combo().currentIndex(), -1);
        QCOMPARE(box_->model(), u"somewhere/else"_s);
        QCOMPARE(changed.size(), 2);
    }

    void namesAndFactsStandInColumns()
    {
        copyModel(u"gpt2-tiny"_s, path("models/a name that is longer than the others"));
        QVERIFY(QDir().mkpath(path("models/broken")));
        QVERIFY(QFile(path("models/broken/config.json")).open(QIODevice::WriteOnly));
        open();
        auto* view = combo().view();
        combo().showPopup();
        // Where the ink of a row begins again behind its name.
        const auto factsAt = [&](int row) {
            const QRect room = view->visualRect(combo().model()->index(row, 0));
            const QImage image = view->viewport()->grab(room).toImage();
            const QColor paper = image.pixelColor(2, image.height() / 2);
            int gap = 0, x = image.width() - 1;
            const auto isBare = [&](int column) {
                for (int y = 2; y < image.height() - 2; ++y)
                    if (image.pixelColor(column, y) != paper)
                        return false;
                return true;
            };
            while (x > 0 && isBare(x))
                --x;
            for (; x > 0 && gap < 12; --x) // words stand closer than columns
                gap = isBare(x) ? gap + 1 : 0;
            return x + gap;
        };
        QCOMPARE(rows().size(), 6);
        const int first = factsAt(1);
        QVERIFY(first > view->fontMetrics().horizontalAdvance(u"a name that is longer than the others"_s));
        for (const int row : {2, 4, 5})
            QVERIFY2(std::abs(factsAt(row) - first) <= 3, qPrintable(rows()[row])); // letters begin at their own places
        QVERIFY(view->visualRect(combo().model()->index(0, 0)).height() > view->fontMetrics().height());
    }

    void aListThatCannotBeWrittenDisturbsNobody()
    {
        copyModel(u"gpt2-tiny"_s, path("a"));
        open();
        QVERIFY(QFile(path("state")).open(QIODevice::WriteOnly)); // a file where the folder should be
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"recent-models: cannot be created"_s));
        box_->remember(path("a"));
        QTRY_VERIFY(!box_->isSearching());
        QCOMPARE(rows().size(), 3);
    }

    void closingDoesNotWaitForTheSearch()
    {
        for (int i = 0; i < 20; ++i)
            ModelBox();
    }
};

QTEST_MAIN(TestModelBox)
#include "tst_model_box.moc"
