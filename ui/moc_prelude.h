// SPDX-License-Identifier: GPL-3.0-or-later
// Read by moc only (CMAKE_AUTOMOC_MOC_OPTIONS). moc before Qt 6.5.3 cannot expand libstdc++'s visibility macro and
// stops at `namespace std` in <concepts>.
#define _GLIBCXX_VISIBILITY(V)
