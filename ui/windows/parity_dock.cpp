// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/parity_dock.h"

#include "core/parity/parity_prompts.h"
#include "core/report/parity_files.h"
#include "core/run/prompt_text.h"
#include "ui/bridge/hop.h"
#include "ui/bridge/parity_bridge.h"
#include "ui/text/labels.h"
#include "ui/text/parity_text.h"
#include "ui/windows/elided_label.h"
#include "ui/windows/parity_results.h"
#include "ui/windows/parity_setup.h"
#include "ui/windows/theme.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QProgressBar>
#include <QStackedWidget>
#include <QThreadPool>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int wholeProgress = 1000;

/// The one dump that is dragged; empty when it is anything else.
QString draggedDump(const QMimeData& data)
{
    const auto urls = data.urls();
    const QString file = urls.size() == 1 && urls.front().isLocalFile() ? urls.front().toLocalFile() : QString();
    return file.endsWith(u".safetensors"_s, Qt::CaseInsensitive) && !QFileInfo(file).isDir() ? file : QString();
}

/// Labels of the pairs of a request, in their order.
QStringList candidateLabels(const ParityRequest& request)
{
    QStringList labels;
    const auto add = [&](std::size_t run) { labels << text(request.labelOf(run)); };
    for (std::size_t run = 0; run < request.runs.size(); ++run)
        if (!request.reference.empty())
            add(run);
        else // pairs of one reference stand together
            for (std::size_t other = 0; other < request.runs.size(); ++other)
                if (request.referenceOf(other) == run && other != run)
                    add(other);
    return labels;
}

} // namespace

ParityDock::ParityDock(ParityBridge& bridge, QWidget* parent)
    : QDockWidget(tr("Parity"), parent)
    , bridge_(bridge)
    , setup_(new ParitySetup(this))
    , pages_(new QStackedWidget(this))
    , results_(new ParityResults(this))
{
    setObjectName(u"parityDock"_s);
    setAcceptDrops(true);
    auto* content = new QWidget(this);
    pages_->addWidget(makeEmpty());
    pages_->addWidget(results_);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(12, 6, 12, 8);
    layout->setSpacing(6);
    layout->addWidget(setup_);
    layout->addWidget(makeStatus());
    layout->addWidget(pages_, 1);
    setWidget(content);

    connect(setup_, &ParitySetup::compareWanted, this, &ParityDock::compare);
    connect(setup_, &ParitySetup::cancelWanted, this, [this] { bridge_.cancel(); });
    connect(setup_, &ParitySetup::exportWanted, this, &ParityDock::askExport);
    connect(results_, &ParityResults::pairChanged, this, &ParityDock::pairChanged);
    connect(results_, &ParityResults::rowActivated, this, &ParityDock::rowActivated);
    connect(results_, &ParityResults::answerActivated, this, &ParityDock::answerActivated);
    connectBridge();
}

QWidget* ParityDock::makeStatus()
{
    auto* line = new QWidget(this);
    status_ = new ElidedLabel(120, line);
    status_->setObjectName(u"parityStatus"_s);
    progress_ = new QProgressBar(line);
    progress_->setObjectName(u"parityProgress"_s);
    progress_->setAccessibleName(tr("Progress of the comparison"));
    progress_->setRange(0, wholeProgress);
    progress_->setTextVisible(false);
    progress_->setMaximumHeight(6);
    progress_->setFixedWidth(160);
    progress_->hide();
    auto* layout = new QHBoxLayout(line);
    layout->setContentsMargins({});
    layout->setSpacing(10);
    layout->addWidget(progress_);
    layout->addWidget(status_, 1);
    line->hide();
    return line;
}

QWidget* ParityDock::makeEmpty()
{
    empty_ = new QLabel(tr("Runs the model and prompts of the Run panel in every way that is chosen above, and says "
                           "layer by layer where they part and which known reason explains it.\n"
                           "Press Compare (F6). To compare with the original system, open a dump of it as reference, "
                           "or drop it here."),
        this);
    empty_->setObjectName(u"parityEmpty"_s);
    empty_->setTextFormat(Qt::PlainText);
    empty_->setWordWrap(true);
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setMinimumHeight(60);
    return empty_;
}

void ParityDock::connectBridge()
{
    connect(&bridge_, &ParityBridge::busyChanged, this, [this](bool busy) {
        setup_->setBusy(busy);
        progress_->setVisible(busy);
    });
    connect(&bridge_, &ParityBridge::progressed, this, [this](const QString& what, double share) {
        status_->setText(what);
        progress_->setValue(static_cast<int>(share * wholeProgress));
    });
    connect(&bridge_, &ParityBridge::rowsReady, results_, &ParityResults::addRows);
    connect(&bridge_, &ParityBridge::pairReady, results_, &ParityResults::setPair);
    connect(&bridge_, &ParityBridge::finished, this, [this](const std::shared_ptr<const ParityReport>& report) {
        report_ = report;
        setup_->setReport(true);
        const QString worst = verdictWord(report->worst());
        const auto count = report->pairs.size();
        onEnded(text(report->modelName) + u": "_s
            + tr("%1 compared in %2 s, gravest verdict: %3")
                  .arg(count == 1 ? tr("1 pair") : tr("%1 pairs").arg(count),
                      QString::number(static_cast<double>(clock_.elapsed()) / 1000, 'f', 1), worst));
    });
    connect(&bridge_, &ParityBridge::failed, this, [this](const QString& message) {
        onEnded(tr("Failed"));
        Q_EMIT failed(message);
    });
    connect(&bridge_, &ParityBridge::cancelled, this, [this] { onEnded(tr("Cancelled")); });
}

void ParityDock::setBase(const InspectionRequest& base) { setup_->setBase(base); }

void ParityDock::compare()
{
    if (const QString why = setup_->problem(); !why.isEmpty())
        return Q_EMIT failed(why);
    bridge_.cancel();
    ++asked_;
    Q_EMIT started();
    setup_->promptSet().isEmpty() ? begin(setup_->request()) : readPrompts(setup_->request());
}

/// Off this thread, because a tokenizer takes its time.
void ParityDock::readPrompts(const ParityRequest& request)
{
    waiting_ = true;
    using Answer = std::shared_ptr<const ParityPrompts>;
    const auto done = hopTo(this, [this, asked = asked_, request](const Answer& set, const QString& failure) {
        if (asked != asked_)
            return;
        waiting_ = false;
        if (!set)
            return Q_EMIT failed(failure);
        if (!set->notes.empty()) {
            const auto others = set->notes.size() - 1;
            Q_EMIT noted(text(set->notes.front()) + (others > 0 ? tr(" (and %1 more)").arg(others) : QString()));
        }
        ParityRequest whole = request;
        for (auto& run : whole.runs)
            run.prompts = set->prompts; // alone: see ParitySetup::request()
        whole.answers = set->answers;
        begin(std::move(whole));
    });
    QThreadPool::globalInstance()->start(
        [done, name = setup_->promptSet().toStdString(), model = request.runs.front().model] {
            try {
                done(std::make_shared<const ParityPrompts>(readParityPrompts(name, model)), QString());
            } catch (...) {
                done(Answer(), messageOf(std::current_exception()));
            }
        });
}

void ParityDock::begin(ParityRequest request)
{
    QStringList prompts;
    for (std::size_t row = 0; row < request.runs.front().prompts.size(); ++row)
        prompts << text(promptText(request.runs.front(), row));
    const QString reference = request.reference.empty() ? text(request.labelOf(request.referenceOf(0)))
                                                        : text(request.reference.filename().string());
    report_.reset();
    setup_->setReport(false);
    pages_->setCurrentWidget(results_);
    results_->start(reference, candidateLabels(request), prompts);
    progress_->setValue(0);
    status_->setText(tr("Starting…"));
    status_->parentWidget()->show();
    clock_.start();
    bridge_.start(std::move(request));
}

void ParityDock::onEnded(const QString& words)
{
    status_->setText(words);
    results_->stop();
}

std::shared_ptr<const ParityPair> ParityDock::pair() const { return results_->pair(); }

void ParityDock::openReference(const QString& file) { setup_->openReference(file); }

void ParityDock::dragEnterEvent(QDragEnterEvent* event)
{
    if (!draggedDump(*event->mimeData()).isEmpty())
        event->acceptProposedAction(); // anything else is for the window
    else
        event->ignore();
}

void ParityDock::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    openReference(draggedDump(*event->mimeData()));
}

void ParityDock::askExport()
{
    const QString name = text(report_->modelName) + u"_parity.html"_s;
    const auto file = QFileDialog::getSaveFileName(this, tr("Export report"), name,
        tr("Self-contained page (*.html);;Markdown (*.md);;Table (*.csv);;JSON (*.json)"));
    if (!file.isEmpty())
        exportReport(file);
}

void ParityDock::exportReport(const QString& file)
{
    const auto done = hopTo(this, [this](const QString& words, const QString& failure) {
        failure.isEmpty() ? Q_EMIT told(words) : Q_EMIT failed(failure);
    });
    QThreadPool::globalInstance()->start([report = report_, file, done] {
        try {
            writeParityReport(*report, std::filesystem::path(file.toStdString()));
            done(tr("Wrote %1").arg(file), QString());
        } catch (...) {
            done(QString(), messageOf(std::current_exception()));
        }
    });
}

} // namespace headscope::ui
