// SPDX-License-Identifier: GPL-3.0-or-later
// Which of two sentences looks at which.
#pragma once

#include <QWidget>

namespace headscope::ui {

class ChoiceBox;
class InspectorView;

/// A box that limits what an inspector shows to the queries of one text of a pair and the keys of one; hidden while the
/// sequence shown is no pair. The choice is one of the inspector's view options.
class SentenceBox : public QWidget {
    Q_OBJECT
public:
    /// \param inspector outlives this.
    explicit SentenceBox(InspectorView& inspector, QWidget* parent = nullptr);

private:
    void follow();

    InspectorView& inspector_;
    ChoiceBox* box_;
};

} // namespace headscope::ui
