// SPDX-License-Identifier: GPL-3.0-or-later
// Why two runs of one model may differ though neither is wrong.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace headscope {

/// A difference of policy that the engine can take away: the candidate is run again with the reference's policy.
enum class Reason {
    PositionIds,
    MaskSentinel,
    PadRows,
    CenterUnembed,
    LnFolded,
    ValueBiasFolded,
    WritingWeightsCentred,
    SdpaNoPattern,
    ScaleIgnored,
    SoftmaxDtype,
    BosPadMask,
    AllOnesMask,
    PrependBos,
};

struct ReasonInfo {
    Reason reason;
    std::string_view id; ///< "POSITION_IDS": in reports and files
    std::string_view title; ///< "position ids", for people
    std::string_view explanation; ///< a sentence or two: what differs, and where it shows
};

/// Every reason, in the order they are tested.
const std::array<ReasonInfo, 13>& allReasons();
const ReasonInfo& infoOf(Reason reason);
std::optional<Reason> findReason(std::string_view id);

} // namespace headscope
