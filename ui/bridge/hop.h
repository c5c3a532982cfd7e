// SPDX-License-Identifier: GPL-3.0-or-later
// Brings an engine's answer to the UI thread.
#pragma once

#include <QCoreApplication>
#include <QPointer>

#include <utility>

namespace headscope::ui {

/// Wraps `effect` so that any thread may call it: it runs later on the UI thread, unless `context` has gone by then.
/// Whether the answer is still wanted must be checked in `effect`, after the hop.
///
/// \pre called on the UI thread, where `context` lives; the application object outlives the engine.
template <class Effect> auto hopTo(QObject* context, Effect effect)
{
    return [guard = QPointer<QObject>(context), effect = std::move(effect)](auto... results) {
        QMetaObject::invokeMethod(
            qApp,
            [guard, effect, ... results = std::move(results)] {
                if (guard)
                    effect(results...);
            },
            Qt::QueuedConnection);
    };
}

} // namespace headscope::ui
