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
    }

    void handlesRemoveTheirHook()
    {
        HookRegistry registry;
        int seen = 0;
        const at::Tensor value = at::zeros({1});
        std::optional<HookRegistry::Handle> handle(
            registry.add("blocks.*.attn.hook_pattern", [&](const std::string& name, const at::Tensor& each) {
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
