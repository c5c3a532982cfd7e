// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/hooks.h"
#include "core/engine/ops.h"

#include <QTest>

#include <optional>
#include <set>

using namespace headscope;

class TestHooks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesAreTransformerLensNames()
    {
        QCOMPARE(hookName(HookPoint::Pattern, 3), std::string("blocks.3.attn.hook_pattern"));
        QCOMPARE(hookName(HookPoint::ResidPost, 11), std::string("blocks.11.hook_resid_post"));
        QCOMPARE(hookName(HookPoint::Ln2Normalized, 0), std::string("blocks.0.ln2.hook_normalized"));
        QCOMPARE(hookName(HookPoint::LnFinalScale), std::string("ln_final.hook_scale"));
        QCOMPARE(hookName(HookPoint::UnembedOut), std::string("unembed.hook_out"));
        std::set<std::string> names;
        for (const HookPoint point : allHookPoints()) {
            names.insert(hookName(point, 7));
            QCOMPARE(hookName(point, 7).find("blocks.7.") == 0, isLayerHook(point));
        }
        QCOMPARE(names.size(), allHookPoints().size());
        QCOMPARE(hookName(HookPoint::Embed, 0, HookVocabulary::Encoder), std::string("embed.hook_embed"));
        QCOMPARE(hookName(HookPoint::LnFinalNormalized, 0, HookVocabulary::Encoder),
            std::string("mlm_head.ln.hook_normalized"));
    }

    void editorsChangeWhatFollows()
    {
        HookRegistry registry;
        const at::Tensor original = at::ones({2});
        std::vector<at::Tensor> seen;
        const auto look = [&](const std::string&, const at::Tensor& each) { seen.push_back(each); };
        const auto before = registry.observe("hook_embed", look);
        const auto edit
            = registry.edit("hook_*", [](const std::string&, at::Tensor& value) { value = at::mul(value, 3.0); });
        const auto after = registry.observe("hook_embed", look);
        at::Tensor value = original;
        registry.fire(HookPoint::Embed, 0, value);
        QCOMPARE(seen.size(), 2U);
        QVERIFY(seen[0].is_same(original) && seen[1].is_same(value));
        QCOMPARE(value.sum().item<float>(), 6.F);
        QCOMPARE(original.sum().item<float>(), 2.F);
        QVERIFY(registry.edits(HookPoint::Embed) && !registry.edits(HookPoint::UnembedIn));
    }

    void handlesRemoveTheirHook()
    {
        HookRegistry registry;
        int seen = 0;
        at::Tensor value = at::zeros({1});
        std::optional<HookRegistry::Handle> handle(
            registry.observe("blocks.*.attn.hook_pattern", [&](const std::string& name, const at::Tensor& each) {
                QCOMPARE(name, std::string("blocks.2.attn.hook_pattern"));
                QVERIFY(each.is_same(value));
                ++seen;
            }));
        registry.fire(HookPoint::Pattern, 2, value);
        registry.fire(HookPoint::AttentionScores, 2, value);
        QCOMPARE(seen, 1);
        QVERIFY(registry.wants(HookPoint::Pattern, 0) && !registry.wants(HookPoint::Mixed, 0));
        {
            const auto moved = std::move(*handle);
            registry.fire(HookPoint::Pattern, 2, value);
            QCOMPARE(seen, 2);
        }
        registry.fire(HookPoint::Pattern, 2, value);
        QCOMPARE(seen, 2);
        QVERIFY(!registry.wants(HookPoint::Pattern, 0));
    }

    void globs()
    {
        QVERIFY(globMatches("*", "blocks.0.attn.hook_q"));
        QVERIFY(globMatches("blocks.[01].attn.hook_?", "blocks.1.attn.hook_q"));
        QVERIFY(!globMatches("blocks.1.*", "blocks.11.hook_resid_pre"));
    }
};

QTEST_GUILESS_MAIN(TestHooks)
#include "tst_hooks.moc"
