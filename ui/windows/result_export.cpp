// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/result_export.h"

#include "core/error.h"
#include "core/report/csv.h"
#include "ui/bridge/hop.h"
#include "ui/bridge/thumbnail_feed.h"
#include "ui/text/labels.h"
#include "ui/views/picture.h"

#include <QFileDialog>
#include <QThreadPool>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int scale = 2;

QString tr(const char* source) { return QCoreApplication::translate("Export", source); }

/// Runs `write` on a pool thread and tells how it went.
template <class Write> void inBackground(QObject* context, const QString& file, const ExportNotice& notice, Write write)
{
    const auto told = hopTo(context, [notice](const QString& done, const QString& failure) { notice(done, failure); });
    QThreadPool::globalInstance()->start([write, file, told] {
        try {
            write(std::filesystem::path(file.toStdString()));
            told(tr("Wrote %1").arg(file), QString());
        } catch (...) {
            told(QString(), messageOf(std::current_exception()));
        }
    });
}

QString ask(QWidget* parent, const QString& title, const QString& name, const QString& filter)
{
    return QFileDialog::getSaveFileName(parent, title, name, filter);
}

/// Tiles of all heads, collected on the UI thread.
struct Collection {
    std::vector<PatternTilePtr> tiles;
    std::size_t missing = 0;
    bool failed = false;
};

} // namespace

void exportHead(QObject* context, const CapturePtr& capture, SequenceId sequence, HeadRef head, const QString& file,
    ExportNotice notice)
{
    const bool table = file.endsWith(u".csv"_s, Qt::CaseInsensitive);
    if (!table && !file.endsWith(u".png"_s, Qt::CaseInsensitive))
        return notice({}, tr("%1: expected a name that ends in .png or .csv").arg(file));
    const auto source = capture->patterns(sequence);
    const auto answer = hopTo(context, [=](const PatternTilePtr& tile, const std::exception_ptr& why) {
        if (!tile)
            return notice({}, messageOf(why));
        if (table)
            return inBackground(
                context, file, notice, [=](const auto& path) { writeCsv(*tile, capture->header(), path); });
        inBackground(context, file, notice,
            [picture = headPicture(capture, tile, scale)](const auto& path) { writePng(picture, path); });
    });
    const std::size_t most = table ? 0 : 4096;
    source
        ->request(head.layer, head.head, Stage::Pattern, {0, source->queries()}, {0, source->keys()},
            {.maxHeight = most, .maxWidth = most, .priority = Priority::Background}, answer)
        .detach();
}

void exportGrid(
    QObject* context, const CapturePtr& capture, SequenceId sequence, const QString& file, ExportNotice notice)
{
    if (!file.endsWith(u".png"_s, Qt::CaseInsensitive))
        return notice({}, tr("%1: expected a name that ends in .png").arg(file));
    const auto source = capture->patterns(sequence);
    const auto all = std::make_shared<Collection>();
    all->missing = source->layers() * source->heads();
    const auto answer = hopTo(context, [=](const PatternTilePtr& tile, const std::exception_ptr& why) {
        if (!tile && !std::exchange(all->failed, true))
            notice({}, messageOf(why));
        all->tiles.push_back(tile);
        if (--all->missing == 0 && !all->failed)
            inBackground(context, file, notice,
                [picture = gridPicture(capture, all->tiles, scale)](const auto& path) { writePng(picture, path); });
    });
    for (std::size_t layer = 0; layer < source->layers(); ++layer)
        for (std::size_t head = 0; head < source->heads(); ++head)
            source
                ->request(LayerId{layer}, HeadId{head}, Stage::Pattern, {0, source->queries()}, {0, source->keys()},
                    {.maxHeight = 192, .maxWidth = 192, .priority = Priority::Background}, answer)
                .detach();
}

void exportHeadInteractively(
    QWidget* parent, const CapturePtr& capture, SequenceId sequence, HeadRef head, ExportNotice notice)
{
    const auto name
        = u"%1_L%2_H%3.png"_s.arg(text(capture->header().model.name)).arg(head.layer.value).arg(head.head.value);
    const auto file = ask(parent, tr("Export %1").arg(headText(head)), name, tr("Picture (*.png);;Table (*.csv)"));
    if (!file.isEmpty())
        exportHead(parent, capture, sequence, head, file, std::move(notice));
}

void exportGridInteractively(QWidget* parent, const CapturePtr& capture, SequenceId sequence, ExportNotice notice)
{
    const auto name = text(capture->header().model.name) + u"_heads.png"_s;
    const auto file = ask(parent, tr("Export all heads"), name, tr("Picture (*.png)"));
    if (!file.isEmpty())
        exportGrid(parent, capture, sequence, file, std::move(notice));
}

} // namespace headscope::ui
