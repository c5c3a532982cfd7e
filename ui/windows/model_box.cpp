// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/model_box.h"

#include "core/error.h"
#include "core/model/model_catalog.h"
#include "core/model/recent_models.h"
#include "core/run/system_info.h"
#include "ui/bridge/hop.h"
#include "ui/text/labels.h"
#include "ui/windows/model_list_delegate.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QStandardItemModel>
#include <QThreadPool>

#include <algorithm>
#include <memory>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int foldersKept = 4;
constexpr int widestList = 720;
constexpr auto foldersKey = "models/folders";

bool isModelDirectory(const QString& path) { return QFileInfo::exists(path + u"/config.json"_s); }

RecentModels recents() { return RecentModels(RecentModels::usualFile()); }

bool isEmbedded(const QString& model)
{
    for (const auto& embedded : embeddedModels())
        if (text(embedded.name) == model)
            return true;
    return false;
}

QStringList folders() { return QSettings().value(QLatin1String(foldersKey)).toStringList(); }

void addFolder(const QString& path)
{
    QStringList list = folders();
    list.removeAll(path);
    list.prepend(path);
    QSettings().setValue(QLatin1String(foldersKey), list.mid(0, foldersKept));
}

/// Shows a name and facts in the list, but puts the location into the edit field.
class ModelItem : public QStandardItem {
public:
    ModelItem(const QString& shown, QString location)
        : QStandardItem(shown)
        , location_(std::move(location))
    {
    }
    QVariant data(int role) const override
    {
        return role == Qt::EditRole ? QVariant(location_) : QStandardItem::data(role);
    }

private:
    QString location_;
};

QStandardItem* headingItem(const QString& shown)
{
    auto* item = new QStandardItem(shown);
    QFont font = item->font();
    font.setBold(true);
    item->setFont(font);
    item->setFlags(Qt::NoItemFlags);
    return item;
}

QString groupName(ModelOrigin origin)
{
    switch (origin) {
    case ModelOrigin::Embedded:
        return ModelBox::tr("Embedded");
    case ModelOrigin::Recent:
        return ModelBox::tr("Recent");
    case ModelOrigin::HubCache:
        return ModelBox::tr("Hugging Face cache");
    case ModelOrigin::Folder:
        break;
    }
    return ModelBox::tr("Folders");
}

/// "llama · 30×9 · 135M · 513 MiB bfloat16"; empty before anybody has looked.
QString factsOf(const FoundModel& model)
{
    const ModelInfo& info = model.info;
    if (!model.opens())
        return ModelBox::tr("cannot be opened: %1").arg(text(model.reason));
    if (info.layers == 0)
        return {};
    return u"%1 · %2×%3 · %4 · %5 %6"_s.arg(text(info.family))
        .arg(info.layers)
        .arg(info.heads)
        .arg(text(countText(info.parameters)), text(byteText(info.storedBytes)), text(info.storedDtype));
}

QString withoutControls(QString words)
{
    for (QChar& c : words)
        if (c.category() == QChar::Other_Control)
            c = QChar::ReplacementCharacter;
    return words;
}

QString toolTipOf(const FoundModel& model)
{
    QStringList lines{text(model.name), text(model.location), factsOf(model)};
    if (!model.revision.empty())
        lines.insert(2, ModelBox::tr("revision %1").arg(text(model.revision)));
    for (const EmbeddedModel& embedded : embeddedModels())
        if (model.origin == ModelOrigin::Embedded && embedded.name == model.name)
            lines[1] = text(embedded.description);
    if (model.opens() && model.info.layers > 0 && !model.hasTokenizer)
        lines << ModelBox::tr("no tokenizer.json: takes token ids, not text");
    if (model.opens() && model.info.layers > 0 && !model.hasHead)
        lines << ModelBox::tr("no language-model head: patterns, but no next tokens");
    if (model.info.hasChatTemplate)
        lines << ModelBox::tr("has a chat template; prompts are run as they are, without it");
    lines.removeAll(QString());
    for (QString& line : lines) // names and reasons may hold anything: never mark-up
        line = line.toHtmlEscaped();
    return u"<qt>"_s + lines.join(u"<br>"_s) + u"</qt>"_s;
}

QStandardItem* itemOf(const FoundModel& model, bool ambiguous)
{
    QString name = text(model.name);
    if (ambiguous && !model.revision.empty())
        name += u" @ "_s + text(model.revision).left(8);
    name = withoutControls(name);
    const QString facts = withoutControls(factsOf(model));
    auto* item = new ModelItem(facts.isEmpty() ? name : name + u"   "_s + facts, text(model.location));
    item->setData(name, ModelListDelegate::NameRole);
    // What is grey cannot be opened.
    item->setData(model.opens() ? facts : withoutControls(text(model.reason)), ModelListDelegate::FactsRole);
    item->setToolTip(toolTipOf(model));
    if (!model.opens())
        item->setFlags(Qt::NoItemFlags);
    return item;
}

} // namespace

ModelBox::ModelBox(QWidget* parent)
    : QWidget(parent)
    , box_(new QComboBox(this))
{
    box_->setObjectName(u"modelBox"_s);
    box_->setAccessibleName(tr("Model"));
    box_->setEditable(true);
    box_->setInsertPolicy(QComboBox::NoInsert);
    box_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box_->setMinimumContentsLength(14);
    box_->setMaxVisibleItems(24);
    list_ = new ModelListDelegate(box_);
    box_->setItemDelegate(list_);
    box_->view()->setFrameStyle(QFrame::Box | QFrame::Plain);
    colour();
    box_->lineEdit()->setAccessibleName(tr("Model"));
    box_->lineEdit()->setAcceptDrops(false); // files go to the window, not in here as text
    box_->lineEdit()->setPlaceholderText(tr("Model directory"));
    box_->setToolTip(
        tr("An embedded model or a Hugging Face model directory; directories can be dropped on the window"));
    auto* browse = new QPushButton(tr("&Browse…"), this);
    browse->setObjectName(u"browseButton"_s);
    browse->setToolTip(tr("Chooses the folder of a model, or one that holds several"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(box_, 1);
    layout->addWidget(browse);
    setFocusProxy(box_);
    std::vector<FoundModel> known;
    for (const auto& embedded : embeddedModels())
        known.push_back({ModelOrigin::Embedded, embedded.name, embedded.name});
    for (const std::string& recent : recents().read())
        if (isModelDirectory(text(recent)))
            known.push_back({ModelOrigin::Recent, QDir(text(recent)).dirName().toStdString(), recent});
    show(known);
    search();
    connect(box_, &QComboBox::currentTextChanged, this, &ModelBox::modelChanged);
    connect(browse, &QPushButton::clicked, this, &ModelBox::browse);
}

ModelBox::~ModelBox() { stop_.request_stop(); }

void ModelBox::search()
{
    ModelPlaces places = usualPlaces();
    for (const QString& folder : folders())
        places.folders.emplace_back(folder.toStdString());
    ++searching_;
    using Found = std::shared_ptr<const std::vector<FoundModel>>;
    const auto answer = hopTo(this, [this, number = ++searches_](const Found& models) {
        if (number == searches_)
            show(*models); // the latest knows most, also when one before it comes in later
        if (--searching_ == 0)
            Q_EMIT searched();
    });
    QThreadPool::globalInstance()->start([places = std::move(places), stop = stop_.get_token(), answer] {
        answer(std::make_shared<const std::vector<FoundModel>>(findModels(places, stop)));
    });
}

void ModelBox::show(const std::vector<FoundModel>& models)
{
    const QString kept = box_->currentText();
    const int cursor = box_->lineEdit()->cursorPosition();
    const QSignalBlocker quiet(box_), quietEdit(box_->lineEdit());
    auto* list = qobject_cast<QStandardItemModel*>(box_->model());
    list->clear();
    for (std::size_t i = 0; i < models.size(); ++i) {
        if (i == 0 || models[i].origin != models[i - 1].origin)
            list->appendRow(headingItem(groupName(models[i].origin)));
        const bool ambiguous = std::count_if(models.begin(), models.end(), [&](const FoundModel& other) {
            return other.name == models[i].name;
        }) > 1;
        list->appendRow(itemOf(models[i], ambiguous));
    }
    QStringList names;
    for (int row = 0; row < list->rowCount(); ++row)
        names << list->item(row)->data(ModelListDelegate::NameRole).toString();
    list_->setNameWidth(ModelListDelegate::nameWidth(names, box_->view()->fontMetrics()));
    box_->setCurrentIndex(box_->findData(kept, Qt::EditRole));
    box_->setEditText(kept);
    box_->lineEdit()->setCursorPosition(cursor);
    box_->view()->setMinimumWidth(std::min(box_->view()->sizeHintForColumn(0) + 32, widestList));
}

void ModelBox::colour()
{
    QPalette colours = palette();
    QColor frame = colours.color(QPalette::Text);
    frame.setAlphaF(0.28f);
    colours.setColor(QPalette::WindowText, frame);
    box_->view()->setPalette(colours);
    const bool dark = colours.color(QPalette::Window).lightness() < 128;
    box_->view()->setLineWidth(dark ? 1 : 0); // there the style's own frame is not seen
}

void ModelBox::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colour();
}

QString ModelBox::model() const { return box_->currentText().trimmed(); }

void ModelBox::setModel(const QString& model)
{
    if (model == box_->currentText())
        return;
    {
        const QSignalBlocker once(box_);
        box_->setCurrentIndex(box_->findData(model, Qt::EditRole)); // so that the open list shows where it is
        box_->setEditText(model);
    }
    Q_EMIT modelChanged();
}

void ModelBox::remember(const QString& model)
{
    if (isEmbedded(model))
        return;
    try {
        recents().add(model.toStdString());
    } catch (const Error& e) { // a list that cannot be written is no reason to disturb
        qWarning("%s", e.what());
    }
    search();
}

void ModelBox::choose(const QString& directory)
{
    if (isModelDirectory(directory))
        return setModel(directory);
    addFolder(QDir(directory).absolutePath());
    connect(
        this, &ModelBox::searched, this,
        [this] {
            if (isVisible())
                box_->showPopup();
        },
        Qt::SingleShotConnection);
    search();
}

void ModelBox::browse()
{
    const QString start = QFileInfo(model()).isDir() ? model() : QDir::currentPath();
    const QString chosen
        = QFileDialog::getExistingDirectory(this, tr("Choose a model directory, or a folder that holds some"), start);
    if (!chosen.isEmpty())
        choose(chosen);
}

} // namespace headscope::ui
