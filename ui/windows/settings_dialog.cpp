// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/settings_dialog.h"

#include "ui/views/attention_heatmap.h"
#include "ui/views/head_grid.h"

#include <QApplication>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr auto themeKey = "window/theme";

QSpinBox* makeNumber(const QString& name, int most, const QString& unit, const QString& none, QWidget* parent)
{
    auto* box = new QSpinBox(parent);
    box->setObjectName(name);
    box->setRange(0, most);
    box->setSuffix(unit);
    box->setSpecialValueText(none);
    box->setKeyboardTracking(false);
    return box;
}

} // namespace

SettingsDialog::SettingsDialog(QWidget* parent)
    : QDialog(parent)
    , language_(Preferences::read().language)
    , threads_(makeNumber(u"threadsBox"_s, Preferences::mostThreads, {}, tr("Automatic"), this))
    , cache_(makeNumber(u"cacheBox"_s, Preferences::mostCache, tr(" MiB"), tr("Automatic"), this))
    , labels_(makeNumber(u"labelSizeBox"_s, Preferences::largestLabel, tr(" pt"), tr("As the desktop"), this))
    , palettes_(new QComboBox(this))
    , languages_(new QComboBox(this))
    , themes_(new QComboBox(this))
    , restart_(new QLabel(tr("The language changes when Headscope is started again."), this))
{
    setObjectName(u"settingsDialog"_s);
    setWindowTitle(tr("Settings"));
    auto* layout = new QVBoxLayout(this);
    const auto group = [&](const QString& title) {
        auto* box = new QGroupBox(title, this);
        layout->addWidget(box);
        return new QFormLayout(box);
    };
    addRun(*group(tr("Runs")));
    addLook(*group(tr("Look")));
    restart_->setObjectName(u"restartLabel"_s);
    restart_->setWordWrap(true);
    restart_->setPalette(cautious(palette()));
    layout->addWidget(restart_);
    layout->addStretch(1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close | QDialogButtonBox::RestoreDefaults, this);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* defaults = buttons->button(QDialogButtonBox::RestoreDefaults);
    defaults->setAutoDefault(false); // Return must not undo what was just typed
    defaults->setToolTip(tr("Set everything here to what it was at first"));
    connect(defaults, &QPushButton::clicked, this, &SettingsDialog::restore);
    show(Preferences::read());
    for (auto* box : {threads_, cache_, labels_})
        connect(box, &QSpinBox::valueChanged, this, &SettingsDialog::take);
    for (auto* box : {palettes_, languages_, themes_})
        connect(box, &QComboBox::currentIndexChanged, this, &SettingsDialog::take);
}

void SettingsDialog::addRun(QFormLayout& form)
{
    threads_->setToolTip(
        tr("Processor threads that a run computes with. Automatic: what OMP_NUM_THREADS says, else one "
           "for every core. From the next run on."));
    cache_->setToolTip(tr("Memory for queries, keys and values of a run, in MiB (1,048,576 bytes); what is beyond it "
                          "goes to a temporary file. Automatic: half of what is free. From the next run on."));
    cache_->setSingleStep(256);
    form.addRow(tr("&Threads"), threads_);
    form.addRow(tr("&Cache"), cache_);
    auto* note = new QLabel(tr("From the next run on"), this);
    note->setPalette(quiet(palette()));
    form.addRow(QString(), note);
}

void SettingsDialog::addLook(QFormLayout& form)
{
    labels_->setToolTip(tr("Size of the labels in the grid of heads and the heatmap, in points (1/72 inch). At once."));
    palettes_->setObjectName(u"palettePreferenceBox"_s);
    const std::pair<SequentialPalette, QString> palettes[]{{SequentialPalette::Viridis, tr("Viridis")},
        {SequentialPalette::Cividis, tr("Cividis")}, {SequentialPalette::Magma, tr("Magma")},
        {SequentialPalette::Greys, tr("Greys")}};
    for (const auto& [palette, name] : palettes)
        palettes_->addItem(name, static_cast<int>(palette));
    palettes_->setToolTip(tr("Colours of values, here and in every window that is opened. At once."));
    languages_->setObjectName(u"languageBox"_s);
    languages_->addItem(tr("System"), QString());
    languages_->addItem(u"English"_s, u"en"_s); // in their own words, for whoever cannot read the others
    languages_->addItem(u"Deutsch"_s, u"de"_s);
    languages_->setToolTip(tr("Language of the window. After a restart."));
    themes_->setObjectName(u"themeBox"_s);
    themes_->addItem(tr("As the system"), static_cast<int>(Theme::System));
    themes_->addItem(tr("Light"), static_cast<int>(Theme::Light));
    themes_->addItem(tr("Dark"), static_cast<int>(Theme::Dark));
    themes_->setToolTip(tr("Colours of the window and of the plots. At once."));
    form.addRow(tr("&Palette"), palettes_);
    form.addRow(tr("&Label size"), labels_);
    form.addRow(tr("Lan&guage"), languages_);
    form.addRow(tr("T&heme"), themes_);
}

Theme SettingsDialog::theme()
{
    const int chosen = QSettings().value(QLatin1String(themeKey)).toInt();
    return chosen == static_cast<int>(Theme::Light) ? Theme::Light
        : chosen == static_cast<int>(Theme::Dark)   ? Theme::Dark
                                                    : Theme::System;
}

void SettingsDialog::show(const Preferences& preferences)
{
    showing_ = true;
    threads_->setValue(preferences.threads);
    cache_->setValue(preferences.cache);
    labels_->setValue(preferences.labelPoints);
    palettes_->setCurrentIndex(palettes_->findData(static_cast<int>(preferences.palette)));
    languages_->setCurrentIndex(languages_->findData(preferences.language));
    themes_->setCurrentIndex(themes_->findData(static_cast<int>(theme())));
    restart_->setVisible(preferences.language != language_);
    showing_ = false;
}

void SettingsDialog::take()
{
    if (showing_)
        return;
    Preferences chosen;
    chosen.threads = threads_->value();
    chosen.cache = cache_->value();
    // Between "as the desktop" and the smallest there is nothing.
    const int points = labels_->value(), before = Preferences::read().labelPoints;
    chosen.labelPoints = points >= Preferences::smallestLabel ? points
        : points > before                                     ? Preferences::smallestLabel
                                                              : 0;
    chosen.palette = static_cast<SequentialPalette>(palettes_->currentData().toInt());
    chosen.language = languages_->currentData().toString();
    chosen.write();
    const auto wanted = static_cast<Theme>(themes_->currentData().toInt());
    if (wanted != theme()) {
        QSettings().setValue(QLatin1String(themeKey), static_cast<int>(wanted));
        Q_EMIT themeChanged(wanted);
    }
    show(chosen);
    Q_EMIT changed(chosen);
}

void SettingsDialog::restore()
{
    showing_ = true;
    for (auto* box : {threads_, cache_, labels_})
        box->setValue(0);
    palettes_->setCurrentIndex(0);
    languages_->setCurrentIndex(0);
    themes_->setCurrentIndex(0);
    showing_ = false;
    take();
}

void applyLabelSize(int points)
{
    QFont font = QApplication::font();
    if (points > 0)
        font.setPointSize(points);
    for (const auto* views : {&AttentionHeatmap::staticMetaObject, &HeadGrid::staticMetaObject})
        QApplication::setFont(font, views->className());
}

} // namespace headscope::ui
