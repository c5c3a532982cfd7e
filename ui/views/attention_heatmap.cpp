// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/attention_heatmap.h"

#include "ui/views/heatmap_accessible.h"
#include "ui/views/heatmap_parts.h"

#include <QMouseEvent>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {
const QString cellLayer = u"cells"_s, cursorLayer = u"overlay"_s; // QCustomPlot's own topmost layer, buffered already
constexpr int halfFrame = 8; ///< milliseconds
} // namespace

AttentionHeatmap::AttentionHeatmap(QWidget* parent)
    : QWidget(parent)
    , parts_(std::make_unique<Parts>())
{
    installHeatmapAccessibility(); // before anything asks what this widget is
    auto* plot = parts_->plot = new QCustomPlot(this);
    auto& scene = parts_->scene;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(plot);
    plot->setFocusPolicy(Qt::NoFocus);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Attention heatmap"));

    plot->plotLayout()
        ->clear(); // no axis rectangle: labels are painted by LabelLayer, which can grey and mark single ones
    scene.queryTitle = tr("Query (attends from)");
    scene.keyTitle = tr("Key (attended to)");
    // Three buffers: labels, which cost most, below; cells, which change from head to head; the cursor on top.
    plot->addLayer(cellLayer, plot->layer(cursorLayer), QCustomPlot::limBelow);
    plot->layer(cellLayer)->setMode(QCPLayer::lmBuffered);
    new LabelLayer(plot, scene);
    new CellLayer(plot, cellLayer, scene);
    new CursorLayer(plot, cursorLayer, scene);

    connect(plot, &QCustomPlot::mousePress, this, [this](QMouseEvent* event) { onPress(*event); });
    connect(plot, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) { onMove(*event); });
    connect(plot, &QCustomPlot::mouseRelease, this, [this](QMouseEvent* event) { onRelease(*event); });
    connect(plot, &QCustomPlot::mouseDoubleClick, this, [this] { resetView(); });
    connect(plot, &QCustomPlot::mouseWheel, this, [this](QWheelEvent* event) { onWheel(*event); });
    parts_->replot.setSingleShot(true);
    connect(&parts_->replot, &QTimer::timeout, this, &AttentionHeatmap::repaintCells);
    applyPalette();
}

AttentionHeatmap::~AttentionHeatmap()
{
    delete parts_->plot; // its layers refer to the scene
}

void AttentionHeatmap::setTokens(const TokenRow& queries, const TokenRow& keys)
{
    auto& scene = parts_->scene;
    scene.queries = TokenLabels(queries, scene.font);
    scene.keys = TokenLabels(keys, scene.font);
    scene.window = CellWindow(scene.queries.count(), scene.keys.count());
    scene.mosaic.clear();
    scene.selected.reset();
    scene.hovered.reset();
    placeArea();
    Q_EMIT shownCellChanged();
}

void AttentionHeatmap::setTile(PatternTilePtr tile)
{
    auto& scene = parts_->scene;
    scene.pool = tile->pool;
    scene.mosaic.show(std::move(tile));
    applyScale();
    refreshCells();
    Q_EMIT shownCellChanged();
}

void AttentionHeatmap::setTiles(HeadTiles* tiles)
{
    auto& scene = parts_->scene;
    if (hasCells())
        lockScale();
    scene.pool = tiles->pool();
    scene.notice.clear();
    scene.mosaic.clear();
    aim();
    scene.mosaic.show(tiles);
    isComplete() ? repaintCells() : refreshCellsSoon();
}

void AttentionHeatmap::tileArrived(TileKey key)
{
    parts_->scene.mosaic.arrived(key);
    refreshCellsSoon();
}

void AttentionHeatmap::coarseArrived()
{
    parts_->scene.mosaic.fillGaps();
    refreshCellsSoon();
}

void AttentionHeatmap::setNotice(const QString& notice)
{
    parts_->scene.notice = notice;
    parts_->scene.mosaic.clear();
    refresh();
    Q_EMIT shownCellChanged();
}

void AttentionHeatmap::setScaleMode(ScaleMode mode)
{
    parts_->mode = mode;
    parts_->scene.mosaic.setLogarithmic(mode == ScaleMode::Logarithmic);
    applyScale();
    refreshCells();
}

void AttentionHeatmap::setScaleLocked(bool locked)
{
    parts_->keepsScale = locked;
    parts_->kept.reset();
    parts_->scene.mosaic.pinRange({});
    if (isComplete())
        lockScale();
    applyScaleIfChanged();
    refreshCells();
}

bool AttentionHeatmap::isScaleLocked() const { return parts_->kept.has_value(); }

std::optional<ShownScale> AttentionHeatmap::shownScale() const
{
    if (parts_->kept)
        return ShownScale{*parts_->kept, true};
    return isComplete() ? std::optional(ShownScale{parts_->scaledFor, false}) : std::nullopt;
}

void AttentionHeatmap::lockScale()
{
    if (!parts_->keepsScale || parts_->kept)
        return;
    parts_->kept = wantedScale();
    parts_->scene.mosaic.pinRange(parts_->kept->range);
}

void AttentionHeatmap::setPalettes(ScalePalettes palettes)
{
    parts_->palettes = palettes;
    applyScale();
    refreshCells();
}

void AttentionHeatmap::setTransposed(bool transposed)
{
    parts_->scene.transposed = transposed;
    placeArea();
    Q_EMIT shownCellChanged();
}

void AttentionHeatmap::setScaleTop(std::optional<float> top)
{
    parts_->scaleTop = top;
    if (parts_->scaledFor == wantedScale())
        return;
    applyScale();
    refreshCells();
}

void AttentionHeatmap::setQuantity(Quantity quantity)
{
    parts_->scene.mosaic.setQuantity(quantity);
    applyScale();
}

void AttentionHeatmap::setQueryLabels(bool shown)
{
    parts_->scene.leftLabels = shown;
    placeArea();
}

int AttentionHeatmap::queryRoom() const { return static_cast<int>(parts_->scene.roomLeft()); }

TileView AttentionHeatmap::view() const { return parts_->scene.view(devicePixelRatioF()); }
bool AttentionHeatmap::hasCells() const { return !parts_->scene.mosaic.isEmpty(); }
bool AttentionHeatmap::isComplete() const { return hasCells() && parts_->scene.mosaic.isComplete(); }
std::size_t AttentionHeatmap::cellsPerDot() const { return parts_->scene.cellsPerDot(devicePixelRatioF()); }
const ColourScale& AttentionHeatmap::colourScale() const { return parts_->scene.scale; }
std::optional<Cell> AttentionHeatmap::hoveredCell() const { return parts_->scene.hovered; }
std::optional<Cell> AttentionHeatmap::chosenCell() const { return parts_->scene.selected; }

float AttentionHeatmap::largest() const
{
    const auto& mosaic = parts_->scene.mosaic;
    const ValueRange range = mosaic.range();
    if (mosaic.isEmpty())
        return 0;
    return range.quantity == Quantity::Difference ? range.high
                                                  : range.low + mosaic.largest() * (range.high - range.low);
}

std::optional<Cell> AttentionHeatmap::shownCell() const
{
    return parts_->scene.hovered ? parts_->scene.hovered : parts_->scene.selected;
}

void AttentionHeatmap::choose(std::optional<Cell> cell)
{
    auto& scene = parts_->scene;
    if (cell && (cell->query >= scene.queries.count() || cell->key >= scene.keys.count()))
        return;
    scene.selected = cell;
    if (cell)
        scene.window.reveal(cell->query, cell->key);
    aim();
    refresh(); // the labels of the chosen row and column are set in bold
    Q_EMIT shownCellChanged();
    if (cell)
        Q_EMIT cellChosen(*cell);
}

QRectF AttentionHeatmap::cellRect(Cell cell) const
{
    return parts_->scene.rectOf(cell).translated(parts_->plot->pos());
}

void AttentionHeatmap::zoom(double factor)
{
    auto& scene = parts_->scene;
    const auto about = scene.selected
        ? QPointF(static_cast<double>(scene.selected->key) + 0.5, static_cast<double>(scene.selected->query) + 0.5)
        : scene.window.rect().center();
    scene.window.zoom(factor, about);
    placeArea();
}

void AttentionHeatmap::resetView()
{
    parts_->scene.window.reset();
    placeArea();
}

void AttentionHeatmap::showPart(const QRectF& tokens)
{
    auto& window = parts_->scene.window;
    if (window.rect() == tokens)
        return;
    window.take(tokens);
    placeArea();
}

void AttentionHeatmap::setLimits(const QRectF& tokens)
{
    auto& window = parts_->scene.window;
    CellWindow wanted(parts_->scene.queries.count(), parts_->scene.keys.count());
    wanted.setBounds(tokens);
    if (window.bounds() == wanted.bounds())
        return;
    window = wanted;
    placeArea();
}

void AttentionHeatmap::prepare()
{
    ensurePolished();
    parts_->plot->setGeometry(rect());
    placeArea();
}

void AttentionHeatmap::paintOn(QPainter& painter)
{
    auto* plot = parts_->plot;
    QImage canvas(plot->size() * painter.deviceTransform().m11(), QImage::Format_ARGB32_Premultiplied);
    canvas.setDevicePixelRatio(painter.deviceTransform().m11());
    canvas.fill(Qt::transparent);
    QCPPainter inner(&canvas);
    plot->toPainter(&inner, plot->width(), plot->height());
    inner.end();
    painter.drawImage(QPointF(0, 0), canvas);
}

void AttentionHeatmap::setLegend(QWidget* legend)
{
    parts_->legend = legend;
    legend->setParent(this);
    legend->setAttribute(Qt::WA_TransparentForMouseEvents);
    placeArea();
}

QRect AttentionHeatmap::contentRect() const { return parts_->scene.bounds().toAlignedRect(); }

void AttentionHeatmap::applyPalette()
{
    auto& scene = parts_->scene;
    scene.palette = palette();
    scene.font = font();
    scene.font.setPointSizeF(std::max(7.0, font().pointSizeF() * 0.92));
    parts_->plot->setBackground(QBrush(palette().color(QPalette::Window)));
    scene.queries = TokenLabels(scene.queries.tokens(), scene.font);
    scene.keys = TokenLabels(scene.keys.tokens(), scene.font);
    applyScale();
    placeArea();
}

ScaleLimits AttentionHeatmap::wantedScale() const
{
    const auto& mosaic = parts_->scene.mosaic;
    const ValueRange range = mosaic.range();
    if (const auto top = parts_->scaleTop) {
        const float low = range.quantity == Quantity::Difference ? 0 : range.low;
        return {range.high > low ? (*top - low) / (range.high - low) : 1, range};
    }
    return ownScale();
}

float AttentionHeatmap::ownTop() const
{
    const auto [share, range] = ownScale();
    return hasCells() ? range.low + share * (range.high - range.low) : 0;
}

ScaleLimits AttentionHeatmap::ownScale() const
{
    const auto& mosaic = parts_->scene.mosaic;
    const ValueRange range = mosaic.range();
    if (const auto& kept = parts_->kept; kept && (mosaic.isEmpty() || kept->range.isLike(range)))
        return *kept;
    return scaleLimits(mosaic, parts_->mode, parts_->scene.window.rect());
}

void AttentionHeatmap::applyScale()
{
    const auto wanted = wantedScale();
    parts_->scene.scale = ColourScale::forPalette(palette(), wanted.top, wanted.range, parts_->palettes);
    parts_->scaledFor = wanted;
    Q_EMIT scaleChanged();
}

/// Tiles that come may have changed what the scale ends at.
void AttentionHeatmap::applyScaleIfChanged()
{
    if (parts_->scaledFor != wantedScale())
        applyScale();
}

void AttentionHeatmap::aim()
{
    const TileView wanted = view();
    parts_->scene.mosaic.aim(wanted);
    applyScaleIfChanged();
    Q_EMIT viewChanged(wanted);
}

void AttentionHeatmap::pan(QPointF tokens)
{
    parts_->scene.window.pan(tokens);
    aim();
    refresh();
}

void AttentionHeatmap::layOut()
{
    auto* legend = parts_->legend;
    const QRect place = parts_->scene.place(size(), legend ? legend->sizeHint() : QSize());
    if (legend)
        legend->setGeometry(place);
}

void AttentionHeatmap::placeArea()
{
    layOut();
    aim();
    refresh();
}

void AttentionHeatmap::refresh() { parts_->plot->replot(QCustomPlot::rpQueuedReplot); }

void AttentionHeatmap::refreshCells() { parts_->plot->layer(cellLayer)->replot(); }

/// Once for all tiles that have come within half a frame, and at once when none is missing.
void AttentionHeatmap::refreshCellsSoon()
{
    if (parts_->scene.mosaic.isComplete())
        parts_->replot.start(0);
    else if (!parts_->replot.isActive())
        parts_->replot.start(halfFrame);
}

void AttentionHeatmap::repaintCells()
{
    parts_->replot.stop();
    if (isComplete())
        lockScale();
    applyScaleIfChanged();
    refreshCells();
    Q_EMIT shownCellChanged(); // what is read out may have become finer
}

void AttentionHeatmap::refreshCursor() { parts_->plot->layer(cursorLayer)->replot(); }

void AttentionHeatmap::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyPalette();
    QWidget::changeEvent(event);
}

void AttentionHeatmap::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    placeArea();
}

} // namespace headscope::ui
