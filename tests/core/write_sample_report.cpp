// SPDX-License-Identifier: GPL-3.0-or-later
// write_sample_report OUT.html [LAYERS]: the made-up report as a file, to look at and for tests in a browser.
#include "core/error.h"
#include "core/report/parity_files.h"
#include "tests/core/sample_report.h"

#include <cstdio>
#include <cstdlib>

int main(int count, char** arguments)
{
    if (count < 2) {
        std::fputs("write_sample_report: expected an output file\n", stderr);
        return 2;
    }
    try {
        const std::size_t layers = count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 12;
        headscope::writeParityReport(headscope::sampleReport(layers), arguments[1]);
    } catch (const headscope::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
    return 0;
}
