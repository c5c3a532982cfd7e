// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/csv_reader.h"

#include "core/error.h"

namespace headscope {

std::string CsvReader::where() const { return label_ + ":" + std::to_string(line_); }

std::string CsvReader::field()
{
    std::string result;
    if (at_ == text_.size() || text_[at_] != '"') {
        while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n') {
            if (text_[at_] == '"')
                throw Error(Fault::BadInput, where() + ": expected a field with quotes to stand in quotes, found \"");
            result += text_[at_++];
        }
        const bool lineEnds = at_ == text_.size() || text_[at_] == '\n';
        if (lineEnds && result.ends_with('\r'))
            result.pop_back();
        return result;
    }
    const std::string opened = where();
    for (++at_; at_ < text_.size(); ++at_) {
        const char c = text_[at_];
        if (c == '"') {
            if (at_ + 1 == text_.size() || text_[at_ + 1] != '"')
                break;
            ++at_;
        }
        line_ += c == '\n';
        result += c;
    }
    if (at_ == text_.size())
        throw Error(Fault::BadInput, opened + ": expected a quote that ends the field, found the end of the file");
    ++at_;
    if (text_.substr(at_).starts_with("\r\n"))
        ++at_;
    if (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n')
        throw Error(Fault::BadInput,
            where() + ": expected a comma or the end of the line after a field in quotes, found '"
                + std::string(1, text_[at_]) + "'");
    return result;
}

std::optional<std::vector<std::string>> CsvReader::next()
{
    if (at_ == text_.size())
        return std::nullopt;
    rowLine_ = line_;
    std::vector<std::string> row{field()};
    while (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
        row.push_back(field());
    }
    if (at_ < text_.size()) { // the line's end
        ++at_;
        ++line_;
    }
    return row;
}

} // namespace headscope
