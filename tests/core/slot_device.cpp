// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/slot_device.h"

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace headscope::slots {
namespace {

constexpr auto slotType = c10::DeviceType::PrivateUse1;
std::atomic<int> slotCount{0};
thread_local c10::DeviceIndex currentSlot = 0;

std::string nameOf(at::Device device) { return device.is_cpu() ? "cpu" : device.str(); }

/// "slot" means the thread's current slot.
at::Device checkedSlot(at::Device device)
{
    if (!device.has_index())
        device.set_index(currentSlot);
    TORCH_CHECK(device.index() < slotCount, device.str(), " is not there: ", slotCount.load(), " slots are installed");
    return device;
}

class Counters {
public:
    void add(at::Device from, at::Device to, std::uint64_t bytes)
    {
        const std::scoped_lock lock(mutex_);
        auto& direction = directions_[{nameOf(from), nameOf(to)}];
        ++direction.first;
        direction.second += bytes;
    }

    std::vector<Crossing> read() const
    {
        const std::scoped_lock lock(mutex_);
        std::vector<Crossing> result;
        for (const auto& [names, sums] : directions_)
            result.push_back({names.first, names.second, sums.first, sums.second});
        return result;
    }

    void reset()
    {
        const std::scoped_lock lock(mutex_);
        directions_.clear();
    }

private:
    mutable std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, std::pair<std::uint64_t, std::uint64_t>> directions_;
};

/// Never destroyed, as LibTorch's own threads and tables may outlive statics.
Counters& counters()
{
    static auto* const instance = new Counters;
    return *instance;
}

// What LibTorch wants of a device.

class SlotAllocator final : public c10::Allocator {
public:
    c10::DataPtr allocate(std::size_t bytes) override
    {
        auto result = c10::GetCPUAllocator()->allocate(bytes);
        result.unsafe_set_device(checkedSlot(at::Device(slotType)));
        return result;
    }
    c10::DeleterFnPtr raw_deleter() const override { return c10::GetCPUAllocator()->raw_deleter(); }
    void copy_data(void* to, const void* from, std::size_t bytes) const override { default_copy_data(to, from, bytes); }
};

SlotAllocator& slotAllocator()
{
    static auto* const instance = new SlotAllocator;
    return *instance;
}

/// Everything runs at once on the calling thread, so streams and events have nothing to do.
class SlotGuard final : public c10::impl::DeviceGuardImplInterface {
public:
    c10::DeviceType type() const override { return slotType; }
    c10::Device exchangeDevice(c10::Device device) const override
    {
        const c10::Device before = getDevice();
        setDevice(device);
        return before;
    }
    c10::Device getDevice() const override { return {slotType, currentSlot}; }
    void setDevice(c10::Device device) const override { currentSlot = checkedSlot(device).index(); }
    void uncheckedSetDevice(c10::Device device) const noexcept override { currentSlot = device.index(); }
    c10::DeviceIndex deviceCount() const noexcept override { return static_cast<c10::DeviceIndex>(slotCount.load()); }

    c10::Stream getStream(c10::Device device) const noexcept override
    {
        return c10::Stream(c10::Stream::DEFAULT, device);
    }
    c10::Stream getDefaultStream(c10::Device device) const override { return getStream(device); }
    c10::Stream getNewStream(c10::Device device, int) const override { return getStream(device); }
    c10::Stream getStreamFromGlobalPool(c10::Device device, bool) const override { return getStream(device); }
    c10::Stream exchangeStream(c10::Stream stream) const noexcept override { return getStream(stream.device()); }
    bool queryStream(const c10::Stream&) const override { return true; }
    void synchronizeStream(const c10::Stream&) const override { }
    void synchronizeDevice(c10::DeviceIndex) const override { }
    void record(void**, const c10::Stream&, c10::DeviceIndex, c10::EventFlag) const override { }
    void block(void*, const c10::Stream&) const override { }
    bool queryEvent(void*) const override { return true; }
    void synchronizeEvent(void*) const override { }
};

class SlotHooks final : public at::PrivateUse1HooksInterface {
public:
    bool isBuilt() const override { return true; }
    bool isAvailable() const override { return slotCount > 0; }
    bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
    c10::Allocator* getPinnedMemoryAllocator() const override { return c10::GetCPUAllocator(); }
};

// Tensors of a slot and of the CPU over the same memory.

void* memoryOf(const c10::Storage& storage)
{
    return storage.unsafeGetStorageImpl()->_mutable_data_ptr_no_checks().get();
}

bool sameStorage(const c10::Storage& a, const c10::Storage& b)
{
    return a.unsafeGetStorageImpl() == b.unsafeGetStorageImpl();
}

/// Memory of `owner` under another device's name; keeps the owner alive.
c10::DataPtr sharedData(const c10::Storage& owner, at::Device device)
{
    const auto release
        = [](void* pointer) { c10::intrusive_ptr<c10::StorageImpl>::reclaim(static_cast<c10::StorageImpl*>(pointer)); };
    return {memoryOf(owner), c10::Storage(owner).unsafeReleaseStorageImpl(), release, device};
}

c10::Storage sharedStorage(const c10::Storage& owner, at::Device device)
{
    c10::Allocator* const allocator = device.is_cpu() ? c10::GetCPUAllocator() : &slotAllocator();
    auto storage = c10::make_intrusive<c10::StorageImpl>(
        c10::StorageImpl::use_byte_size_t(), owner.nbytes(), sharedData(owner, device), allocator, true);
    if (!device.is_cpu()) // data_ptr() throws, where with a GPU the host would crash
        storage->release_data_and_set_meta_custom_data_ptr_error_msg_("the host has no access to " + device.str());
    return storage;
}

void takeLayout(const at::Tensor& tensor, const at::Tensor& layout)
{
    tensor.unsafeGetTensorImpl()->set_sizes_and_strides(layout.sizes(), layout.strides(), layout.storage_offset());
}

/// Tensors inside an argument or result: a tensor, a list of them, or a list of some and some None.
template <typename Visitor> void forEachTensor(const c10::IValue& value, const Visitor& visit)
{
    if (value.isTensor()) {
        if (value.toTensor().defined())
            visit(value.toTensor());
    } else if (value.isList()) {
        for (const c10::IValue& element : value.toListRef())
            forEachTensor(element, visit);
    }
}

template <typename Function> void replaceTensors(c10::IValue& value, const Function& function)
{
    if (value.isTensor()) {
        if (value.toTensor().defined())
            value = function(value.toTensor());
        return;
    }
    bool any = false;
    forEachTensor(value, [&](const at::Tensor&) { any = true; });
    if (!any)
        return;
    auto list = value.toList().copy(); // the caller's list stays as it is
    for (std::size_t i = 0; i < list.size(); ++i) {
        c10::IValue element = list.get(i);
        replaceTensors(element, function);
        list.set(i, element);
    }
    value = list;
}

/// One operator call: hands out CPU tensors for slot tensors, and afterwards slot tensors for CPU results.
class Retagging {
public:
    explicit Retagging(at::Device slot)
        : slot_(slot)
    {
    }

    at::Tensor toCpu(const at::Tensor& tensor)
    {
        if (!tensor.is_privateuseone())
            return tensor;
        for (const Pair& pair : tensors_)
            if (pair.slot.is_same(tensor))
                return pair.cpu;
        TORCH_CHECK(tensor.layout() == at::kStrided && !tensor.is_conj() && !tensor.is_neg(),
            "slots know only plain strided tensors, found ", tensor.toString());
        at::Tensor cpu = at::detail::make_tensor<c10::TensorImpl>(
            cpuStorage(tensor), c10::DispatchKeySet(c10::DispatchKey::CPU), tensor.dtype());
        takeLayout(cpu, tensor);
        tensors_.push_back({tensor, cpu});
        return cpu;
    }

    /// Gives the operands what the operator did to the shape and memory of theirs, as out= and resize_ do.
    void finish()
    {
        for (const auto& [slot, cpu, memory, owner] : storages_) {
            if (memoryOf(cpu) == memory && cpu.nbytes() == slot.nbytes())
                continue;
            slot.unsafeGetStorageImpl()->set_data_ptr_noswap(sharedData(cpu, slot.device()));
            slot.unsafeGetStorageImpl()->set_nbytes(cpu.nbytes());
        }
        for (const auto& [slot, cpu] : tensors_) {
            const c10::Storage storage = slotStorage(cpu.storage());
            if (!sameStorage(storage, slot.storage()))
                slot.unsafeGetTensorImpl()->set_storage_keep_dtype(storage);
            if (cpu.sizes() != slot.sizes() || cpu.strides() != slot.strides()
                || cpu.storage_offset() != slot.storage_offset())
                takeLayout(slot, cpu);
        }
    }

    at::Tensor toSlot(const at::Tensor& result)
    {
        for (const Pair& pair : tensors_)
            if (pair.cpu.is_same(result))
                return pair.slot;
        TORCH_CHECK(result.layout() == at::kStrided, "slots know only strided tensors, found ", result.toString());
        at::Tensor tensor;
        for (const SharedStorage& shared : storages_)
            if (sameStorage(shared.cpu, result.storage()) && shared.owner.defined())
                // A view is an inference tensor where its base is one, whatever the mode is.
                tensor = at::detail::make_tensor<c10::TensorImpl>(
                    c10::TensorImpl::VIEW, c10::Storage(shared.slot), shared.owner.key_set(), result.dtype());
        if (!tensor.defined())
            tensor = at::detail::make_tensor<c10::TensorImpl>(
                slotStorage(result.storage()), c10::DispatchKeySet(c10::DispatchKey::PrivateUse1), result.dtype());
        takeLayout(tensor, result);
        return tensor;
    }

private:
    struct Pair {
        at::Tensor slot, cpu;
    };
    struct SharedStorage {
        c10::Storage slot, cpu;
        const void* memory; ///< the memory when the operator started
        at::Tensor owner; ///< an operand that lives there; undefined for a result
    };

    c10::Storage cpuStorage(const at::Tensor& tensor)
    {
        for (const SharedStorage& shared : storages_)
            if (sameStorage(shared.slot, tensor.storage()))
                return shared.cpu;
        const c10::Storage& slot = tensor.storage();
        storages_.push_back({slot, sharedStorage(slot, at::kCPU), memoryOf(slot), tensor});
        return storages_.back().cpu;
    }

    c10::Storage slotStorage(const c10::Storage& cpu)
    {
        for (const SharedStorage& shared : storages_)
            if (sameStorage(shared.cpu, cpu))
                return shared.slot;
        storages_.push_back({sharedStorage(cpu, slot_), cpu, memoryOf(cpu), at::Tensor()});
        return storages_.back().slot;
    }

    at::Device slot_;
    std::vector<Pair> tensors_;
    std::vector<SharedStorage> storages_;
};

// Operators.

/// The one slot that an operator runs on. \throws c10::Error where its operands are on several devices.
at::Device commonSlot(const c10::OperatorHandle& op, at::ArrayRef<c10::IValue> arguments)
{
    std::optional<at::Device> slot, other;
    const auto see = [&](at::Device device) {
        if (!device.is_privateuseone()) {
            other = device;
            return;
        }
        device = checkedSlot(device);
        if (slot && *slot != device)
            other = device;
        else
            slot = device;
    };
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto* alias = op.schema().arguments()[i].alias_info();
        const bool written = alias != nullptr && alias->isWrite();
        if (arguments[i].isDevice())
            see(arguments[i].toDevice());
        forEachTensor(arguments[i], [&](const at::Tensor& tensor) {
            if (!tensor.is_cpu() || tensor.dim() > 0 || written) // a CPU tensor without dimensions is a number
                see(tensor.device());
        });
    }
    TORCH_CHECK(slot, toString(op.operator_name()), ": expected an operand or a device of a slot");
    TORCH_CHECK(!other, toString(op.operator_name()), ": expected all operands on one device, found ", nameOf(*slot),
        " and ", nameOf(*other));
    return *slot;
}

void runOnCpu(const c10::OperatorHandle& op, torch::jit::Stack* stack)
{
    const std::size_t count = op.schema().arguments().size();
    const std::size_t first = stack->size() - count;
    Retagging retagging(commonSlot(op, torch::jit::last(*stack, count)));
    for (std::size_t i = first; i < stack->size(); ++i) {
        c10::IValue& value = (*stack)[i];
        TORCH_CHECK(!value.isStorage(), toString(op.operator_name()), ": slots do not support storages as arguments");
        if (value.isDevice())
            value = at::Device(at::kCPU);
        replaceTensors(value, [&](const at::Tensor& tensor) { return retagging.toCpu(tensor); });
    }
    {
        const at::AutoDispatchBelowADInplaceOrView guard; // the slot tensors have been through those
        op.callBoxed(stack);
    }
    retagging.finish();
    for (std::size_t i = first; i < stack->size(); ++i)
        replaceTensors((*stack)[i], [&](const at::Tensor& tensor) { return retagging.toSlot(tensor); });
}

/// Where every copy from, to and on a slot ends up: copy_, to, _to_copy, contiguous, clone, …
at::Tensor copyFrom(const at::Tensor& from, const at::Tensor& to, bool)
{
    for (const at::Tensor& tensor : {from, to}) {
        TORCH_CHECK(
            tensor.is_cpu() || tensor.is_privateuseone(), "cannot copy from ", from.device(), " to ", to.device());
        if (tensor.is_privateuseone())
            checkedSlot(tensor.device());
    }
    Retagging retagging(from.is_cpu() ? to.device() : from.device());
    retagging.toCpu(to).copy_(retagging.toCpu(from));
    if (from.device() != to.device() && to.numel() > 0)
        counters().add(from.device(), to.device(), to.nbytes());
    return to;
}

at::Tensor copyFromAndResize(const at::Tensor& from, const at::Tensor& to)
{
    to.resize_(from.sizes());
    return copyFrom(from, to, false);
}

/// Where the CPU has a kernel for an operator, slots use it, as a GPU uses one of its own: LibTorch would prefer many
/// substitutes made of other operators to the fallback, and their last bits are others.
void preferCpuKernels(torch::Library& library)
{
    using Key = c10::DispatchKey;
    auto& dispatcher = c10::Dispatcher::singleton();
    for (const c10::OperatorName& name : dispatcher.getAllOpNames()) {
        const auto op = dispatcher.findOp(name);
        if (!op || !name.name.starts_with("aten::") || !op->hasKernelForDispatchKey(Key::CPU)
            || op->hasKernelForDispatchKey(Key::PrivateUse1))
            continue;
        if (op->hasKernelForDispatchKey(Key::CompositeExplicitAutogradNonFunctional)
            || op->hasKernelForDispatchKey(Key::CompositeExplicitAutograd)
            || op->hasKernelForDispatchKey(Key::CompositeImplicitAutograd))
            library.impl(toString(name).c_str(), torch::CppFunction::makeFromBoxedFunction<&runOnCpu>());
    }
}

void registerWithLibTorch()
{
    c10::register_privateuse1_backend("slot");
    c10::SetAllocator(slotType, &slotAllocator());
    c10::impl::registerDeviceGuard(slotType, new SlotGuard);
    at::RegisterPrivateUse1HooksInterface(new SlotHooks);

    static auto* const fallback
        = new torch::Library(torch::Library::IMPL, "_", c10::DispatchKey::PrivateUse1, __FILE__, __LINE__);
    fallback->fallback(torch::CppFunction::makeFromBoxedFunction<&runOnCpu>());
    static auto* const aten
        = new torch::Library(torch::Library::IMPL, "aten", c10::DispatchKey::PrivateUse1, __FILE__, __LINE__);
    aten->impl("_copy_from", TORCH_FN(copyFrom));
    aten->impl("_copy_from_and_resize", TORCH_FN(copyFromAndResize));
    preferCpuKernels(*aten);
    // LibTorch chooses among its attention kernels by device inside this one.
    aten->impl("scaled_dot_product_attention", torch::CppFunction::makeFromBoxedFunction<&runOnCpu>());
}

} // namespace

void install(int count)
{
    TORCH_CHECK(count >= 1 && count <= 64, "expected 1 to 64 slots, found ", count);
    slotCount = count;
    static std::once_flag once;
    std::call_once(once, registerWithLibTorch);
}

std::vector<Crossing> crossings() { return counters().read(); }

void resetCounters() { counters().reset(); }

} // namespace headscope::slots
