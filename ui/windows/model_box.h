// SPDX-License-Identifier: GPL-3.0-or-later
// Choosing a model: embedded, used before, in the Hugging Face cache, in folders of the user's, or any directory.
#pragma once

#include "core/model/model_finder.h"

#include <QWidget>

#include <stop_token>

class QComboBox;

namespace headscope::ui {

class ModelListDelegate;

/// An editable list of models with a Browse button. The text is what InspectionRequest::model takes. The list is filled
/// by a thread of the pool; until it has looked, the embedded models and the recent ones stand there without facts.
class ModelBox : public QWidget {
    Q_OBJECT
public:
    explicit ModelBox(QWidget* parent = nullptr);
    ~ModelBox() override;

    QString model() const;
    void setModel(const QString& model); ///< need not be in the list
    void remember(const QString& model); ///< puts a directory that worked among the recent ones
    /// A directory the user chose: a model is taken, anything else is a folder whose models the list shows from now on.
    void choose(const QString& directory);
    bool isSearching() const { return searching_ > 0; }

Q_SIGNALS:
    void modelChanged();
    void searched(); ///< the list shows what there is

protected:
    void changeEvent(QEvent* event) override;

private:
    void colour();
    void search();
    void show(const std::vector<FoundModel>& models);
    void browse();

    QComboBox* box_;
    ModelListDelegate* list_;
    std::stop_source stop_;
    int searches_ = 0; ///< ever started
    int searching_ = 0; ///< searches under way
};

} // namespace headscope::ui
