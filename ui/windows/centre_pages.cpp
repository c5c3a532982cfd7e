// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/centre_pages.h"

#include <QHBoxLayout>
#include <QStackedWidget>
#include <QTabBar>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

CentrePages::CentrePages(QWidget* parent)
    : QWidget(parent)
    , tabs_(new QTabBar(this))
    , pages_(new QStackedWidget(this))
{
    tabs_->setObjectName(u"pageTabs"_s);
    tabs_->setAccessibleName(tr("How attention is shown"));
    tabs_->setDrawBase(false);
    tabs_->setExpanding(false);
    tabs_->setDocumentMode(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    auto* line = new QHBoxLayout;
    line->setContentsMargins(12, 2, 12, 0);
    line->addWidget(tabs_);
    line->addStretch(1);
    layout->addLayout(line);
    layout->addWidget(pages_, 1);
    connect(tabs_, &QTabBar::currentChanged, this, [this](int index) {
        pages_->setCurrentIndex(index);
        Q_EMIT chosen(static_cast<CentrePage>(index));
    });
}

void CentrePages::add(QWidget* page, const QString& name, const QString& toolTip)
{
    pages_->addWidget(page);
    const QSignalBlocker quiet(tabs_);
    tabs_->setTabToolTip(tabs_->addTab(name), toolTip);
}

void CentrePages::show(CentrePage page)
{
    const QSignalBlocker quiet(tabs_);
    tabs_->setCurrentIndex(static_cast<int>(page));
    pages_->setCurrentIndex(static_cast<int>(page));
}

} // namespace headscope::ui
