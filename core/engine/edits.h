// SPDX-License-Identifier: GPL-3.0-or-later
// Interventions made ready for one run. Internal to core: includes ATen.
#pragma once

#include "core/engine/hooks.h"
#include "core/engine/ops.h"
#include "core/io/safetensors.h"

#include <list>
#include <map>

namespace headscope {

/// The edits of a request, checked against the model before anything runs.
class EditSet {
public:
    /// \param padding [B,T] bool, true = a real token; undefined: all are.
    /// \throws Error(BadInput) naming the edit's number, what was expected and what was found: a glob that matches
    ///         nothing, an axis that a hook value does not have, a source that lacks a tensor.
    EditSet(
        const std::vector<Edit>& edits, const ModelConfig& config, const BackendPolicies& policies, at::Tensor padding);

    /// Adds the edits in their order. This object must outlive the handles.
    void addTo(HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles) const;

    bool touches(const std::string& name) const;

private:
    struct Prepared {
        const Edit* edit;
        std::string where; ///< "--edits: entry 2", for messages
        std::map<std::string, const StoredTensor*> operands; ///< by hook name
    };
    at::Tensor applied(const Prepared& prepared, const std::string& name, const at::Tensor& value) const;
    at::Tensor mean(const Edit& edit, const std::string& name, const at::Tensor& value) const;

    std::vector<Edit> edits_;
    std::list<SafetensorsFile> files_; ///< the operands lie in them
    std::vector<Prepared> prepared_;
    at::Tensor padding_;
};

} // namespace headscope
