// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/blocking_engine.h"

#include "core/error.h"

#include <atomic>
#include <chrono>
#include <csignal>

namespace headscope {
namespace {

volatile std::sig_atomic_t interrupted = 0;

/// The first signal asks for an orderly end; a second one ends the program at once.
extern "C" void onInterrupt(int signal)
{
    interrupted = 1;
    std::signal(signal, SIG_DFL);
}

/// Catches signals while a run is in progress. Later ones may end the program: files have no name until they are whole.
struct Interruptible {
    Interruptible()
    {
        interrupted = 0;
        std::signal(SIGINT, onInterrupt);
        std::signal(SIGTERM, onInterrupt);
    }
    ~Interruptible()
    {
        std::signal(SIGINT, SIG_DFL);
        std::signal(SIGTERM, SIG_DFL);
    }
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;
};

} // namespace

BlockingEngine::BlockingEngine()
    : engine_(*this)
{
}

void BlockingEngine::onCancelled(RunId) { answer_.set_exception(std::make_exception_ptr(Cancelled{})); }

CapturePtr BlockingEngine::run(InspectionRequest request)
{
    const Interruptible signals;
    answer_ = {};
    auto answer = answer_.get_future();
    engine_.submit(std::move(request));
    bool cancelled = false;
    while (answer.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
        if (interrupted && !cancelled) {
            engine_.cancel();
            cancelled = true;
        }
    }
    return answer.get();
}

SystemInfo BlockingEngine::systemInfo()
{
    std::promise<SystemInfo> answer;
    const Ticket ticket
        = engine_.requestSystemInfo([&](const std::shared_ptr<const SystemInfo>& info, const std::exception_ptr& why) {
              why ? answer.set_exception(why) : answer.set_value(*info);
          });
    return answer.get_future().get();
}

} // namespace headscope
