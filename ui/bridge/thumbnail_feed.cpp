// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/thumbnail_feed.h"

#include "ui/bridge/hop.h"
#include "ui/text/labels.h"

namespace headscope::ui {

void ThumbnailFeed::restart()
{
    ++round_;
    tickets_.clear();
    pending_ = 0;
}

void ThumbnailFeed::ask(PatternSource& source, LayerId layer)
{
    for (std::size_t h = 0; h < source.heads(); ++h) {
        const HeadRef head{layer, HeadId{h}};
        const auto answer
            = hopTo(this, [this, head, round = round_](const PatternTilePtr& tile, const std::exception_ptr& why) {
                  if (round != round_)
                      return;
                  --pending_;
                  if (tile)
                      Q_EMIT tileReady(head, tile);
                  else
                      Q_EMIT failed(messageOf(why));
              });
        ++pending_;
        tickets_.push_back(source.request(layer, head.head, Stage::Pattern, {0, source.queries()}, {0, source.keys()},
            {.maxHeight = side, .maxWidth = side, .priority = Priority::Thumbnail}, answer));
    }
}

} // namespace headscope::ui
