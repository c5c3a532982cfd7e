// SPDX-License-Identifier: GPL-3.0-or-later
// The prompt's tokens, and what attention ties the chosen ones to.
#pragma once

#include "core/run/run_header.h"
#include "ui/bridge/strip_feed.h"
#include "ui/models/attention_lines.h"
#include "ui/models/token_side.h"
#include "ui/windows/shown_heads.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QSpinBox;
class QSplitter;
class QTableView;

namespace headscope::ui {

class InspectorView;
class SearchBar;
class TokenStrip;
class TokenWeightModel;

/// Tints the tokens by where the picked ones look, or by who looks at them, in what an inspector shows: one head, or
/// several as one; and lists the strongest. Of several tokens the weights are averaged. Where queries look at another
/// text, the picked side stands above, and the tinted other one below it. A token picked here is the row or column of
/// the cell chosen in the heatmap, and the other way round.
class TokenPanel : public QWidget {
    Q_OBJECT
public:
    /// \param inspector must outlive this widget.
    explicit TokenPanel(InspectorView& inspector, QWidget* parent = nullptr);

    TokenStrip& strip() { return *strip_; }
    TokenStrip& otherStrip() { return *otherStrip_; } ///< of the other text; hidden where there is one
    const TokenWeights& weights() const { return weights_; } ///< of the picked tokens, as far as they have come
    TokenSide side() const; ///< what the picked tokens are
    void setSide(TokenSide side);
    void search(); ///< opens the search
    bool isSettled() const { return feed_.isSettled(); }

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makeControls();
    QWidget* makeList();
    void showContent();
    void showTexts();
    const std::vector<Token>& others() const; ///< what the picked tokens are tied to
    void onOtherPicked();
    void showCell();
    void follow(std::optional<Cell> cell);
    void readShown(bool sameSequence);
    void plan();
    void showWeights();
    void onPicked();
    void onSearched(const QString& words);
    void onFound(); ///< the current match
    void chooseCell();
    Strip stripOf(std::size_t position) const;

    InspectorView& inspector_;
    StripFeed feed_;
    TokenStrip* strip_;
    QLabel* otherTitle_;
    TokenStrip* otherStrip_;
    SearchBar* search_;
    QComboBox* side_;
    QLabel* heading_;
    QSplitter* splitter_;
    QTableView* table_;
    TokenWeightModel* model_;
    QSpinBox* count_;
    QComboBox* order_;
    std::optional<Combined> combined_; ///< that the feed reads
    HeadRef head_; ///< within the feed's source
    QString title_; ///< of what is read
    TokenWeights weights_;
    std::vector<std::size_t> matches_;
    std::uint64_t run_ = 0; ///< whose sequence is shown
    std::size_t sequence_ = 0;
    std::optional<Cell> cell_; ///< chosen in the heatmap, as far as it is known here
};

} // namespace headscope::ui
