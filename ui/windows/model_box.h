// SPDX-License-Identifier: GPL-3.0-or-later
// Choosing a model: embedded, found beside the working directory, used before, or any directory.
#pragma once

#include <QWidget>

class QComboBox;

namespace headscope::ui {

/// An editable list of models with a Browse button. The text is what InspectionRequest::model takes.
class ModelBox : public QWidget {
    Q_OBJECT
public:
    explicit ModelBox(QWidget* parent = nullptr);

    QString model() const;
    void setModel(const QString& model); ///< need not be in the list
    void remember(const QString& model); ///< puts a directory that worked among the recent ones

    /// The model directory that a dropped file or directory stands for; empty when it is none.
    static QString directoryOf(const QString& path);

Q_SIGNALS:
    void modelChanged();

private:
    void fill();
    void browse();
    QComboBox* box_;
};

} // namespace headscope::ui
