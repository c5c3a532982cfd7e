// SPDX-License-Identifier: GPL-3.0-or-later
// The one exception type that leaves core, and cancellation, which is not an error.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

namespace headscope {

/// What went wrong, coarse enough for a caller to choose a reaction.
enum class Fault {
    BadInput, ///< an option, a prompt or an input tensor
    BadModelFile, ///< a file of the model: config.json, *.safetensors, tokenizer.json
    OutOfMemory, ///< the run would not fit, or did not
    Output, ///< a result could not be written
    Backend, ///< LibTorch refused an operation; a defect of Headscope or of the machine
};

/// The only exception type that leaves core. The message is one line that names the file, key or option,
/// what was expected and what was found.
class Error : public std::runtime_error {
public:
    Error(Fault fault, const std::string& what)
        : std::runtime_error(oneLine(what))
        , fault_(fault)
    {
    }
    Fault fault() const noexcept { return fault_; }
    /// A text as messages have it: controls are spaces, what is too long lacks its middle.
    static std::string oneLine(std::string text);

private:
    Fault fault_;
};

/// Thrown when a stop was requested. Deliberately not an Error: nobody shows it to the user.
struct Cancelled { };

/// Runs `work` and turns what third parties throw (c10::Error, nlohmann::json::exception, std::bad_alloc, any other
/// std::exception) into Error. Error and Cancelled pass through.
/// \param doing names the activity for the message, such as "loading SmolLM2".
void translated(const std::string& doing, const std::function<void()>& work);

} // namespace headscope
