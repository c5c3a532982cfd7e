// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/next_token_panel.h"

#include "ui/bridge/hop.h"
#include "ui/models/next_token_model.h"
#include "ui/models/probability_delegate.h"
#include "ui/text/labels.h"
#include "ui/text/token_tool_tip.h"
#include "ui/windows/quiet_table.h"

#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

NextTokenPanel::NextTokenPanel(QWidget* parent, const QString& name)
    : QWidget(parent)
    , heading_(new QLabel(this))
    , table_(new QTableView(this))
    , model_(new NextTokenModel(this))
{
    heading_->setObjectName(name + u"Heading"_s);
    heading_->setTextFormat(Qt::PlainText);
    heading_->setWordWrap(true);
    table_->setObjectName(name + u"Table"_s);
    table_->setAccessibleName(tr("Most likely next tokens"));
    table_->setModel(model_);
    table_->setItemDelegateForColumn(NextTokenModel::ProbabilityColumn, new ProbabilityDelegate(table_));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setAlternatingRowColors(true);
    quieten(*table_, fontMetrics().height() + 10);
    auto* columns = table_->horizontalHeader();
    columns->setSectionResizeMode(QHeaderView::ResizeToContents);
    columns->setSectionResizeMode(NextTokenModel::ProbabilityColumn, QHeaderView::Stretch);
    columns->setMinimumSectionSize(28);
    columns->setMaximumSectionSize(150);
    setMinimumWidth(fontMetrics().averageCharWidth() * 42);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(8);
    layout->addWidget(heading_);
    const int rows = static_cast<int>(count) * table_->verticalHeader()->defaultSectionSize();
    table_->setMaximumHeight(rows + columns->sizeHint().height() + 2);
    layout->addWidget(table_, 1);
    layout->addStretch();
    clear(tr("Run a prompt (F5) to see the most likely next tokens"));
}

void NextTokenPanel::clear(const QString& why)
{
    ++asked_;
    ticket_.withdraw();
    waiting_ = false;
    model_->setTokens({});
    heading_->setText(why);
    heading_->setToolTip({});
}

void NextTokenPanel::showAfter(const CapturePtr& capture, SequenceId sequence, TokenPos position)
{
    const auto asked = ++asked_;
    waiting_ = true;
    const auto& token = capture->header().tokens[sequence.value][position.value];
    const QString heading = tr("after %1").arg(tokenText(u'q', position.value, token));
    const QString toolTip = tokenToolTip(u'q', position.value, token);
    ticket_ = capture->requestNextTokens(sequence, position, count,
        hopTo(this,
            [this, asked, heading, toolTip](
                const std::shared_ptr<const NextTokens>& tokens, const std::exception_ptr& why) {
                if (asked != asked_)
                    return;
                waiting_ = false;
                model_->setTokens(tokens);
                heading_->setText(tokens ? heading : messageOf(why));
                heading_->setToolTip(tokens ? toolTip : QString());
            }));
}

} // namespace headscope::ui
