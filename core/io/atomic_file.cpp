// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/atomic_file.h"

#include "core/error.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace headscope {

void AtomicFile::requireTarget(const std::filesystem::path& target)
{
    if (target.empty())
        throw Error(Fault::Output, "--output: expected a file name, found an empty one");
    const auto parent = target.has_parent_path() ? target.parent_path() : std::filesystem::path(".");
    std::error_code ignored;
    if (!std::filesystem::is_directory(parent, ignored))
        throw Error(Fault::Output, target.string() + ": cannot be created: " + parent.string() + " is not a directory");
    const auto status = std::filesystem::status(target, ignored);
    if (std::filesystem::is_directory(status))
        throw Error(Fault::Output, target.string() + ": expected a file to write, found a directory");
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
        throw Error(
            Fault::Output, target.string() + ": expected a regular file or a new name, found a device or a pipe");
}

AtomicFile::AtomicFile(std::filesystem::path target)
    : target_(std::move(target))
{
    requireTarget(target_);
    std::error_code ignored;
    if (std::filesystem::is_symlink(target_, ignored)) // the link stays, what it leads to is replaced
        target_ = std::filesystem::weakly_canonical(target_);
    part_ = target_;
    part_ += ".part-" + std::to_string(::getpid());
    const auto parent = target_.has_parent_path() ? target_.parent_path() : std::filesystem::path(".");
    // Without a name until it is whole, so that not even a kill leaves a piece behind. Not every file system can do
    // that.
    descriptor_ = ::open(parent.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666);
    nameless_ = descriptor_ >= 0;
    if (!nameless_)
        descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor_ < 0)
        fail("cannot be created");
}

AtomicFile::~AtomicFile()
{
    if (descriptor_ < 0)
        return;
    ::close(descriptor_);
    if (!nameless_)
        ::unlink(part_.c_str());
}

void AtomicFile::fail(const char* doing) const
{
    throw Error(Fault::Output, target_.string() + ": " + doing + ": " + std::strerror(errno));
}

void AtomicFile::write(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const auto written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            fail("cannot be written");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void AtomicFile::write(std::string_view text) { write(std::as_bytes(std::span(text.data(), text.size()))); }

void AtomicFile::commit()
{
    prepare();
    place();
}

void AtomicFile::commitTogether(AtomicFile& first, AtomicFile& second)
{
    first.prepare();
    second.prepare();
    first.place();
    try {
        second.place();
    } catch (...) {
        ::unlink(first.target_.c_str());
        throw;
    }
}

void AtomicFile::prepare()
{
    if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS)
        fail("cannot be flushed");
    if (nameless_) {
        const std::string self = "/proc/self/fd/" + std::to_string(descriptor_);
        ::unlink(part_.c_str());
        if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, part_.c_str(), AT_SYMLINK_FOLLOW) != 0)
            fail("cannot be given its name");
        nameless_ = false;
    }
}

void AtomicFile::place()
{
    if (::rename(part_.c_str(), target_.c_str()) != 0)
        fail("cannot be put in place");
    ::close(descriptor_);
    descriptor_ = -1;
}

} // namespace headscope
