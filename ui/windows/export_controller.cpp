// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/export_controller.h"

#include "ui/text/labels.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/picture.h"
#include "ui/windows/inspector_view.h"

#include <QAbstractItemView>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QKeyEvent>
#include <QMenu>
#include <QProgressDialog>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int patience = 400; ///< milliseconds after which progress is worth showing
constexpr int clipboardScale = 2;

HeadPlace placeOf(HeadRef head) { return {head.layer.value, head.head.value}; }

/// The tokens that lie in view, at least in part; nothing when all do.
std::optional<Range> seenOf(double begin, double end, std::size_t count)
{
    constexpr double slack = 1e-6;
    const auto first = static_cast<std::size_t>(std::max(0.0, std::floor(begin + slack)));
    const auto last = static_cast<std::size_t>(std::max(0.0, std::ceil(end - slack)));
    const Range seen{std::min(first, count), std::min(last, count)};
    return seen.size() == 0 || seen.size() == count ? std::nullopt : std::optional(seen);
}

} // namespace

ExportController::ExportController(QWidget& window, InspectorView& inspector)
    : QObject(&window)
    , window_(window)
    , inspector_(inspector)
{
    const auto action = [&](const QString& name, const QString& object, const QString& key, const QString& tip) {
        auto* made = new QAction(name, &window);
        made->setObjectName(object);
        made->setShortcut(QKeySequence(key));
        made->setToolTip(
            key.isEmpty() ? tip : u"%1 (%2)"_s.arg(tip, made->shortcut().toString(QKeySequence::NativeText)));
        window.addAction(made);
        return made;
    };
    exportAction_ = action(tr("E&xport…"), u"exportAction"_s, u"Ctrl+Alt+E"_s,
        tr("The head in view, picked heads or all heads as pictures, tables, arrays or a page"));
    copyPictureAction_ = action(tr("&Copy picture"), u"copyPictureAction"_s, u"Ctrl+C"_s,
        tr("The head in view as a picture, with what made it"));
    copyValuesAction_ = action(tr("Copy &values"), u"copyValuesAction"_s, u"Ctrl+Shift+C"_s,
        tr("The values in view as text, with tabs between"));
    connect(exportAction_, &QAction::triggered, this, &ExportController::ask);
    connect(copyPictureAction_, &QAction::triggered, this, &ExportController::copyOrForward);
    connect(copyValuesAction_, &QAction::triggered, this, &ExportController::copyValues);
    connect(&inspector_, &InspectorView::contentChanged, this, &ExportController::update);
    update();
}

ExportController::~ExportController() = default;

void ExportController::fillEditMenu(QMenu& menu)
{
    menu.addAction(copyPictureAction_);
    menu.addAction(copyValuesAction_);
}

bool ExportController::hasResult() const { return inspector_.capture() && inspector_.capture()->layersDone() > 0; }

void ExportController::update()
{
    exportAction_->setEnabled(hasResult() && !running_);
    copyPictureAction_->setEnabled(hasResult());
    copyValuesAction_->setEnabled(hasResult());
}

ExportOffer ExportController::offer() const
{
    const CapturePtr& capture = inspector_.capture();
    const QRectF seen = inspector_.heatmap().view().seen;
    const RunHeader& header = capture->header();
    const std::size_t queries = header.length(), keys = header.keysOf(inspector_.sequence().value).size();
    ExportOffer offer;
    offer.view = {.capture = capture,
        .sequence = inspector_.sequence(),
        .heads = {placeOf(inspector_.selection().shown())},
        .rows = seenOf(seen.top(), seen.bottom(), queries),
        .columns = seenOf(seen.left(), seen.right(), keys),
        .combined = inspector_.combined(),
        .source = inspector_.combinedSource()};
    if (offer.view.combined)
        offer.view.heads = {{0, 0}};
    if (offer.view.rows || offer.view.columns) { // either is a part then
        offer.view.rows = offer.view.rows.value_or(Range{0, queries});
        offer.view.columns = offer.view.columns.value_or(Range{0, keys});
    }
    offer.shown = inspector_.heatmap().shownScale();
    for (std::size_t layer = 0; layer < capture->layersDone(); ++layer)
        for (std::size_t head = 0; head < inspector_.selection().heads(); ++head)
            offer.all.push_back({layer, head});
    for (const HeadRef head : inspector_.selection().picked())
        if (head.layer.value < capture->layersDone())
            offer.picked.push_back(placeOf(head));
    offer.options = inspector_.options();
    offer.view.stage = offer.options.stage;
    return offer;
}

ExportJob ExportController::shownHead() const
{
    const ExportOffer now = offer();
    ExportJob job;
    job.what = now.view;
    job.font = QApplication::font();
    job.view = now.options;
    job.shown = now.shown;
    return job;
}

ViewOptions ExportController::gridOptions() const
{
    const ViewOptions& shown = inspector_.options();
    ViewOptions options;
    options.scale = shown.scale == ScaleMode::Fixed ? ScaleMode::Fixed : ScaleMode::Auto;
    options.palette = shown.palette;
    return options;
}

void ExportController::ask()
{
    if (!hasResult() || running_)
        return;
    ExportDialog dialog(offer(), &window_);
    if (dialog.exec() == QDialog::Accepted)
        start(dialog.job());
}

void ExportController::start(ExportJob job)
{
    if (running_)
        return;
    progress_ = std::make_unique<QProgressDialog>(tr("Writing"), tr("Cancel"), 0, 1, &window_);
    progress_->setObjectName(u"exportProgress"_s);
    progress_->setWindowTitle(tr("Export"));
    progress_->setMinimumDuration(patience);
    progress_->setAutoClose(false);
    progress_->setAutoReset(false);
    progress_->setValue(0);
    connect(progress_.get(), &QProgressDialog::canceled, this, [this] {
        running_.reset();
        progress_.release()->deleteLater(); // it is telling us
        Q_EMIT told(tr("Export cancelled"));
        update();
    });
    const auto step = [this](std::size_t done, std::size_t total) {
        progress_->setMaximum(static_cast<int>(total));
        progress_->setLabelText(tr("Head %1 of %2").arg(done + 1).arg(total));
        progress_->setValue(static_cast<int>(done));
    };
    running_ = std::make_unique<RunningExport>(
        this, std::move(job), step, [this](const QString& done, const QString& failure) { finish(done, failure); });
    update();
}

void ExportController::finish(const QString& done, const QString& failure)
{
    running_.reset();
    progress_.reset();
    update();
    failure.isEmpty() ? Q_EMIT told(done) : Q_EMIT failed(failure);
}

/// A list that has the focus copies its own rows.
void ExportController::copyOrForward()
{
    auto* focus = qobject_cast<QAbstractItemView*>(QApplication::focusWidget());
    if (!focus)
        return copyPicture();
    QKeyEvent press(QEvent::KeyPress, Qt::Key_C, Qt::ControlModifier, u"c"_s);
    QCoreApplication::sendEvent(focus, &press);
}

void ExportController::copyPicture()
{
    if (!hasResult())
        return;
    ++copying_;
    const ExportJob job = shownHead();
    computeInBackground<QImage>(
        this, [job] { return headPicture(sheetOf(job, job.what.heads.front()), clipboardScale); },
        [this, name = shownName(job.what)](const QImage& picture, const QString& failure) {
            --copying_;
            if (!failure.isEmpty())
                return Q_EMIT failed(failure);
            QApplication::clipboard()->setImage(picture);
            Q_EMIT told(tr("Copied the picture of %1").arg(name));
        });
}

void ExportController::copyValues()
{
    if (!hasResult())
        return;
    ++copying_;
    const ExportJob job = shownHead();
    computeInBackground<QString>(
        this, [job] { return text(valuesText(job.what)); },
        [this, name = shownName(job.what)](const QString& values, const QString& failure) {
            --copying_;
            if (!failure.isEmpty())
                return Q_EMIT failed(failure);
            QApplication::clipboard()->setText(values);
            Q_EMIT told(tr("Copied the values of %1").arg(name));
        });
}

} // namespace headscope::ui
