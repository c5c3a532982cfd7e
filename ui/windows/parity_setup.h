// SPDX-License-Identifier: GPL-3.0-or-later
// Which runs are compared, and how closely.
#pragma once

#include "core/parity/parity_request.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPushButton;

namespace headscope::ui {

class CheckMenu;

/// Backends, attention, precisions and padding sides, of which every combination is a run; the same inputs for all;
/// the reference, one of the runs or a dump of another system; the tolerance. Everything else is the base request's.
class ParitySetup : public QWidget {
    Q_OBJECT
public:
    explicit ParitySetup(QWidget* parent = nullptr);

    void setBase(const InspectionRequest& base);
    void openReference(const QString& file); ///< a dump, which becomes the reference and gives the prompts
    void openPrompts(const QString& file); ///< a prompt set
    void setBusy(bool busy);
    void setReport(bool there); ///< there is one to write

    /// Without prompts and inputs where they come from elsewhere: from promptSet(), or from the dump.
    ParityRequest request() const;
    QString promptSet() const; ///< name or file of the set that gives prompts and answers; empty without one
    QString problem() const; ///< why it cannot be compared, for people; empty when it can

Q_SIGNALS:
    void edited();
    void compareWanted();
    void cancelWanted();
    void exportWanted();

private:
    enum ReferenceKind { LikeForLike = -1, Dump = -2 }; ///< others are indices of runs
    void makeMenus();
    void makePrompts();
    void makeReference();
    void onEdited();
    void updateReferences();
    void updateButtons();
    void askReference();
    void onPrompts(int index);
    ParityRequest likeForLike() const; ///< the runs, each compared with one that differs in its backend alone

    InspectionRequest base_;
    QString dump_; ///< file; empty without one
    int promptsBefore_ = 0; ///< index of what was chosen before "Open…"
    bool busy_ = false;
    CheckMenu* backends_;
    CheckMenu* attentions_;
    CheckMenu* dtypes_;
    CheckMenu* paddings_;
    QComboBox* prompts_;
    QCheckBox* same_;
    QComboBox* reference_;
    QLineEdit* tolerance_;
    QPushButton* compare_;
    QPushButton* cancel_;
    QPushButton* export_;
};

} // namespace headscope::ui
