// SPDX-License-Identifier: GPL-3.0-or-later
// What the scores of one query are made of, fetched for whoever looks at it.
#pragma once

#include "core/cache/capture.h"
#include "ui/models/head_ref.h"

#include <QObject>

#include <optional>

namespace headscope::ui {

/// A query of a head, all its keys. All null: not there.
struct QueryKeys {
    std::shared_ptr<const QueryKeyVectors> vectors;
    PatternTilePtr pattern, mask; ///< the query's row of Stage::Pattern and Stage::Mask

    bool isWhole() const { return vectors && pattern && mask; }
};

/// Fetches one query at a time; the one asked for last is heard and kept.
class QueryKeyFeed : public QObject {
    Q_OBJECT
public:
    struct Place {
        HeadRef head;
        std::size_t query = 0;
        friend bool operator==(const Place&, const Place&) = default;
    };

    using QObject::QObject;

    void setRun(const CapturePtr& capture, SequenceId sequence); ///< forgets everything
    void extendRun(const CapturePtr& capture); ///< the same run with more layers: asks again for what failed
    /// Asks for a query, unless it is there or on its way; nothing: withdraws what is asked for.
    void look(std::optional<Place> place);
    const QueryKeys& answer() const { return answer_; } ///< what came last; of the place that answerPlace() tells
    const std::optional<Place>& answerPlace() const { return answerPlace_; }
    const CapturePtr& capture() const { return capture_; }
    SequenceId sequence() const { return sequence_; }
    bool isSettled() const { return missing_ == 0; }

Q_SIGNALS:
    void arrived();
    void failed(const QString& message);

private:
    void ask();
    void take(std::uint64_t asked, const std::exception_ptr& why);

    CapturePtr capture_;
    SequenceId sequence_;
    std::optional<Place> wanted_, answerPlace_;
    QueryKeys coming_, answer_;
    int missing_ = 0; ///< of the answers to one query
    bool broken_ = false; ///< one of them failed
    std::uint64_t asked_ = 0;
    Ticket tickets_[3];
};

} // namespace headscope::ui
