// SPDX-License-Identifier: GPL-3.0-or-later
// Heads as one page without any part outside it. It is HTML 5 and well-formed XML at once, so that tests can read it
// strictly.
#include "core/io/atomic_file.h"
#include "core/model/embedded.h"
#include "core/report/head_export.h"
#include "core/report/head_page_parts.h"
#include "core/report/html_table.h"
#include "core/report/parity_figures.h"
#include "core/report/pattern_panel.h"
#include "core/run/prompt_text.h"

#include "core/cache/stage_names.h"
#include "core/error.h"

#include <map>

namespace headscope {
namespace {

constexpr std::size_t readableCells = 512 * 512; ///< of a head whose values are in the page
constexpr std::size_t readableValues = 8 << 20; ///< of the whole page: about 45 MB of text

class Page {
public:
    Page(const HeadExport& what, const PageOptions& options, const PagePainter& paint, TextSink out)
        : what_(what)
        , options_(options)
        , paint_(paint)
        , out_(std::move(out))
        , header_(what.capture->header())
        , provenance_(header_, what.versions)
        , part_{what.sequence, {}, originOf(what), options.view}
    {
        const std::string stage = std::string(spell(what.stage));
        part_.what = what.combined   ? nameOf(what, what.heads.front())
            : what.heads.size() == 1 ? nameOf(what, what.heads.front()) + " " + stage
                                     : std::to_string(what.heads.size()) + " heads, " + stage;
    }

    void write(const ExportProgress& progress)
    {
        writeHead();
        writeTitle();
        writeStatistics();
        for (std::size_t i = 0; i < what_.heads.size(); ++i) {
            progress(i, what_.heads.size());
            writeOne(what_.heads[i]);
        }
        writeEnd();
    }

private:
    void writeHead() const
    {
        out_("<!DOCTYPE html>\n<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n<html lang=\"en\">\n<head>\n"
             "<meta charset=\"utf-8\"/>\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
             "'unsafe-inline'; script-src 'unsafe-inline'\"/>\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<meta name=\"description\" "
             "content=\""
            + htmlText(provenance_.line(part_)) + "\"/>\n<title>Attention of " + htmlText(header_.model.name) + ": "
            + htmlText(part_.what) + "</title>\n<style>\n");
        for (const char* file : {"report/parity.css", "report/heads.css"})
            out_(findEmbeddedFile(file)->text());
        out_(scaleStyles() + "</style>\n</head>\n<body>\n");
    }

    void writeTitle() const
    {
        out_("<header>\n<p class=\"eyebrow\">Headscope attention report</p>\n<h1>" + htmlText(header_.model.name)
            + "</h1>\n<p>" + htmlText(part_.what) + " <span class=\"quiet\">· " + htmlText(part_.origin)
            + "</span></p>\n");
        if (what_.sequence.value < header_.request.prompts.size())
            out_("<p class=\"prompt\">" + htmlCode(promptText(header_.request, what_.sequence.value)) + "</p>\n");
        out_("</header>\n<main>\n");
        HtmlTable settings{"Run settings", {{"Setting"}, {"Value"}}};
        for (const auto& [name, value] : provenance_.facts(part_))
            settings.rows.push_back({{textCell(name), {"<div class=\"wide\">" + htmlText(value) + "</div>"}}});
        out_("<section class=\"card\"><details><summary>Run settings</summary>\n");
        writeTable(settings, out_);
        out_("</details></section>\n");
    }

    /// Nothing when the run did not keep what they need.
    void writeStatistics() const
    {
        if (what_.combined) // they are of single heads
            return;
        std::map<std::size_t, std::shared_ptr<const LayerScores>> layers;
        try {
            for (const HeadPlace& head : what_.heads)
                if (auto& scores = layers[head.layer]; !scores)
                    scores = fetchHeadScores(*what_.capture, what_.sequence, {head.layer});
        } catch (const Error&) {
            return;
        }
        HtmlTable table{"Statistics of heads",
            {{"Head"}, {"Entropy, nats", true}, {"First token", true}, {"Previous token", true},
                {"Duplicate token", true}, {"Induction", true}}};
        for (const HeadPlace& head : what_.heads) {
            const HeadScores& scores = layers[head.layer]->heads.at(head.head);
            table.rows.push_back({{{"<a href=\"#" + anchorOf(head) + "\">" + nameOf(what_, head) + "</a>"},
                numberCell(scores.entropy), numberCell(scores.firstToken), numberCell(scores.previousToken),
                numberCell(scores.duplicateToken), numberCell(scores.induction)}});
        }
        out_("<section class=\"card\"><h2>Statistics</h2>\n<p class=\"quiet\">Of the pattern over real tokens: mean "
             "entropy of a row, mean attention to the first token, and the shares of attention that go to the "
             "previous token, to earlier copies of the token, and to what followed those.</p>\n");
        writeTable(table, out_);
        out_("</section>\n");
    }

    void writeOne(const HeadPlace& head)
    {
        const std::size_t cells = rowsOf(what_).size() * columnsOf(what_).size();
        const bool readable = options_.interactive && cells <= readableCells && embedded_ + cells <= readableValues;
        embedded_ += readable ? cells : 0;
        out_("<section class=\"card head\" id=\"" + anchorOf(head) + "\"><h2>" + htmlText(nameOf(what_, head))
            + "</h2>\n");
        writeHeadFigure(what_, head, paint_, readable, out_);
        if (options_.interactive && !readable)
            out_("<p class=\"quiet\">The values of this head are not in the page, which would grow too large: "
                 "export them as NPY or CSV.</p>\n");
        writeStrongest(what_, head, out_);
        out_("</section>\n");
    }

    void writeEnd() const
    {
        out_("</main>\n");
        if (options_.footer)
            out_("<footer><p class=\"quiet provenance\">" + htmlText(provenance_.line(part_)) + "</p></footer>\n");
        if (embedded_ > 0)
            writeTokens(what_, out_);
        out_("<script>\n");
        out_(findEmbeddedFile("report/tables.js")->text());
        if (embedded_ > 0)
            out_(findEmbeddedFile("report/heads.js")->text());
        out_("</script>\n</body>\n</html>\n");
    }

    std::string anchorOf(const HeadPlace& head) const
    {
        return what_.combined ? "combined" : "L" + std::to_string(head.layer) + "H" + std::to_string(head.head);
    }

    const HeadExport& what_;
    const PageOptions& options_;
    const PagePainter& paint_;
    TextSink out_;
    const RunHeader& header_;
    Provenance provenance_;
    ExportedPart part_;
    std::size_t embedded_ = 0; ///< values so far
};

} // namespace

void writeHeadPage(const HeadExport& what, const PageOptions& options, const PagePainter& paint,
    const std::filesystem::path& target, const ExportProgress& progress)
{
    AtomicFile file(target);
    const HeadExport ready = withSource(what);
    Page(ready, options, paint, [&](std::string_view text) { file.write(text); }).write(progress);
    file.commit();
}

} // namespace headscope
