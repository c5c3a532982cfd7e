// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/theme.h"

#include <QApplication>
#include <QStyleFactory>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

struct Shades {
    QRgb window, base, alternate, button, text, quiet, accent, onAccent, tip;
};

QPalette paletteOf(const Shades& shades)
{
    QPalette palette(QColor(shades.button), QColor(shades.window));
    const auto set = [&](QPalette::ColorRole role, QRgb colour) { palette.setColor(role, QColor(colour)); };
    set(QPalette::Window, shades.window);
    set(QPalette::Base, shades.base);
    set(QPalette::AlternateBase, shades.alternate);
    set(QPalette::Button, shades.button);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
        set(role, shades.text);
    set(QPalette::ToolTipBase, shades.tip);
    set(QPalette::PlaceholderText, shades.quiet);
    set(QPalette::Highlight, shades.accent);
    set(QPalette::HighlightedText, shades.onAccent);
    set(QPalette::Link, shades.accent);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor(shades.quiet));
    return palette;
}

} // namespace

QPalette lightPalette()
{
    return paletteOf(
        {0xfff7f7f9, 0xffffffff, 0xfff2f3f6, 0xfff0f1f4, 0xff1d1f24, 0xff84888f, 0xff2563c9, 0xffffffff, 0xffffffff});
}

QPalette darkPalette()
{
    return paletteOf(
        {0xff222327, 0xff17181b, 0xff1d1e22, 0xff33353b, 0xffe6e7ea, 0xff7f838c, 0xff5b9bff, 0xff0b1220, 0xff2e3036});
}

QPalette cautious(QPalette palette)
{
    const bool dark = palette.color(QPalette::Window).lightness() < 128;
    palette.setColor(QPalette::WindowText, QColor(QRgb(dark ? 0xffc36b : 0x8a5200)));
    return palette;
}

QPalette quiet(QPalette palette)
{
    QColor colour = palette.color(QPalette::WindowText);
    colour.setAlphaF(0.72f);
    palette.setColor(QPalette::WindowText, colour);
    return palette;
}

QColor specialColour(const QPalette& palette)
{
    const bool dark = palette.color(QPalette::Window).lightness() < 128;
    return QColor(QRgb(dark ? 0xd0a8f5 : 0x7a35a3));
}

void applyTheme(Theme theme)
{
    static const bool systemIsDark = QApplication::palette().color(QPalette::Window).lightness() < 128;
    QApplication::setStyle(QStyleFactory::create(u"Fusion"_s));
    const bool dark = theme == Theme::Dark || (theme == Theme::System && systemIsDark);
    QPalette palette = dark ? darkPalette() : lightPalette();
    QApplication::setPalette(palette);
    if (dark) { // an empty box would be dark on dark
        palette.setColor(QPalette::Base, QColor(QRgb(0xff55585f)));
        palette.setColor(QPalette::Disabled, QPalette::Base, palette.color(QPalette::Button));
    }
    QApplication::setPalette(palette, "QCheckBox");
}

} // namespace headscope::ui
