// SPDX-License-Identifier: GPL-3.0-or-later
// What the lines view shows, where, and how it is painted.
#pragma once

#include "ui/models/attention_lines.h"
#include "ui/models/head_ref.h"
#include "ui/text/line_text.h"
#include "ui/views/token_labels.h"

#include <QColor>
#include <QPainter>
#include <QPalette>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace headscope::ui {

/// A token in one of the two columns.
struct LineToken {
    TokenSide side = TokenSide::Query;
    std::size_t position = 0;
    friend bool operator==(const LineToken&, const LineToken&) = default;
};

struct LineHead {
    HeadRef head;
    QColor colour;
    friend bool operator==(const LineHead& a, const LineHead& b) { return a.head == b.head && a.colour == b.colour; }
};

/// A line that is drawn.
struct AttentionLine {
    std::size_t query = 0, key = 0;
    float weight = 0;
    std::size_t head = 0; ///< index into the heads
};

/// Queries in a column on the left, keys on the right, lines between them. Places are in pixels of the viewport.
struct LinesScene {
    TokenLabels queries, keys; ///< on the left and on the right, of one text or of two
    std::vector<LineHead> heads;
    std::vector<AttentionLine> lines; ///< the weakest first, so that strong ones are painted over them
    std::set<std::size_t> nanRows; ///< queries in view with weights that are not numbers
    std::optional<LineToken> shown; ///< the token whose lines alone are drawn
    std::optional<Cell> chosen; ///< the cell chosen in the heatmap
    QPalette palette;
    QFont font;
    QString notice; ///< shown instead of anything else
    QSize size; ///< of the viewport
    double scroll = 0; ///< pixels scrolled away
    bool focused = false;

    double pitch() const; ///< from one token to the next
    double top() const; ///< where the first token would begin, unscrolled: below the titles
    const TokenLabels& labelsOf(TokenSide side) const { return side == TokenSide::Query ? queries : keys; }
    double labelRoom() const { return std::max(queries.widest(), keys.widest()) + 2 * gap; }
    std::size_t rows() const { return std::max(queries.count(), keys.count()); } ///< of the longer column
    QRectF linesArea() const; ///< between the columns
    double middleOf(std::size_t position) const;
    QRectF labelRect(LineToken token) const;
    QLineF lineOf(const AttentionLine& line) const;
    std::optional<LineToken> tokenAt(QPointF place) const;
    Range visible(TokenSide side) const; ///< positions of which at least a part is in view
    int contentHeight() const;

    void paint(QPainter& painter) const;

    /// A weight as the opacity and the width of its line.
    static double opacity(float weight);
    static double width(float weight);

    static constexpr double gap = 6;

private:
    void paintTitles(QPainter& painter) const;
    void paintLines(QPainter& painter) const;
    void paintLabel(QPainter& painter, LineToken token) const;
    void paintWeights(QPainter& painter) const;
};

} // namespace headscope::ui
