// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/recent_models.h"

#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace headscope {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longestFile = 1 << 16;

bool canBeKept(const std::string& path)
{
    const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    return fs::path(path).is_absolute() && std::none_of(path.begin(), path.end(), isControl)
        && firstInvalidUtf8(path) == std::string::npos;
}

std::string normalised(const fs::path& directory)
{
    std::error_code failed; // such as a working directory that is gone; the path stays relative and is not kept
    const fs::path whole = fs::absolute(directory, failed).lexically_normal();
    return (whole.has_filename() ? whole : whole.parent_path()).string();
}

} // namespace

RecentModels::RecentModels(fs::path file)
    : file_(std::move(file))
{
}

fs::path RecentModels::usualFile()
{
    const char* state = std::getenv("XDG_STATE_HOME");
    if (state && fs::path(state).is_absolute())
        return fs::path(state) / "headscope" / "recent-models";
    const char* home = std::getenv("HOME");
    return home && *home ? fs::path(home) / ".local" / "state" / "headscope" / "recent-models" : fs::path();
}

std::vector<std::string> RecentModels::read() const
{
    std::error_code failed;
    if (file_.empty() || !fs::is_regular_file(file_, failed))
        return {};
    std::string text(longestFile, '\0');
    std::ifstream stream(file_, std::ios::binary);
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));

    std::vector<std::string> paths;
    for (std::size_t begin = 0; begin < text.size() && paths.size() < most;) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string line = text.substr(begin, end - begin);
        if (canBeKept(line) && std::find(paths.begin(), paths.end(), line) == paths.end())
            paths.push_back(std::move(line));
        begin = end + 1;
    }
    return paths;
}

void RecentModels::add(const fs::path& directory) const
{
    const std::string path = normalised(directory);
    if (file_.empty() || !canBeKept(path))
        return;
    std::vector<std::string> paths = read();
    if (!paths.empty() && paths.front() == path)
        return;
    std::erase(paths, path);
    paths.insert(paths.begin(), path);
    paths.resize(std::min(paths.size(), most));
    std::error_code failed;
    fs::create_directories(file_.parent_path(), failed);
    if (failed)
        throw Error(Fault::Output, file_.string() + ": cannot be created: " + failed.message());
    AtomicFile file(file_);
    for (const std::string& line : paths)
        file.write(line + "\n");
    file.commit();
}

} // namespace headscope
