// Parses the shared AWS files ~/.aws/config and ~/.aws/credentials.
#pragma once

#include <dynamo/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::auth {

/// The syntax of profile headers, which differs between the two files.
enum class config_syntax : std::uint8_t {
  config,       ///< [profile name] or [default]
  credentials,  ///< [name]
};

/// One `key = value` of a section.
struct config_setting {
  /// Without surrounding white space and without a trailing comment. Each continuation line follows
  /// after a newline.
  std::string value = {};
  /// The indented `key = value` lines below a key without a value; keys in lowercase.
  std::map<std::string, std::string, std::less<>> nested = {};
  std::size_t line = 0;  ///< counted from 1
};

/// The settings under one header, or under several equal ones.
struct config_section {
  /// Keys in lowercase. If a key occurs twice, the last one counts.
  std::map<std::string, config_setting, std::less<>> settings = {};
  std::size_t line = 0;  ///< line of its first header, counted from 1

  [[nodiscard]] const config_setting* find(std::string_view key) const;
};

struct config_file {
  std::string path = {};
  /// By type and name: {"profile", "default"}, {"sso-session", "work"}, {"services", "local"}.
  /// The type is empty for a header of the config file without a type, other than [default].
  std::map<std::pair<std::string, std::string>, config_section> sections = {};

  /// Returns the section, or null. Lifetime: valid until this object changes.
  [[nodiscard]] const config_section* find(std::string_view type, std::string_view name) const;
  [[nodiscard]] const config_section* profile(std::string_view name) const {
    return find("profile", name);
  }
};

/// Larger files are refused: they are not configuration files but probably a wrong path.
inline constexpr std::size_t max_config_file_bytes = std::size_t{1} << 20;

/// Parses the text of a file. Errors are of kind errc::configuration and name `path` and the line,
/// never its content, which may be a secret.
///
/// A line that is indented deeper than the key before it continues that key. A line that starts
/// with # or ; is a comment; so is the rest of a value's first line after white space and # or ;.
/// [profile default] replaces [default].
[[nodiscard]] result<config_file> parse_config_file(std::string_view text, config_syntax syntax,
                                                    std::string path);

/// Reads and parses the file at `path`. Returns nothing if it does not exist, errc::configuration
/// if it is unreadable, larger than `max_config_file_bytes` or malformed. Blocks on the file
/// system.
[[nodiscard]] result<std::optional<config_file>> load_config_file(const std::string& path,
                                                                  config_syntax syntax);

}  // namespace dynamo::auth
