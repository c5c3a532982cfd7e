// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/model_drop.h"

#include "ui/text/labels.h"

#include <QCoreApplication>
#include <QDirIterator>
#include <QFileInfo>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

QString tr(const char* source) { return QCoreApplication::translate("ModelDrop", source); }

bool isModel(const QString& directory) { return QFileInfo::exists(directory + u"/config.json"_s); }

/// A folder whose children are models, or repositories of the Hugging Face cache.
bool holdsModels(const QString& folder)
{
    constexpr int most = 1000; // the window must not stand still over somebody's home
    QDirIterator children(folder, QDir::Dirs | QDir::NoDotAndDotDot);
    for (int i = 0; i < most && children.hasNext(); ++i)
        if (const QString child = children.next(); isModel(child) || QFileInfo(child + u"/snapshots"_s).isDir())
            return true;
    return false;
}

QString directoryOf(const QFileInfo& dropped)
{
    if (dropped.isDir())
        return isModel(dropped.filePath()) || holdsModels(dropped.filePath()) ? dropped.filePath() : QString();
    const bool ofAModel = dropped.suffix() == u"json"_s || dropped.suffix() == u"safetensors"_s;
    return ofAModel && isModel(dropped.path()) ? dropped.path() : QString();
}

QString found(const QFileInfo& dropped)
{
    return !dropped.exists()                   ? tr("nothing there")
        : dropped.isDir()                      ? tr("a folder with neither a config.json nor models in it")
        : dropped.suffix() == u"json"_s        ? tr("a .json file without a config.json beside it")
        : dropped.suffix() == u"safetensors"_s ? tr("a .safetensors file without a config.json beside it")
                                               : tr("another file");
}

} // namespace

DroppedModel droppedModel(const QList<QUrl>& dropped)
{
    for (const QUrl& url : dropped)
        if (const QString directory = url.isLocalFile() ? directoryOf(QFileInfo(url.toLocalFile())) : QString();
            !directory.isEmpty())
            return {directory, {}};
    if (dropped.isEmpty())
        return {{}, tr("Dropped: expected a file or a folder, found nothing")};
    const QUrl& first = dropped.first();
    const QFileInfo file(first.toLocalFile());
    QString name = first.isLocalFile() ? file.fileName() : first.toDisplayString();
    for (QChar& c : name)
        if (c.category() == QChar::Other_Control)
            c = QChar::ReplacementCharacter;
    // By concatenation: a name may hold "%1" itself.
    return {{},
        shortened(name, 80) + u": "_s
            + tr("expected a model folder or file of one, a session, prompts (.txt, .jsonl), a dump or attention; found") + u' '
            + (first.isLocalFile() ? found(file) : tr("an address that is no local file"))};
}

} // namespace headscope::ui
