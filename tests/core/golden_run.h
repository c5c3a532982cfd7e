// SPDX-License-Identifier: GPL-3.0-or-later
// Golden files: reading, replaying through the engine, and comparing on real rows.
#pragma once

#include "app/blocking_engine.h"
#include "core/engine/attention_mask.h"
#include "core/engine/tensor_types.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <map>

namespace headscope::golden {

using Tensors = std::map<std::string, at::Tensor>;

inline std::string folder(const char* name) { return std::string(HEADSCOPE_TEST_DATA "/") + name; }

inline std::string modelLocation(const std::string& model)
{
    return model.starts_with("demo-") ? model : folder("models/") + model;
}

/// One data row for each file of a folder. Fails when there are fewer than `atLeast`.
inline void addRows(const char* name, int atLeast, const QString& pattern = QStringLiteral("*.safetensors"))
{
    QTest::addColumn<QString>("path");
    const QDir dir(QString::fromStdString(folder(name)));
    const QStringList files = dir.entryList({pattern});
    for (const QString& file : files)
        QTest::newRow(qPrintable(file)) << dir.filePath(file);
    QVERIFY2(files.size() >= atLeast, qPrintable(QString::number(files.size())));
}

/// Every tensor of a safetensors file, copied.
inline Tensors readAll(const std::string& path)
{
    Tensors result;
    const auto file = SafetensorsFile::open(path);
    for (const StoredTensor& tensor : file.tensors())
        result[tensor.name] = viewOf(tensor).clone();
    return result;
}

/// What `headscope-cli run` would write.
inline Tensors run(BlockingEngine& engine, InspectionRequest request)
{
    QTemporaryDir dir;
    request.keepPatterns = false;
    request.threads = 1;
    const auto output = dir.filePath(QStringLiteral("out.safetensors")).toStdString();
    writeCapture(*engine.run(std::move(request)), output);
    return readAll(output);
}

/// Real tokens [B,T]: the 2-D mask of a golden file, or all.
inline at::Tensor realRows(const Tensors& golden)
{
    const auto mask = golden.find("attention_mask");
    if (mask != golden.end() && mask->second.dim() == 2)
        return at::ne(mask->second, 0);
    return at::ones(golden.at("input_ids").sizes(), at::kBool);
}

inline bool isScoreLike(const std::string& name)
{
    return name.ends_with("hook_attn_scores") || name.ends_with("hook_pattern");
}

/// [rows, …] of the real query positions, float64.
inline at::Tensor onRows(const std::string& name, const at::Tensor& value, const at::Tensor& real)
{
    const at::Tensor wide = (isScoreLike(name) ? value.transpose(1, 2) : value).to(at::kDouble);
    if (wide.dim() < 2 || wide.size(0) != real.size(0) || wide.size(1) != real.size(1))
        return wide; // flattened by the original
    return wide.index({real});
}

/// Largest absolute difference; equal infinities and NaN with NaN are equal, a NaN on one side is infinite.
inline double distance(const at::Tensor& a, const at::Tensor& b)
{
    const at::Tensor left = a.to(at::kDouble).contiguous(), right = b.to(at::kDouble).contiguous();
    double worst = 0;
    for (std::int64_t i = 0; i < left.numel(); ++i) {
        const double x = left.const_data_ptr<double>()[i], y = right.const_data_ptr<double>()[i];
        if (x == y || (std::isnan(x) && std::isnan(y)))
            continue;
        const double gap = std::abs(x - y);
        worst = std::max(worst, std::isnan(gap) ? INFINITY : gap);
    }
    return worst;
}

inline double size(const at::Tensor& value)
{
    const at::Tensor wide = value.to(at::kDouble);
    const at::Tensor finite = at::where(at::lt(wide.abs(), 1e30), wide.abs(), at::zeros({}, at::kDouble));
    return value.numel() == 0 ? 0 : finite.max().item<double>();
}

/// Outputs of a golden file: what is neither an input nor an operand of an edit.
inline bool isOutput(const std::string& name)
{
    return name == "logits" || name.starts_with("blocks.") || name.find("hook_") != std::string::npos;
}

} // namespace headscope::golden
