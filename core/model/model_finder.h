// SPDX-License-Identifier: GPL-3.0-or-later
// The models that are on this machine: embedded, used before, in the Hugging Face cache, in folders of the user's.
#pragma once

#include "core/run/run_header.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace headscope {

/// The environment variables that say where the Hugging Face cache is; an empty one counts as not set.
///
/// Source   huggingface_hub's constants.py: HF_HUB_CACHE, else HUGGINGFACE_HUB_CACHE (its older name), else
/// HF_HOME/hub,
///          else XDG_CACHE_HOME/huggingface/hub, else ~/.cache/huggingface/hub. A leading ~ stands for HOME.
struct HubEnvironment {
    std::string hubCache; ///< HF_HUB_CACHE
    std::string olderHubCache; ///< HUGGINGFACE_HUB_CACHE
    std::string hfHome; ///< HF_HOME
    std::string cacheHome; ///< XDG_CACHE_HOME
    std::string home; ///< HOME

    static HubEnvironment ofProcess();
};

/// Where the cache would be; empty when not even HOME is known. Need not exist.
std::filesystem::path hubCacheOf(const HubEnvironment& environment);

/// Where to look.
struct ModelPlaces {
    bool embedded = true;
    std::vector<std::string> recent{}; ///< model directories, latest first
    std::filesystem::path hubCache{}; ///< its models--ORG--NAME/snapshots/REVISION; empty: nowhere
    std::vector<std::filesystem::path> folders{}; ///< each a model directory, or what holds some as its children
};

/// The embedded models, those used last (model/recent_models.h), the cache that the environment names, and the folder
/// `models` of the working directory.
ModelPlaces usualPlaces();

enum class ModelOrigin { Embedded, Recent, HubCache, Folder };

/// "embedded", "recent", "hub" or "folder"
std::string_view nameOf(ModelOrigin origin) noexcept;

/// A model as a list shows it.
struct FoundModel {
    ModelOrigin origin = ModelOrigin::Folder;
    std::string name{}; ///< "demo-rotary", "ORG/NAME" in the cache, else the last part of the directory
    std::string location{}; ///< what InspectionRequest::model takes
    std::string revision{}; ///< of a snapshot of the cache: the whole name of its directory
    ModelInfo info{}; ///< of a model that cannot be opened, only what is known: family and storedBytes, or zeros
    bool hasTokenizer = false; ///< whether there is a tokenizer.json; nobody has read it
    bool hasHead = false; ///< whether it opens and can tell next tokens
    std::string reason{}; ///< why the model cannot be opened, one line; empty when it can

    bool opens() const { return reason.empty(); }
};

/// A number of parameters as people say it: "412k", "135M", "7.24B".
std::string countText(std::uint64_t count);

/// Looks at every model of the places, in the order embedded, recent, cache, folders. Only config.json and the headers
/// of weight files are read. A directory that two places name is listed once, where it was found first. Models of a
/// place stand in the order of their names, snapshots of one model newest first: that of refs/main, then by time.
/// Folders are not searched deeper than their children, so cycles of links end.
///
/// Threads  any; blocks. Ends early, with what it has, once a stop is requested.
/// Errors   none: a model that cannot be opened says why, a place that cannot be read has no models.
std::vector<FoundModel> findModels(const ModelPlaces& places, const std::stop_token& stop = {});

} // namespace headscope
