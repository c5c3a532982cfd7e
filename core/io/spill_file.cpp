// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/spill_file.h"

#include "core/error.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace headscope {
namespace {

int openNameless(const std::filesystem::path& folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
    if (descriptor >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
        return descriptor;
    std::string name = (folder / "headscope-XXXXXX").string(); // not every file system can do without a name
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0)
        ::unlink(name.c_str());
    return named;
}

} // namespace

std::filesystem::path SpillFile::defaultFolder()
{
    const char* folder = std::getenv("TMPDIR");
    return folder && *folder ? folder : "/tmp";
}

SpillFile::SpillFile(std::span<const std::byte> bytes, const std::filesystem::path& folder)
{
    const auto fail = [&](int why) {
        throw Error(Fault::OutOfMemory,
            folder.string() + ": cannot hold " + std::to_string(bytes.size() >> 20)
                + " MiB of captures that are beyond the memory budget: " + std::strerror(why));
    };
    const int descriptor = openNameless(folder);
    if (descriptor < 0)
        fail(errno);
    // Room is taken now: a full disk would otherwise be a bus error later.
    const int refused = ::posix_fallocate(descriptor, 0, static_cast<off_t>(bytes.size()));
    void* mapped
        = refused ? MAP_FAILED : ::mmap(nullptr, bytes.size(), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    const int why = refused ? refused : errno;
    ::close(descriptor);
    if (mapped == MAP_FAILED)
        fail(why);
    bytes_ = {static_cast<std::byte*>(mapped), bytes.size()};
    std::memcpy(mapped, bytes.data(), bytes.size());
    ::madvise(mapped, bytes.size(), MADV_DONTNEED); // the file has it; it comes back when somebody reads
}

void SpillFile::forgetPages() const noexcept { ::madvise(bytes_.data(), bytes_.size(), MADV_DONTNEED); }

SpillFile::~SpillFile() { ::munmap(bytes_.data(), bytes_.size()); }

} // namespace headscope
