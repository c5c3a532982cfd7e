// SPDX-License-Identifier: GPL-3.0-or-later
// What to export, how and where to.
#pragma once

#include "ui/views/head_files.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace headscope::ui {

/// What there is to choose from.
struct ExportOffer {
    /// What is shown, one head or several as one, and the positions seen of it where that are not all.
    HeadExport view{};
    std::vector<HeadPlace> picked{};
    std::vector<HeadPlace> all{};
    ViewOptions options{};
    std::optional<ShownScale> shown{}; ///< the scale of the view
};

/// Builds an ExportJob. It is accepted only with a target that can be written.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    explicit ExportDialog(ExportOffer offer, QWidget* parent = nullptr);

    ExportJob job() const;
    /// As if typed; a directory where there is a file per head.
    void setTarget(const QString& target);

    void accept() override; ///< stays open and says why when the target cannot be written

private:
    enum What { View, Picked, All };
    QWidget* makeOptions();
    void browse();
    void followChoices();
    void proposeTarget();
    What what() const;
    FileFormat format() const;
    std::vector<HeadPlace> heads() const;
    HeadExport exported() const;
    bool isSeparate() const;

    ExportOffer offer_;
    QString directory_; ///< where the last export went
    QString proposed_; ///< the target that nobody has changed
    QComboBox* what_;
    QComboBox* format_;
    QCheckBox* part_;
    QCheckBox* separate_;
    QLabel* scaleLabel_;
    QSpinBox* scale_;
    QCheckBox* footer_;
    QCheckBox* interactive_;
    QLineEdit* target_;
    QLabel* summary_;
    QDialogButtonBox* buttons_;
};

} // namespace headscope::ui
