// SPDX-License-Identifier: GPL-3.0-or-later
// Why A and not B: which parts carry it, and what happens when heads are cut.
#pragma once

#include "core/analysis/logit_difference.h"
#include "ui/models/head_ref.h"

#include <QWidget>

#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace headscope::ui {

class AblationModel;
class ContributionModel;
class ElidedLabel;

/// What the user asks, and the answers as tables. Starts nothing itself.
class ContributionsPanel : public QWidget {
    Q_OBJECT
public:
    explicit ContributionsPanel(QWidget* parent = nullptr);

    /// What is typed: literal text, or "id:517". Nothing while the field is empty: then the default is meant.
    struct Typed {
        std::optional<Answer> a{}, b{};
        AblationMethod method = AblationMethod::Zero;
        std::string otherPrompt{}; ///< AblationMethod::CrossRun
    };
    Typed typed() const;

    void setPlace(const QString& words, const QString& toolTip); ///< where the answers are read
    void setDefaults(const QString& a, const QString& b); ///< as placeholders; may be empty
    void setHeads(const std::vector<HeadRef>& heads); ///< that would be cut
    void setReady(bool attributes, bool cuts, const QString& why); ///< \param why not, for tool tips; may be empty
    void setBusy(bool busy);
    void setProgress(double share);
    void setStale(bool stale); ///< the results are of another question than the one that stands above them

    /// \pre the example has scores. Keeps what heads cut came to unless `example` has such scores itself.
    void showResult(const ExampleAnswers& answers, const ExampleResult& example);
    void showCut(const QString& what, const QString& toolTip); ///< heading of the scores with heads cut
    void forgetCut();
    void clear();
    bool hasResult() const { return before_.has_value(); }
    bool hasCut() const { return after_.has_value(); }

    void showError(const QString& message);
    void showNote(const QString& message);
    void hideMessage();

Q_SIGNALS:
    void attributeWanted();
    void cutWanted();
    void cancelWanted();
    void headChosen(headscope::ui::HeadRef head);
    void edited(); ///< an answer

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeQuestion();
    QWidget* makeContributions();
    QWidget* makeAblation();
    void connectAll();
    void chooseHeadOf(const QModelIndex& index);
    void tell(const QString& message, bool error);
    void colour();
    void showOtherPrompt();

    QLabel* place_ = nullptr;
    QLineEdit* answerA_ = nullptr;
    QLineEdit* answerB_ = nullptr;
    QPushButton* attribute_ = nullptr;
    QPushButton* cancel_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QLabel* message_ = nullptr;
    QLabel* stale_ = nullptr;
    QLabel* difference_ = nullptr;
    QLabel* sum_ = nullptr;
    QTableView* parts_ = nullptr;
    ContributionModel* model_;
    QSortFilterProxyModel* sorted_;
    ElidedLabel* heads_ = nullptr;
    QComboBox* method_ = nullptr;
    QLineEdit* otherPrompt_ = nullptr;
    QPushButton* cut_ = nullptr;
    QPushButton* forget_ = nullptr;
    QLabel* cutHeading_ = nullptr;
    QTableView* scores_ = nullptr;
    AblationModel* ablation_;
    std::optional<AnswerScore> before_, after_;
    bool error_ = false; ///< the message is one
};

} // namespace headscope::ui
