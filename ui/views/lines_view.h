// SPDX-License-Identifier: GPL-3.0-or-later
// Attention as lines: queries on the left, keys on the right, several heads in their colours.
#pragma once

#include "ui/bridge/strip_feed.h"
#include "ui/models/prompt_pairs.h"
#include "ui/views/lines_scene.h"

#include <QAbstractScrollArea>

namespace headscope::ui {

/// A line from each query in view to the keys it looks at, as opaque and wide as its weight. Pointing at a token leaves
/// only its lines: on the left where it looks, on the right who looks at it. A click keeps them; the arrow keys move
/// from token to token and change sides. Only what is in view is fetched and painted, so that length costs nothing.
class LinesView : public QAbstractScrollArea {
    Q_OBJECT
public:
    static constexpr std::size_t block = 32; ///< rows that are fetched together

    explicit LinesView(QWidget* parent = nullptr);

    /// Another run or sequence: starts at the top, with nothing locked.
    void setSource(std::shared_ptr<PatternSource> source, const TokenRow& queries, const TokenRow& keys);
    /// Likewise of tokens that look at each other.
    void setSource(std::shared_ptr<PatternSource> source, const TokenRow& tokens)
    {
        setSource(std::move(source), tokens, tokens);
    }
    void extendSource(std::shared_ptr<PatternSource> source); ///< the same with more layers
    void setHeads(std::vector<LineHead> heads); ///< in the order of their slices; those not computed are left out
    void setRule(const LineRule& rule);
    void setLimits(std::optional<SentenceLimits> limits); ///< only lines between these; nothing: all
    void setNotice(const QString& notice); ///< shows words instead; empty: the lines
    void setChosen(std::optional<Cell> cell); ///< its tokens are set in bold

    const std::vector<LineHead>& heads() const { return scene_.heads; }
    const LineRule& rule() const { return rule_; }
    /// What is drawn, the weakest first.
    const std::vector<AttentionLine>& lines() const { return scene_.lines; }
    std::optional<LineToken> shownToken() const { return scene_.shown; } ///< the hovered one, else the locked one
    std::optional<LineToken> lockedToken() const { return locked_; }
    void lock(std::optional<LineToken> token); ///< scrolls to it; says nothing
    std::vector<HeadWeights> weightsOf(LineToken token) const; ///< what the rule lets through, as far as it has come
    bool isSettled() const { return feed_.isSettled(); }
    StripFeed& feed() { return feed_; }
    QRect tokenRect(LineToken token) const { return scene_.labelRect(token).toRect(); } ///< in the viewport
    QLineF lineOf(const AttentionLine& line) const { return scene_.lineOf(line); } ///< likewise
    QSize sizeHint() const override { return {560, 560}; }
    QSize minimumSizeHint() const override { return {260, 120}; }

Q_SIGNALS:
    void tokenLocked(); ///< the user locked another token or let it go
    void linesChanged(); ///< other lines or another token shown

protected:
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void applyPalette();
    void layOut();
    void plan(); ///< asks for what is in view and draws what is there
    void collect();
    void collectShown();
    void hover(std::optional<LineToken> token);
    void lockByUser(std::optional<LineToken> token);
    void reveal(std::size_t position);
    Strip blockOf(HeadRef head, std::size_t row) const;
    Strip columnOf(HeadRef head, std::size_t key) const;
    TokenWeights weightsAt(HeadRef head, LineToken token) const;

    StripFeed feed_;
    LinesScene scene_;
    LineRule rule_;
    std::optional<SentenceLimits> limits_;
    std::optional<LineToken> locked_, hovered_;
    std::optional<QPoint> pointer_; ///< where it is, while it is over the viewport
};

} // namespace headscope::ui
