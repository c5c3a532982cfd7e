// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/glob.h"

#include <fnmatch.h>

namespace headscope {

bool globMatches(const std::string& glob, const std::string& name)
{
    return ::fnmatch(glob.c_str(), name.c_str(), 0) == 0;
}

} // namespace headscope
