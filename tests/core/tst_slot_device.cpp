// SPDX-License-Identifier: GPL-3.0-or-later
// The make-believe accelerator that placement tests stand on: it computes as the CPU does, refuses what a GPU would
// refuse, and misses no copy.
#include "tests/core/slot_device.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#include <QTest>

#include <atomic>
#include <functional>
#include <thread>

using namespace headscope;
using at::indexing::None;
using at::indexing::Slice;
using Tensors = std::vector<at::Tensor>;

namespace {

const at::Device first(at::kPrivateUse1, 0), second(at::kPrivateUse1, 1);

/// The same numbers on every call.
at::Tensor numbers(at::IntArrayRef shape, double start = 0.5)
{
    std::int64_t count = 1;
    for (const std::int64_t size : shape)
        count *= size;
    return at::sin(at::add(at::arange(count, at::kFloat), start)).reshape(shape);
}

at::Tensor integers(at::IntArrayRef shape, std::int64_t below)
{
    std::int64_t count = 1;
    for (const std::int64_t size : shape)
        count *= size;
    return at::mul(at::arange(count, at::kLong), 7).remainder(below).reshape(shape);
}

bool same(const at::Tensor& a, const at::Tensor& b)
{
    return a.scalar_type() == b.scalar_type() && a.strides() == b.strides() && at::equal(a.cpu(), b.cpu());
}

/// What the call threw; empty where it threw nothing.
template <typename Function> std::string refusal(const Function& function)
{
    try {
        function();
    } catch (const c10::Error& error) {
        return error.what_without_backtrace();
    }
    return {};
}

bool names(const std::string& message, std::initializer_list<const char*> words)
{
    for (const char* word : words)
        if (message.find(word) == std::string::npos)
            return false;
    return true;
}

std::string nameOf(const at::Tensor& tensor) { return tensor.is_cpu() ? "cpu" : tensor.device().str(); }

/// "cpu->slot:0 2 24" for every direction, in order.
std::string counted()
{
    std::string text;
    for (const auto& crossing : slots::crossings())
        text += (text.empty() ? "" : ", ") + crossing.from + "->" + crossing.to + " " + std::to_string(crossing.copies)
            + " " + std::to_string(crossing.bytes);
    return text;
}

#define COMPARE_COUNTED(expected) QCOMPARE(QString::fromStdString(counted()), QStringLiteral(expected))

struct Operation {
    const char* name = nullptr;
    Tensors in{};
    std::function<Tensors(const Tensors&)> run{};
};

/// Results of a row of the table below, whose operands are `in`.
#define RESULTS(...) [](const Tensors& in) -> Tensors { return {__VA_ARGS__}; }

std::vector<Operation> operations()
{
    const at::Tensor matrix = numbers({4, 6}), other = numbers({4, 6}, 2), square = numbers({6, 6}), row = numbers({6});
    const at::Tensor batch = numbers({2, 3, 4, 6}), keys = numbers({2, 3, 4, 6}, 3), mask = at::gt(matrix, 0);
    const at::Tensor ids = integers({2, 3}, 4), half = matrix.to(at::kBFloat16);
    return {
        {"add", {matrix, row}, RESULTS(at::add(in[0], in[1], 2))},
        {"add a number", {half}, RESULTS(at::add(in[0], 0.1), 1.5 - in[0])},
        {"mul", {matrix, other}, RESULTS(at::mul(in[0], in[1]), in[0] / in[1])},
        {"one after another", {matrix}, RESULTS(at::tanh(at::exp(in[0]).pow(2).neg()))},
        {"activations", {matrix}, RESULTS(at::gelu(in[0], "tanh"), at::silu(in[0]), at::relu(in[0]))},
        {"compare", {matrix, other}, RESULTS(at::le(in[0], in[1]), at::eq(in[0], 0), at::isnan(in[0]))},
        {"reduce", {matrix}, RESULTS(in[0].mean(-1, true), in[0].sum(), in[0].amax(0), in[0].argmax(1))},
        {"any and all", {mask}, RESULTS(at::any(in[0], 1), at::all(in[0]), in[0].logical_not())},
        {"addmm", {row, matrix, square}, RESULTS(at::addmm(in[0], in[1], in[2]))},
        {"baddbmm", {batch[0], batch[1], keys[0].mT()},
            RESULTS(at::baddbmm(in[1].matmul(in[2]), in[1], in[2], 0.5, 2))},
        {"matmul", {batch, keys}, RESULTS(at::matmul(in[0], in[1].transpose(2, 3)))},
        {"linear", {batch, square, row}, RESULTS(at::linear(in[0], in[1], in[2]), at::linear(in[0], in[1]))},
        {"einsum", {batch, keys}, RESULTS(at::einsum("bhqd,bhkd->bhqk", {in[0], in[1]}))},
        {"softmax", {batch}, RESULTS(at::softmax(in[0], -1))},
        {"softmax in float32", {half}, RESULTS(at::softmax(in[0], -1, at::kFloat))},
        {"layer_norm", {batch, row, square[1]}, RESULTS(at::layer_norm(in[0], {6}, in[1], in[2], 1e-5))},
        {"layer_norm without weights", {batch}, RESULTS(at::layer_norm(in[0], {6}))},
        {"native_layer_norm", {batch, row}, // an operand is left out
            RESULTS(std::get<1>(at::native_layer_norm(in[0], {6}, in[1], {}, 1e-5)))},
        {"scaled_dot_product_attention", {batch, keys}, RESULTS(at::scaled_dot_product_attention(in[0], in[1], in[1]))},
        {"embedding", {square, ids}, RESULTS(at::embedding(in[0], in[1]))},
        {"index", {batch, ids[0]}, RESULTS(in[0].index({Slice(), None, Slice(), in[1]}))},
        {"index by mask", {matrix, mask}, RESULTS(in[0].index({in[1]}))},
        {"index_put_", {matrix, ids, batch[0][0]}, RESULTS(in[0].clone().index_put_({in[1][0]}, in[2][0], true))},
        {"index_put_ a number", {matrix, mask}, RESULTS(in[0].clone().index_put_({in[1]}, -1))},
        {"select by index", {matrix, ids}, RESULTS(in[0].index_select(0, in[1][0]), in[0].gather(1, in[1]))},
        {"masked_fill", {matrix, mask}, RESULTS(in[0].masked_fill(in[1], -9), in[0].clone().masked_fill_(in[1], 2))},
        {"where", {mask, matrix, other}, RESULTS(at::where(in[0], in[1], in[2]), at::where(in[0], in[1], -1e9))},
        {"where in bfloat16", {mask, half}, RESULTS(at::where(in[0], in[1], -1e9), at::where(in[0], 1.0, 0.0))},
        {"topk", {matrix}, RESULTS(std::get<0>(at::topk(in[0], 3)), std::get<1>(at::topk(in[0], 3)))},
        {"sort", {matrix}, RESULTS(std::get<0>(at::sort(in[0])), std::get<1>(at::sort(in[0], 1, true)))},
        {"cat", {matrix, other}, RESULTS(at::cat({in[0], in[1]}, 1), at::stack({in[0], in[1]}))},
        {"cumsum", {matrix}, RESULTS(at::cumsum(in[0], 1))},
        {"split", {matrix}, [](const Tensors& in) { return in[0].split(2, 1); }},
        {"clamp", {matrix}, RESULTS(in[0].clamp_min(0), in[0].remainder(0.3), at::rsqrt(at::rsub(in[0], 3)))},
        {"to a dtype", {matrix}, RESULTS(in[0].to(at::kHalf), in[0].to(at::kLong), in[0].to(at::kFloat))},
        {"contiguous", {batch}, RESULTS(in[0].transpose(1, 2).contiguous(), in[0].permute({3, 0, 1, 2}).clone())},
        {"shapes", {batch},
            RESULTS(in[0].transpose(1, 2).reshape({2, 4, 18}), in[0].flatten(), in[0][0].expand({5, 3, 4, 6}))},
        {"zeros", {matrix},
            RESULTS(at::zeros({2, 3}, in[0].options()), at::ones({2}, in[0].options()), in[0].new_zeros({2}))},
        {"full", {matrix}, RESULTS(at::full({3}, 2.5, in[0].options()), at::scalar_tensor(4, in[0].options()))},
        {"arange", {ids}, RESULTS(at::arange(5, in[0].options()), at::arange(1, 9, 3, in[0].options()))},
        {"tril", {mask}, RESULTS(at::tril(at::ones({3, 3}, in[0].options())), at::tril(in[0]))},
        {"likes", {matrix},
            RESULTS(at::full_like(in[0].t(), 7), at::ones_like(in[0]), at::zeros_like(in[0], at::kLong))},
        {"empty", {matrix}, RESULTS(at::empty({2, 3}, in[0].options()).fill_(3), at::empty({0, 3}, in[0].options()))},
        {"empty_strided", {matrix}, RESULTS(at::empty_strided({2, 3}, {1, 2}, in[0].options()).zero_())},
        {"resize_", {matrix}, RESULTS(in[0].clone().unsqueeze_(0).resize_({2, 3}))},
    };
}

/// Where tensors and operators meet: all in normal mode, all in InferenceMode, or weights made before the mode began.
enum Mode { Normal, Inference, NormalTensors };

/// `function()`, in InferenceMode or not.
template <typename Function> void within(bool inference, const Function& function)
{
    const c10::InferenceMode guard(inference);
    function();
}

void addModes()
{
    QTest::addColumn<bool>("inference");
    QTest::newRow("normal mode") << false;
    QTest::newRow("InferenceMode") << true;
}

Tensors moved(const Tensors& tensors, at::Device device)
{
    Tensors result;
    for (const at::Tensor& tensor : tensors)
        result.push_back(tensor.to(device));
    return result;
}

} // namespace

class TestSlotDevice : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(!c10::is_privateuse1_backend_registered());
        slots::install(2);
        slots::install(4);
    }

    void init() { slots::resetCounters(); }

    void isADevice()
    {
        QVERIFY(c10::is_privateuse1_backend_registered());
        QCOMPARE(c10::get_privateuse1_backend(), std::string("slot"));
        QVERIFY(at::Device("slot:1") == second);
        QCOMPARE(second.str(), std::string("slot:1"));
        const auto* guard = c10::impl::getDeviceGuardImpl(at::kPrivateUse1);
        QCOMPARE(int(guard->deviceCount()), 4);
        slots::install(5);
        QCOMPARE(int(guard->deviceCount()), 5);
        slots::install(4);
        QVERIFY(names(refusal([] { slots::install(0); }), {"1 to 64", "0"}));

        QVERIFY(at::zeros({2}, at::Device("slot")).device() == first);
        {
            const c10::DeviceGuard current(second);
            QVERIFY(at::zeros({2}, at::Device("slot")).device() == second);
            QVERIFY(at::zeros({2}, first).device() == first);
            QVERIFY(c10::GetAllocator(at::kPrivateUse1)->allocate(16).device() == second);
        }
        QVERIFY(guard->getDevice() == first);
        const at::Device missing(at::kPrivateUse1, 4);
        QVERIFY(names(refusal([&] { at::empty({2}, missing); }), {"slot:4", "4 slots"}));
        QVERIFY(names(refusal([&] { numbers({2}).to(missing); }), {"slot:4", "4 slots"}));
        QVERIFY(names(refusal([&] { const c10::DeviceGuard current(missing); }), {"slot:4", "4 slots"}));
    }

    void computesAsTheCpu_data()
    {
        QTest::addColumn<QString>("operation");
        QTest::addColumn<int>("mode");
        for (const Operation& operation : operations())
            for (const auto& [name, mode] : {std::pair("normal mode", Normal), std::pair("InferenceMode", Inference),
                     std::pair("normal tensors in InferenceMode", NormalTensors)})
                QTest::addRow("%s, %s", operation.name, name) << QString::fromUtf8(operation.name) << int(mode);
    }

    void computesAsTheCpu()
    {
        QFETCH(QString, operation);
        QFETCH(int, mode);
        Operation chosen;
        Tensors there, before;
        within(mode == Inference, [&] { // made anew, so that the tensors are of the mode
            for (const Operation& candidate : operations())
                if (operation == QString::fromUtf8(candidate.name))
                    chosen = candidate;
            there = moved(chosen.in, second);
            before = moved(there, at::kCPU);
        });
        slots::resetCounters();
        Tensors expected, actual;
        within(mode != Normal, [&] {
            expected = chosen.run(chosen.in);
            actual = chosen.run(there);
        });
        COMPARE_COUNTED("");
        QCOMPARE(actual.size(), expected.size());
        for (std::size_t i = 0; i < actual.size(); ++i) {
            QVERIFY2(actual[i].device() == second, qPrintable(QString::number(i)));
            QVERIFY2(same(actual[i], expected[i]), qPrintable(QString::number(i)));
            QCOMPARE(actual[i].is_inference(), expected[i].is_inference());
            QCOMPARE(actual[i].is_contiguous(), expected[i].is_contiguous());
        }
        for (std::size_t i = 0; i < there.size(); ++i)
            QVERIFY2(same(there[i], before[i]), qPrintable(QString::number(i)));
    }

    void refusesMixedOperands_data()
    {
        using Run = std::function<void(const at::Tensor&, const at::Tensor&)>;
        QTest::addColumn<Run>("run");
        QTest::addColumn<QString>("name"); // of the operator that must refuse
        const auto row = [](const char* name, const char* refusing, const Run& run) {
            QTest::newRow(name) << run << QString::fromUtf8(refusing);
        };
        row("add", "aten::add.Tensor", [](const auto& a, const auto& b) { at::add(a, b); });
        row("add_", "aten::add_.Tensor", [](const auto& a, const auto& b) { a.clone().add_(b); });
        row("compare", "aten::le.Tensor", [](const auto& a, const auto& b) { at::le(a, b); });
        row("matmul", "aten::mm", [](const auto& a, const auto& b) { at::matmul(a, b); });
        row("addmm", "aten::addmm", [](const auto& a, const auto& b) { at::addmm(a, a, b); });
        row("baddbmm", "aten::baddbmm",
            [](const auto& a, const auto& b) { at::baddbmm(a.unsqueeze(0), b.unsqueeze(0), a.unsqueeze(0)); });
        row("linear", "aten::", [](const auto& a, const auto& b) { at::linear(a, b, a[0]); });
        row("einsum", "aten::bmm", [](const auto& a, const auto& b) { at::einsum("ij,jk->ik", {a, b}); });
        row("cat", "aten::cat", [](const auto& a, const auto& b) { at::cat({a, b}); });
        row("layer_norm", "aten::native_layer_norm",
            [](const auto& a, const auto& b) { at::layer_norm(a, {4}, b[0]); });
        row("where", "aten::where.self", [](const auto& a, const auto& b) { at::where(at::gt(a, 0), a, b); });
        row("masked_fill", "aten::masked_fill_.Scalar",
            [](const auto& a, const auto& b) { a.masked_fill(at::gt(b, 0), 1); });
        row("embedding", "aten::index_select",
            [](const auto& a, const auto& b) { at::embedding(a, at::zeros_like(b, at::kLong)); });
        row("index", "aten::index.Tensor",
            [](const auto& a, const auto& b) { a.index({at::zeros_like(b, at::kLong)}); });
        row("index_put_", "aten::_index_put_impl_",
            [](const auto& a, const auto& b) { a.clone().index_put_({at::zeros_like(a, at::kLong)}, b[0]); });
        row("out", "aten::mul.out", [](const auto& a, const auto& b) {
            at::Tensor out = at::empty_like(b);
            at::mul_out(out, a, a);
        });
        row("equal", "aten::equal", [](const auto& a, const auto& b) { at::equal(a, b); });
        row("scaled_dot_product_attention", "aten::scaled_dot_product_attention", [](const auto& a, const auto& b) {
            at::scaled_dot_product_attention(a.view({1, 1, 4, 4}), b.view({1, 1, 4, 4}), b.view({1, 1, 4, 4}));
        });
    }

    void refusesMixedOperands()
    {
        using Run = std::function<void(const at::Tensor&, const at::Tensor&)>;
        QFETCH(Run, run);
        QFETCH(QString, name);
        const at::Tensor host = numbers({4, 4});
        const at::Tensor one = host.to(first), two = host.to(second);
        for (const bool inference : {false, true}) {
            const c10::InferenceMode guard(inference);
            for (const auto& [a, b] :
                {std::pair(one, two), std::pair(two, one), std::pair(one, host), std::pair(host, two)}) {
                const auto message = refusal([&, &left = a, &right = b] { run(left, right); });
                QVERIFY2(names(message, {qPrintable(name), nameOf(a).c_str(), nameOf(b).c_str()}), message.c_str());
            }
            for (const at::Tensor& alone : {host, one, two})
                QCOMPARE(refusal([&] { run(alone, alone); }), std::string());
        }
        COMPARE_COUNTED("cpu->slot:0 1 64, cpu->slot:1 1 64");
    }

    void hostNumbersAreOperands()
    {
        const at::Tensor x = numbers({3}).to(first), number = at::scalar_tensor(2.5), otherSlot = number.to(second);
        slots::resetCounters();
        QVERIFY(same(at::mul(x, number), at::mul(x.cpu(), 2.5)));
        QVERIFY(same(at::where(at::gt(x, 0), x, number), at::where(at::gt(x.cpu(), 0), x.cpu(), number)));
        COMPARE_COUNTED("slot:0->cpu 5 60");
        QVERIFY(names(refusal([&] { number.add_(x.sum()); }), {"aten::add_.Tensor", "cpu", "slot:0"}));
        QVERIFY(names(refusal([&] { at::mul(x, otherSlot); }), {"aten::mul.Tensor", "slot:0", "slot:1"}));
        QCOMPARE(number.item<float>(), 2.5F);
    }

    void hidesItsMemoryFromTheHost()
    {
        const at::Tensor made = at::zeros({2}, first), moved = numbers({2}).to(second), view = moved.view({1, 2});
        at::Tensor grown = at::empty({0}, second);
        at::add_out(grown, moved, moved);
        QVERIFY(names(refusal([&] { made.const_data_ptr<float>(); }), {"host", "slot:0"}));
        for (const at::Tensor& tensor : {moved, view, at::add(moved, 1), grown}) {
            QVERIFY(names(refusal([&] { tensor.const_data_ptr(); }), {"host", "slot:1"}));
            QVERIFY(names(refusal([&] { tensor.mutable_data_ptr<float>(); }), {"host", "slot:1"}));
            QVERIFY(names(refusal([&] { tensor.accessor<float, 1>(); }), {"slot:1"}) || tensor.dim() != 1);
            QVERIFY(tensor.cpu().const_data_ptr<float>() != nullptr);
        }
    }

    void leavesTheCallersListAlone()
    {
        const c10::List<std::optional<at::Tensor>> list({std::nullopt, at::ones({1}, at::kLong).to(first)});
        const at::Tensor x = numbers({3, 3}).to(first);
        QVERIFY(same(x.index(list), x.index(list)));
        QVERIFY(list.get(1)->device() == first);
    }

    void countsEveryCrossing()
    {
        const at::Tensor host = numbers({2, 3});
        const at::Tensor one = host.to(first);
        COMPARE_COUNTED("cpu->slot:0 1 24");
        const at::Tensor two = one.to(second);
        COMPARE_COUNTED("cpu->slot:0 1 24, slot:0->slot:1 1 24");
        QVERIFY(same(two.cpu(), host));
        COMPARE_COUNTED("cpu->slot:0 1 24, slot:0->slot:1 1 24, slot:1->cpu 1 24");
        slots::resetCounters();
        COMPARE_COUNTED("");

        // Copies that end where they began, and no copies at all.
        QVERIFY(one.to(first).is_same(one));
        QVERIFY(!one.to(first, at::kFloat, false, true).is_same(one));
        one.clone().copy_(one);
        one.to(at::kHalf).t().contiguous();
        host.clone().copy_(host);
        at::empty({0}, first).to(second);
        QVERIFY(at::equal(one, one));
        QCOMPARE(one.sum().item<float>(), host.sum().item<float>());
        COMPARE_COUNTED("");

        // Every way to ask for one.
        at::empty({2, 3}, second).copy_(one);
        COMPARE_COUNTED("slot:0->slot:1 1 24");
        at::empty({4, 2, 3}, at::TensorOptions().device(second).dtype(at::kHalf))
            .copy_(one, true); // broadcast, narrowed
        COMPARE_COUNTED("slot:0->slot:1 2 72");
        one.to(at::TensorOptions().device(second).dtype(at::kHalf), true);
        COMPARE_COUNTED("slot:0->slot:1 3 84");
        one.t().to(second);
        COMPARE_COUNTED("slot:0->slot:1 4 108");
        at::_copy_from(one, two);
        at::_copy_from_and_resize(one, at::empty({0}, second));
        COMPARE_COUNTED("slot:0->slot:1 6 156");
        slots::resetCounters();
        QVERIFY(same(two.to(at::kCPU, at::kFloat, true), host)); // into pinned memory, as LibTorch does unasked
        host.clone().copy_(two);
        two.fill_(at::scalar_tensor(4)); // a number for an operator, not a copy
        COMPARE_COUNTED("slot:1->cpu 2 48");
    }

    void viewsShareMemory_data() { addModes(); }

    void viewsShareMemory()
    {
        QFETCH(bool, inference);
        const c10::InferenceMode guard(inference);
        const at::Tensor original = numbers({4, 6}).to(second), base = original.clone();
        const Tensors views = {base.view({24}), base.view({2, 12}), base.t(), base.select(0, 1), base.slice(1, 2, 5),
            base.unsqueeze(0), base.expand({3, 4, 6}), base.as_strided({2, 2}, {6, 1}, 7), base.reshape({6, 4}),
            base.detach(), base.diagonal(), base.unfold(1, 2, 2), base.split(2)[1], base.view(at::kInt), base.alias()};
        for (const at::Tensor& view : views) {
            QVERIFY(view.device() == second);
            QVERIFY(view.is_alias_of(base));
            QVERIFY(view.is_set_to(view.alias()));
            const at::Tensor before = view.clone();
            base.neg_();
            QVERIFY(!at::equal(view, before)); // written through the base
            view.zero_();
            QVERIFY(at::eq(base, 0).any().item<bool>()); // and through the view
            base.copy_(original);
        }
    }

    void writesInPlace_data() { addModes(); }

    void writesInPlace()
    {
        QFETCH(bool, inference);
        const c10::InferenceMode guard(inference);
        const at::Tensor host = numbers({2, 3});
        at::Tensor tensor = host.to(first);
        const at::Tensor other = tensor;
        const at::Tensor flat = tensor.view({-1});
        QVERIFY(tensor.add_(1).is_same(other));
        QVERIFY(tensor.mul_(tensor).is_same(other));
        QVERIFY(
            tensor.index_put_({at::ones({1}, tensor.options().dtype(at::kLong))}, at::scalar_tensor(0)).is_same(other));
        QVERIFY(at::sub_out(tensor, tensor, at::ones_like(tensor)).is_same(other));
        torch::jit::Stack stack{tensor, tensor, 1};
        c10::Dispatcher::singleton().findSchemaOrThrow("aten::add_", "Tensor").callBoxed(stack);
        QVERIFY(stack.at(0).toTensor().is_same(other));
        QVERIFY(same(flat, tensor.view({-1}))); // the memory stayed where it was
        at::Tensor expected = host.clone();
        expected.add_(1).mul_(expected)[1] = 0;
        QVERIFY(same(tensor, expected.sub_(1).mul_(2)));
        QVERIFY(!same(tensor, host)); // what was copied from is not written to

        at::Tensor values = at::empty({0}, first), indices = at::empty({0}, values.options().dtype(at::kLong));
        const at::Tensor view = values.view({0});
        at::topk_out(values, indices, tensor, 2);
        const auto [top, places] = at::topk(expected, 2);
        QVERIFY(same(values, top) && same(indices, places));
        QVERIFY(values.device() == first && values.is_alias_of(view)); // the memory grew for both
        values.t_();
        QVERIFY(same(values, top.t()));
        values.set_(tensor);
        QVERIFY(same(values, tensor) && values.is_alias_of(tensor));
    }

    void outlivesItsOperands()
    {
        at::Tensor tensor = numbers({64, 64}).to(first);
        const at::Tensor expected = tensor.t().cpu()[3].clone();
        tensor = tensor.t()[3];
        const at::Tensor sum = at::add(at::add(tensor, 1), 1);
        tensor = tensor.to(second).to(first);
        QVERIFY(same(tensor, expected));
        QVERIFY(same(sum, expected + 1 + 1));
    }

    void worksOnSeveralThreads()
    {
        constexpr int threads = 4, rounds = 200;
        const at::Tensor weight = numbers({8, 8}).to(first), host = numbers({8, 8}, 1);
        const at::Tensor expected = at::matmul(numbers({8, 8}), host);
        slots::resetCounters();
        std::atomic<int> wrong = 0;
        std::vector<std::jthread> pool;
        pool.reserve(threads);
        for (int i = 0; i < threads; ++i)
            pool.emplace_back([&, i] {
                const c10::InferenceMode guard(i % 2 == 0);
                const c10::DeviceGuard current(at::Device(at::kPrivateUse1, static_cast<c10::DeviceIndex>(i)));
                for (int round = 0; round < rounds; ++round) {
                    const at::Tensor product = at::matmul(weight, host.to(first)).to(second);
                    wrong += !same(product, expected) || at::empty({1}, at::Device("slot")).device().index() != i;
                    wrong += refusal([&] { at::add(product, weight); }).empty();
                    slots::crossings();
                }
            });
        pool.clear();
        QCOMPARE(wrong.load(), 0);
        COMPARE_COUNTED("cpu->slot:0 800 204800, slot:0->slot:1 800 204800, slot:1->cpu 800 204800");
    }
};

QTEST_APPLESS_MAIN(TestSlotDevice)
#include "tst_slot_device.moc"
