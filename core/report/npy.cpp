// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/npy.h"

#include <string>

namespace headscope {

NpyFile::NpyFile(const std::filesystem::path& target, const std::vector<std::size_t>& shape)
    : file_(target)
{
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
    for (std::size_t i = 0; i < shape.size(); ++i)
        header.append(i ? ", " : "").append(std::to_string(shape[i]));
    header.append(shape.size() == 1 ? ",), }" : "), }");
    constexpr std::size_t preamble = 10; // magic, version, header length
    header.append(63 - (preamble + header.size()) % 64, ' ');
    header += '\n';
    std::string start("\x93NUMPY\x01\x00", 8);
    start += static_cast<char>(header.size() & 0xFF);
    start += static_cast<char>(header.size() >> 8);
    file_.write(start + header);
}

} // namespace headscope
