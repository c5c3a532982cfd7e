// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/head_colours.h"
#include "ui/windows/theme.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace headscope::ui;

namespace {
using Triple = std::array<double, 3>;
using Matrix = std::array<Triple, 3>;

/// Linear RGB as it looks without one kind of cone: Machado, Oliveira and Fernandes 2009, severity 1.
constexpr std::array<Matrix, 4> sights{{
    {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
    {{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
    {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
    {{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}},
}};
constexpr Matrix toXyz{{{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}}};

Triple product(const Matrix& matrix, const Triple& vector)
{
    Triple result{};
    for (std::size_t row = 0; row < 3; ++row)
        for (std::size_t column = 0; column < 3; ++column)
            result[row] += matrix[row][column] * vector[column];
    return result;
}

Triple linear(const QColor& colour)
{
    const auto channel = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return {channel(colour.redF()), channel(colour.greenF()), channel(colour.blueF())};
}

Triple lab(const QColor& colour, const Matrix& sight)
{
    Triple seen = product(sight, linear(colour));
    for (double& channel : seen)
        channel = std::clamp(channel, 0.0, 1.0);
    const Triple xyz = product(toXyz, seen);
    const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
    const double x = f(xyz[0] / 0.9505), y = f(xyz[1]), z = f(xyz[2] / 1.089);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double luminance(const QColor& colour) { return product(toXyz, linear(colour))[1]; }
} // namespace

class TestHeadColours : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anyTwoStayApartWithoutOneKindOfCone()
    {
        for (const bool dark : {false, true})
            for (const auto& sight : sights)
                for (std::size_t a = 0; a < headColours; ++a)
                    for (std::size_t b = 0; b < a; ++b) {
                        const Triple one = lab(headColour(a, dark), sight), other = lab(headColour(b, dark), sight);
                        const double apart = std::hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
                        QVERIFY2(apart > 25, qPrintable(QString::asprintf("%d: %zu, %zu: %f", dark, a, b, apart)));
                    }
    }

    void everyColourStandsOutFromTheWindow()
    {
        for (const bool dark : {false, true})
            for (std::size_t i = 0; i < headColours; ++i) {
                const double window = luminance((dark ? darkPalette() : lightPalette()).color(QPalette::Window));
                const double colour = luminance(headColour(i, dark));
                QVERIFY((std::max(window, colour) + 0.05) / (std::min(window, colour) + 0.05) >= 3);
            }
    }

    void theCycleComesRoundAgain() { QCOMPARE(headColour(headColours + 2, false), headColour(2, false)); }
};

QTEST_GUILESS_MAIN(TestHeadColours)
#include "tst_head_colours.moc"
