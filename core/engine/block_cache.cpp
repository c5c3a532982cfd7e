// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/block_cache.h"

#include "core/error.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>

namespace headscope {
namespace {

constexpr std::size_t alignment = 64; ///< of a block's data, which its size stands before
constexpr std::size_t leastKept = std::size_t{256} << 10; ///< smaller blocks are malloc's business
constexpr std::size_t slack = 8; ///< a block may be larger than asked for by one part in so many

/// Threads  any.
class BlockCache final : public c10::Allocator {
public:
    explicit BlockCache(std::size_t mostKept)
        : mostKept_(mostKept)
    {
    }

    c10::DataPtr allocate(std::size_t bytes) override
    {
        void* data = bytes ? take(bytes) : nullptr;
        return {data, data, &giveBack, c10::Device(c10::DeviceType::CPU)};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &giveBack; }
    void copy_data(void* to, const void* from, std::size_t bytes) const override { std::memcpy(to, from, bytes); }

    static BlockCache*& instance()
    {
        static BlockCache* cache = nullptr;
        return cache;
    }

private:
    struct Head {
        std::size_t bytes; ///< of the data behind it
    };
    static_assert(sizeof(Head) <= alignment);
    static Head* headOf(void* data) { return reinterpret_cast<Head*>(static_cast<char*>(data) - alignment); }

    void* take(std::size_t bytes)
    {
        if (bytes >= leastKept) {
            const std::lock_guard lock(mutex_);
            const auto found = free_.lower_bound(bytes);
            if (found != free_.end() && found->first <= bytes + bytes / slack) {
                void* data = found->second;
                kept_ -= found->first;
                free_.erase(found);
                return data;
            }
        }
        void* start = nullptr;
        if (::posix_memalign(&start, alignment, bytes + alignment) != 0) {
            clear(); // what waits may be what is missing
            if (::posix_memalign(&start, alignment, bytes + alignment) != 0)
                throw Error(
                    Fault::OutOfMemory, "not enough memory for a tensor of " + std::to_string(bytes) + " bytes");
        }
        static_cast<Head*>(start)->bytes = bytes;
        return static_cast<char*>(start) + alignment;
    }

    static void giveBack(void* data)
    {
        if (!data)
            return;
        const std::size_t bytes = headOf(data)->bytes;
        BlockCache& cache = *instance();
        if (bytes >= leastKept && bytes <= cache.mostKept_ / 4) {
            const std::lock_guard lock(cache.mutex_);
            while (cache.kept_ + bytes > cache.mostKept_) { // the largest go first: they are rarest
                const auto largest = std::prev(cache.free_.end());
                cache.kept_ -= largest->first;
                std::free(headOf(largest->second));
                cache.free_.erase(largest);
            }
            cache.free_.emplace(bytes, data);
            cache.kept_ += bytes;
            return;
        }
        std::free(headOf(data));
    }

    void clear()
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [bytes, data] : free_)
            std::free(headOf(data));
        free_.clear();
        kept_ = 0;
    }

    const std::size_t mostKept_;
    std::mutex mutex_; ///< guards the two below
    std::multimap<std::size_t, void*> free_;
    std::size_t kept_ = 0;
};

} // namespace

void cacheBlocks(std::size_t mostKept)
{
    static const bool installed = [mostKept] {
        BlockCache::instance() = new BlockCache(mostKept); // lives as long as the last tensor: as the process
        c10::SetCPUAllocator(BlockCache::instance(), 1);
        return true;
    }();
    static_cast<void>(installed);
}

} // namespace headscope
