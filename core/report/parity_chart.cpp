// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/parity_chart.h"

#include "core/report/html_table.h"
#include "core/report/parity_figures.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace headscope {
namespace {

constexpr double left = 56, right = 952, top = 14, bottom = 168, height = 200;
constexpr double lowest = -12; ///< powers of ten below this are drawn there

double powerOf(double value)
{
    if (std::isnan(value))
        return HUGE_VAL;
    return value > 0 ? std::max(std::log10(value), lowest) : lowest;
}

std::string units(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
}

std::string textAt(double x, double y, const char* anchor, const std::string& text)
{
    return "<text x=\"" + units(x) + "\" y=\"" + units(y) + "\" text-anchor=\"" + anchor + "\">" + text + "</text>";
}

std::string line(const char* kind, double x1, double y1, double x2, double y2)
{
    return std::string("<line class=\"") + kind + "\" x1=\"" + units(x1) + "\" y1=\"" + units(y1) + "\" x2=\""
        + units(x2) + "\" y2=\"" + units(y2) + "\"/>";
}

class Chart {
public:
    explicit Chart(std::vector<const ParityRow*> rows)
        : rows_(std::move(rows))
    {
        for (const ParityRow* row : rows_)
            for (const double value : {row->difference.neededTolerance, row->tolerance})
                if (const double power = powerOf(value); std::isfinite(power))
                    highest_ = std::max(highest_, std::ceil(power));
        highest_ += 1; // room for what is infinite
    }

    std::string drawn() const
    {
        return "<svg class=\"chart\" viewBox=\"0 0 960 " + units(height)
            + "\" role=\"img\" aria-label=\"Tolerance that each hook needs, in the order of the pass\">" + powers()
            + layers() + limits() + points() + "</svg>";
    }

private:
    double xOf(std::size_t index) const
    {
        return left + 8 + (right - left - 16) * static_cast<double>(index) / static_cast<double>(rows_.size() - 1);
    }
    double yOf(double power) const
    {
        return bottom - (bottom - top) * (std::min(power, highest_) - lowest) / (highest_ - lowest);
    }

    std::string powers() const
    {
        std::string text;
        for (double power = lowest; power < highest_; power += 3) {
            text += line("axis", left, yOf(power), right, yOf(power));
            char label[16];
            std::snprintf(label, sizeof label, "1e%.0f", power);
            text += textAt(left - 6, yOf(power) + 4, "end", power == lowest ? "0" : power == 0 ? "1" : label);
        }
        return text;
    }

    /// Where layers begin.
    std::string layers() const
    {
        std::string text;
        double free = left;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            if (!rows_[i]->layer || (i > 0 && rows_[i]->layer == rows_[i - 1]->layer))
                continue;
            text += line("axis", xOf(i), bottom, xOf(i), bottom + 5);
            if (xOf(i) < free)
                continue;
            text += textAt(xOf(i), bottom + 18, "start", std::string("L").append(std::to_string(*rows_[i]->layer)));
            free = xOf(i) + 34;
        }
        return text;
    }

    std::string limits() const
    {
        std::string text;
        for (std::size_t i = 0; i < rows_.size();) {
            std::size_t end = i + 1;
            while (end < rows_.size() && rows_[end]->tolerance == rows_[i]->tolerance)
                ++end;
            const double y = yOf(powerOf(rows_[i]->tolerance));
            text += line("limit", i == 0 ? left : xOf(i), y, end == rows_.size() ? right : xOf(end), y);
            i = end;
        }
        return text;
    }

    std::string points() const
    {
        std::string text;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const ParityRow& row = *rows_[i];
            text += "<circle class=\"" + std::string(verdictClass(row.verdict.kind)) + "\" cx=\"" + units(xOf(i))
                + "\" cy=\"" + units(yOf(powerOf(row.difference.neededTolerance))) + "\" r=\"3\"><title>"
                + htmlText(row.hook + ": needs " + shortNumber(row.difference.neededTolerance) + ", has "
                    + shortNumber(row.tolerance) + ", " + describe(row.verdict))
                + "</title></circle>";
        }
        return text;
    }

    std::vector<const ParityRow*> rows_;
    double highest_ = 0;
};

} // namespace

std::string toleranceChart(const ParityPair& pair)
{
    std::vector<const ParityRow*> rows;
    for (const ParityRow& row : pair.rows)
        if (row.rows == RowClass::Real && row.verdict.kind != VerdictKind::NotCompared)
            rows.push_back(&row);
    return rows.size() < 2 ? std::string() : Chart(std::move(rows)).drawn();
}

std::string_view verdictClass(VerdictKind kind)
{
    switch (kind) {
    case VerdictKind::Identical:
        return "identical";
    case VerdictKind::WithinTolerance:
        return "within";
    case VerdictKind::Known:
        return "known";
    case VerdictKind::Diverges:
        return "diverges";
    case VerdictKind::NotCompared:
        break;
    }
    return "missing";
}

} // namespace headscope
