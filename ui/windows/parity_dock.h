// SPDX-License-Identifier: GPL-3.0-or-later
// Do two ways of running the model agree? The dock at the bottom of the window.
#pragma once

#include "core/parity/parity_request.h"

#include <QDockWidget>
#include <QElapsedTimer>

class QLabel;
class QProgressBar;
class QStackedWidget;

namespace headscope::ui {

class ElidedLabel;
class ParityBridge;
class ParityResults;
class ParitySetup;

/// Set-up, progress and results of one comparison. A dump that is dropped on it becomes the reference.
class ParityDock : public QDockWidget {
    Q_OBJECT
public:
    /// \param bridge must outlive this widget.
    explicit ParityDock(ParityBridge& bridge, QWidget* parent = nullptr);

    /// What the Run panel asks for; everything that is not chosen here comes from it.
    void setBase(const InspectionRequest& base);
    void compare(); ///< tells by failed() why not where the set-up is not complete
    bool isWaiting() const { return waiting_; } ///< prompts are being read, then the comparison starts
    void openReference(const QString& file);
    void exportReport(const QString& file); ///< in the background, by the name's ending

    std::shared_ptr<const ParityPair> pair() const; ///< looked at; null while there is none
    const std::shared_ptr<const ParityReport>& report() const { return report_; }
    ParitySetup& setup() { return *setup_; }
    ParityResults& results() { return *results_; }

Q_SIGNALS:
    void started();
    void pairChanged();
    void rowActivated(const headscope::ParityRow& row); ///< of pair(), which may not have come yet
    void answerActivated(std::size_t sequence, std::size_t position);
    void failed(const QString& message);
    void told(const QString& message); ///< for the status bar
    void noted(const QString& message); ///< worth reading, but no failure

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* makeStatus();
    QWidget* makeEmpty();
    void connectBridge();
    void readPrompts(const ParityRequest& request);
    void begin(ParityRequest request);
    void onEnded(const QString& words);
    void askExport();

    ParityBridge& bridge_;
    ParitySetup* setup_;
    ElidedLabel* status_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QStackedWidget* pages_;
    QLabel* empty_ = nullptr;
    ParityResults* results_;
    std::shared_ptr<const ParityReport> report_;
    QElapsedTimer clock_;
    std::uint64_t asked_ = 0; ///< counts comparisons
    bool waiting_ = false;
};

} // namespace headscope::ui
