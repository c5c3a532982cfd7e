// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the two pull requests share: the backends, inputs made in place, and small tensors.
#pragma once

#include "core/error.h"
#include "core/io/safetensors_writer.h"
#include "core/model/model_description.h"
#include "tests/core/golden_run.h"

namespace headscope::seeds {

/// One way to run a model: a backend, and the bridge in both of its modes.
struct BackendCase {
    const char* name;
    Backend backend;
    BridgeMode mode = BridgeMode::Plain;

    bool infinite() const { return backend == Backend::Hooked || mode == BridgeMode::Compat; } ///< -inf where masked
    InspectionRequest request(InspectionRequest base) const
    {
        base.backend = backend;
        base.bridgeMode = mode;
        return base;
    }
};

inline const std::vector<BackendCase>& backendCases()
{
    static const std::vector<BackendCase> all{{"native", Backend::Native}, {"tapped", Backend::Tapped},
        {"bridge", Backend::Bridge}, {"bridge compat", Backend::Bridge, BridgeMode::Compat},
        {"hooked", Backend::Hooked}};
    return all;
}

/// Every model of tests/data/models.
inline std::vector<std::string> tinyModels()
{
    std::vector<std::string> names;
    const QDir dir(QString::fromStdString(golden::folder("models")));
    for (const QString& name : dir.entryList(QDir::Dirs | QDir::NoDotAndDotDot))
        names.push_back(name.toStdString());
    return names;
}

inline std::shared_ptr<const ModelDescription> describe(const std::string& model)
{
    return describeModel(golden::modelLocation(model));
}

template <class Value> at::Tensor numbers(std::vector<Value> values, std::vector<std::int64_t> shape)
{
    return at::from_blob(values.data(), shape, c10::CppTypeToScalarType<Value>::value).clone();
}
inline at::Tensor floats(std::vector<float> values, std::vector<std::int64_t> shape)
{
    return numbers(std::move(values), std::move(shape));
}
inline at::Tensor integers(std::vector<std::int64_t> values, std::vector<std::int64_t> shape)
{
    return numbers(std::move(values), std::move(shape));
}

/// A file for `--inputs` that lives as long as the object.
class InputsFile {
public:
    explicit InputsFile(const golden::Tensors& inputs)
        : path_(dir_.filePath(QStringLiteral("in.safetensors")).toStdString())
    {
        std::vector<at::Tensor> kept;
        std::vector<StoredTensor> stored;
        for (const auto& [name, tensor] : inputs) {
            const at::Tensor& whole = kept.emplace_back(tensor.contiguous());
            stored.push_back({name, storedType(whole.scalar_type()), whole.sizes().vec(),
                std::as_bytes(std::span(static_cast<const char*>(whole.const_data_ptr()), whole.nbytes()))});
        }
        writeSafetensors(path_, stored, {});
    }
    const std::string& path() const { return path_; }

private:
    QTemporaryDir dir_;
    std::string path_;
};

/// What `work` throws, or "no error".
template <class Work> std::string refusal(Work work)
{
    try {
        work();
    } catch (const Error& e) {
        return e.what();
    }
    return "no error";
}

inline bool says(const std::string& message, const std::string& part)
{
    return message.find(part) != std::string::npos;
}

} // namespace headscope::seeds
