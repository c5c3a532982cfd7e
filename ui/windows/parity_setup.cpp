// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/parity_setup.h"

#include "core/io/prompt_set.h"
#include "core/parity/parity_axes.h"
#include "ui/text/difference_text.h"
#include "ui/text/labels.h"
#include "ui/windows/check_menu.h"
#include "ui/windows/flow_layout.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleValidator>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

const QString dumpEntry = u"*reference"_s, openEntry = u"*open"_s; ///< beside names and files of prompt sets

QString toleranceToolTip()
{
    QStringList lines{ParitySetup::tr("How far values may lie apart: |a − b| ≤ t + t · size, the size of a value of "
                                      "the reference or of its row. Left empty, it is that of the less precise run:")};
    for (const auto& dtype : spellings<DType>())
        lines << text(dtype.text) + u": "_s + differenceText(defaultTolerance(dtype.value));
    return lines.join(u'\n');
}

} // namespace

ParitySetup::ParitySetup(QWidget* parent)
    : QWidget(parent)
    , backends_(new CheckMenu(tr("Backends"), u"parityBackends"_s, this))
    , attentions_(new CheckMenu(tr("Attention"), u"parityAttention"_s, this))
    , dtypes_(new CheckMenu(tr("Precision"), u"parityDtypes"_s, this))
    , paddings_(new CheckMenu(tr("Padding"), u"parityPadding"_s, this))
    , prompts_(new QComboBox(this))
    , same_(new QCheckBox(tr("Same inputs for all"), this))
    , reference_(new QComboBox(this))
    , tolerance_(new QLineEdit(this))
    , compare_(new QPushButton(tr("Compare"), this))
    , cancel_(new QPushButton(tr("Cancel"), this))
    , export_(new QPushButton(tr("Export report…"), this))
{
    auto* layout = new FlowLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    makeMenus();
    for (auto* menu : {backends_, attentions_, dtypes_, paddings_})
        layout->addWidget(menu);
    makePrompts();
    layout->addWidget(prompts_);
    same_->setObjectName(u"sameInputsBox"_s);
    same_->setChecked(true);
    same_->setToolTip(tr("Every run gets positions 0, 1, 2, … and the same tokens. Otherwise each does what the system "
                         "that it emulates does when nobody says."));
    layout->addWidget(same_);
    makeReference();
    compare_->setObjectName(u"compareButton"_s);
    cancel_->setObjectName(u"cancelCompareButton"_s);
    cancel_->setToolTip(tr("Stops the comparison; what is compared so far stays (Esc)"));
    export_->setObjectName(u"exportReportButton"_s);
    for (auto* button : {compare_, cancel_, export_})
        layout->addWidget(button);
    export_->setToolTip(tr("Write what was found as a self-contained page, Markdown, CSV or JSON"));
    connect(same_, &QCheckBox::toggled, this, &ParitySetup::onEdited);
    connect(compare_, &QPushButton::clicked, this, &ParitySetup::compareWanted);
    connect(cancel_, &QPushButton::clicked, this, &ParitySetup::cancelWanted);
    connect(export_, &QPushButton::clicked, this, &ParitySetup::exportWanted);
    setReport(false);
    updateReferences();
    updateButtons();
}

void ParitySetup::makeMenus()
{
    for (const auto& each : spellings<Backend>())
        backends_->add(describe(each.value), each.value, true);
    for (const auto kind : {AttentionKind::Eager, AttentionKind::Sdpa})
        attentions_->add(describe(kind), kind, kind == AttentionKind::Eager);
    for (const auto& each : spellings<DType>())
        dtypes_->add(
            {text(each.text), tr("Precision of weights and activations")}, each.value, each.value == DType::Float32);
    for (const auto& each : spellings<PaddingSide>())
        paddings_->add(describe(each.value), each.value, each.value == PaddingSide::Left);
    for (auto* menu : {backends_, attentions_, dtypes_, paddings_})
        connect(menu, &CheckMenu::edited, this, &ParitySetup::onEdited);
}

void ParitySetup::makePrompts()
{
    prompts_->setObjectName(u"parityPrompts"_s);
    prompts_->setAccessibleName(tr("Prompts"));
    prompts_->setToolTip(tr("Where the prompts come from. A set brings answers, too, whose logits are compared."));
    prompts_->addItem(tr("Prompts of the Run panel"), QString());
    for (const auto& name : embeddedPromptSets())
        prompts_->addItem(tr("Prompts: %1").arg(text(name)), text(name));
    prompts_->addItem(tr("Open prompts…"), openEntry);
    connect(prompts_, &QComboBox::activated, this, &ParitySetup::onPrompts);
}

/// "Open prompts…" is no choice in itself.
void ParitySetup::onPrompts(int index)
{
    if (prompts_->itemData(index) == openEntry) {
        prompts_->setCurrentIndex(promptsBefore_);
        const auto file = QFileDialog::getOpenFileName(
            this, tr("Open prompts"), {}, tr("Prompts with answers (*.jsonl *.csv);;All files (*)"));
        if (!file.isEmpty())
            openPrompts(file);
        return;
    }
    promptsBefore_ = index;
    updateButtons();
    Q_EMIT edited();
}

void ParitySetup::openPrompts(const QString& file)
{
    if (prompts_->findData(file) < 0)
        prompts_->insertItem(prompts_->count() - 1, QFileInfo(file).fileName(), file);
    prompts_->setCurrentIndex(prompts_->findData(file));
    onPrompts(prompts_->currentIndex());
}

QString ParitySetup::promptSet() const
{
    const QString chosen = prompts_->currentData().toString();
    return chosen == dumpEntry ? QString() : chosen;
}

void ParitySetup::makeReference()
{
    reference_->setObjectName(u"referenceBox"_s);
    reference_->setAccessibleName(tr("Reference"));
    reference_->setToolTip(tr("What the others are compared with: one of the runs, or a dump of the original system"));
    reference_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* open = new QPushButton(tr("Open reference…"), this);
    open->setObjectName(u"openReferenceButton"_s);
    open->setToolTip(tr("A .safetensors file written by headscope-cli run or by tests/oracle/dump_reference.py"));
    tolerance_->setObjectName(u"toleranceEdit"_s);
    tolerance_->setPlaceholderText(tr("by precision"));
    tolerance_->setAccessibleName(tr("Tolerance"));
    tolerance_->setToolTip(toleranceToolTip());
    auto* valid = new QDoubleValidator(0, 1e6, 20, tolerance_);
    valid->setLocale(QLocale::c());
    tolerance_->setValidator(valid);
    tolerance_->setFixedWidth(fontMetrics().horizontalAdvance(tolerance_->placeholderText()) + 22);
    const auto together = [this](const QString& name, std::initializer_list<QWidget*> fields) {
        auto* group = new QWidget(this); // what belongs together stands in one line
        auto* line = new QHBoxLayout(group);
        line->setContentsMargins({});
        line->setSpacing(6);
        line->addWidget(new QLabel(name, group));
        for (auto* field : fields)
            line->addWidget(field);
        layout()->addWidget(group);
    };
    together(tr("Reference"), {reference_, open});
    together(tr("Tolerance"), {tolerance_});
    connect(reference_, &QComboBox::currentIndexChanged, this, [this] {
        if (prompts_->currentData() == dumpEntry && reference_->currentData().toInt() != Dump)
            prompts_->setCurrentIndex(0);
        updateButtons();
        Q_EMIT edited();
    });
    connect(open, &QPushButton::clicked, this, &ParitySetup::askReference);
    connect(tolerance_, &QLineEdit::textChanged, this, [this] {
        updateButtons();
        Q_EMIT edited();
    });
}

void ParitySetup::setBase(const InspectionRequest& base)
{
    base_ = base;
    updateButtons();
}

void ParitySetup::openReference(const QString& file)
{
    dump_ = file;
    updateReferences();
    reference_->setCurrentIndex(reference_->findData(Dump));
    const int own = prompts_->findData(dumpEntry);
    if (own < 0)
        prompts_->insertItem(1, tr("Prompts of the reference"), dumpEntry);
    prompts_->setCurrentIndex(1);
    onPrompts(1);
}

void ParitySetup::askReference()
{
    const auto file = QFileDialog::getOpenFileName(this, tr("Open reference"), {}, tr("Dump of a run (*.safetensors)"));
    if (!file.isEmpty())
        openReference(file);
}

void ParitySetup::setBusy(bool busy)
{
    busy_ = busy;
    updateButtons();
}

void ParitySetup::setReport(bool there) { export_->setEnabled(there); }

ParityRequest ParitySetup::likeForLike() const
{
    InspectionRequest common = base_;
    common.keepLogits = true;
    common.positions = same_->isChecked() ? PositionPolicy::Arange : PositionPolicy::BackendDefault;
    if (same_->isChecked() && common.prependBos == PrependBos::Auto)
        common.prependBos = PrependBos::Off;
    ParityAxes axes;
    axes.backends = backends_->chosen<Backend>();
    axes.attentions = attentions_->chosen<AttentionKind>();
    axes.dtypes = dtypes_->chosen<DType>();
    axes.paddings = paddings_->chosen<PaddingSide>();
    // The reference is a run that tells every value: native computes the same as tapped, but tells few.
    const auto tapped = std::find(axes.backends.begin(), axes.backends.end(), Backend::Tapped);
    if (tapped != axes.backends.end())
        std::rotate(axes.backends.begin(), tapped, tapped + 1);
    return crossed(common, axes);
}

void ParitySetup::updateReferences()
{
    const QString before = reference_->currentText();
    const QSignalBlocker quiet(reference_);
    reference_->clear();
    const ParityRequest request = likeForLike();
    const bool several
        = std::any_of(request.references.begin(), request.references.end(), [](auto i) { return i != 0; });
    if (several) {
        reference_->addItem(tr("%1, like for like").arg(text(spell(request.runs.front().backend))), LikeForLike);
        reference_->setItemData(0, tr("Each combination of the other choices has its own"), Qt::ToolTipRole);
    }
    for (std::size_t i = 0; i < request.runs.size(); ++i)
        reference_->addItem(text(request.labelOf(i)), static_cast<int>(i));
    if (!dump_.isEmpty()) {
        reference_->addItem(QFileInfo(dump_).fileName(), Dump);
        reference_->setItemData(reference_->count() - 1, dump_, Qt::ToolTipRole);
    }
    const int kept = reference_->findText(before, Qt::MatchExactly);
    reference_->setCurrentIndex(std::max(kept, 0));
    updateGeometry();
}

ParityRequest ParitySetup::request() const
{
    ParityRequest request = likeForLike();
    request.keepPatterns = true;
    if (const QString words = tolerance_->text(); !words.isEmpty())
        request.tolerances.all = QLocale::c().toDouble(words);
    const int reference = reference_->currentData().toInt();
    if (reference == Dump)
        request.reference = dump_.toStdString();
    else if (reference != LikeForLike)
        request.references.assign(request.runs.size(), static_cast<std::size_t>(reference));
    if (prompts_->currentIndex() > 0)
        for (auto& run : request.runs) {
            run.prompts.clear();
            run.secondPrompts.clear();
            run.inputs.clear();
        }
    return request;
}

QString ParitySetup::problem() const
{
    const bool dump = reference_->currentData().toInt() == Dump;
    if (base_.model.empty())
        return tr("Choose a model in the Run panel");
    if (prompts_->currentIndex() == 0 && base_.prompts.empty() && base_.inputs.empty())
        return tr("Give a prompt in the Run panel, or choose prompts here");
    if (prompts_->currentData() == dumpEntry && !dump)
        return tr("Prompts of the reference: choose the dump as reference, or other prompts");
    if (!tolerance_->hasAcceptableInput() && !tolerance_->text().isEmpty())
        return tr("Tolerance: expected a number such as 1e-4, found '%1'").arg(tolerance_->text());
    if (!dump && likeForLike().runs.size() < 2)
        return tr("Choose at least two backends, precisions or padding sides, or open a reference");
    return {};
}

void ParitySetup::onEdited()
{
    updateReferences();
    updateButtons();
    Q_EMIT edited();
}

void ParitySetup::updateButtons()
{
    const QString why = problem();
    compare_->setEnabled(why.isEmpty());
    compare_->setToolTip(why.isEmpty() ? tr("Run all of them and say where they part (F6)") : why);
    cancel_->setEnabled(busy_);
}

} // namespace headscope::ui
