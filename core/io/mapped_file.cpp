// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/mapped_file.h"

#include "core/error.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <mutex>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace headscope {
namespace {

// What the signal handler may look at: plain lock-free words only.
struct Slot {
    std::atomic<std::uintptr_t> begin{0}, end{0};
    std::atomic<bool> damaged{false};
};
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free);

std::array<Slot, 1024> slots;
std::uintptr_t pageSize = 4096;
struct sigaction previousAction;

void onBusError(int signal, siginfo_t* info, void* context)
{
    const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
    for (Slot& slot : slots) {
        if (address < slot.begin.load() || address >= slot.end.load())
            continue;
        void* page = reinterpret_cast<void*>(address & ~(pageSize - 1));
        if (mmap(page, pageSize, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
            break;
        slot.damaged.store(true);
        return; // the faulting load runs again and reads zeros
    }
    // Not one of ours: let whoever was there before decide.
    if ((previousAction.sa_flags & SA_SIGINFO) && previousAction.sa_sigaction) {
        previousAction.sa_sigaction(signal, info, context);
    } else {
        sigaction(SIGBUS, &previousAction, nullptr);
    }
}

std::int64_t changedAt(const struct stat& status)
{
    return static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
}

void installHandlerOnce()
{
    static std::once_flag once;
    std::call_once(once, [] {
        pageSize = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
        struct sigaction action = {};
        action.sa_sigaction = onBusError;
        action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_RESTART;
        sigemptyset(&action.sa_mask);
        sigaction(SIGBUS, &action, &previousAction);
    });
}

int claimSlot(const void* address, std::size_t size)
{
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    for (std::size_t i = 0; i < slots.size(); ++i) {
        if (slots[i].end.load() != 0)
            continue;
        slots[i].damaged.store(false);
        slots[i].begin.store(reinterpret_cast<std::uintptr_t>(address));
        slots[i].end.store(reinterpret_cast<std::uintptr_t>(address) + size);
        return static_cast<int>(i);
    }
    return -1;
}

} // namespace

std::shared_ptr<const MappedFile> MappedFile::open(const std::filesystem::path& path)
{
    const auto fail = [&](const std::string& what) {
        return Error(Fault::BadModelFile, path.string() + ": " + what + ": " + std::strerror(errno));
    };
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); // a pipe must not block
    if (descriptor < 0)
        throw fail("cannot be opened");
    struct stat status = {};
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(descriptor);
        throw Error(Fault::BadModelFile, path.string() + ": expected a regular file");
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0)
        return std::shared_ptr<const MappedFile>(new MappedFile(path, descriptor, {}, -1, changedAt(status)));
    installHandlerOnce();
    void* address = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (address == MAP_FAILED) {
        const Error error = fail("cannot be mapped");
        ::close(descriptor);
        throw error;
    }
    const int slot = claimSlot(address, size);
    if (slot < 0) {
        munmap(address, size);
        ::close(descriptor);
        throw Error(
            Fault::BadModelFile, path.string() + ": too many model files are open at once (expected at most 1024)");
    }
    const std::span bytes(static_cast<const std::byte*>(address), size);
    return std::shared_ptr<const MappedFile>(new MappedFile(path, descriptor, bytes, slot, changedAt(status)));
}

MappedFile::MappedFile(
    std::filesystem::path path, int descriptor, std::span<const std::byte> bytes, int slot, std::int64_t changedAt)
    : path_(std::move(path))
    , descriptor_(descriptor)
    , bytes_(bytes)
    , slot_(slot)
    , changedAt_(changedAt)
{
}

MappedFile::~MappedFile()
{
    if (slot_ >= 0) {
        Slot& slot = slots[static_cast<std::size_t>(slot_)];
        slot.begin.store(UINTPTR_MAX); // matches nothing, before the address can be given to somebody else
        munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
        slot.end.store(0); // free for claimSlot()
    }
    ::close(descriptor_);
}

void MappedFile::forgetPages() const noexcept
{
    if (!bytes_.empty())
        madvise(const_cast<std::byte*>(bytes_.data()), bytes_.size(), MADV_DONTNEED);
}

void MappedFile::requireIntact() const
{
    struct stat status = {};
    const bool known = fstat(descriptor_, &status) == 0;
    const bool damaged = slot_ >= 0 && slots[static_cast<std::size_t>(slot_)].damaged.load();
    if (known && !damaged && static_cast<std::size_t>(status.st_size) >= bytes_.size()
        && changedAt(status) != changedAt_)
        throw Error(Fault::BadModelFile, path_.string() + ": the file was written to while in use");
    if (damaged || !known || static_cast<std::size_t>(status.st_size) < bytes_.size())
        throw Error(Fault::BadModelFile,
            path_.string() + ": the file was cut while in use: expected " + std::to_string(bytes_.size())
                + " bytes, found " + std::to_string(known ? status.st_size : 0));
}

} // namespace headscope
