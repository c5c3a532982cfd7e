// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/translation.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

/// One English string has one translation wherever it stands; words of Qt's have their own context.
class Catalogue : public QTranslator {
public:
    using QTranslator::QTranslator;
    QString translate(const char* context, const char* source, const char* comment, int n) const override
    {
        const QString own = QTranslator::translate(context, source, comment, n);
        return own.isNull() ? QTranslator::translate("Headscope", source, comment, n) : own;
    }
};

QString languageOfSystem()
{
    for (const QString& each : QLocale::system().uiLanguages()) {
        const QString language = each.section(u'-', 0, 0);
        if (language == u"de"_s || language == u"en"_s)
            return language;
    }
    return u"en"_s;
}

} // namespace

QString installTranslation(const QString& language)
{
    const QString wanted = language.isEmpty() ? languageOfSystem() : language;
    if (wanted == u"en"_s)
        return wanted;
    auto* ofQt = new QTranslator(qApp); // its dialogs, where the desktop has them
    if (ofQt->load(u"qtbase_"_s + wanted, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(ofQt);
    auto* catalogue = new Catalogue(qApp);
    if (!catalogue->load(u":/headscope/headscope_%1.qm"_s.arg(wanted)))
        return u"en"_s;
    QCoreApplication::installTranslator(catalogue);
    return wanted;
}

} // namespace headscope::ui
