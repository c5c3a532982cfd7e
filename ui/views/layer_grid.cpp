// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/layer_grid.h"

#include "ui/bridge/lens_feed.h"
#include "ui/text/labels.h"
#include "ui/text/token_tool_tip.h"
#include "ui/windows/theme.h"

#include <QAccessibleWidget>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int inside = 5; ///< pixels between a cell's edge and its text

/// Black or white, whichever is easier to read on a colour.
QColor textOn(QColor ground)
{
    const double light = 0.299 * ground.redF() + 0.587 * ground.greenF() + 0.114 * ground.blueF();
    return light > 0.55 ? QColor(0x10, 0x10, 0x14) : QColor(0xff, 0xff, 0xff);
}

QColor sheer(QColor colour, double opacity)
{
    colour.setAlphaF(static_cast<float>(opacity));
    return colour;
}

/// A picture of words, one of which is chosen.
class LayerGridAccessible : public QAccessibleWidget {
public:
    explicit LayerGridAccessible(LayerGrid* grid)
        : QAccessibleWidget(grid, QAccessible::Chart)
        , grid_(*grid)
    {
    }

    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Value ? grid_.words() : QAccessibleWidget::text(kind);
    }

private:
    LayerGrid& grid_;
};

QAccessibleInterface* makeAccessible(const QString&, QObject* object)
{
    auto* grid = qobject_cast<LayerGrid*>(object);
    return grid ? new LayerGridAccessible(grid) : nullptr;
}

} // namespace

void installLayerGridAccessibility()
{
    static const bool once = [] {
        QAccessible::installFactory(makeAccessible);
        return true;
    }();
    static_cast<void>(once);
}

LayerGrid::LayerGrid(LensFeed& feed, QWidget* parent)
    : QAbstractScrollArea(parent)
    , feed_(feed)
    , scale_(ColourScale::forPalette(palette()))
{
    installLayerGridAccessibility();
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Best token after each layer, at every position"));
    viewport()->setMouseTracking(true);
    measure();
    connect(&feed_, &LensFeed::lensChanged, this, &LayerGrid::showLens);
    connect(&feed_, &LensFeed::cellsChanged, this, [this] {
        viewport()->update();
        Q_EMIT wordsChanged();
    });
}

bool LayerGrid::isEmpty() const { return !feed_.lens(); }
std::size_t LayerGrid::depths() const { return feed_.lens()->depths(); }
Range LayerGrid::positions() const { return feed_.lens()->positions(); }
const std::vector<Token>& LayerGrid::tokens() const
{
    return feed_.lens()->header().tokens[feed_.lens()->sequence().value];
}

QString LayerGrid::layerName(std::size_t depth) const
{
    return depth == 0 ? tr("start") : u"L"_s + QString::number(depth - 1);
}

void LayerGrid::measure()
{
    const QFontMetrics metrics(font());
    cell_ = {metrics.averageCharWidth() * 10 + 2 * inside, metrics.height() + 7};
    head_ = metrics.height() + 8;
    side_ = std::max(metrics.horizontalAdvance(layerName(0)), metrics.horizontalAdvance(u"L000"_s)) + 2 * inside;
    updateBars();
}

void LayerGrid::updateBars()
{
    const QSize whole = isEmpty()
        ? QSize()
        : QSize(cell_.width() * static_cast<int>(positions().size()), cell_.height() * static_cast<int>(depths()));
    const QSize room(viewport()->width() - side_, viewport()->height() - head_);
    const auto set = [](QScrollBar* bar, int length, int seen, int step) {
        bar->setRange(0, std::max(0, length - seen));
        bar->setPageStep(std::max(1, seen));
        bar->setSingleStep(step);
    };
    set(horizontalScrollBar(), whole.width(), room.width(), cell_.width());
    set(verticalScrollBar(), whole.height(), room.height(), cell_.height());
    viewport()->update();
}

void LayerGrid::showLens()
{
    hovered_.reset();
    if (isEmpty()) {
        chosen_.reset();
    } else if (!chosen_ || chosen_->depth >= depths() || chosen_->position < positions().begin
        || chosen_->position >= positions().end) {
        chosen_ = LensPlace{depths() - 1, positions().end - 1};
    }
    updateBars();
    if (chosen_)
        reveal(*chosen_);
    Q_EMIT wordsChanged();
}

void LayerGrid::setColour(LensColour colour)
{
    colour_ = colour;
    viewport()->update();
}

void LayerGrid::setPalettes(const ScalePalettes& palettes)
{
    palettes_ = palettes;
    scale_ = ColourScale::forPalette(palette(), 1, {}, palettes_);
    viewport()->update();
}

QRect LayerGrid::rectOf(LensPlace place) const
{
    const int row = static_cast<int>(depths() - 1 - place.depth);
    const int column = static_cast<int>(place.position - positions().begin);
    return {side_ + column * cell_.width() - horizontalScrollBar()->value(),
        head_ + row * cell_.height() - verticalScrollBar()->value(), cell_.width(), cell_.height()};
}

std::optional<LensPlace> LayerGrid::placeAt(QPoint point) const
{
    if (isEmpty() || point.x() < side_ || point.y() < head_ || !viewport()->rect().contains(point))
        return {};
    const auto column = static_cast<std::size_t>((point.x() - side_ + horizontalScrollBar()->value()) / cell_.width());
    const auto row = static_cast<std::size_t>((point.y() - head_ + verticalScrollBar()->value()) / cell_.height());
    if (column >= positions().size() || row >= depths())
        return {};
    return LensPlace{depths() - 1 - row, positions().begin + column};
}

void LayerGrid::reveal(LensPlace place)
{
    const QRect box = rectOf(place);
    const auto shift = [](QScrollBar* bar, int low, int high, int begin, int end) {
        if (low < begin)
            bar->setValue(bar->value() + low - begin);
        else if (high > end)
            bar->setValue(bar->value() + high - end);
    };
    shift(horizontalScrollBar(), box.left(), box.left() + box.width(), side_, viewport()->width());
    shift(verticalScrollBar(), box.top(), box.top() + box.height(), head_, viewport()->height());
}

void LayerGrid::choose(LensPlace place)
{
    if (isEmpty() || place.depth >= depths() || place.position < positions().begin || place.position >= positions().end)
        return;
    chosen_ = place;
    reveal(place);
    viewport()->update();
    Q_EMIT wordsChanged();
    QAccessibleValueChangeEvent told(this, words());
    QAccessible::updateAccessibility(&told);
}

void LayerGrid::chooseByUser(LensPlace place)
{
    choose(place);
    Q_EMIT chosenChanged();
}

void LayerGrid::hover(std::optional<LensPlace> place)
{
    if (place == hovered_)
        return;
    hovered_ = place;
    viewport()->update();
    Q_EMIT wordsChanged();
}

QString LayerGrid::words() const
{
    if (isEmpty() || !(hovered_ || chosen_))
        return {};
    return wordsOf(hovered_ ? *hovered_ : *chosen_);
}

QString LayerGrid::wordsOf(LensPlace place) const
{
    const QString where = (place.depth == 0 ? tr("before L0") : tr("after L%1").arg(place.depth - 1)) + u", "_s
        + tokenText(u'q', place.position, tokens()[place.position]);
    const LensCell* cell = feed_.cell(place.depth, place.position);
    if (!cell)
        return where + u": …"_s;
    return tr("%1: %2, p %3 · the model's choice has rank %4, p %5")
        .arg(where, u"“"_s + shownLabel(cell->best.label) + u"”"_s, probabilityText(cell->best.probability),
            QString::number(cell->choiceRank), probabilityText(cell->choiceProbability));
}

QRgb LayerGrid::colourOf(const LensCell& cell) const
{
    return scale_.colourOf(colour_ == LensColour::Best ? cell.best.probability : cell.choiceProbability);
}

void LayerGrid::paintCell(QPainter& painter, LensPlace place) const
{
    const QRect box = rectOf(place);
    if (tokens()[place.position].padding) {
        painter.fillRect(box, QColor(scale_.padding(3, 0)));
        painter.fillRect(box, QBrush(QColor(scale_.padding(0, 0)), Qt::BDiagPattern));
        return;
    }
    const LensCell* cell = feed_.cell(place.depth, place.position);
    const QColor ground(cell ? colourOf(*cell) : scale_.unknown());
    painter.fillRect(box, ground);
    painter.setPen(textOn(ground));
    QFont face = font();
    face.setBold(cell && cell->choiceRank == 1);
    painter.setFont(face);
    const QRect room = box.adjusted(inside, 0, -inside + 2, 0);
    const QString words = cell ? shownLabel(cell->best.label) : u"…"_s;
    painter.drawText(
        room, Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(words, Qt::ElideRight, room.width()));
    painter.setPen(sheer(palette().color(QPalette::Base), 0.35)); // cells of one colour stay apart
    painter.drawLine(box.topRight(), box.bottomRight());
    painter.drawLine(box.bottomLeft(), box.bottomRight());
}

void LayerGrid::paintFrame(QPainter& painter, LensPlace place, int width) const
{
    const QRect box = rectOf(place);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(palette().color(QPalette::Base), width + 2));
    painter.drawRect(box.adjusted(1, 1, -2, -2));
    painter.setPen(QPen(palette().color(QPalette::Highlight), width));
    painter.drawRect(box.adjusted(1, 1, -2, -2));
}

void LayerGrid::paintTokens(QPainter& painter, Range columns) const
{
    painter.fillRect(QRect(0, 0, viewport()->width(), head_), palette().color(QPalette::Window));
    for (std::size_t position = columns.begin; position < columns.end; ++position) {
        const Token& token = tokens()[position];
        QRect box = rectOf({0, position});
        box.setTop(0);
        box.setHeight(head_);
        const bool here = chosen_ && chosen_->position == position;
        QFont face = font();
        face.setBold(here);
        face.setItalic(token.special || token.padding);
        painter.setFont(face);
        const QColor words = palette().color(QPalette::WindowText);
        painter.setPen(token.padding ? sheer(words, 0.5) : token.special ? specialColour(palette()) : words);
        const QRect room = box.adjusted(inside, 0, -inside + 2, 0);
        painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
            painter.fontMetrics().elidedText(shownLabel(token.label), Qt::ElideRight, room.width()));
        if (here)
            painter.fillRect(QRect(box.left(), head_ - 2, box.width() - 1, 2), palette().color(QPalette::Highlight));
    }
}

void LayerGrid::paintLayers(QPainter& painter, Range rows) const
{
    painter.fillRect(QRect(0, 0, side_, viewport()->height()), palette().color(QPalette::Window));
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
        const std::size_t depth = depths() - 1 - row;
        QRect box = rectOf({depth, positions().begin});
        box.setLeft(0);
        box.setWidth(side_ - inside);
        const bool here = chosen_ && chosen_->depth == depth;
        QFont face = font();
        face.setBold(here);
        painter.setFont(face);
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter, layerName(depth));
        if (here)
            painter.fillRect(QRect(side_ - 2, box.top(), 2, box.height() - 1), palette().color(QPalette::Highlight));
    }
}

void LayerGrid::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Window));
    if (isEmpty())
        return;
    const auto seen = [](int offset, int room, int step, std::size_t count) {
        const auto begin = static_cast<std::size_t>(offset / step);
        const auto end = static_cast<std::size_t>((offset + std::max(0, room) + step - 1) / step);
        return Range{std::min(begin, count), std::min(end, count)};
    };
    Range columns
        = seen(horizontalScrollBar()->value(), viewport()->width() - side_, cell_.width(), positions().size());
    columns = {columns.begin + positions().begin, columns.end + positions().begin};
    const Range rows = seen(verticalScrollBar()->value(), viewport()->height() - head_, cell_.height(), depths());
    painter.save();
    painter.setClipRect(QRect(side_, head_, viewport()->width() - side_, viewport()->height() - head_));
    for (std::size_t row = rows.begin; row < rows.end; ++row)
        for (std::size_t position = columns.begin; position < columns.end; ++position)
            paintCell(painter, {depths() - 1 - row, position});
    if (hovered_ && hovered_ != chosen_)
        paintFrame(painter, *hovered_, 1);
    if (chosen_)
        paintFrame(painter, *chosen_, 2);
    painter.restore();
    painter.save();
    painter.setClipRect(QRect(side_, 0, viewport()->width() - side_, head_));
    paintTokens(painter, columns);
    painter.setClipRect(QRect(0, head_, side_, viewport()->height() - head_));
    paintLayers(painter, rows);
    painter.restore();
    if (focused_) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.drawRect(viewport()->rect().adjusted(1, 1, -1, -1));
    }
}

bool LayerGrid::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave)
        hover({});
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto place = placeAt(help->pos());
    const LensCell* cell = place ? feed_.cell(place->depth, place->position) : nullptr;
    if (cell && !tokens()[place->position].padding)
        QToolTip::showText(help->globalPos(), tokenToolTip(cell->best), this);
    else
        QToolTip::hideText();
    return true;
}

void LayerGrid::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateBars();
    if (chosen_ && !isEmpty())
        reveal(*chosen_);
}

void LayerGrid::mousePressEvent(QMouseEvent* event)
{
    const auto place = placeAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && place)
        chooseByUser(*place);
}

void LayerGrid::mouseMoveEvent(QMouseEvent* event) { hover(placeAt(event->position().toPoint())); }

void LayerGrid::keyPressEvent(QKeyEvent* event)
{
    if (isEmpty() || !chosen_)
        return QAbstractScrollArea::keyPressEvent(event);
    const int rows = std::max(1, (viewport()->height() - head_) / cell_.height());
    const bool control = event->modifiers() & Qt::ControlModifier;
    int up = 0, right = 0;
    const int far = static_cast<int>(std::max(positions().size(), depths()));
    switch (event->key()) {
    case Qt::Key_Up:
        up = control ? far : 1;
        break;
    case Qt::Key_Down:
        up = control ? -far : -1;
        break;
    case Qt::Key_Left:
        right = -1;
        break;
    case Qt::Key_Right:
        right = 1;
        break;
    case Qt::Key_Home:
        right = -far;
        break;
    case Qt::Key_End:
        right = far;
        break;
    case Qt::Key_PageUp:
        up = rows;
        break;
    case Qt::Key_PageDown:
        up = -rows;
        break;
    default:
        return QAbstractScrollArea::keyPressEvent(event);
    }
    const auto moved = [](std::size_t from, int by, Range allowed) {
        return static_cast<std::size_t>(std::clamp(
            static_cast<long>(from) + by, static_cast<long>(allowed.begin), static_cast<long>(allowed.end) - 1));
    };
    const LensPlace place{moved(chosen_->depth, up, {0, depths()}), moved(chosen_->position, right, positions())};
    if (place != *chosen_)
        chooseByUser(place);
}

void LayerGrid::focusInEvent(QFocusEvent* event)
{
    focused_ = event->reason() != Qt::MouseFocusReason; // seen where the keyboard is used
    viewport()->update();
}

void LayerGrid::focusOutEvent(QFocusEvent*)
{
    focused_ = false;
    viewport()->update();
}

void LayerGrid::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        setPalettes(palettes_);
    else if (event->type() == QEvent::FontChange)
        measure();
}

} // namespace headscope::ui
