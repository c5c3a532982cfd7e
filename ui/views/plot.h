// SPDX-License-Identifier: GPL-3.0-or-later
// The only file that includes QCustomPlot, whose header needs Qt's keyword macros. It costs seconds: include it in .cpp
// files.
#pragma once

#include <QObject>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#define foreach Q_FOREACH
#include <qcustomplot.h>
#undef signals
#undef slots
#undef foreach
