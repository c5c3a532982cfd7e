// SPDX-License-Identifier: GPL-3.0-or-later
// Opens the built-in examples and says what to look at.
#pragma once

#include "ui/models/examples.h"

#include <QObject>

#include <optional>

class QMenu;

namespace headscope::ui {

class MainWindow;

/// Fills a menu with the examples; one that is chosen is run, its cell chosen, and its note shown until it is
/// dismissed.
class ExampleGuide : public QObject {
    Q_OBJECT
public:
    /// \param window owns the guide.
    ExampleGuide(MainWindow& window, QMenu& menu);

private:
    void open(const Example& example);
    void onContent();

    MainWindow& window_;
    std::optional<Example> waiting_; ///< whose run has not been shown yet
};

} // namespace headscope::ui
