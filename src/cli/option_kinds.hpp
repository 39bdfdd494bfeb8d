// Kinds of options, and those that all commands that read a table have.
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

/// Checks that an option is a whole number; CLI11's own takes "-1" and "1.5" for some.
[[nodiscard]] CLI::Validator whole_number(std::uint64_t least, std::uint64_t most);
/// A number of seconds, 0 as well.
[[nodiscard]] CLI::Validator seconds_from_zero();
/// A number from 0 to 1.
[[nodiscard]] CLI::Validator share_of_one();
/// A name that is not "".
[[nodiscard]] CLI::Validator not_empty();
/// One of a few words; CLI11's own shows them in a way of its own.
[[nodiscard]] CLI::Validator one_of(std::vector<std::string> words);

/// "a,b,c", for names without commas. errc::invalid_argument if one is empty or there twice.
[[nodiscard]] result<std::vector<std::string>> split_columns(std::string_view text);

void text_option(CLI::App& app, const std::string& name, std::string& target,
                 const std::string& text, const std::string& type);
void table_argument(CLI::App& app, std::string& target);

/// CLI11 hands the value over only after the checks, so the conversion cannot fail.
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

/// The table, and how it is read. `segments`: their default, in words.
void add_scan_options(CLI::App& app, scan_arguments& scan, bool with_attributes,
                      std::string_view segments);

}  // namespace dynamo::cli
