#include "auth/config_file.hpp"

#include "auth/fault.hpp"
#include "auth/small_file.hpp"
#include "core/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dynamo::auth {
namespace {

constexpr std::string_view blanks = " \t\r\v\f";

bool is_blank(char c) noexcept {
  return blanks.find(c) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  return ascii::trimmed(text, blanks);
}

std::string lowercase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ascii::lower(c);
  return lower;
}

// A comment within a line needs white space before it: secrets and URLs may contain both
// characters.
std::string_view without_comment(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i)
    if ((text[i] == '#' || text[i] == ';') && is_blank(text[i - 1])) return text.substr(0, i);
  return text;
}

std::string_view unquoted(std::string_view name) {
  if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'') &&
      name.back() == name.front())
    return name.substr(1, name.size() - 2);
  return name;
}

class parser {
 public:
  parser(config_syntax syntax, std::string path) : syntax_(syntax) { file_.path = std::move(path); }

  result<config_file> parse(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // byte order mark
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      ++line_;
      if (const char* problem = take(text.substr(begin, end - begin)))
        return configuration_fault(
            fmt::format("The file {} is malformed at line {}: {}", file_.path, line_, problem));
      begin = end + 1;
    }
    settle_default();
    return std::move(file_);
  }

 private:
  // Each of these returns the error in the line, or null.
  const char* take(std::string_view line) {
    if (line.find('\0') != std::string_view::npos) return "it contains a NUL byte, so is not text";
    const std::string_view content = trimmed(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') return nullptr;
    const std::size_t indent = line.find_first_not_of(blanks);
    if (setting_ != nullptr && indent > indent_) return take_continuation(content);
    if (content.front() == '[') return take_header(content);
    return take_setting(line, indent);
  }

  const char* take_header(std::string_view content) {
    setting_ = nullptr;
    const std::size_t close = content.find(']');
    if (close == std::string_view::npos) return "the section header has no closing bracket ']'";
    const std::string_view rest = trimmed(content.substr(close + 1));
    if (!rest.empty() && rest.front() != '#' && rest.front() != ';')
      return "only a comment may follow a section header";
    const std::string_view title = trimmed(content.substr(1, close - 1));
    if (title.empty()) return "the section header is empty";

    std::string_view type = syntax_ == config_syntax::credentials ? "profile" : "";
    std::string_view name = title;
    const std::size_t space = title.find_first_of(blanks);
    if (syntax_ == config_syntax::config && space != std::string_view::npos) {
      type = title.substr(0, space);
      name = trimmed(title.substr(space));
    }
    const auto [place, is_new] = file_.sections.try_emplace(
        std::pair(std::string(type), std::string(unquoted(name))), config_section{});
    section_ = &place->second;
    if (is_new) section_->line = line_;
    return nullptr;
  }

  const char* take_setting(std::string_view line, std::size_t indent) {
    if (section_ == nullptr) return "a setting is before the first section header";
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return "a setting has no '=' after its name";
    const std::string_view key = trimmed(line.substr(0, equals));
    if (key.empty()) return "a setting has no name before '='";
    setting_ = &section_->settings[lowercase(key)];
    *setting_ = {.value = std::string(trimmed(without_comment(line.substr(equals + 1)))),
                 .nested = {},
                 .line = line_};
    has_nested_ = setting_->value.empty();
    indent_ = indent;
    return nullptr;
  }

  const char* take_continuation(std::string_view content) {
    if (!has_nested_) {
      setting_->value += '\n';
      setting_->value += content;
      return nullptr;
    }
    const std::size_t equals = content.find('=');
    if (equals == std::string_view::npos) return "a nested setting has no '=' after its name";
    const std::string_view key = trimmed(content.substr(0, equals));
    if (key.empty()) return "a nested setting has no name before '='";
    setting_->nested.insert_or_assign(
        lowercase(key), std::string(trimmed(without_comment(content.substr(equals + 1)))));
    return nullptr;
  }

  void settle_default() {
    if (syntax_ != config_syntax::config) return;
    auto bare = file_.sections.extract({"", "default"});
    if (bare.empty()) return;
    bare.key().first = "profile";
    file_.sections.insert(std::move(bare));  // does nothing if [profile default] exists
  }

  config_syntax syntax_;
  config_file file_;
  std::size_t line_ = 0;
  config_section* section_ = nullptr;
  config_setting* setting_ = nullptr;  // the setting that a deeper line continues
  std::size_t indent_ = 0;             // indentation of that setting
  bool has_nested_ = false;            // its continuation lines are nested settings
};

}  // namespace

const config_setting* config_section::find(std::string_view key) const {
  const auto found = settings.find(key);
  return found == settings.end() ? nullptr : &found->second;
}

const config_section* config_file::find(std::string_view type, std::string_view name) const {
  const auto found = sections.find({std::string(type), std::string(name)});
  return found == sections.end() ? nullptr : &found->second;
}

result<config_file> parse_config_file(std::string_view text, config_syntax syntax,
                                      std::string path) {
  if (text.size() > max_config_file_bytes)
    return configuration_fault(
        fmt::format("The file {} is larger than {} bytes, too large for a configuration file", path,
                    max_config_file_bytes));
  return parser(syntax, std::move(path)).parse(text);
}

result<std::optional<config_file>> load_config_file(const std::string& path, config_syntax syntax) {
  const result<std::optional<std::string>> text = read_small_file(path, max_config_file_bytes);
  if (!text) return text.error();
  if (!*text) return std::optional<config_file>();
  result<config_file> parsed = parse_config_file(**text, syntax, path);
  if (!parsed) return std::move(parsed).error();
  return std::optional<config_file>(*std::move(parsed));
}

}  // namespace dynamo::auth
