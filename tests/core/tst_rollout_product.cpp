// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/rollout_product.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace headscope;

namespace {

using Matrix = std::vector<std::vector<double>>;

/// One layer of a made-up run: what its masks allow, and how it attends.
struct Layer {
    std::vector<std::vector<CellKind>> kinds;
    Matrix mean;
};

using Allows = std::function<bool(std::size_t query, std::size_t key)>;

/// Random rows that sum to 1 over allowed keys; the first `padding` positions are padding, with numbers that must not
/// count.
Layer layerOf(std::size_t tokens, std::size_t padding, const Allows& allows, unsigned seed)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> uniform(0.01, 1);
    Layer layer;
    for (std::size_t q = 0; q < tokens; ++q) {
        std::vector<CellKind> kinds;
        std::vector<double> row;
        double sum = 0;
        for (std::size_t k = 0; k < tokens; ++k) {
            kinds.push_back(q < padding || k < padding ? CellKind::Padding
                    : allows(q, k)                     ? CellKind::Allowed
                                                       : CellKind::Masked);
            row.push_back(uniform(random));
            sum += kinds.back() == CellKind::Allowed ? row.back() : 0;
        }
        for (std::size_t k = 0; k < tokens; ++k)
            row[k] = kinds[k] == CellKind::Allowed ? row[k] / sum : 0.25;
        layer.kinds.push_back(std::move(kinds));
        layer.mean.push_back(std::move(row));
    }
    return layer;
}

/// As the paper has it, without any thought of speed.
Matrix plainRollout(const std::vector<Layer>& layers)
{
    const std::size_t n = layers.front().mean.size();
    Matrix product(n, std::vector<double>(n));
    for (std::size_t i = 0; i < n; ++i)
        product[i][i] = layers.front().kinds[i][i] != CellKind::Padding;
    for (const Layer& layer : layers) {
        Matrix next(n, std::vector<double>(n));
        for (std::size_t q = 0; q < n; ++q) {
            if (layer.kinds[q][q] == CellKind::Padding)
                continue;
            std::vector<double> row(n);
            double sum = 0;
            for (std::size_t k = 0; k < n; ++k) {
                row[k] = (layer.kinds[q][k] == CellKind::Allowed ? layer.mean[q][k] : 0) / 2 + (k == q) / 2.0;
                sum += row[k];
            }
            for (std::size_t k = 0; k < n; ++k)
                for (std::size_t j = 0; j < n; ++j)
                    next[q][j] += row[k] / sum * product[k][j];
        }
        product = std::move(next);
    }
    return product;
}

/// Whom a query reaches, by trying every way.
std::vector<bool> plainReach(const std::vector<Layer>& layers, std::size_t query)
{
    const std::size_t n = layers.front().mean.size();
    std::vector<bool> reached(n);
    reached[query] = layers.front().kinds[query][query] != CellKind::Padding;
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
        auto further = reached;
        for (std::size_t q = 0; q < n; ++q)
            for (std::size_t k = 0; reached[q] && k < n; ++k)
                further[k] = further[k] || layer->kinds[q][k] == CellKind::Allowed;
        reached = further;
    }
    return reached;
}

void addAll(RolloutProduct& product, const std::vector<Layer>& layers, std::size_t rowsAtOnce)
{
    const std::size_t n = layers.front().mean.size();
    for (const Layer& layer : layers)
        for (std::size_t row = 0; row < n; row += rowsAtOnce) {
            std::vector<double> mean;
            std::vector<CellKind> kinds;
            const std::size_t rows = std::min(rowsAtOnce, n - row);
            for (std::size_t i = row; i < row + rows; ++i) {
                mean.insert(mean.end(), layer.mean[i].begin(), layer.mean[i].end());
                kinds.insert(kinds.end(), layer.kinds[i].begin(), layer.kinds[i].end());
            }
            QVERIFY(product.addRows(mean.data(), kinds.data(), rows, [] { return true; }));
        }
}

bool causal(std::size_t query, std::size_t key) { return key <= query; }
bool everything(std::size_t, std::size_t) { return true; }
bool window(std::size_t query, std::size_t key) { return key <= query && key + 3 > query; }
bool strictly(std::size_t query, std::size_t key) { return key < query; } // the first row attends to nothing

} // namespace

class TestRolloutProduct : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalsThePlainProduct_data()
    {
        QTest::addColumn<std::size_t>("tokens");
        QTest::addColumn<std::size_t>("padding");
        QTest::addColumn<int>("mask");
        // More tokens than a block of columns, fewer than a word of bits, a single one, no multiple of anything.
        for (const std::size_t tokens : {1UL, 5UL, 67UL, 300UL})
            for (const std::size_t padding : {0UL, 2UL})
                for (int mask = 0; mask < 5; ++mask)
                    if (padding < tokens)
                        QTest::addRow("%zu tokens, %zu padding, mask %d", tokens, padding, mask)
                            << tokens << padding << mask;
    }

    void equalsThePlainProduct()
    {
        QFETCH(const std::size_t, tokens);
        QFETCH(const std::size_t, padding);
        QFETCH(const int, mask);
        const Allows masks[]{causal, everything, window, strictly};
        std::vector<Layer> layers;
        for (unsigned layer = 0; layer < 4; ++layer) // mask 4: layers with windows and without take turns
            layers.push_back(layerOf(tokens, padding, mask == 4 ? masks[layer % 2 == 0 ? 2 : 0] : masks[mask], layer));
        RolloutProduct product(tokens);
        addAll(product, layers, 37);
        const Matrix expected = plainRollout(layers);
        for (std::size_t q = 0; q < tokens; ++q) {
            const auto reach = plainReach(layers, q);
            double sum = 0;
            for (std::size_t k = 0; k < tokens; ++k) {
                QVERIFY(std::abs(static_cast<double>(product.value(q, k)) - expected[q][k]) < 1e-7);
                sum += expected[q][k];
                const CellKind kind = reach[k]   ? CellKind::Allowed
                    : q < padding || k < padding ? CellKind::Padding
                                                 : CellKind::Masked;
                QVERIFY(product.kind(q, k) == kind);
            }
            QVERIFY(std::abs(sum - (q >= padding)) < 1e-12);
        }
    }

    void nanStaysWhereItIsAttendedTo()
    {
        Layer first = layerOf(3, 0, causal, 1), second = layerOf(3, 0, causal, 2);
        first.mean[1][0] = std::numeric_limits<double>::quiet_NaN();
        second.mean[2] = {0.5, 0, 0.5}; // looks past the broken row
        RolloutProduct product(3);
        addAll(product, {first, second}, 3);
        QVERIFY(!std::isnan(product.value(0, 0)));
        QVERIFY(std::isnan(product.value(1, 0)));
        QVERIFY(!std::isnan(product.value(2, 0)) && !std::isnan(product.value(2, 2)));
    }

    void itCanBeEnded()
    {
        const Layer layer = layerOf(40, 0, causal, 1);
        RolloutProduct product(40);
        int asked = 0;
        std::vector<double> mean(40 * 40, 0.1);
        std::vector<CellKind> kinds(40 * 40, CellKind::Allowed);
        QVERIFY(!product.addRows(mean.data(), kinds.data(), 40, [&] { return ++asked < 2; }));
        QCOMPARE(asked, 2);
    }
};

QTEST_GUILESS_MAIN(TestRolloutProduct)
#include "tst_rollout_product.moc"
