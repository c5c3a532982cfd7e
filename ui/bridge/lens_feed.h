// SPDX-License-Identifier: GPL-3.0-or-later
// What a logit lens says of what is looked at: cells of the grid, one position in full, one part.
#pragma once

#include "core/analysis/logit_lens.h"

#include <QObject>

#include <map>
#include <optional>
#include <vector>

namespace headscope::ui {

/// Asks a lens for what is looked at, once each; cells in strips of positions, one strip at a time, the strip asked for
/// last first. Lives on the UI thread.
class LensFeed : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t stripPositions = 16;

    using QObject::QObject;

    /// \param lens or nothing
    void setLens(const LogitLensPtr& lens, LensNorm norm);
    const LogitLensPtr& lens() const { return lens_; }
    LensNorm norm() const { return norm_; }

    /// What is known of a cell; asks for it when it is not there. \pre the lens has it
    const LensCell* cell(std::size_t depth, std::size_t position) const;
    void askPosition(TokenPos position, std::size_t count); ///< forgets another one
    const LensPosition* position() const { return position_.get(); } ///< what was asked last, once it is here
    void askPart(LensPart part, TokenPos position, std::size_t count); ///< likewise
    const PartTokens* part() const { return part_.get(); }
    void forgetPart();

    bool isWaiting() const { return underWay_ || pumping_ || positionAsked_ || partAsked_; }

Q_SIGNALS:
    void lensChanged(); ///< before any other signal tells of it
    void cellsChanged();
    void positionChanged(); ///< it is here, or forgotten
    void partChanged(); ///< likewise
    void failed(const QString& message);

private:
    void wish(std::size_t strip) const;
    void pump();
    Range rangeOf(std::size_t strip) const;
    bool accepts(std::uint64_t number, const std::exception_ptr& why);

    LogitLensPtr lens_;
    LensNorm norm_ = LensNorm::Own;
    std::uint64_t number_ = 0; ///< of the lens and norm
    std::map<std::size_t, std::shared_ptr<const LensGrid>> strips_;
    mutable std::vector<std::size_t> wishes_; ///< strips, the latest last; what a view asks for while it paints
    mutable bool pumping_ = false; ///< a call of pump() is on its way
    std::optional<std::size_t> underWay_;
    bool broken_ = false; ///< a strip failed; the others would, too
    std::shared_ptr<const LensPosition> position_;
    std::shared_ptr<const PartTokens> part_;
    std::uint64_t positionNumber_ = 0, partNumber_ = 0;
    bool positionAsked_ = false, partAsked_ = false;
    Ticket gridTicket_, positionTicket_, partTicket_;
};

} // namespace headscope::ui
