// SPDX-License-Identifier: GPL-3.0-or-later
// How differences are written.
#pragma once

#include <QString>

namespace headscope::ui {

/// Three significant digits: "0", "1.27", "8.3e-07", "inf", "NaN".
QString differenceText(double difference);

/// The same with its sign: "+0.0146", "-8.3e-07", "0".
QString signedDifferenceText(double difference);

/// As short as it can be told: "1.3", "0.02", "8e-7".
QString shortDifferenceText(double difference);

} // namespace headscope::ui
