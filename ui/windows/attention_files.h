// SPDX-License-Identifier: GPL-3.0-or-later
// Attention that other programs computed, in the place of a run.
#pragma once

#include "core/cache/attention_file.h"
#include "ui/models/session.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <optional>

class QAction;
class QComboBox;
class QWidget;

namespace headscope::ui {

class InspectorView;

/// Opens attention files in the background and shows one of their parts; which one is chosen in a box of the
/// inspector's header, which is there only for a file with several.
class AttentionFiles : public QObject {
    Q_OBJECT
public:
    using Show = std::function<void(const CapturePtr& capture)>;
    /// \param window for dialogs, owns this. \param inspector outlives this. \param show shows a part there
    AttentionFiles(QWidget& window, InspectorView& inspector, Show show);

    QAction* openAction() { return openAction_; }
    /// The last one asked for wins. What is wrong with the file is told above the inspector.
    void open(const QString& file, std::optional<AttentionPart> part = {});
    /// What is shown from here now.
    std::optional<AttentionView> shown() const;
    bool isSettled() const { return !loading_; }

Q_SIGNALS:
    void opened(const QString& file); ///< and shown

private:
    void ask();
    void showPart(AttentionPart part);
    void onBegun();
    void offerParts(AttentionPart chosen);

    QWidget& window_;
    InspectorView& inspector_;
    Show show_;
    QAction* openAction_;
    QComboBox* parts_; ///< in the inspector's header
    std::shared_ptr<const AttentionFile> file_; ///< shown now
    int asked_ = 0;
    bool loading_ = false;
    bool showing_ = false; ///< what begins in the inspector is from here
    QString folder_; ///< of the file opened last
};

/// "Cross (decoder looks at encoder)"
QString attentionPartText(AttentionPart part);

} // namespace headscope::ui
