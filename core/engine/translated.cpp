// SPDX-License-Identifier: GPL-3.0-or-later
// Beside LibTorch, whose exceptions it knows.
#include "core/error.h"

#include <c10/util/Exception.h>
#include <nlohmann/json.hpp>

#include <new>

namespace headscope {

void translated(const std::string& doing, const std::function<void()>& work)
try {
    work();
} catch (const Error&) {
    throw;
} catch (const Cancelled&) {
    throw;
} catch (const std::bad_alloc&) {
    throw Error(Fault::OutOfMemory, doing + ": not enough memory");
} catch (const c10::Error& e) {
    const std::string what = e.what_without_backtrace();
    // LibTorch's CPU allocator reports exhaustion as an ordinary c10::Error.
    const bool memory
        = what.find("not enough memory") != std::string::npos || what.find("out of memory") != std::string::npos;
    throw Error(memory ? Fault::OutOfMemory : Fault::Backend, doing + ": " + what);
} catch (const std::exception& e) {
    throw Error(Fault::Backend, doing + ": " + e.what());
}

} // namespace headscope
