// SPDX-License-Identifier: GPL-3.0-or-later
// Hook values of a run that others are compared with. Internal to core: includes ATen.
#pragma once

#include "core/engine/planned_run.h"
#include "core/engine/spilled_tensor.h"
#include "core/io/safetensors.h"

#include <map>
#include <optional>
#include <string>

namespace headscope {

/// A run's values by canonical name (canonical_hooks.h), "logits" among them, in a temporary file or a dump: they take
/// memory only while somebody reads them.
class RecordedRun {
public:
    explicit RecordedRun(PlannedRun plan)
        : plan_(std::move(plan))
    {
    }
    /// Reads what `headscope-cli run` or tests/oracle/dump_reference.py has written: hook values, `logits` and,
    /// from a dump, `input_ids` and where there were any `attention_mask` and `position_ids`; in the metadata the policies they were made
    /// with. \param request gives the model, and the prompts where the file has no ids. \throws Error(BadInput) naming
    /// the file, what was expected and what was found.
    static RecordedRun ofDump(
        const std::filesystem::path& dump, InspectionRequest request, const std::vector<std::string>& globs);

    void add(const std::string& name, const at::Tensor& value);

    const PlannedRun& plan() const noexcept { return plan_; }
    const std::map<std::string, at::Tensor>& values() const noexcept { return values_; }
    const at::Tensor* find(const std::string& name) const;
    const std::string& system() const noexcept { return system_; } ///< what a dump says that it is; empty for a run
    /// Whether the dump's positions were asked for, and are not what its system made of the mask.
    bool positionsGiven() const noexcept { return positionsGiven_; }
    bool isDump() const noexcept { return dump_.has_value(); }
    void forgetPages() const; ///< of values read so far
    void requireIntact() const;

private:
    PlannedRun plan_;
    std::string system_;
    bool positionsGiven_ = false;
    std::map<std::string, at::Tensor> values_;
    std::vector<std::shared_ptr<const SpillFile>> files_;
    std::optional<SafetensorsFile> dump_;
};

/// \throws Error(BadInput) unless the value has the shape that a hook of that kind has in a run.
void requireHookShape(const std::string& label, const at::Tensor& value, const at::Tensor& expected, bool square);

} // namespace headscope
