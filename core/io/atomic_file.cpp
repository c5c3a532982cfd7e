// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/atomic_file.h"

#include "core/error.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace headscope {

AtomicFile::AtomicFile(std::filesystem::path target)
    : target_(std::move(target))
{
    if (std::error_code ignored; std::filesystem::is_directory(target_, ignored))
        throw Error(Fault::Output, target_.string() + ": expected a file to write, found a directory");
    part_ = target_;
    part_ += ".part-" + std::to_string(::getpid());
    descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor_ < 0)
        fail("cannot be created");
}

AtomicFile::~AtomicFile()
{
    if (descriptor_ < 0)
        return;
    ::close(descriptor_);
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
    if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS)
        fail("cannot be flushed");
    if (::rename(part_.c_str(), target_.c_str()) != 0)
        fail("cannot be put in place");
    ::close(descriptor_);
    descriptor_ = -1;
}

} // namespace headscope
