// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/attention_heatmap.h"

#include "ui/text/token_tool_tip.h"
#include "ui/views/heatmap_layers.h"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QTimer>
#include <QToolTip>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {
const QString cellLayer = u"cells"_s, cursorLayer = u"overlay"_s; // QCustomPlot's own topmost layer, buffered already
constexpr int halfFrame = 8; ///< milliseconds
}

struct AttentionHeatmap::Parts {
    QCustomPlot* plot = nullptr;
    HeatmapScene scene;
    QWidget* legend = nullptr;
    ScaleMode mode = ScaleMode::Fixed;
    std::optional<QPointF> pressed, dragged;
    std::pair<float, ValueRange> scaledFor{};
    bool boxing = false; ///< what is dragged is a box to zoom into
    QTimer replot; ///< runs while the cells are about to be painted
};

AttentionHeatmap::AttentionHeatmap(QWidget* parent)
    : QWidget(parent)
    , parts_(std::make_unique<Parts>())
{
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
    applyScale();
    refreshCells();
}

TileView AttentionHeatmap::view() const { return parts_->scene.view(devicePixelRatioF()); }
bool AttentionHeatmap::hasCells() const { return !parts_->scene.mosaic.isEmpty(); }
bool AttentionHeatmap::isComplete() const { return hasCells() && parts_->scene.mosaic.isComplete(); }
std::size_t AttentionHeatmap::cellsPerDot() const { return parts_->scene.cellsPerDot(devicePixelRatioF()); }
const ColourScale& AttentionHeatmap::colourScale() const { return parts_->scene.scale; }
std::optional<Cell> AttentionHeatmap::chosenCell() const { return parts_->scene.selected; }

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

void AttentionHeatmap::applyScale()
{
    auto& scene = parts_->scene;
    const bool automatic = parts_->mode == ScaleMode::Auto && !scene.mosaic.isEmpty();
    scene.scale = ColourScale::forPalette(palette(), automatic ? scene.mosaic.largest() : 1, scene.mosaic.range());
    parts_->scaledFor = {automatic ? scene.mosaic.largest() : 1, scene.mosaic.range()};
    Q_EMIT scaleChanged();
}

/// Tiles that come may have changed what the scale ends at.
void AttentionHeatmap::applyScaleIfChanged()
{
    const auto& scene = parts_->scene;
    const bool automatic = parts_->mode == ScaleMode::Auto && !scene.mosaic.isEmpty();
    if (parts_->scaledFor != std::pair(automatic ? scene.mosaic.largest() : 1.0f, scene.mosaic.range()))
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
    applyScaleIfChanged();
    refreshCells();
    Q_EMIT shownCellChanged(); // what is read out may have become finer
}

void AttentionHeatmap::refreshCursor() { parts_->plot->layer(cursorLayer)->replot(); }

void AttentionHeatmap::hover(std::optional<Cell> cell)
{
    if (cell == parts_->scene.hovered)
        return;
    parts_->scene.hovered = cell;
    refreshCursor();
    Q_EMIT shownCellChanged();
}

void AttentionHeatmap::onPress(const QMouseEvent& event)
{
    if (event.button() != Qt::LeftButton)
        return;
    parts_->pressed = parts_->dragged = event.position();
    parts_->boxing = event.modifiers() & Qt::ShiftModifier;
}

void AttentionHeatmap::onMove(const QMouseEvent& event)
{
    auto& scene = parts_->scene;
    const auto place = event.position();
    const bool far
        = parts_->pressed && (place - *parts_->pressed).manhattanLength() >= QApplication::startDragDistance();
    if (parts_->pressed && far && parts_->boxing) {
        scene.box = QRectF(*parts_->pressed, place).normalized().intersected(scene.area);
        refreshCursor();
    } else if (parts_->dragged && far && !scene.window.isWhole()) {
        const QPointF by = scene.tokenAt(*parts_->dragged) - scene.tokenAt(place);
        parts_->dragged = place;
        pan(by);
    }
    hover(parts_->scene.cellAt(place));
}

void AttentionHeatmap::onRelease(const QMouseEvent& event)
{
    const bool click = parts_->pressed
        && (event.position() - *parts_->pressed).manhattanLength() < QApplication::startDragDistance();
    parts_->pressed.reset();
    parts_->dragged.reset();
    if (const auto box = std::exchange(parts_->scene.box, std::nullopt)) {
        if (!click && box->width() > 4 && box->height() > 4)
            parts_->scene.window.show(parts_->scene.tokensIn(*box));
        return placeArea();
    }
    if (const auto cell = parts_->scene.cellAt(event.position()); click && cell)
        choose(cell);
}

void AttentionHeatmap::onWheel(QWheelEvent& event)
{
    auto& scene = parts_->scene;
    const QPointF token = scene.tokenAt(event.position());
    scene.window.zoom(std::pow(0.999, event.angleDelta().y()), token);
    layOut();
    pan(token - scene.tokenAt(event.position())); // other labels may have moved the cells
    hover(scene.cellAt(event.position()));
    event.accept();
}

bool AttentionHeatmap::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto& scene = parts_->scene;
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto label = scene.labelAt(help->pos() - parts_->plot->pos());
    if (!label) {
        QToolTip::hideText();
        return true;
    }
    const auto& tokens = label->axis == 'q' ? scene.queries : scene.keys;
    QToolTip::showText(help->globalPos(),
        tokenToolTip(QLatin1Char(label->axis), label->position, tokens.tokens()->at(label->position)), this);
    return true;
}

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

void AttentionHeatmap::keyPressEvent(QKeyEvent* event)
{
    const auto& scene = parts_->scene;
    if (scene.queries.count() == 0 || scene.keys.count() == 0)
        return QWidget::keyPressEvent(event);
    if (event->modifiers() & Qt::ShiftModifier) {
        const QSizeF tenth = scene.window.rect().size() / 10;
        const std::pair<int, QPointF> steps[]{{Qt::Key_Left, {-tenth.width(), 0}}, {Qt::Key_Right, {tenth.width(), 0}},
            {Qt::Key_Up, {0, -tenth.height()}}, {Qt::Key_Down, {0, tenth.height()}}};
        for (const auto& [key, by] : steps)
            if (event->key() == key)
                return pan(by);
    }
    Cell cell = scene.selected.value_or(Cell{scene.queries.count() - 1, 0});
    const bool control = event->modifiers() & Qt::ControlModifier;
    switch (event->key()) {
    case Qt::Key_Left:
        cell.key -= cell.key > 0;
        break;
    case Qt::Key_Right:
        cell.key += cell.key + 1 < scene.keys.count();
        break;
    case Qt::Key_Up:
        cell.query -= cell.query > 0;
        break;
    case Qt::Key_Down:
        cell.query += cell.query + 1 < scene.queries.count();
        break;
    case Qt::Key_Home:
        (control ? cell.query : cell.key) = 0;
        break;
    case Qt::Key_End:
        (control ? cell.query : cell.key) = (control ? scene.queries.count() : scene.keys.count()) - 1;
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(0.8);
    case Qt::Key_Minus:
        return zoom(1.25);
    case Qt::Key_0:
        return resetView();
    default:
        return QWidget::keyPressEvent(event);
    }
    choose(cell);
}

void AttentionHeatmap::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    parts_->scene.focused = event->reason() != Qt::MouseFocusReason;
    refreshCursor();
}

void AttentionHeatmap::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    parts_->scene.focused = false;
    refreshCursor();
}

void AttentionHeatmap::leaveEvent(QEvent* event)
{
    hover(std::nullopt);
    QWidget::leaveEvent(event);
}

} // namespace headscope::ui
