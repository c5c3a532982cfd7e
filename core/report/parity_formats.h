// SPDX-License-Identifier: GPL-3.0-or-later
// The formats behind parity_files.h.
#pragma once

#include "core/parity/parity_report.h"

#include <functional>
#include <string_view>

namespace headscope {

/// Takes the next piece of a file.
using TextSink = std::function<void(std::string_view text)>;

void writeParityJson(const ParityReport& report, const TextSink& out);
void writeParityCsv(const ParityReport& report, const TextSink& out);
void writeParityMarkdown(const ParityReport& report, const TextSink& out);
void writeParityHtml(const ParityReport& report, const TextSink& out);

} // namespace headscope
