// SPDX-License-Identifier: GPL-3.0-or-later
// The mask checks of TransformerLens's test_kv_cache and test_attention: queries that are the last of more keys,
// windows, padding and masks that are larger than the scores. `.` is allowed, `x` is not.
#include "core/engine/attention_steps.h"
#include "tests/core/seed_run.h"

using namespace headscope;
using namespace headscope::seeds;

namespace {

/// A boolean plane [Q,K] as text.
std::string picture(const at::Tensor& plane)
{
    std::string text;
    for (std::int64_t row = 0; row < plane.size(0); ++row) {
        for (std::int64_t column = 0; column < plane.size(1); ++column)
            text += plane[row][column].item<bool>() ? '.' : 'x';
        text += '/';
    }
    return text;
}

struct Read {
    MaskShape shape;
    std::int64_t window;
    AttentionMask mask;

    Read(const at::Tensor& given, MaskShape of, std::int64_t seen = 0)
        : shape(of)
        , window(seen)
        , mask(AttentionMask::read(given, of, true, "attention_mask"))
    {
    }

    at::Tensor plane() const
    {
        return mask.allowed(at::kCPU, window).expand({shape.batch, shape.heads, shape.queries, shape.keys});
    }

    /// One head's plane; "disagree" where the other ways to ask give another answer: the numbers that native adds, the
    /// scores that the bridge makes, the kinds of cells that views show.
    std::string head(std::int64_t sequence = 0, std::int64_t which = 0) const
    {
        const at::Tensor allowed = plane()[sequence][which];
        for (const auto type : {at::kFloat, at::kBFloat16, at::kHalf}) {
            const at::Tensor numbers
                = mask.additive(type, at::kCPU, window)
                      .expand({shape.batch, shape.heads, shape.queries, shape.keys})[sequence][which];
            if (!numbers.eq(0).equal(allowed) || !numbers.eq(finfoMin(type)).equal(allowed.logical_not()))
                return "disagree: additive";
        }
        for (std::int64_t query = 0; query < shape.queries; ++query)
            for (std::int64_t key = 0; key < shape.keys; ++key) {
                const auto position = static_cast<std::size_t>(query + shape.keys - shape.queries);
                const CellKind kind = mask.kind(static_cast<std::size_t>(sequence), static_cast<std::size_t>(which),
                    static_cast<std::size_t>(query), static_cast<std::size_t>(key), window);
                const bool pad = mask.isPadding(static_cast<std::size_t>(sequence), position);
                if (!pad && (kind == CellKind::Allowed) != allowed[query][key].item<bool>())
                    return "disagree: kind";
            }
        return picture(allowed);
    }
};

std::string one(const at::Tensor& given, std::int64_t queries, std::int64_t keys, std::int64_t window = 0)
{
    return Read(given, {1, 1, queries, keys}, window).head();
}

/// What the bridge makes of the mask with scores that say nothing.
at::Tensor patternFor(std::int64_t queries, std::int64_t keys)
{
    const BackendPolicies policies = policiesFor({.backend = Backend::Bridge}, describe("gpt2-tiny")->config());
    const Read read({}, {1, 2, queries, keys});
    const at::Tensor q = at::sin(at::arange(2 * queries * 4, at::kFloat)).reshape({1, 2, queries, 4});
    const at::Tensor k = at::cos(at::arange(2 * keys * 4, at::kFloat)).reshape({1, 2, keys, 4});
    const LayerMask mask(read.mask, policies, at::kFloat, at::kFloat, at::kCPU, 0);
    const at::Tensor scores = maskedScores(rawScores(q, k, {.scale = 0.5}, policies), mask, policies);
    return patternOf(scores, false, at::kFloat, policies);
}

} // namespace

class TestKvCacheMasks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void squareIsTriangular()
    {
        QCOMPARE(one({}, 3, 3), std::string(".xx/..x/.../"));
        QCOMPARE(one({}, 1, 1), std::string("./"));
    }

    void oneQueryOfFiveKeysSeesAll() { QCOMPARE(one({}, 1, 5), std::string("...../")); }

    void threeQueriesOfSevenKeys() { QCOMPARE(one({}, 3, 7), std::string(".....xx/......x/......./")); }

    void fourDimensionsBypassCausal()
    {
        QCOMPARE(one(at::zeros({1, 1, 3, 3}), 3, 3), std::string(".../.../.../")); // additive
        QCOMPARE(one(at::ones({1, 1, 3, 3}, at::kBool), 3, 3), std::string(".../.../.../"));
        QCOMPARE(one(at::ones({1, 1, 3, 5}, at::kLong), 3, 5, 2), std::string("...../...../...../")); // and windows
    }

    void patternsOfCachedKeys()
    {
        const at::Tensor last = patternFor(1, 5);
        QVERIFY(last.gt(0).all().item<bool>());
        QVERIFY(golden::distance(last.sum(-1), at::ones({1, 2, 1})) < 1e-5);
        const at::Tensor three = patternFor(3, 5);
        QVERIFY(three.select(2, 0).slice(2, 3).eq(0).all().item<bool>());
        QVERIFY(three.select(2, 0).slice(2, 0, 3).gt(0).all().item<bool>());
        QVERIFY(three.select(2, 1).slice(2, 4).eq(0).all().item<bool>());
        QVERIFY(three.select(2, 2).gt(0).all().item<bool>());
        QVERIFY(golden::distance(three.sum(-1), at::ones({1, 2, 3})) < 1e-5);
    }

    /// Larger masks lose columns on the right and rows at the top.
    void trimsToFirstColumnsAndLastRows()
    {
        at::Tensor plane = at::zeros({5, 6}, at::kBool);
        plane[2][0] = plane[3][1] = plane[4][2] = plane[4][5] = plane[0][3] = true;
        const std::string wanted = ".xxx/x.xx/xx.x/";
        QCOMPARE(one(plane.view({1, 1, 5, 6}), 3, 4), wanted);
        QCOMPARE(one(plane.view({1, 5, 6}), 3, 4), wanted); // inside the causal plane
        QCOMPARE(one(plane.view({1, 1, 5, 6}).to(at::kLong), 3, 4), wanted);
        const at::Tensor additive = at::where(plane, at::zeros({}), at::full({}, -1e38)).view({1, 1, 5, 6});
        const AttentionMask read = AttentionMask::read(additive.mul(3), {1, 1, 3, 4}, true, "m");
        QCOMPARE(picture(read.allowed(at::kCPU)[0][0]), wanted);
        QVERIFY(read.additive(at::kFloat, at::kCPU).equal(additive.mul(3).slice(2, 2).slice(3, 0, 4)));
        QVERIFY(says(refusal([&] { one(plane.view({1, 1, 5, 6}), 3, 7); }), "found bool [1, 1, 5, 6]"));
        QVERIFY(says(refusal([&] { one(plane.view({1, 1, 5, 6}), 6, 6); }), "found bool [1, 1, 5, 6]"));
    }

    void headsAndSequencesMayDiffer()
    {
        at::Tensor plane = at::ones({2, 2, 2, 3}, at::kBool);
        plane[0][1][0][2] = false;
        plane[1][0][1][0] = false;
        const Read read(plane, {2, 2, 2, 3});
        QCOMPARE(read.head(0, 0), std::string(".../.../"));
        QCOMPARE(read.head(0, 1), std::string("..x/.../"));
        QCOMPARE(read.head(1, 0), std::string(".../x../"));
        QCOMPARE(read.head(1, 1), std::string(".../.../"));
        const Read shared(plane.slice(0, 0, 1), {2, 2, 2, 3}); // one plane for both sequences
        QCOMPARE(shared.head(1, 1), std::string("..x/.../"));
        const Read alike(plane.slice(1, 0, 1), {2, 2, 2, 3}); // one plane for both heads
        QCOMPARE(alike.head(1, 1), std::string(".../x../"));
    }

    void windowIsABand()
    {
        QCOMPARE(one({}, 3, 5, 2), std::string("x..xx/xx..x/xxx../"));
        QCOMPARE(one({}, 3, 5, 1), std::string("xx.xx/xxx.x/xxxx./"));
        QCOMPARE(one({}, 3, 3, 2), std::string(".xx/..x/x../"));
        QCOMPARE(one({}, 3, 5, 9), one({}, 3, 5));
    }

    void paddingNarrowsBoth()
    {
        const at::Tensor padding = integers({1, 1, 0, 1, 1}, {1, 5});
        QCOMPARE(one(padding, 3, 5), std::string("..xxx/..x.x/..x../"));
        QCOMPARE(one(padding, 3, 5, 2), std::string("x.xxx/xxx.x/xxx../"));
        QCOMPARE(one(padding, 5, 5), std::string(".xxxx/..xxx/..xxx/..x.x/..x../"));
        QCOMPARE(one(padding, 5, 5), one(padding.to(at::kBool), 5, 5));
        QCOMPARE(one(padding, 5, 5), one(padding.to(at::kHalf), 5, 5));
        const Read rows(integers({1, 1, 0, 1, 1, 0, 0, 1, 1, 1}, {2, 5}), {2, 2, 3, 5});
        QCOMPARE(rows.head(0, 1), std::string("..xxx/..x.x/..x../"));
        QCOMPARE(rows.head(1, 1), std::string("xx.xx/xx..x/xx.../"));
    }

    /// Nothing of the size of a whole context is made for one query.
    void noSquareIsMadeForOneQuery()
    {
        const std::int64_t keys = 1 << 20;
        const Read read({}, {1, 1, 1, keys});
        const at::Tensor plane = read.mask.allowed(at::kCPU, 5);
        QCOMPARE(plane.numel(), keys);
        QCOMPARE(plane.sum().item<std::int64_t>(), std::int64_t{5});
    }
};

QTEST_GUILESS_MAIN(TestKvCacheMasks)
#include "tst_kv_cache_masks.moc"
