// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/example_guide.h"

#include "ui/views/attention_heatmap.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/main_window.h"
#include "ui/windows/message_bar.h"

#include <QMenu>

#include <utility>

namespace headscope::ui {

ExampleGuide::ExampleGuide(MainWindow& window, QMenu& menu)
    : QObject(&window)
    , window_(window)
{
    menu.setToolTipsVisible(true);
    for (const auto& example : builtInExamples())
        menu.addAction(example.name, this, [this, example] { open(example); })->setToolTip(example.note);
    connect(&window_.inspector(), &InspectorView::contentChanged, this, &ExampleGuide::onContent);
}

void ExampleGuide::open(const Example& example)
{
    waiting_ = example;
    window_.open(example.request, example.head);
    window_.inspector().messages().showNote(example.note);
}

void ExampleGuide::onContent()
{
    InspectorView& inspector = window_.inspector();
    const auto& shown = inspector.capture()->header().request;
    if (!waiting_ || shown.model != waiting_->request.model || shown.prompts != waiting_->request.prompts)
        return;
    const Example example = *std::exchange(waiting_, std::nullopt);
    inspector.setSequence(SequenceId{0});
    inspector.heatmap().choose(example.cell);
}

} // namespace headscope::ui
