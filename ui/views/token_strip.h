// SPDX-License-Identifier: GPL-3.0-or-later
// The tokens of a sequence as running text.
#pragma once

#include "ui/views/token_labels.h"

#include <QAbstractScrollArea>

#include <optional>

namespace headscope::ui {

/// Tokens in lines, tinted by a weight each; a click picks one, with Ctrl several, the arrow keys move on. Only the
/// tokens in view are painted.
class TokenStrip : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit TokenStrip(QWidget* parent = nullptr);

    void setTokens(const TokenRow& tokens); ///< picks none
    const TokenRow& tokens() const { return tokens_; }
    /// \param tints 0 to 1 for each token, or empty
    void setTints(std::vector<float> tints);
    const std::vector<float>& tints() const { return tints_; }
    void setMatches(std::vector<std::size_t> matches, std::optional<std::size_t> current); ///< of a search, ascending
    const std::vector<std::size_t>& picked() const { return picked_; } ///< ascending
    void pick(std::vector<std::size_t> positions); ///< scrolls to a single one; says nothing
    void reveal(std::size_t position);
    void setNotice(const QString& notice); ///< shown where there are no tokens

    QRect tokenRect(std::size_t position) const; ///< in the viewport
    std::optional<std::size_t> tokenAt(QPoint place) const;
    QSize sizeHint() const override { return {300, 130}; }
    QSize minimumSizeHint() const override { return {160, 60}; }

    static constexpr double strongestTint = 0.55; ///< opacity of weight 1

Q_SIGNALS:
    void pickedChanged(); ///< by the user

protected:
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Place {
        int x = 0, line = 0;
    };
    void measure();
    void layOut();
    int pitch() const; ///< from line to line
    Range visible() const;
    std::size_t nearest(int line, int x) const;
    void paintToken(QPainter& painter, std::size_t position) const;
    QString label(std::size_t position) const;
    void pickByUser(std::vector<std::size_t> positions);

    TokenRow tokens_;
    std::vector<int> widths_;
    std::vector<Place> places_;
    std::vector<float> tints_;
    std::vector<std::size_t> picked_, matches_;
    std::optional<std::size_t> match_;
    std::size_t cursor_ = 0; ///< what was picked last
    QString notice_;
    bool focused_ = false;
};

} // namespace headscope::ui
