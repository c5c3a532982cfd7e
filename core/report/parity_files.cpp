// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/parity_files.h"

#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/report/parity_formats.h"

#include <array>
#include <string>

namespace headscope {
namespace {

struct Format {
    std::string_view extension;
    void (*write)(const ParityReport& report, const TextSink& out);
};

constexpr std::array<Format, 4> formats{
    {{".json", writeParityJson}, {".csv", writeParityCsv}, {".md", writeParityMarkdown}, {".html", writeParityHtml}}};

const Format& formatOf(const std::filesystem::path& output)
{
    for (const Format& format : formats)
        if (output.extension() == format.extension)
            return format;
    throw Error(
        Fault::BadInput, "--report: expected a .json, .csv, .md or .html file, found '" + output.string() + "'");
}

} // namespace

void requireParityFormat(const std::filesystem::path& output)
{
    formatOf(output);
    AtomicFile::requireTarget(output);
}

void writeParityReport(const ParityReport& report, const std::filesystem::path& output)
{
    const Format& format = formatOf(output);
    AtomicFile file(output);
    format.write(report, [&](std::string_view text) { file.write(text); });
    file.commit();
}

} // namespace headscope
