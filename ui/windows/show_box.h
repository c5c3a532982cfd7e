// SPDX-License-Identifier: GPL-3.0-or-later
// What the heatmap shows: one head, or several heads as one.
#pragma once

#include "ui/models/combined_heads.h"
#include "ui/models/head_selection.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QSpinBox;

namespace headscope::ui {

/// A choice and, for a rollout, its last layer. Aggregates are of the picked heads, without any of all heads of the
/// layer that the shown head belongs to.
class ShowBox : public QWidget {
    Q_OBJECT
public:
    /// \param selection must outlive this widget.
    explicit ShowBox(HeadSelection& selection, QWidget* parent = nullptr);

    void setLayers(std::size_t layers); ///< a rollout goes through all of them until told otherwise
    const std::optional<Combined>& combined() const { return combined_; } ///< nothing: the shown head
    ShowChoice choice() const;
    void choose(const ShowChoice& choice); ///< a layer that is not there becomes the last one
    QString title(std::size_t mostNames = 6) const; ///< of combined() \pre there is one

Q_SIGNALS:
    void changed(); ///< combined() is another

private:
    void follow();
    std::vector<HeadPlace> chosenHeads() const;

    HeadSelection& selection_;
    QComboBox* what_;
    QSpinBox* last_;
    std::optional<Combined> combined_;
};

} // namespace headscope::ui
