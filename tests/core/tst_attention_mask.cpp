// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/attention_mask.h"
#include "core/error.h"

#include <QTest>

#include <limits>

using namespace headscope;

namespace {

constexpr float lowest = std::numeric_limits<float>::lowest();

at::Tensor integers(std::vector<std::int64_t> values, std::vector<std::int64_t> shape)
{
    return at::from_blob(values.data(), shape, at::kLong).clone();
}

at::Tensor floats(std::vector<float> values, std::vector<std::int64_t> shape)
{
    return at::from_blob(values.data(), shape, at::kFloat).clone();
}

/// The additive mask of one sequence and head, as text: `.` allowed, `x` finfo.min, `?` anything else.
std::string picture(const AttentionMask& mask, std::int64_t sequence = 0, std::int64_t head = 0)
{
    const at::Tensor all = mask.additive(at::kFloat, at::kCPU);
    const at::Tensor plane = all.select(0, all.size(0) == 1 ? 0 : sequence).select(0, all.size(1) == 1 ? 0 : head);
    const at::Tensor one = plane.contiguous();
    std::string text;
    for (std::int64_t row = 0; row < one.size(0); ++row) {
        for (std::int64_t column = 0; column < one.size(1); ++column) {
            const float value = one.const_data_ptr<float>()[row * one.size(1) + column];
            text += value == 0 ? '.' : value == lowest ? 'x' : '?';
        }
        text += '/';
    }
    return text;
}

std::string message(const at::Tensor& mask)
{
    try {
        AttentionMask::read(mask, 2, 2, 3, true, "attention_mask");
    } catch (const Error& e) {
        return e.what();
    }
    return {};
}

} // namespace

class TestAttentionMask : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void causalWithoutMask()
    {
        const auto mask = AttentionMask::read({}, 2, 2, 3, true, "m");
        QCOMPARE(picture(mask), std::string(".xx/..x/.../"));
        QCOMPARE(mask.form(), std::string("none"));
        QCOMPARE(mask.kind(0, 0, 0, 1), CellKind::Masked);
        QCOMPARE(mask.kind(0, 0, 1, 1), CellKind::Allowed);
        const auto open = AttentionMask::read({}, 2, 2, 2, false, "m"); // an encoder without a mask: nothing to add
        QVERIFY(!open.additive(at::kFloat, at::kCPU).defined() && !open.allowed(at::kCPU).defined());
        QCOMPARE(open.kind(0, 0, 0, 1), CellKind::Allowed);
    }

    void paddingIsPerRow()
    {
        const auto mask = AttentionMask::read(integers({0, 1, 1, 1, 1, 0}, {2, 3}), 2, 2, 3, true, "m");
        QCOMPARE(picture(mask, 0), std::string("xxx/x.x/x../"));
        QCOMPARE(picture(mask, 1), std::string(".xx/..x/..x/"));
        QCOMPARE(mask.kind(0, 0, 2, 0), CellKind::Padding);
        QCOMPARE(mask.kind(0, 0, 0, 1), CellKind::Padding);
        QCOMPARE(mask.kind(0, 0, 1, 2), CellKind::Masked);
        QVERIFY(mask.isPadding(1, 2) && !mask.isPadding(1, 1));
        QCOMPARE(picture(AttentionMask::read(floats({0, 1, 1, 1, 1, 0}, {2, 3}), 2, 2, 3, true, "m"), 0),
            std::string("xxx/x.x/x../"));
    }

    void threeDimensionsAreLayeredOnCausal()
    {
        const auto plane = integers({1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, {2, 3, 3});
        QCOMPARE(picture(AttentionMask::read(plane.to(at::kBool), 2, 2, 3, true, "m"), 0), std::string(".xx/x.x/.x./"));
        QCOMPARE(picture(AttentionMask::read(plane, 2, 2, 3, true, "m"), 1), std::string(".xx/..x/.../"));
    }

    void fourDimensionsAreAuthoritative()
    {
        const auto plane = integers({0, 1, 1, 1, 0, 1, 1, 1, 1}, {1, 1, 3, 3}).to(at::kBool);
        const auto mask = AttentionMask::read(plane, 2, 2, 3, true, "m");
        QCOMPARE(picture(mask, 1), std::string("x../.x./.../"));
        QCOMPARE(mask.kind(1, 0, 0, 2), CellKind::Allowed); // the future, if the mask says so
        QCOMPARE(mask.kind(1, 1, 1, 1), CellKind::Masked);
        QCOMPARE(mask.form(), std::string("4-D boolean"));
    }

    void headsMayDiffer()
    {
        const auto plane = integers({1, 0, 1, 1, 1, 1, 1, 1}, {1, 2, 2, 2});
        const auto mask = AttentionMask::read(plane, 1, 2, 2, true, "m");
        QCOMPARE(picture(mask, 0, 0), std::string(".x/../"));
        QCOMPARE(picture(mask, 0, 1), std::string("../../"));
    }

    void trimsToFirstColumnsAndLastRows()
    {
        auto plane = at::zeros({1, 1, 4, 4}, at::kBool);
        plane.select(2, 3).fill_(true); // the last row attends everywhere
        QCOMPARE(picture(AttentionMask::read(plane, 1, 2, 2, true, "m")), std::string("xx/../"));
    }

    void additiveMasksAreHandedBack()
    {
        const float infinity = std::numeric_limits<float>::infinity();
        const auto plane = floats({0, -infinity, -1.5F, lowest}, {1, 1, 2, 2});
        const auto mask = AttentionMask::read(plane, 1, 2, 2, true, "m");
        QVERIFY(mask.additive(at::kBFloat16, at::kCPU).equal(plane)); // its own dtype, as transformers adds it
        QCOMPARE(mask.kind(0, 0, 0, 1), CellKind::Masked);
        QCOMPARE(mask.kind(0, 0, 1, 0), CellKind::Allowed); // a bias, not a mask
        QCOMPARE(mask.kind(0, 0, 1, 1), CellKind::Masked);
    }

    /// Numbers are made in the scores' dtype: a float32 minimum cast to float16 would be -inf.
    void minimumIsOfTheScoresDtype()
    {
        const auto mask = AttentionMask::read({}, 1, 1, 2, true, "m");
        for (const auto type : {at::kHalf, at::kBFloat16, at::kFloat, at::kDouble}) {
            const auto cell = mask.additive(type, at::kCPU).flatten().to(at::kDouble).data_ptr<double>()[1];
            QVERIFY(std::isfinite(cell) && cell < -65000);
        }
    }

    void refusesNonsense()
    {
        const auto says
            = [](const at::Tensor& mask, const char* part) { return message(mask).find(part) != std::string::npos; };
        QVERIFY(says(floats({0, 1, 0, 1, 1, 1, 1, 1, 1}, {1, 1, 3, 3}), "boolean or additive"));
        QVERIFY(says(integers({2, 1, 1, 1, 1, 1}, {2, 3}), "only 0 and 1"));
        QVERIFY(says(integers({1, 1}, {1, 2}), "expected shape [2, 3]"));
        QVERIFY(says(integers({1}, {1}), "expected 2, 3 or 4 dimensions"));
        QVERIFY(says(integers({0, 2, 0, 1, 1, 1, 1, 1, 1}, {1, 1, 3, 3}), "only 0 and 1"));
        QVERIFY(says(floats(std::vector<float>(9, std::nanf("")), {1, 1, 3, 3}), "NaN"));
        QVERIFY(says(at::zeros({1, 1, 2, 2}, at::kBool), "expected [B, T, T]"));
        QVERIFY(says(at::zeros({1, 3, 3, 3}, at::kBool), "H = 2"));
    }
};

QTEST_GUILESS_MAIN(TestAttentionMask)
#include "tst_attention_mask.moc"
