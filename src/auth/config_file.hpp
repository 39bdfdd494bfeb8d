// The files that AWS's tools share: ~/.aws/config and ~/.aws/credentials.
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

/// The two files write a profile's header differently.
enum class config_syntax : std::uint8_t {
  config,       ///< [profile name], or [default]
  credentials,  ///< [name]
};

/// One `key = value` of a section.
struct config_setting {
  /// Without surrounding white space and without a trailing comment. Continuation lines follow
  /// after a newline each.
  std::string value = {};
  /// The indented `key = value` lines below a key without a value; keys in lowercase.
  std::map<std::string, std::string, std::less<>> nested = {};
  std::size_t line = 0;  ///< counted from 1
};

/// What a file says under one header, or under several equal ones.
struct config_section {
  /// Keys in lowercase. Of a key given twice the last one counts.
  std::map<std::string, config_setting, std::less<>> settings = {};
  std::size_t line = 0;  ///< of its first header, counted from 1

  [[nodiscard]] const config_setting* find(std::string_view key) const;
};

struct config_file {
  std::string path = {};
  /// By type and name: {"profile", "default"}, {"sso-session", "work"}, {"services", "local"}.
  /// A header of the config file that has no type, other than [default], has an empty one.
  std::map<std::pair<std::string, std::string>, config_section> sections = {};

  /// The section, or null. Valid as long as this object is not changed.
  [[nodiscard]] const config_section* find(std::string_view type, std::string_view name) const;
  [[nodiscard]] const config_section* profile(std::string_view name) const {
    return find("profile", name);
  }
};

/// Files larger than this are refused: no configuration is, a mistaken path may be.
inline constexpr std::size_t max_config_file_bytes = std::size_t{1} << 20;

/// Reads a file's text. Pure. Errors are of kind errc::configuration and name `path` and the line,
/// never its content, which may be a secret.
///
/// A line that is indented deeper than the key before it continues that key. A line that starts
/// with # or ; is a comment, and so is what follows one of them after white space in the first line
/// of a value. [profile default] replaces [default].
[[nodiscard]] result<config_file> parse_config_file(std::string_view text, config_syntax syntax,
                                                    std::string path);

/// Reads and parses the file at `path`; nothing if there is none. Blocks on the file system.
/// Errors, all of kind errc::configuration: unreadable, larger than `max_config_file_bytes`,
/// malformed.
[[nodiscard]] result<std::optional<config_file>> load_config_file(const std::string& path,
                                                                  config_syntax syntax);

}  // namespace dynamo::auth
