// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_finder.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/model/model_catalog.h"
#include "core/model/model_description.h"
#include "core/model/recent_models.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <set>
#include <sstream>
#include <utility>

namespace headscope {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view repositoryPrefix = "models--";

/// The directories in a directory, links followed, in the order of their names; none where it cannot be read.
std::vector<fs::path> directoriesIn(const fs::path& parent)
{
    std::vector<fs::path> found;
    std::error_code failed;
    for (fs::directory_iterator it(parent, failed), end; !failed && it != end; it.increment(failed)) {
        std::error_code ignored; // such as a link to itself
        if (fs::is_directory(it->path(), ignored))
            found.push_back(it->path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

bool hasConfig(const fs::path& directory)
{
    std::error_code ignored;
    return fs::exists(directory / "config.json", ignored);
}

bool isRepository(const fs::path& directory) { return directory.filename().string().starts_with(repositoryPrefix); }

/// "models--ORG--NAME" -> "ORG/NAME"
std::string repositoryName(const fs::path& directory)
{
    std::string name = directory.filename().string().substr(repositoryPrefix.size());
    for (auto at = name.find("--"); at != std::string::npos; at = name.find("--", at + 1))
        name.replace(at, 2, "/");
    return name;
}

/// The revision that refs/main names; empty when there is none.
std::string mainRevision(const fs::path& repository)
{
    const fs::path path = repository / "refs" / "main";
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) // opening a pipe would block
        return {};
    std::ifstream file(path, std::ios::binary);
    std::string revision;
    file >> std::setw(256) >> revision; // 40 digits
    return revision;
}

struct Snapshot {
    fs::path path;
    bool main = false;
    fs::file_time_type changed;
};

std::vector<Snapshot> snapshotsOf(const fs::path& repository)
{
    const std::string main = mainRevision(repository);
    std::vector<Snapshot> snapshots;
    for (const fs::path& path : directoriesIn(repository / "snapshots")) {
        std::error_code ignored;
        snapshots.push_back({path, path.filename() == main, fs::last_write_time(path, ignored)});
    }
    std::stable_sort(snapshots.begin(), snapshots.end(), [](const Snapshot& a, const Snapshot& b) {
        return std::pair(a.main, a.changed) > std::pair(b.main, b.changed);
    });
    return snapshots;
}

/// What can still be said of a model that does not open.
void describeBroken(FoundModel& found)
{
    const ModelFiles files = ModelFiles::open(found.location);
    std::error_code failed;
    constexpr std::array<std::string_view, 5> weights{".safetensors", ".bin", ".pt", ".pth", ".gguf"};
    for (fs::directory_iterator it(found.location, failed), end; !failed && it != end; it.increment(failed)) {
        std::error_code ignored;
        const std::string extension = it->path().extension().string();
        if (std::find(weights.begin(), weights.end(), extension) != weights.end()
            && fs::is_regular_file(it->path(), ignored))
            if (const auto size = fs::file_size(it->path(), ignored); !ignored)
                found.info.storedBytes += size;
    }
    if (!files.has("config.json"))
        return;
    const nlohmann::json config = parseJson(files.text("config.json"), "config.json");
    if (const auto type = config.is_object() ? config.find("model_type") : config.end();
        type != config.end() && type->is_string())
        found.info.family = type->get<std::string>().substr(0, 40);
}

class Search {
public:
    Search(const ModelPlaces& places, const std::stop_token& stop)
        : places_(places)
        , stop_(stop)
    {
    }

    std::vector<FoundModel> run()
    {
        if (places_.embedded)
            for (const EmbeddedModel& model : embeddedModels())
                look({ModelOrigin::Embedded, model.name, model.name});
        for (const fs::path directory : places_.recent)
            if (hasConfig(directory))
                add(ModelOrigin::Recent, directory);
        if (!places_.hubCache.empty())
            for (const fs::path& repository : directoriesIn(places_.hubCache))
                if (isRepository(repository))
                    addRepository(ModelOrigin::HubCache, repository);
        for (const fs::path& folder : places_.folders)
            addFolder(folder);
        return std::move(found_);
    }

private:
    void addFolder(const fs::path& folder)
    {
        if (hasConfig(folder)) // what lies in a model, such as 1_Pooling, is a part of it
            return add(ModelOrigin::Folder, folder);
        if (isRepository(folder))
            return addRepository(ModelOrigin::Folder, folder);
        for (const fs::path& child : directoriesIn(folder))
            if (hasConfig(child))
                add(ModelOrigin::Folder, child);
            else if (isRepository(child))
                addRepository(ModelOrigin::Folder, child);
    }

    void addRepository(ModelOrigin origin, const fs::path& repository)
    {
        for (const Snapshot& snapshot : snapshotsOf(repository))
            if (isNew(snapshot.path))
                look({origin, repositoryName(repository), snapshot.path.string(), snapshot.path.filename().string()});
    }

    void add(ModelOrigin origin, const fs::path& directory)
    {
        if (!isNew(directory))
            return;
        std::error_code ignored;
        fs::path whole = fs::absolute(directory, ignored).lexically_normal();
        if (!whole.has_filename())
            whole = whole.parent_path();
        const fs::path repository = whole.parent_path().parent_path();
        const bool snapshot = isRepository(repository) && whole.parent_path().filename() == "snapshots";
        look({origin, snapshot ? repositoryName(repository) : whole.filename().string(), directory.string(),
            snapshot ? whole.filename().string() : std::string()});
    }

    bool isNew(const fs::path& directory)
    {
        std::error_code failed;
        const fs::path whole = fs::canonical(directory, failed);
        return seen_.insert(failed ? directory : whole).second;
    }

    void look(FoundModel found)
    {
        if (stop_.stop_requested())
            return;
        try {
            translated("reading " + found.location, [&] {
                found.hasTokenizer = ModelFiles::open(found.location).has("tokenizer.json");
                const auto description = ModelDescription::open(found.location, Depth::Headers);
                found.info = description->info();
                found.hasHead = description->config().hasHead;
            });
        } catch (const Error& e) {
            found.reason = e.what();
            for (const char* separator : {"/", ": "}) // the list says where it is
                if (found.reason.starts_with(Error::oneLine(found.location) + separator))
                    found.reason.erase(0, (found.location + separator).size());
            try {
                translated("reading " + found.location, [&] { describeBroken(found); });
            } catch (const Error&) { // the reason above says enough
            }
        }
        found.info.name = found.name;
        found.info.location = found.location;
        found_.push_back(std::move(found));
    }

    const ModelPlaces& places_;
    const std::stop_token& stop_;
    std::vector<FoundModel> found_;
    std::set<fs::path> seen_;
};

} // namespace

HubEnvironment HubEnvironment::ofProcess()
{
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string(value ? value : "");
    };
    return {variable("HF_HUB_CACHE"), variable("HUGGINGFACE_HUB_CACHE"), variable("HF_HOME"),
        variable("XDG_CACHE_HOME"), variable("HOME")};
}

fs::path hubCacheOf(const HubEnvironment& environment)
{
    const auto expanded = [&](const std::string& path) {
        const bool atHome = path == "~" || path.starts_with("~/");
        return fs::path(atHome && !environment.home.empty() ? environment.home + path.substr(1) : path);
    };
    for (const std::string* whole : {&environment.hubCache, &environment.olderHubCache})
        if (!whole->empty())
            return expanded(*whole);
    if (!environment.hfHome.empty())
        return expanded(environment.hfHome) / "hub";
    if (!environment.cacheHome.empty())
        return expanded(environment.cacheHome) / "huggingface" / "hub";
    return environment.home.empty() ? fs::path() : fs::path(environment.home) / ".cache" / "huggingface" / "hub";
}

ModelPlaces usualPlaces()
{
    return {.recent = RecentModels(RecentModels::usualFile()).read(),
        .hubCache = hubCacheOf(HubEnvironment::ofProcess()),
        .folders = {"models"}};
}

std::string_view nameOf(ModelOrigin origin) noexcept
{
    switch (origin) {
    case ModelOrigin::Embedded:
        return "embedded";
    case ModelOrigin::Recent:
        return "recent";
    case ModelOrigin::HubCache:
        return "hub";
    case ModelOrigin::Folder:
        break;
    }
    return "folder";
}

std::string countText(std::uint64_t count)
{
    constexpr std::array<std::pair<std::uint64_t, char>, 3> units{
        {{1'000'000'000, 'B'}, {1'000'000, 'M'}, {1'000, 'k'}}};
    for (const auto& [unit, letter] : units) {
        if (count < unit)
            continue;
        const double value = static_cast<double>(count) / static_cast<double>(unit);
        std::ostringstream text;
        text << std::fixed << std::setprecision(value < 9.995 ? 2 : value < 99.95 ? 1 : 0) << value << letter;
        return text.str();
    }
    return std::to_string(count);
}

std::vector<FoundModel> findModels(const ModelPlaces& places, const std::stop_token& stop)
{
    return Search(places, stop).run();
}

} // namespace headscope
