// Helpers that add options to CLI11, and the options of all commands that read a table.
#pragma once

#include "cli/scan_arguments.hpp"

#include <dynamo/core/result.hpp>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo::cli {

/// Accepts whole numbers from `least` to `most`. CLI11's own check accepts also "-1" and "1.5".
[[nodiscard]] CLI::Validator whole_number(std::uint64_t least, std::uint64_t most);
/// Accepts a number of seconds, including 0.
[[nodiscard]] CLI::Validator seconds_from_zero();
/// Accepts a number from 0 to 1.
[[nodiscard]] CLI::Validator share_of_one();
/// Accepts any text except "".
[[nodiscard]] CLI::Validator not_empty();
/// Accepts one of `words`. CLI11's own check prints them in another form.
[[nodiscard]] CLI::Validator one_of(std::vector<std::string> words);

/// Splits "a,b,c" at its commas. Returns errc::invalid_argument if a name is empty or occurs twice.
[[nodiscard]] result<std::vector<std::string>> split_columns(std::string_view text);

void text_option(CLI::App& app, const std::string& name, std::string& target,
                 const std::string& text, const std::string& type);
void table_argument(CLI::App& app, std::string& target);

/// Adds a numeric option. CLI11 passes the value on only after the check, so the conversion cannot
/// fail.
template <class T>
CLI::Option* number_option(CLI::App& app, const std::string& name, T& target,
                           const std::string& text, std::uint64_t least, std::uint64_t most) {
  return app
      .add_option_function<std::string>(
          name,
          [&target](const std::string& value) {
            std::uint64_t number = 0;
            std::from_chars(value.data(), value.data() + value.size(), number);
            if constexpr (std::is_integral_v<T>) {
              target = static_cast<T>(number);
            } else {
              target = static_cast<typename T::value_type>(number);
            }
          },
          text)
      ->type_name("N")
      ->check(whole_number(least, most));
}

/// Adds the table argument and the options for reading it. `segments` is the default of --segments
/// as text; `with_attributes` adds --projection.
void add_scan_options(CLI::App& app, scan_arguments& scan, bool with_attributes,
                      std::string_view segments);

}  // namespace dynamo::cli
